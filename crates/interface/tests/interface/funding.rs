//! Funding: what longs of a perp pay for a mark above the index, and shorts for one below, by time.

use crate::{
    code,
    money_scene::{account, lots, market, no, perp, FUTURE},
    NOW, WHOLE,
};
use ballast_interface::{
    account::{AccountError::*, MarginAccount, Market},
    Fixed64,
};
use proptest::prelude::*;

/// 95 000 dollars, which are 950 a lot.
const INDEX: u64 = 950_000_000_000_000;
/// A thousandth more a lot.
const MARK: u64 = 950_950_000;
const HOUR: i64 = 3_600;

/// A tenth of a per cent of 2^40, which is 1 099 511 627.776, rounded down.
const PREMIUM: i64 = 1_099_511_627;
/// The same paid in eight hours, an hour: 137 438 953.375 rounded down.
const HOURLY: i128 = 137_438_953;
/// What the premium makes of 950 000 000 quote units in an hour, with 64 binary places.
const AN_HOUR: i128 = (950_000_000 * HOURLY) << 24;

/// A market whose mark was posted now, a thousandth above the index.
fn marked() -> Market {
    let mut market = market(&[NOW + 86_400]);
    market.funding_at = NOW;
    market.mark(MARK, INDEX, true, NOW).unwrap();
    market
}

/// The index of funding after some seconds.
fn index_after(mut market: Market, seconds: i64) -> i128 {
    market.accrue_funding(INDEX, true, NOW + seconds).unwrap();
    market.funding_index.to_bits()
}

#[test]
fn a_mark_is_a_premium_over_the_index() {
    let premium = |mark| {
        let mut market = market(&[]);
        market.mark(mark, INDEX, true, NOW).unwrap();
        assert_eq!((market.marked_at, market.funding_at), (NOW, NOW));
        market.premium
    };
    assert_eq!(premium(MARK), PREMIUM);
    assert_eq!(premium(950_000_000), 0);
    // Below the index towards minus infinity, so by one more.
    assert_eq!(premium(949_050_000), -PREMIUM - 1);
    // The band is a sixteenth: 59 375 000 a lot.
    assert_eq!(premium(950_000_000 + 59_375_000), WHOLE / 16);
    assert_eq!(premium(950_000_000 - 59_375_000), -WHOLE / 16);
    assert!(premium(950_000_000 + 59_374_999) < WHOLE / 16);
    assert!(premium(950_000_000 - 59_374_999) > -WHOLE / 16);
    for (mark, expected) in [(1_009_375_001, WHOLE / 16), (u64::MAX, WHOLE / 16), (0, -WHOLE / 16)] {
        assert_eq!(premium(mark), expected, "{mark}");
    }
}

#[test]
fn a_thousandth_in_eight_hours_is_an_eighth_of_it_in_one() {
    // 950 dollars a lot by a thousandth by an eighth: 118 750 quote units, less what the premium is rounded by.
    assert_eq!((AN_HOUR >> 64, ((AN_HOUR + (1 << 55)) >> 64)), (118_749, 118_750));
    assert_eq!(index_after(marked(), HOUR), AN_HOUR);
    assert_eq!(index_after(marked(), 8 * HOUR), 8 * AN_HOUR);
    // A second: a 3 600th, rounded down in 2^-40.
    assert_eq!(index_after(marked(), 1), (950_000_000 * HOURLY / 3_600) << 24);
}

#[test]
fn longs_pay_and_shorts_get() {
    let (mut long, mut short, mut market) = (account(), account(), marked());
    long.trade(&mut market, &perp(100, 950_000_000)).unwrap();
    short.trade(&mut market, &perp(-100, 950_000_000)).unwrap();
    market.accrue_funding(INDEX, true, NOW + HOUR).unwrap();
    // 11 874 999.96, rounded up for who pays and down for who gets.
    assert_eq!(long.settle_funding(&mut market).unwrap(), -11_875_000);
    assert_eq!(short.settle_funding(&mut market).unwrap(), 11_874_999);
    assert_eq!((long.unpaid(1), short.unpaid(1)), (-11_875_000, 11_874_999));
    assert_eq!((market.owed, market.unpaid), (11_875_000, 11_874_999));
    assert_eq!(
        (long.legs[0].funding_index.to_bits(), short.legs[0].funding_index.to_bits()),
        (AN_HOUR, AN_HOUR)
    );
    // What is settled is settled.
    assert_eq!(long.settle_funding(&mut market).unwrap(), 0);
    assert_eq!((long.cash, long.legs[0].quantity, long.legs[0].entry_value), (0, 100, 95_000_000_000));
}

#[test]
fn shorts_pay_when_the_mark_is_below() {
    let (mut long, mut short, mut market) = (account(), account(), market(&[]));
    market.funding_at = NOW;
    market.mark(949_050_000, INDEX, true, NOW).unwrap();
    long.trade(&mut market, &perp(100, 950_000_000)).unwrap();
    short.trade(&mut market, &perp(-100, 950_000_000)).unwrap();
    market.accrue_funding(INDEX, true, NOW + HOUR).unwrap();
    // -(2^40 / 1 000 rounded down, and one) by an eighth is -137 438 953.5: towards minus infinity.
    assert_eq!(market.funding_index.to_bits(), (950_000_000 * -137_438_954) << 24);
    // 137 438 954 of 2^40 by 950 000 000 by 100 are 11 875 000.05.
    assert_eq!(long.settle_funding(&mut market).unwrap(), 11_875_000);
    assert_eq!(short.settle_funding(&mut market).unwrap(), -11_875_001);
}

#[test]
fn no_more_accrues_than_the_cap() {
    // A sixteenth in an hour, of which the cap lets a sixty-fourth through: 950 000 000 / 64 = 14 843 750.
    for (mark, expected) in [(u64::MAX, 14_843_750), (0, -14_843_750)] {
        let mut market = market(&[]);
        market.terms.funding_seconds = 3_600;
        market.funding_at = NOW;
        market.mark(mark, INDEX, true, NOW).unwrap();
        assert_eq!(index_after(market, HOUR), expected << 64);
        market.terms.funding_cap = WHOLE / 16;
        assert_eq!(index_after(market, HOUR), (4 * expected) << 64);
        market.terms.funding_cap = 0;
        assert_eq!(index_after(market, HOUR), 0);
    }
}

#[test]
fn a_mark_lapses() {
    let mut market = marked();
    market.terms.mark_seconds = 3_600;
    for (seconds, hours) in [(HOUR, 1), (HOUR + 1, 1), (100 * HOUR, 1), (i64::MAX - NOW, 1)] {
        assert_eq!(index_after(market, seconds), hours * AN_HOUR, "{seconds}");
    }
    market.accrue_funding(INDEX, true, NOW + 2 * HOUR).unwrap();
    market.accrue_funding(INDEX, true, NOW + 3 * HOUR).unwrap();
    assert_eq!((market.funding_index.to_bits(), market.funding_at), (AN_HOUR, NOW + 3 * HOUR));
    // Another one counts from when it is posted.
    market.mark(MARK, INDEX, true, NOW + 5 * HOUR).unwrap();
    assert_eq!(index_after(market, 6 * HOUR), 2 * AN_HOUR);
}

#[test]
fn a_new_mark_leaves_what_the_last_one_was_worth() {
    let mut market = marked();
    market.mark(950_000_000, INDEX, true, NOW + HOUR).unwrap();
    assert_eq!((market.funding_index.to_bits(), market.premium), (AN_HOUR, 0));
    assert_eq!(index_after(market, 5 * HOUR), AN_HOUR);
}

#[test]
fn time_without_a_good_price_is_free() {
    let mut market = marked();
    market.accrue_funding(INDEX, false, NOW + HOUR).unwrap();
    assert_eq!((market.funding_index.to_bits(), market.funding_at), (0, NOW + HOUR));
    assert_eq!(index_after(market, 2 * HOUR), AN_HOUR);
    // Nor is a price of nothing a price.
    market.accrue_funding(0, true, NOW + 3 * HOUR).unwrap();
    assert_eq!((market.funding_index.to_bits(), market.funding_at), (0, NOW + 3 * HOUR));
    market.mark(MARK, 0, true, NOW + 3 * HOUR).unwrap();
    assert_eq!(market.premium, 0);
}

#[test]
fn a_second_counts_once_and_time_never_runs_back() {
    let mut market = marked();
    market.accrue_funding(INDEX, true, NOW + HOUR).unwrap();
    for now in [NOW + HOUR, NOW + HOUR - 1, NOW, i64::MIN] {
        market.accrue_funding(INDEX, true, now).unwrap();
        assert_eq!((market.funding_index.to_bits(), market.funding_at), (AN_HOUR, NOW + HOUR), "{now}");
    }
}

#[test]
fn a_long_sleep_counts_for_a_day() {
    let mut market = marked();
    // Marks last a day at most; this one is as if it were posted all the time.
    market.marked_at = i64::MAX;
    for seconds in [24 * HOUR, 24 * HOUR + 1, 1_000 * HOUR, i64::MAX - NOW] {
        assert_eq!(index_after(market, seconds), 24 * AN_HOUR, "{seconds}");
    }
}

#[test]
fn only_the_perp_of_the_market_is_funded() {
    let (mut one, mut market) = (account(), marked());
    one.trade(&mut market, &lots(FUTURE, NOW + 86_400, 0, 100, 5)).unwrap();
    market.funding_index = Fixed64::from_bits(9 << 64);
    assert_eq!(one.settle_funding(&mut market).unwrap(), 0);
    one.trade(&mut market, &perp(3, 5)).unwrap();
    market.funding_index = Fixed64::from_bits(11 << 64);
    let mut other = market;
    other.market = 2;
    assert_eq!(one.settle_funding(&mut other).unwrap(), 0);
    assert_eq!(one.settle_funding(&mut market).unwrap(), -6);
}

#[test]
fn the_index_of_funding_has_its_largest() {
    for (sign, mark) in [(1, u64::MAX), (-1, 0)] {
        let mut market = market(&[]);
        (market.lot, market.unit, market.funding_at) = (1 << 53, 10_000, NOW);
        market.terms.funding_seconds = 3_600;
        (market.terms.funding_band, market.terms.funding_cap) = (WHOLE, WHOLE / 16);
        // Next to 2^63 quote units a lot, of which a day's worth is more than the index of funding holds.
        let index = 102_399_999_999_999_999;
        let price = i128::from(market.per_lot_down(index).unwrap());
        assert!(price > 1 << 62);
        market.mark(mark, index, true, NOW).unwrap();
        market.accrue_funding(index, true, NOW + 86_400).unwrap();
        assert_eq!(market.funding_index.to_bits(), sign << 124);
        market.marked_at = i64::MAX;
        market.accrue_funding(index, true, i64::MAX).unwrap();
        assert_eq!(market.funding_index.to_bits(), sign << 124);
        // The most lots, from one end to the other, are beyond what a number of money holds.
        let (mut one, most) = (account(), perp(1 << 40, 0));
        one.trade(&mut market, &most).unwrap();
        market.funding_index = Fixed64::from_bits(-sign << 124);
        assert_eq!(code(one.settle_funding(&mut market)), no(NumberTooLarge));
        // 2^22 a lot are 2^62 for the most lots.
        one.legs[0].funding_index = Fixed64::default();
        market.funding_index = Fixed64::from_bits(sign << 86);
        assert_eq!(one.settle_funding(&mut market).unwrap(), -(sign as i64) << 62);
    }
}

#[test]
fn prices_that_do_not_fit_are_refused() {
    let mut market = marked();
    market.lot = 10_000_000_000_000_000;
    assert_eq!(code(market.accrue_funding(u64::MAX, true, NOW + 1)), no(NumberTooLarge));
    assert_eq!(code(market.mark(MARK, u64::MAX, true, NOW)), no(NumberTooLarge));
}

/// Two accounts that hold the same lots on two sides.
fn pair(market: &mut Market, count: i64) -> [MarginAccount; 2] {
    let mut pair = [account(); 2];
    pair[0].trade(market, &perp(count, 5)).unwrap();
    pair[1].trade(market, &perp(-count, 5)).unwrap();
    pair
}

proptest! {
    /// Whatever happens: shorts get no more than longs pay, and the index moves to the side of the premium alone.
    #[test]
    fn nothing_is_created(
        count in prop_oneof![1i64..10, 1i64..1 << 40],
        steps in proptest::collection::vec(
            (any::<bool>(), 0i64..100_000, 0u64..2_000_000_000, any::<bool>()), 1..20,
        ),
    ) {
        let mut market = marked();
        let [mut long, mut short] = pair(&mut market, count);
        let (mut now, mut times) = (NOW, 0);
        for (marks, seconds, mark, settles) in steps {
            now += seconds;
            let (before, premium) = (market.funding_index.to_bits(), market.premium);
            if marks {
                market.mark(mark, INDEX, true, now).unwrap();
            } else {
                market.accrue_funding(INDEX, true, now).unwrap();
            }
            let moved = market.funding_index.to_bits() - before;
            prop_assert!(moved == 0 || moved.signum() == i128::from(premium.signum()));
            // No faster than the cap: a sixty-fourth of the index an hour.
            prop_assert!(moved.unsigned_abs() <= (950_000_000 * seconds as u128 / 3_600 + 1) << 58);
            if settles {
                let got = (long.settle_funding(&mut market), short.settle_funding(&mut market));
                // Sums that do not fit are refused, and nothing that was begun remains.
                let (Ok(a), Ok(b)) = got else { return Ok(()) };
                prop_assert!((-1..=0).contains(&(a + b)), "{} is created", a + b);
                times += 1;
            }
            let sum = long.unpaid(1) + short.unpaid(1);
            prop_assert!((-times..=0).contains(&sum));
        }
    }

    /// Terms and prices at their ends are refused or counted, without a panic.
    #[test]
    fn extremes_do_not_panic(
        index: u64, mark: u64, now in any::<[i64; 3]>(), lot in 0u64..=1 << 53, lots in 1i64..=1 << 40,
        band in 0i64..=1 << 40, cap in 0i64..=1 << 36, period in 3_600u32..=86_400,
    ) {
        let mut market = market(&[]);
        let [mut long, mut short] = pair(&mut market, lots);
        market.lot = lot;
        (market.terms.funding_band, market.terms.funding_cap) = (band, cap);
        market.terms.funding_seconds = period;
        for now in now {
            let _ = market.mark(mark, index, true, now);
            let _ = market.accrue_funding(index, true, now.saturating_add(50_000));
            prop_assert!(market.premium.abs() <= band);
            let (a, b) = (long.settle_funding(&mut market), short.settle_funding(&mut market));
            if let (Ok(a), Ok(b)) = (a, b) {
                prop_assert!((-1..=0).contains(&(i128::from(a) + i128::from(b))));
            }
        }
    }
}
