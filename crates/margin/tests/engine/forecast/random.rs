//! Forecasts along random paths of prices.

use super::{after, price, real, reference, start, BTC, EVERY_SECOND};
use crate::common::cases;
use ballast_margin::forecast::{Attestation, Forecast, Predictor};
use ballast_margin::presets::ballast::MARKETS;
use ballast_margin::units::{Fraction, Price};
use proptest::collection::vec;
use proptest::prelude::*;

/// A path: seconds since the price before, and the price's logarithm relative to the first.
fn path() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let seconds = prop_oneof![1..400i64, 300..20_000i64, 20_000..1_000_000i64];
    vec((seconds, prop_oneof![-0.01..0.01, -0.7..0.7]), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(500)))]

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
