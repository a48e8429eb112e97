//! The scan range follows the forecast, bounded in level and speed.

use ballast_margin::forecast::{Attestation, Forecast, Predictor};
use ballast_margin::presets::ballast::MARKETS;
use ballast_margin::units::{Fraction, Price, STEPS};
use ballast_margin::MarginError;
use proptest::collection::vec;
use proptest::prelude::*;

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

/// A path: seconds since the price before, and the price's logarithm relative to the first.
fn path() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let seconds = prop_oneof![1..400i64, 300..20_000i64, 20_000..1_000_000i64];
    vec((seconds, prop_oneof![-0.01..0.01, -0.7..0.7]), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_formulas_in_floating_point_agree(path in path(), variance in 0.0..4.0f64, which in 0..3usize) {
        let predictor = MARKETS[which].predictor;
        let variance = Fraction((variance * 2f64.powi(40)) as i64);
        let mut forecast = Forecast::start(variance, price(100.0), 0, &predictor).expect("a start");
        let mut expected = (real(forecast.variance), real(forecast.range));
        for (seconds, log) in path {
            let to = price(100.0 * log.exp());
            let log_return = (to.0 as f64 / forecast.price.0 as f64).ln();
            forecast = after(&forecast, seconds, to, &predictor);
            if seconds >= predictor.step_seconds {
                expected = reference(expected, log_return, seconds as f64, &predictor);
            }
            let (variance, range) = (real(forecast.variance), real(forecast.range));
            prop_assert!((variance - expected.0).abs() <= 1e-6 * (expected.0 + 1e-3), "{variance} {expected:?}");
            prop_assert!((range - expected.1).abs() <= 1e-6, "{range} {expected:?}");
            // Rounded towards the wider range: below the exact value only by the reference's own error.
            prop_assert!(variance >= expected.0 * (1.0 - 1e-12) && range >= expected.1 - 1e-12);
            expected = (variance, range);
        }
    }

    #[test]
    fn the_range_is_bounded_in_level_and_speed(path in path(), which in 0..3usize) {
        let predictor = MARKETS[which].predictor;
        let mut forecast = start("0.3", &predictor);
        for (seconds, log) in path {
            let next = after(&forecast, seconds, price(100_000.0 * log.exp()), &predictor);
            prop_assert!(predictor.floor <= next.range && next.range <= predictor.cap);
            let hours = seconds as f64 / 3_600.0;
            let change = real(next.range) - real(forecast.range);
            prop_assert!(change <= real(predictor.up_per_hour) * hours + 1e-11);
            prop_assert!(change >= -real(predictor.down_per_hour) * hours - 1e-11);
            forecast = next;
        }
    }

    #[test]
    fn a_larger_shock_never_gives_a_narrower_range(
        to in 1..1u64 << 63,
        further in 0..1u64 << 62,
        seconds in 300..1_000_000i64,
    ) {
        let forecast = start("0.3", &BTC);
        let from = forecast.price.0;
        let beyond = if to >= from { to + further } else { to - further.min(to - 1) };
        let near = after(&forecast, seconds, Price(to), &BTC);
        let far = after(&forecast, seconds, Price(beyond), &BTC);
        prop_assert!(near.variance <= far.variance && near.range <= far.range);
    }

    #[test]
    fn a_riskier_past_never_gives_a_narrower_range(
        variance in 0..1i64 << 43,
        more in 0..1i64 << 43,
        range in BTC.floor.0..BTC.cap.0,
        wider in 0..1i64 << 38,
        seconds in 300..1_000_000i64,
        log in -0.2..0.2f64,
    ) {
        let calm = Forecast { variance: Fraction(variance), range: Fraction(range), ..start("0", &BTC) };
        let wild = Forecast {
            variance: Fraction(variance + more),
            range: Fraction((range + wider).min(BTC.cap.0)),
            ..calm
        };
        let to = price(100_000.0 * log.exp());
        let (calm, wild) = (after(&calm, seconds, to, &BTC), after(&wild, seconds, to, &BTC));
        prop_assert!(calm.variance <= wild.variance && calm.range <= wild.range);
    }

    #[test]
    fn one_bad_price_adds_no_more_than_its_share(to in 1u64.., seconds in 300..1_000_000i64) {
        let forecast = start("0.3", &BTC);
        let after = after(&forecast, seconds, Price(to), &BTC);
        // (1 - exp(-t / memory)) / t is at most 1 / memory: .01 x 31 536 000 / 345 600.
        prop_assert!(real(after.variance) <= 0.3 + 0.9125 + 1e-9);
    }

    #[test]
    fn a_second_call_in_the_same_step_changes_nothing(to in 1u64.., other in 1u64.., early in 0..300i64) {
        let once = after(&start("0.3", &BTC), 300, Price(to), &BTC);
        prop_assert_eq!(after(&once, early, Price(other), &BTC), once);
        prop_assert_eq!(after(&once, -early, Price(other), &BTC), once);
        let second = after(&once, 1, Price(other), &EVERY_SECOND);
        prop_assert_eq!(after(&second, 0, Price(to), &EVERY_SECOND), second);
    }

    #[test]
    fn two_refreshes_at_one_price_are_one(
        variance in 0..1i64 << 44,
        range in BTC.floor.0..=BTC.cap.0,
        first in 1..500_000i64,
        second in 1..500_000i64,
    ) {
        let forecast = Forecast {
            variance: Fraction(variance),
            range: Fraction(range),
            ..start("0", &EVERY_SECOND)
        };
        let once = after(&forecast, first + second, forecast.price, &EVERY_SECOND);
        let middle = after(&forecast, first, forecast.price, &EVERY_SECOND);
        let twice = after(&middle, second, forecast.price, &EVERY_SECOND);
        // Each exponential is high by less than four units of 2^-40, each product by one.
        let units = 8 * (variance >> 40) + 11;
        prop_assert!((once.variance.0 - twice.variance.0).abs() <= units);
    }

    #[test]
    fn two_refreshes_at_one_price_narrow_as_one(
        first in 1..500_000i64,
        second in 1..500_000i64,
        range in BTC.floor.0..=BTC.cap.0,
    ) {
        // With the target at the floor all the time, only the speed matters.
        let forecast = Forecast { range: Fraction(range), ..start("0", &EVERY_SECOND) };
        let once = after(&forecast, first + second, forecast.price, &EVERY_SECOND);
        let middle = after(&forecast, first, forecast.price, &EVERY_SECOND);
        let twice = after(&middle, second, forecast.price, &EVERY_SECOND);
        prop_assert!((0..=1).contains(&(twice.range.0 - once.range.0)));
    }

    #[test]
    fn an_attestation_never_narrows(range in 0..1i64 << 42, multiplier: i64, until: i64, now: i64) {
        let (range, attestation) = (Fraction(range), Attestation { multiplier: Fraction(multiplier), until });
        let attested = BTC.attested(range, attestation, now);
        prop_assert!(range <= attested && attested <= range.max(BTC.cap));
        prop_assert!(now < until || attested == range);
        prop_assert!(attested <= range.times_up(BTC.largest_multiplier));
    }

    #[test]
    fn nothing_panics(
        numbers: [i64; 12],
        state: [i64; 3],
        from in 1u64..,
        to in 1u64..,
        now: i64,
        until: i64,
    ) {
        let f = |i: usize| Fraction(numbers[i]);
        let predictor = Predictor {
            memory_seconds: numbers[0],
            step_seconds: numbers[1] >> 40,
            horizon_seconds: numbers[2],
            widths: f(3),
            largest_move: f(4),
            stressed: f(5),
            stressed_share: f(6),
            floor: f(7),
            cap: f(8),
            up_per_hour: f(9),
            down_per_hour: f(10),
            largest_multiplier: f(11),
        };
        let forecast = Forecast {
            variance: Fraction(state[0]),
            range: Fraction(state[1]),
            price: Price(from),
            updated_at: state[2],
        };
        let next = forecast.update(Price(to), now, &predictor).expect("prices are there");
        let attestation = Attestation { multiplier: f(3), until };
        prop_assert!(predictor.attested(next.range, attestation, now) >= next.range);
        prop_assert!(now.saturating_sub(state[2]) < 1 || next == forecast || next.updated_at == now);
    }
}
