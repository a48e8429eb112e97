//! Prices of single options against QuantLib's, region by region, each within its stated bound.
//!
//! `cargo test -p ballast-margin --test engine pricing -- --nocapture` prints the largest errors.

mod order;
mod published;

use crate::vectors::{self, Largest};
use ballast_margin::black::{self, Black};
use ballast_margin::units::{Fraction, Price, STEPS};
use serde_json::Value;

/// One step of a price.
const STEP: f64 = 1.0 / STEPS as f64;

/// Power of two.
fn two(places: i32) -> f64 {
    2f64.powi(places)
}

/// An option and its reference numbers.
struct Case {
    forward: Price,
    strike: Price,
    sigma: Fraction,
    seconds: i64,
    /// Call, put, delta, gamma, vega, theta.
    values: [f64; 6],
}

impl Case {
    fn read(row: &Value) -> Self {
        let whole = |place: usize| row[place].as_u64().expect("a whole number");
        Self {
            forward: Price(whole(0)),
            strike: Price(whole(1)),
            sigma: Fraction(whole(2) as i64),
            seconds: whole(3) as i64,
            values: std::array::from_fn(|place| row[4 + place].as_f64().expect("a number")),
        }
    }

    fn price(&self) -> Black {
        black::price(self.forward, self.strike, self.sigma, self.seconds).expect("a price")
    }

    /// The size of each error, then its bound.
    fn errors(&self) -> [(&'static str, f64, f64); 6] {
        let got = self.price();
        let forward = self.forward.0 as f64 * STEP;
        let strike = self.strike.0 as f64 * STEP;
        let root = (self.seconds as f64 / 31_536_000.0).sqrt();
        let deviation = self.sigma.0 as f64 * two(-40) * root;
        let [call, put, delta, gamma, vega, theta] = self.values;
        // What rounding to a step hides is no error of the arithmetic.
        let money = |got: i128, value: f64| ((got as f64 * STEP - value).abs() - STEP).max(0.0) / forward;
        let share = |got: i64, value: f64| (got as f64 * two(-40) - value).abs();
        let value = two(-35) + two(-38) * strike / forward;
        // d is ln(F/K), cut at 2^-30, by s, cut at 2^-36, whose inverse has 28 bits, or 27 less those of s:
        // the cuts are large beside s close to expiry, and beside the inverse where s is large. In values
        // they cancel, for F phi(d1) = K phi(d2); in sensitivities they stay.
        let place = two(-29) * (1.0 + deviation).powi(2) + two(-31) / deviation;
        let peak = 2.0 * place + two(-36) / deviation;
        [
            (CALL, money(got.call.0, call), value),
            (PUT, money(got.put.0, put), value),
            (DELTA, share(got.delta.0, delta), place),
            (GAMMA, share(got.gamma.0, gamma * forward) * deviation, peak),
            (VEGA, money(got.vega.0, vega), 2.0 * place * root),
            (THETA, money(got.theta.0, theta) * 2.0 * root * root / deviation, peak),
        ]
    }
}

const CALL: &str = "call / F";
const PUT: &str = "put / F";
const DELTA: &str = "delta";
const GAMMA: &str = "gamma F s";
const VEGA: &str = "vega / F";
const THETA: &str = "theta 2T / F s";

/// Every region, and the fewest options it must hold.
const REGIONS: [&str; 9] =
    ["near", "wings", "deep", "last_hour", "last_minute", "long", "low_vol", "high_vol", "at_the_money"];
const FEWEST: usize = 2_500;

#[test]
fn every_region_is_within_its_bounds() {
    let vectors = vectors::load("black76.json.gz");
    println!("{}", vectors["header"]);
    let mut table = Largest::new(&["region", CALL, PUT, DELTA, GAMMA, VEGA, THETA]);
    for region in REGIONS {
        let rows = vectors["regions"][region].as_array().expect("a region");
        assert!(rows.len() >= FEWEST, "{region}: only {} options", rows.len());
        for row in rows {
            for (quantity, error, bound) in Case::read(row).errors() {
                table.note(region, quantity, error);
                assert!(error <= bound, "{region}, {row}: {quantity} off by {error:e}, bound {bound:e}");
            }
        }
    }
    println!("{table}");
}

#[test]
fn parity_and_bounds_hold_for_every_option() {
    let vectors = vectors::load("black76.json.gz");
    let mut seen = 0;
    for row in REGIONS.iter().flat_map(|region| vectors["regions"][region].as_array().expect("a region")) {
        let case = Case::read(row);
        let got = case.price();
        let (forward, strike) = (i128::from(case.forward.0), i128::from(case.strike.0));
        assert_eq!(got.call.0 - got.put.0, forward - strike, "{row}");
        assert!((0..=forward).contains(&got.call.0) && (0..=strike).contains(&got.put.0), "{row}: {got:?}");
        assert!((0..=Fraction::ONE.0).contains(&got.delta.0), "{row}: {got:?}");
        assert!(got.gamma.0 >= 0 && got.vega.0 >= 0 && got.theta.0 <= 0, "{row}: {got:?}");
        seen += 1;
    }
    assert!(seen >= 24_000);
}
