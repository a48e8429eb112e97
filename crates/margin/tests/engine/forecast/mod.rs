//! The scan range follows the forecast, bounded in level and speed.

mod random;

use ballast_margin::forecast::{Attestation, Forecast, Predictor};
use ballast_margin::presets::ballast::MARKETS;
use ballast_margin::units::{Fraction, Price, STEPS};
use ballast_margin::MarginError;

const YEAR: f64 = 31_536_000.0;
const BTC: Predictor = MARKETS[0].predictor;
/// The same without a step, so that every second counts.
const EVERY_SECOND: Predictor = Predictor { step_seconds: 1, ..BTC };

fn real(value: Fraction) -> f64 {
    value.0 as f64 / (1i64 << 40) as f64
}

fn price(of: f64) -> Price {
    Price((of * STEPS as f64) as u64)
}

fn start(variance: &str, predictor: &Predictor) -> Forecast {
    Forecast::start(Fraction::lit(variance), price(100_000.0), 1_000_000, predictor).expect("a start")
}

fn after(forecast: &Forecast, seconds: i64, to: Price, predictor: &Predictor) -> Forecast {
    forecast.update(to, forecast.updated_at + seconds, predictor).expect("an update")
}

/// The formulas in floating point.
fn reference(
    (variance, range): (f64, f64),
    log_return: f64,
    seconds: f64,
    predictor: &Predictor,
) -> (f64, f64) {
    let p = |f: Fraction| real(f);
    let weight = (-seconds / predictor.memory_seconds as f64).exp();
    let r = log_return.abs().min(p(predictor.largest_move));
    let variance = weight * variance + (1.0 - weight) * r * r * YEAR / seconds;
    let own = p(predictor.widths) * (variance * predictor.horizon_seconds as f64 / YEAR).sqrt();
    let share = p(predictor.stressed_share);
    let target =
        ((1.0 - share) * own + share * p(predictor.stressed)).clamp(p(predictor.floor), p(predictor.cap));
    let hours = seconds / 3_600.0;
    let range = if target > range {
        target.min(range + p(predictor.up_per_hour) * hours)
    } else {
        target.max(range - p(predictor.down_per_hour) * hours)
    };
    (variance, range)
}

#[test]
fn targets_by_hand() {
    // sqrt(1 / 365) = .052342392; 3/4 of four of them and a quarter of .32.
    assert!((real(BTC.target(Fraction::ONE)) - 0.237_027_177).abs() < 1e-9);
    // sqrt(.25 / 365) = .026171196: .158513588 is below the floor.
    assert_eq!(BTC.target(Fraction::lit("0.25")), BTC.floor);
    // sqrt(4 / 365) = .104684784: .394 is above the cap.
    assert_eq!(BTC.target(Fraction::lit("4")), BTC.cap);
    assert_eq!(BTC.target(Fraction::ZERO), BTC.floor);
    assert_eq!(BTC.target(Fraction(-1)), BTC.floor);
}

#[test]
fn a_calm_market_narrows_by_two_tenths_of_a_point_an_hour() {
    let wide = Forecast { range: Fraction::lit("0.32"), ..start("0.2", &BTC) };
    let calm = after(&wide, 36_000, wide.price, &BTC);
    assert!((real(calm.range) - 0.30).abs() < 1e-11, "ten hours: {}", real(calm.range));
    let calmer = after(&wide, 80 * 3_600, wide.price, &BTC);
    assert!((real(calmer.range) - 0.16).abs() < 1e-11);
}

#[test]
fn a_wild_market_widens_by_four_points_an_hour() {
    let narrow = Forecast { variance: Fraction::lit("9"), ..start("0.2", &BTC) };
    assert_eq!(narrow.range, BTC.floor);
    let half_an_hour = after(&narrow, 1_800, narrow.price, &BTC);
    assert!((real(half_an_hour.range) - 0.18).abs() < 1e-11);
    assert_eq!(after(&narrow, 40 * 3_600, narrow.price, &BTC).range, BTC.cap);
}

#[test]
fn half_a_unit_of_speed_rounds_towards_the_wider_range() {
    let slow = Predictor { up_per_hour: Fraction(1), down_per_hour: Fraction(1), ..BTC };
    let middle = Forecast { range: Fraction::lit("0.25"), ..start("0.2", &BTC) };
    let calm = after(&middle, 1_800, middle.price, &slow);
    assert_eq!(calm.range, middle.range);
    assert_eq!(after(&middle, 3_600, middle.price, &slow).range, Fraction(middle.range.0 - 1));
    let wild = Forecast { variance: Fraction::lit("9"), ..middle };
    assert_eq!(after(&wild, 1_800, wild.price, &slow).range, Fraction(middle.range.0 + 1));
}

#[test]
fn a_move_of_a_tenth_doubles_the_volatility_of_a_calm_market() {
    let calm = start("0.2025", &BTC);
    let shaken = after(&calm, 300, price(90_000.0), &BTC);
    // A log-return of .10536 counts as .1: .01 x 31 536 000 / 345 600 = .9125, and a little decay.
    assert!((real(shaken.variance) - 1.1145).abs() < 2e-3, "{}", real(shaken.variance));
}

#[test]
fn equal_returns_converge_to_their_variance() {
    let mut forecast = start("0.2", &BTC);
    for step in 0..12_000 {
        let to = price(if step % 2 == 0 { 100_100.0 } else { 100_000.0 });
        forecast = after(&forecast, 300, to, &BTC);
    }
    let expected = 1.001f64.ln().powi(2) * YEAR / 300.0;
    assert!((real(forecast.variance) / expected - 1.0).abs() < 1e-4, "{}", real(forecast.variance));
}

#[test]
fn attestations_by_hand() {
    let range = Fraction::lit("0.2");
    let attest = |multiplier: &str, now| {
        let attestation = Attestation { multiplier: Fraction::lit(multiplier), until: 100 };
        BTC.attested(range, attestation, now)
    };
    assert!((real(attest("1.25", 99)) - 0.25).abs() < 1e-11);
    assert_eq!(attest("1.25", 100), range, "it has lapsed");
    assert_eq!(attest("0.5", 99), range, "it cannot narrow");
    assert_eq!(attest("1.75", 99), BTC.cap);
    let modest = Predictor { largest_multiplier: Fraction::lit("1.125"), ..BTC };
    let asked = Attestation { multiplier: Fraction::lit("1.5"), until: 100 };
    assert!((real(modest.attested(range, asked, 99)) - 0.225).abs() < 1e-11);
    let above = Fraction::lit("0.5");
    assert_eq!(BTC.attested(above, asked, 99), above, "a range above a lowered cap is kept");
}

#[test]
fn a_new_floor_holds_at_once_and_a_new_cap_with_time() {
    let forecast = start("0.2", &BTC);
    let raised = Predictor { floor: Fraction::lit("0.3"), ..BTC };
    assert_eq!(after(&forecast, 300, forecast.price, &raised).range, raised.floor);
    let wide = Forecast { range: BTC.cap, ..forecast };
    let lowered = Predictor { cap: Fraction::lit("0.2"), ..BTC };
    assert!((real(after(&wide, 3_600, wide.price, &lowered).range) - (0.32 - 0.002)).abs() < 1e-11);
}

#[test]
fn prices_of_zero_are_refused() {
    let forecast = start("0.2", &BTC);
    assert_eq!(forecast.update(Price(0), 2_000_000, &BTC), Err(MarginError::MissingPrice));
    let blank = Forecast { price: Price(0), ..forecast };
    assert_eq!(blank.update(price(1.0), 2_000_000, &BTC), Err(MarginError::MissingPrice));
    assert_eq!(Forecast::start(Fraction::ONE, Price(0), 0, &BTC), Err(MarginError::MissingPrice));
}

#[test]
fn every_limit_of_a_predictor_has_two_sides() {
    type Set = fn(&mut Predictor, i64);
    const ONE: i64 = 1 << 40;
    let limits: [(&str, Set, i64, i64); 12] = [
        ("memory_seconds", |p, v| p.memory_seconds = v, 300, 31_536_000),
        ("step_seconds", |p, v| p.step_seconds = v, 1, 345_600),
        ("horizon_seconds", |p, v| p.horizon_seconds = v, 1, 31_536_000),
        ("widths", |p, v| p.widths.0 = v, 0, 64 * ONE),
        ("largest_move", |p, v| p.largest_move.0 = v, 1, ONE),
        ("stressed", |p, v| p.stressed.0 = v, 0, BTC.cap.0),
        ("stressed_share", |p, v| p.stressed_share.0 = v, 0, ONE),
        ("floor", |p, v| p.floor.0 = v, 0, BTC.cap.0),
        ("cap", |p, v| p.cap.0 = v, BTC.stressed.0, ONE),
        ("up_per_hour", |p, v| p.up_per_hour.0 = v, BTC.down_per_hour.0, ONE),
        ("down_per_hour", |p, v| p.down_per_hour.0 = v, 0, BTC.up_per_hour.0),
        ("largest_multiplier", |p, v| p.largest_multiplier.0 = v, ONE, 8 * ONE),
    ];
    for (name, set, low, high) in limits {
        let check = |value| {
            let mut predictor = BTC;
            set(&mut predictor, value);
            predictor.check()
        };
        assert_eq!(check(low), Ok(()), "{name} at its lowest");
        assert_eq!(check(high), Ok(()), "{name} at its highest");
        assert_eq!(check(low - 1), Err(MarginError::BadModel), "{name} below its lowest");
        assert_eq!(check(high + 1), Err(MarginError::BadModel), "{name} above its highest");
    }
}
