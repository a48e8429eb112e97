//! Surfaces on both sides of each bound of the short arithmetic, against the twin.

use crate::common::models::bare;
use crate::common::simple::{expiry, leg, world};
use crate::common::units::{contracts, parameter, price, years};
use ballast_margin::book::{Kind, Svi, Years};
use ballast_margin::twin::{self, from_quote};
use ballast_margin::{assess, Desk};

/// a, b, rho, m and s.
const SURFACES: [[f64; 5]; 32] = [
    [0.02, 0.1, -0.4, 0.05, 0.2],
    // A variance of a quarter, of a alone and of b by its bend.
    [0.2499, 0.001, -0.4, 0.05, 0.2],
    [0.2501, 0.001, -0.4, 0.05, 0.2],
    [3.0, 0.1, -0.4, 0.05, 0.2],
    [-0.2499, 0.9, -0.4, 0.0, 0.4],
    [-0.2501, 0.9, -0.4, 0.0, 0.4],
    [0.02, 0.12, 0.3, 0.0, 0.3],
    [0.02, 0.15, 0.3, 0.0, 0.3],
    [0.02, 1.0, 0.3, 0.0, 0.3],
    // b at nothing and at four.
    [0.2, 0.0, -0.4, 0.05, 0.2],
    [0.2, -0.05, -0.4, 0.05, 0.2],
    [0.0, 3.99, 0.3, 0.0, 0.000_001],
    [0.0, 4.01, 0.3, 0.0, 0.000_001],
    [0.0, 9.0, 0.3, 0.0, 0.000_001],
    // The furthest from m at eight.
    [0.04, 0.01, -0.4, 7.15, 0.001],
    [0.04, 0.01, -0.4, 7.25, 0.001],
    [0.04, 0.01, -0.4, -7.15, 0.001],
    [0.04, 0.01, -0.4, -7.25, 0.001],
    [0.04, 0.001, -0.4, 60.0, 0.001],
    // s at eight.
    [0.02, 0.008, -0.4, 0.05, 7.99],
    [0.02, 0.008, -0.4, 0.05, 8.01],
    [0.02, 0.008, -0.4, 0.05, -8.01],
    [0.02, 0.005, -0.4, 0.05, 20.0],
    [0.02, 0.0005, -0.4, 0.05, 300.0],
    [0.000_02, 0.000_005, -0.4, 0.0, 9.0],
    // rho at one.
    [0.02, 0.05, 1.0, 0.05, 0.2],
    [0.02, 0.05, -1.0, 0.05, 0.2],
    [0.02, 0.05, 1.01, 0.05, 0.2],
    [0.02, 0.05, -1.01, 0.05, 0.2],
    [0.02, 0.05, 3.0, 0.05, 0.2],
    [0.02, 0.02, -3.0, 0.05, 0.2],
    // Next to nothing.
    [0.000_000_01, 0.000_001, -0.4, 0.0, 0.001],
];

#[test]
fn short_and_long_arithmetic_agree_with_the_twin() {
    let mut desk = Box::new(Desk::new());
    for [a, b, rho, m, s] in SURFACES {
        let [a, b, rho, m, s] = [a, b, rho, m, s].map(parameter);
        // At its own time, at a fifth of it, and in the last minutes.
        let times = [(3_456_000, Years::of_seconds(3_456_000)), (3_456_000, years(0.5)), (120, years(0.01))];
        for (seconds, time) in times {
            let mut world = world(1);
            let svi = Svi { a, b, rho, m, s, forward: price(99.0), years: time };
            world.markets[0].expiries = vec![ballast_margin::book::Expiry { svi, ..expiry(seconds) }].leak();
            for strike in [45.0, 80.0, 95.0, 99.0, 100.0, 103.0, 120.0, 210.0] {
                world.legs = vec![leg(0, Kind::Call, strike, 1.0)];
                world.legs[0].quantity = contracts(1.0);
                let fixed =
                    assess(&mut desk, &bare(), &world.snapshot(), &world.book()).expect("a sound book");
                let exact = twin::assess(&bare(), &world.snapshot(), &world.book());
                let above = from_quote(fixed.value) - exact.value;
                let bound = world.gross() / f64::from(1 << 30) / 2.0 + 5e-9;
                assert!(
                    above <= 1e-9 && above >= -bound,
                    "{svi:?} at {strike}, {seconds} s: {} for {}",
                    from_quote(fixed.value),
                    exact.value
                );
            }
        }
    }
}
