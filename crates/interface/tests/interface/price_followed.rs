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

/// Rules by which a price is good for so long.
fn good_for(max_age: u32) -> MarketRules {
    let mut rules = rules();
    rules.feed.max_age = max_age;
    rules
}

/// The prices after `seconds`, when the index is so much then, in 10^-10.
fn after(rules: &MarketRules, before: &PriceCache, index: u64, now: i64) -> PriceCache {
    let update = Observation { exponent: -10, ..seen(index as i64, now) };
    before.observe(rules, &update, now).unwrap()
}

/// The slow price after `seconds`, when the index is so much then, in 10^-10, and a price is good for an hour.
fn slow_after(slow: u64, index: u64, seconds: i64) -> u64 {
    after(&good_for(3_600), &at(slow, slow), index, NOW + seconds).slow
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
}

#[test]
fn after_a_silence_the_slow_price_moves_no_further_than_while_a_price_is_good() {
    let hundred = 1_000_000_000_000;
    let minute = |index, seconds| after(&good_for(60), &at(hundred, hundred), index, NOW + seconds);
    // A quarter in an hour: 59 seconds are 59 by 14 400, 60 are one by 240.
    assert_eq!(minute(2 * hundred, 59).slow, 1_004_097_222_222);
    for silence in [60, 61, 3_600, 14_400, 1_000_000_000] {
        let (up, down) = (minute(2 * hundred, silence), minute(10, silence));
        assert_eq!((up.slow, down.slow), (1_004_166_666_666, 995_833_333_334), "{silence}");
        // And nothing of the silence counts later.
        let again = |prices: &PriceCache, later| {
            after(&good_for(60), prices, 2 * hundred, NOW + silence + later).slow - prices.slow
        };
        assert_eq!(again(&up, 0), 0, "{silence}");
        // A second more is 1 004 166 666 666 by 14 400: 69 733 796.3.
        assert_eq!(again(&up, 1), 69_733_796, "{silence}");
    }
    // What is nearer than that is reached.
    assert_eq!(minute(1_004_166_666_666, 10_000).slow, 1_004_166_666_666);
    assert_eq!(minute(1_004_166_666_667, 10_000).slow, 1_004_166_666_666);
}

/// A cheap token's steps in a second are few: 1.5 of them are a step and a half, refreshed every second or not.
#[test]
fn a_pace_of_broken_steps_is_kept() {
    let run = |slow: u64, index: u64, every: usize, seconds: i64| {
        let mut prices = at(slow, slow);
        for second in (0..=seconds).step_by(every).skip(1) {
            prices = after(&good_for(60), &prices, index, NOW + second);
        }
        prices.slow.abs_diff(slow)
    };
    for every in [1, 2, 3, 7, 50] {
        let seconds = 100 / every as i64 * every as i64;
        // By the price that it starts from; what it gains on the way is less than a hundredth of that.
        for (slow, per_hundred) in [(21_600, 150.0), (14_399, 99.99), (20_000, 138.89), (3_600, 25.0)] {
            let exact = per_hundred * seconds as f64 / 100.0;
            let (up, down) = (run(slow, 60_000, every, seconds), run(slow, 5, every, seconds));
            for found in [up, down] {
                assert!(
                    (found as f64 - exact).abs() <= 1.0 + exact / 100.0,
                    "{slow} by {every}: {found}, {exact}"
                );
            }
        }
    }
    assert!(run(21_600, 60_000, 1, 100).abs_diff(150) <= 1);
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
        // In parts of an hour's whole, where nothing is rounded; a price is good for a minute.
        let allowed = u128::from(slow) * per_hour as u128 * seconds.min(60) as u128;
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
