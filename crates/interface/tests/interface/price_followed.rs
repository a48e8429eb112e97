//! How the slow price and the forecast follow the index.

use crate::{rules, seen, NOW};
use ballast_interface::risk::{MarketRules, Observation, PriceCache};
use proptest::prelude::*;

/// Prices of a market whose index and slow price are so much, in 10^-10, refreshed now.
fn at(index: u64, slow: u64) -> PriceCache {
    let first = Observation { exponent: -10, ..seen(index as i64, NOW) };
    let prices = PriceCache::default().observe(&rules(), &first, NOW).unwrap();
    assert_eq!(prices.index, index);
    PriceCache { slow, ..prices }
}

/// The slow price after `seconds`, when the index is so much then, in 10^-10.
fn slow_after(slow: u64, index: u64, seconds: i64) -> u64 {
    let now = NOW + seconds;
    let update = Observation { exponent: -10, ..seen(index as i64, now) };
    at(slow, slow).observe(&rules(), &update, now).unwrap().slow
}

#[test]
fn the_slow_price_moves_by_its_pace() {
    // A quarter in an hour: in 36 seconds 1/400 of a hundred dollars.
    let hundred = 1_000_000_000_000;
    assert_eq!(slow_after(hundred, 2 * hundred, 36), 1_002_500_000_000);
    assert_eq!(slow_after(hundred, hundred / 2, 36), 997_500_000_000);
    assert_eq!(slow_after(hundred, 2 * hundred, 3_600), 1_250_000_000_000);
    assert_eq!(slow_after(hundred, hundred / 2, 3_600), 750_000_000_000);
}

#[test]
fn the_slow_price_stops_at_the_index() {
    let hundred = 1_000_000_000_000;
    assert_eq!(slow_after(hundred, 1_002_500_000_001, 36), 1_002_500_000_000);
    assert_eq!(slow_after(hundred, 1_002_500_000_000, 36), 1_002_500_000_000);
    assert_eq!(slow_after(hundred, 1_002_499_999_999, 36), 1_002_499_999_999);
    assert_eq!(slow_after(hundred, 997_499_999_999, 36), 997_500_000_000);
    assert_eq!(slow_after(hundred, 997_500_000_001, 36), 997_500_000_001);
    assert_eq!(slow_after(hundred, hundred, 36), hundred);
    // After four hours of silence it may have gone all the way down.
    assert_eq!(slow_after(hundred, 10, 14_400), 10);
    assert_eq!(slow_after(hundred, 5 * hundred, 1_000_000_000), 5 * hundred);
}

#[test]
fn the_slow_price_moves_by_whole_steps_and_never_more_than_its_pace() {
    // In one second 1/14 400: 69 444 444.4 steps.
    assert_eq!(slow_after(1_000_000_000_007, 2_000_000_000_000, 1), 1_000_069_444_451);
    assert_eq!(slow_after(1_000_000_000_007, 500_000_000_000, 1), 999_930_555_563);
    assert_eq!(slow_after(14_399, 20_000, 1), 14_399);
    assert_eq!(slow_after(14_400, 20_000, 1), 14_401);
    assert_eq!(slow_after(14_399, 10_000, 1), 14_399);
    assert_eq!(slow_after(14_400, 10_000, 1), 14_399);
}

/// A quarter in an hour of 7 200 steps: a step in two seconds, whether somebody refreshes every second or not.
#[test]
fn refreshing_often_does_not_hold_the_slow_price_back() {
    let mut prices = at(7_200, 7_200);
    let refresh = |prices: &PriceCache, now: i64| {
        let update = Observation { exponent: -10, ..seen(14_000, now) };
        prices.observe(&rules(), &update, now).unwrap()
    };
    for second in 1..=100 {
        prices = refresh(&prices, NOW + second);
    }
    assert_eq!(prices.slow, 7_250);
    // Once it is at the index, time does not count towards later moves.
    let mut prices = at(7_200, 7_200);
    let still = |now: i64| Observation { exponent: -10, ..seen(7_200, now) };
    for second in 1..=1_000 {
        prices = prices.observe(&rules(), &still(NOW + second), NOW + second).unwrap();
    }
    assert_eq!(refresh(&prices, NOW + 1_001).slow, 7_200);
    assert_eq!(refresh(&prices, NOW + 1_002).slow, 7_201);
}

#[test]
fn the_slow_price_stands_still_within_a_second() {
    assert_eq!(slow_after(1_000_000_000_000, 2_000_000_000_000, 0), 1_000_000_000_000);
}

proptest! {
    #[test]
    fn the_slow_price_follows_as_far_as_its_pace_goes(
        slow in 1u64..1 << 50, index in 1u64..1 << 50, per_hour in 1i64..=1 << 40, seconds in 0i64..100_000,
    ) {
        let rules = MarketRules { slow_per_hour: per_hour, ..rules() };
        let now = NOW + seconds;
        let update = Observation { exponent: -10, ..seen(index as i64, now) };
        let found = at(slow, slow).observe(&rules, &update, now).unwrap().slow;
        // In parts of an hour's whole, where nothing is rounded.
        let allowed = u128::from(slow) * per_hour as u128 * seconds as u128;
        let moved = u128::from(found.abs_diff(slow)) * (3_600u128 << 40);
        prop_assert!(moved <= allowed, "not more than its pace");
        prop_assert!(found.abs_diff(index) <= slow.abs_diff(index), "towards the index");
        prop_assert!((found >= slow) == (index >= slow) || found == slow, "not beyond it");
        prop_assert!(found == index || allowed - moved < 3_600u128 << 40, "as far as whole steps go");
    }
}

/// The forecast after a return, in floating point: variance and range.
fn forecast(before: &PriceCache, index: u64, seconds: f64) -> (f64, f64) {
    let unit = |bits: i64| bits as f64 / 2f64.powi(40);
    let change = (index as f64 / before.return_price as f64).ln().abs().min(0.125);
    let kept = (-seconds / 345_600.0).exp();
    let variance = kept * unit(before.variance) + (1.0 - kept) * change * change * 31_536_000.0 / seconds;
    let target = 0.75 * 4.0 * (variance / 365.0).sqrt() + 0.25 * 0.375;
    let target = target.clamp(0.125, 0.5);
    let range = unit(before.range);
    let (up, down) = (seconds / 3_600.0 / 16.0, seconds / 3_600.0 / 256.0);
    (variance, if target > range { target.min(range + up) } else { target.max(range - down) })
}

#[test]
fn the_forecast_follows_returns_up_fast_and_down_slowly() {
    let hundred = 1_000_000_000_000;
    let before = at(hundred, hundred);
    // Nothing, a small move, a large one, one beyond what counts; after a step, an hour, a day, a fortnight.
    for index in [hundred, 1_010_000_000_000, 950_000_000_000, 1_100_000_000_000, 500_000_000_000] {
        for seconds in [300, 3_600, 86_400, 1_209_600] {
            let now = NOW + seconds;
            let update = Observation { exponent: -10, ..seen(index as i64, now) };
            let after = before.observe(&rules(), &update, now).unwrap();
            let (variance, range) = forecast(&before, index, seconds as f64);
            let unit = |bits: i64| bits as f64 / 2f64.powi(40);
            let what = format!("{index} after {seconds}: {after:?}");
            let near = |found: f64, exact: f64| (found - exact).abs() < 1e-8 * exact.max(1.0);
            assert!(near(unit(after.variance), variance), "{what}: variance {variance}");
            assert!(near(unit(after.range), range), "{what}: range {range}");
            assert_eq!((after.return_price, after.return_at), (index, now), "{what}");
        }
    }
}

#[test]
fn the_range_moves_by_its_speed() {
    let hundred = 1_000_000_000_000;
    let before = at(hundred, hundred);
    // Far from its target either way; in 450 seconds a 128th up, a 2048th down.
    let after = |index: u64, range: i64| {
        let update = Observation { exponent: -10, ..seen(index as i64, NOW + 450) };
        PriceCache { range, ..before }.observe(&rules(), &update, NOW + 450).unwrap().range
    };
    assert_eq!(after(2 * hundred, 1 << 37), (1 << 37) + (1 << 33));
    assert_eq!(after(hundred, 1 << 39), (1 << 39) - (1 << 29));
}

#[test]
fn a_return_is_counted_once_in_a_step() {
    let hundred = 1_000_000_000_000;
    let before = at(hundred, hundred);
    let after = |seconds: i64| {
        let update = Observation { exponent: -10, ..seen(2 * hundred as i64, NOW + seconds) };
        before.observe(&rules(), &update, NOW + seconds).unwrap()
    };
    let early = after(299);
    assert_eq!(early.index, 2 * hundred);
    assert_eq!((early.variance, early.range), (before.variance, before.range));
    assert_eq!((early.return_price, early.return_at), (hundred, NOW));
    let due = after(300);
    assert!(due.variance > before.variance && due.range > before.range);
    assert_eq!((due.return_price, due.return_at), (2 * hundred, NOW + 300));
}
