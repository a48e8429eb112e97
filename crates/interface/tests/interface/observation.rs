//! Prices in Ballast's units, computed by hand.

use crate::WHOLE;
use ballast_interface::risk::{Observation, Quoted};

/// An observation whose average is its price.
fn seen(price: i64, interval: u64, exponent: i32) -> Observation {
    Observation { price, interval, exponent, published_at: 0, average: price }
}

fn index(price: i64, exponent: i32) -> Option<u64> {
    seen(price, 0, exponent).quoted().map(|quoted| quoted.index)
}

fn interval(price: i64, interval: u64) -> i64 {
    seen(price, interval, -10).quoted().expect("a price").interval
}

#[test]
fn every_exponent_is_read_and_prices_are_rounded_down() {
    let expected = [
        (0, 1_234_567_890_000_000_000, 9_876_543_210_000_000_000),
        (-1, 123_456_789_000_000_000, 987_654_321_000_000_000),
        (-2, 12_345_678_900_000_000, 98_765_432_100_000_000),
        (-3, 1_234_567_890_000_000, 9_876_543_210_000_000),
        (-4, 123_456_789_000_000, 987_654_321_000_000),
        (-5, 12_345_678_900_000, 98_765_432_100_000),
        (-6, 1_234_567_890_000, 9_876_543_210_000),
        (-7, 123_456_789_000, 987_654_321_000),
        (-8, 12_345_678_900, 98_765_432_100),
        (-9, 1_234_567_890, 9_876_543_210),
        (-10, 123_456_789, 987_654_321),
        (-11, 12_345_678, 98_765_432),
        (-12, 1_234_567, 9_876_543),
        (-13, 123_456, 987_654),
        (-14, 12_345, 98_765),
        (-15, 1_234, 9_876),
        (-16, 123, 987),
        (-17, 12, 98),
        (-18, 1, 9),
    ];
    for (exponent, index, average) in expected {
        let seen = Observation { average: 987_654_321, ..seen(123_456_789, 0, exponent) };
        let quoted = Quoted { index, interval: 0, average };
        assert_eq!(seen.quoted(), Some(quoted), "ten to the {exponent}");
    }
}

#[test]
fn exponents_beyond_those_of_a_traded_asset_mean_nothing() {
    for exponent in [1, -19, 2, -20, 10, -10_000, i32::MAX, i32::MIN] {
        assert_eq!(index(1_000_000_000_000, exponent), None, "ten to the {exponent}");
        assert_eq!(index(1, exponent), None, "ten to the {exponent}");
    }
}

#[test]
fn a_price_that_is_not_above_zero_means_nothing() {
    for exponent in [0, -8, -10, -18] {
        for price in [0, -1, -100_000_000_000, i64::MIN] {
            assert_eq!(index(price, exponent), None, "{price} by ten to the {exponent}");
        }
    }
}

#[test]
fn an_average_that_is_not_above_zero_means_nothing() {
    for average in [0, -1, i64::MIN] {
        assert_eq!(Observation { average, ..seen(100, 0, -8) }.quoted(), None, "average {average}");
    }
}

#[test]
fn a_price_that_does_not_fit_means_nothing() {
    // 2^64 is 1 844 674 407.3 in 10^10.
    assert_eq!(index(1_844_674_407, 0), Some(18_446_744_070_000_000_000));
    assert_eq!(index(1_844_674_408, 0), None);
    // 2^64 is 184 467 440 737 095 516.2 in 10^2.
    assert_eq!(index(184_467_440_737_095_516, -8), Some(18_446_744_073_709_551_600));
    assert_eq!(index(184_467_440_737_095_517, -8), None);
    assert_eq!(index(i64::MAX, -10), Some(9_223_372_036_854_775_807));
    assert_eq!(index(i64::MAX, -9), None);
    let average = Observation { average: 1_844_674_408, ..seen(1, 0, 0) };
    assert_eq!(average.quoted(), None);
}

#[test]
fn a_price_of_which_rounding_leaves_nothing_means_nothing() {
    assert_eq!((index(9, -11), index(10, -11)), (None, Some(1)));
    assert_eq!((index(99_999_999, -18), index(100_000_000, -18)), (None, Some(1)));
    let average = Observation { average: 99_999_999, ..seen(100_000_000, 0, -18) };
    assert_eq!(average.quoted(), None);
}

#[test]
fn the_interval_is_a_share_of_the_price_rounded_up() {
    // 2^40 is 1 099 511 627 776.
    assert_eq!(interval(2, 1), 549_755_813_888);
    assert_eq!(interval(3, 1), 366_503_875_926);
    assert_eq!(interval(3, 2), 733_007_751_851);
    assert_eq!(interval(100, 1), 10_995_116_278);
    assert_eq!(interval(7_000_000_000, 1), 158);
    assert_eq!(interval(i64::MAX, 1), 1);
    assert_eq!(interval(100, 0), 0);
}

#[test]
fn the_interval_is_the_whole_price_at_most() {
    assert_eq!(interval(100, 99), 1_088_516_511_499);
    for wide in [100, 101, u64::MAX] {
        assert_eq!(interval(100, wide), WHOLE, "{wide} around 100");
    }
    assert_eq!(interval(i64::MAX, u64::MAX), WHOLE);
}

#[test]
fn the_interval_does_not_depend_on_the_exponent() {
    // A price of which little is left still has the interval that its oracle gave.
    for exponent in -18..=0 {
        let quoted = seen(1_500_000_000, 7, exponent).quoted().expect("a price");
        assert_eq!(quoted.interval, 5_132, "ten to the {exponent}");
    }
}
