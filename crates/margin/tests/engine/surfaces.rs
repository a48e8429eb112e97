//! Surfaces on both sides of each bound of the short arithmetic, against the twin.

use crate::common::models::bare;
use crate::common::simple::{expiry, leg, world};
use crate::common::units::{parameter, price, years};
use crate::common::World;
use ballast_margin::book::{Expiry, Kind, Svi, Years};
use ballast_margin::twin::{self, from_quote};
use ballast_margin::units::Quote;
use ballast_margin::{assess, Desk};

/// a, b, rho, m and s.
const SURFACES: [[f64; 5]; 33] = [
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
    // No variance at strikes a fifth below the forward, and some at all others.
    [-0.01, 0.2, 0.9, 0.0, 0.1],
    // Next to nothing.
    [0.000_000_01, 0.000_001, -0.4, 0.0, 0.001],
];

const STRIKES: [f64; 8] = [45.0, 80.0, 95.0, 99.0, 100.0, 103.0, 120.0, 210.0];

/// Each surface at its own time, at a fifth of it, and in the last minutes.
fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for parameters in SURFACES {
        let [a, b, rho, m, s] = parameters.map(parameter);
        let times = [(3_456_000, Years::of_seconds(3_456_000)), (3_456_000, years(0.5)), (120, years(0.01))];
        for (seconds, years) in times {
            let svi = Svi { a, b, rho, m, s, forward: price(99.0), years };
            let mut world = world(1);
            world.markets[0].expiries = vec![Expiry { svi, ..expiry(seconds) }].leak();
            worlds.push(world);
        }
    }
    worlds
}

/// Value and rows are not above the twin's, and not below by more than the guard.
fn agree(desk: &mut Desk, world: &World) {
    let report = assess(desk, &bare(), &world.snapshot(), &world.book()).expect("a sound book");
    let exact = twin::assess(&bare(), &world.snapshot(), &world.book());
    let bound = world.gross() / f64::from(1 << 30) + 5e-9;
    let check = |what: &str, fixed: Quote, exact: f64| {
        let above = from_quote(fixed) - exact;
        let (expiry, legs) = (&world.markets[0].expiries[0], &world.legs);
        assert!(
            above <= 1e-9 && above >= -bound,
            "{what}: {} for {exact}, {expiry:?} {legs:?}",
            from_quote(fixed)
        );
    };
    check("value", report.value, exact.value);
    exact.rows[0].iter().enumerate().for_each(|(row, exact)| check("row", desk.row(0, row), *exact));
}

#[test]
fn short_and_long_arithmetic_agree_with_the_twin() {
    let mut desk = Box::new(Desk::new());
    for mut world in worlds() {
        for strike in STRIKES {
            world.legs = vec![leg(0, Kind::Call, strike, 1.0)];
            agree(&mut desk, &world);
        }
    }
}

#[test]
fn strikes_with_and_without_volatility_stand_beside_each_other() {
    let mut desk = Box::new(Desk::new());
    for mut world in worlds() {
        for kinds in [[Kind::Call, Kind::Put], [Kind::Put, Kind::Call]] {
            world.legs = STRIKES
                .iter()
                .zip(kinds.iter().cycle())
                .zip([3.0, -1.0, -2.0, 4.0, 1.0].iter().cycle())
                .map(|((strike, kind), quantity)| leg(0, *kind, *strike, *quantity))
                .collect();
            agree(&mut desk, &world);
        }
    }
}

#[test]
fn a_row_may_have_a_hundred_thousand_times_the_volatility_of_the_mark() {
    let (mut desk, time) = (Box::new(Desk::new()), Years::of_seconds(3_456_000));
    // A millionth, next to the row up's least of .45 sqrt(T) = .15.
    let svi = Svi { a: parameter(1e-12), forward: price(100.0), years: time, ..Svi::default() };
    let mut world = world(1);
    world.markets[0].expiries = vec![Expiry { svi, ..expiry(3_456_000) }].leak();
    for strike in 80..=125 {
        world.legs = vec![leg(0, Kind::Call, f64::from(strike), 1.0)];
        agree(&mut desk, &world);
    }
}

#[test]
fn gammas_are_as_exact_as_densities() {
    let mut desk = Box::new(Desk::new());
    // sigma sqrt(T) from a thousandth to five.
    for step in 0..60 {
        let deviation = 0.001 * 5_000f64.powf(f64::from(step) / 59.0);
        let mut world = world(1);
        let time = Years::of_seconds(3_456_000);
        let svi =
            Svi { a: parameter(deviation * deviation), forward: price(100.0), years: time, ..Svi::default() };
        world.markets[0].expiries = vec![Expiry { svi, ..expiry(3_456_000) }].leak();
        world.legs = vec![leg(0, Kind::Call, 100.0 * (1.0 + deviation / 3.0), 1_000_000.0)];
        let report = assess(&mut desk, &bare(), &world.snapshot(), &world.book()).expect("a sound book");
        let exact = twin::assess(&bare(), &world.snapshot(), &world.book()).markets[0].gamma;
        // A hundredth of the contracts by the deviation: within 2^-31 of that, and the deviation's own last place.
        let error = twin::from_contracts(report.markets[0].gamma) - exact;
        let places = 2f64.powi(-31) + 2f64.powi(-35) / deviation;
        let bound = 10_000.0 / deviation * places + 1e-9;
        assert!(error.abs() <= bound, "{deviation}: off by {error:e}, beyond {bound:e} of {exact}");
    }
}
