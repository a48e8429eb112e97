//! What surfaces are checked for: calls that fall with the strike, and by less and less.

use super::reference::Shape;
use super::strategies::{config, shapes};
use ballast_margin::black;
use ballast_margin::book::Svi;
use ballast_margin::surface::check_slice;
use ballast_margin::units::{Price, STEPS};
use ballast_margin::MarginError::ButterflyArbitrage;
use proptest::prelude::*;

const FORWARD: u64 = 100_000 * STEPS;
const YEAR: f64 = 31_536_000.0;

/// A strike, its call, and what the call may be off by, in steps.
type Call = (f64, f64, f64);

/// The call of a moneyness, through the engine's own volatility and price.
fn call(svi: &Svi, seconds: i64, k: f64) -> Call {
    let strike = Price((FORWARD as f64 * k.exp()).round() as u64);
    let sigma = svi.volatility(strike).expect("a volatility");
    let priced = black::price(svi.forward, strike, sigma, seconds).expect("a price");
    // As documented of `price`, and of a volatility of 2^-40 at 16 years.
    let error = (FORWARD as f64 + strike.0 as f64) / 2f64.powi(35) + 3.0;
    (strike.0 as f64, priced.call.0 as f64, error)
}

/// A time at which the level is a volatility of 60 %, as far as the engine has one.
fn seconds(shape: &Shape) -> i64 {
    (shape.level() / 0.36 * YEAR).clamp(1.0, 16.0 * YEAR - 2.0) as i64
}

/// How much the middle call is above the line between its neighbours, and what of it may be error.
fn bulge([near, middle, far]: [Call; 3]) -> (f64, f64) {
    let part = (middle.0 - near.0) / (far.0 - near.0);
    let line = near.1 + part * (far.1 - near.1);
    (middle.1 - line, middle.2 + near.2.max(far.2))
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn calls_of_an_accepted_slice_fall_by_less_and_less(shape in shapes()) {
        let seconds = seconds(&shape);
        let svi = shape.svi(seconds);
        if shape.level() > 4.0 || check_slice(&svi).is_err() {
            return Ok(());
        }
        // At the clamp itself volatility stops rising: the method's own kink.
        let limit = shape.limit() * 0.999_999;
        let inside = shape.strikes().filter(|k| k.abs() < limit);
        let mut calls: Vec<Call> = inside.map(|k| call(&svi, seconds, k)).collect();
        calls.dedup_by_key(|call| call.0);
        for pair in calls.windows(2) {
            let (fall, slack) = (pair[0].1 - pair[1].1, pair[0].2 + pair[1].2);
            prop_assert!(fall >= -slack && fall <= pair[1].0 - pair[0].0 + slack, "{:?}", pair);
        }
        for three in calls.windows(3) {
            let (bulge, slack) = bulge([three[0], three[1], three[2]]);
            prop_assert!(bulge <= slack, "{} above {}: {:?}", bulge, slack, three);
        }
    }

    #[test]
    fn a_slice_refused_inside_the_clamp_sells_a_butterfly_below_nothing(shape in shapes()) {
        let seconds = seconds(&shape);
        let svi = shape.svi(seconds);
        if !(1e-4..4.0).contains(&shape.level()) || check_slice(&svi) != Err(ButterflyArbitrage) {
            return Ok(());
        }
        // The worst strike that is not so far out that its calls are worth less than their errors.
        let limit = shape.limit() * 0.999;
        let near = |k: &f64| k.abs() < limit && (k / shape.variance(*k).sqrt()).abs() < 2.0;
        let worst = shape.strikes().filter(near).min_by(|a, b| shape.density(*a).total_cmp(&shape.density(*b)));
        let step = shape.level().sqrt() / 50.0;
        let dense = |k: f64| (-8..=8).map(move |part| k + f64::from(part) * step / 8.0);
        let Some(k) = worst.filter(|&k| dense(k).all(|k| shape.density(k) < -0.02 && k.abs() < limit)) else {
            return Ok(());
        };
        let (bulge, slack) = bulge([k - step, k, k + step].map(|k| call(&svi, seconds, k)));
        prop_assert!(bulge > slack, "{} at {} is within {}", bulge, k, slack);
    }
}
