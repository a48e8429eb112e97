//! Eras of a fund: shares that losses have made all but worthless count as fewer.
//!
//! When a payment leaves assets `A` and shares `S`, an era begins if `A < S >> 20`, and another if `A < S >> 40`, and so on. A
//! stake of `s` shares has `s * A / S` before it follows, and `(s >> 20) * A / (S >> 20)` afterwards. `S >> 20` is no more than
//! `S / 2^20`, and `A / S` is less than 2^-20: the shares that are rounded off the stake are worth less than a unit. What is
//! rounded off `S` makes a share dearer by less than a part in `S >> 20`, which of less than `A < S >> 20` is less than a
//! unit. So what a stake is worth, rounded down, changes by a unit at most. Where a million shares take the place of fewer,
//! nobody's shares get a part of what is left, which is less than a dollar: at most a quarter of one, and no stake gains.

use crate::liquidation_fund::{fund, no, stake, sums};
use ballast_interface::liquidation::{Fund, LiquidationError as Wrong, Stake};

const NOW: i64 = 1_000_000;
const MILLION_DOLLARS: u64 = 1_000_000_000_000;

/// A fund of so many shares, of which a loss has just left so much.
pub fn left(shares: u64, assets: u64) -> Fund {
    let mut fund = fund();
    fund.rules.market_cap = 1 << 60;
    (fund.assets, fund.shares) = (assets + 1, shares);
    fund.pay(1, 1, NOW).unwrap();
    assert_eq!((fund.assets, fund.paid), (assets, 1));
    fund.invariant().unwrap();
    fund
}

/// A stake of an era, some of which leaves.
fn held(era: u32, shares: u64, leaving: u64) -> Stake {
    Stake { era, shares, leaving, leaves_at: if leaving > 0 { NOW + 5 } else { 0 }, ..stake() }
}

/// What the shares of a stake have become.
fn followed(fund: &Fund, shares: u64) -> u64 {
    let mut stake = held(0, shares, 0);
    stake.follow(fund);
    assert_eq!(stake.era, fund.era);
    stake.shares
}

#[test]
fn a_million_dollars_can_be_staked_beside_a_unit() {
    let mut fund = fund();
    fund.rules.market_cap = 1 << 60;
    let mut ann = stake();
    // With a million shares of nobody's, 10^12 in all.
    ann.add(fund.stake_down(999_999_000_000).unwrap()).unwrap();
    assert_eq!(sums(&fund), (999_999_000_000, 1_000_000_000_000));
    fund.pay(1, 999_998_999_999, NOW).unwrap();
    // 10^12 / 2^20 is 953 674.3: fewer than a million.
    assert_eq!((sums(&fund), fund.era), ((1, 1_000_000), 1));
    fund.invariant().unwrap();
    let before = fund;
    ann.follow(&fund);
    // 999 999 000 000 / 2^20 is 953 673.36.
    assert_eq!((ann.shares, ann.era, fund.worth_down(ann.shares)), (953_673, 1, 0));
    let mut bob = held(fund.era, 0, 0);
    bob.add(fund.stake_down(MILLION_DOLLARS).unwrap()).unwrap();
    // A million shares a unit. All of 10^18 and a million are worth 10^12 and a unit.
    assert_eq!((bob.shares, sums(&fund)), (10u64.pow(18), (MILLION_DOLLARS + 1, 10u64.pow(18) + 1_000_000)));
    assert_eq!((fund.worth_down(bob.shares), fund.worth_down(ann.shares)), (MILLION_DOLLARS, 0));
    assert_eq!(fund.unstake_down(bob.shares).unwrap(), MILLION_DOLLARS);
    assert_eq!(sums(&fund), sums(&before));
}

#[test]
fn an_era_begins_when_two_to_the_twentieth_shares_are_less_than_a_unit() {
    // 10^12 / 2^20 is 953 674.3.
    for (assets, expected, era) in [(953_674, 1_000_000_000_000, 0), (953_673, 1_000_000, 1)] {
        let fund = left(1_000_000_000_000, assets);
        assert_eq!((sums(&fund), fund.era), ((assets, expected), era));
    }
    for (shares, assets, expected, eras) in [
        // Just 2^20 shares a unit, or more; a unit less.
        (1 << 60, (1 << 40) + 1, 1 << 60, 0),
        (1 << 60, 1 << 40, 1 << 60, 0),
        (1 << 60, (1 << 40) - 1, 1 << 40, 1),
        // A share short of 2^20 a unit.
        ((1 << 60) - 1, (1 << 40) - 1, (1 << 60) - 1, 0),
        ((1 << 60) + (1 << 20) - 1, (1 << 40) - 1, 1 << 40, 1),
        ((1 << 60) + (1 << 20), 1 << 40, (1 << 40) + 1, 1),
        // A million shares are left, or more: 2^20 of a million are 1 048 576 000 000.
        (1_048_575_999_999, 1, 1_000_000, 1),
        (1_048_576_000_000, 1, 1_000_000, 1),
        (1_048_577_048_575, 1, 1_000_000, 1),
        (1_048_577_048_576, 1, 1_000_001, 1),
        // The last unit, and 2^20 shares or two of them.
        ((1 << 21) - 1, 1, (1 << 21) - 1, 0),
        (1 << 21, 1, 1_000_000, 1),
        // Few shares are never made fewer by what is left.
        (1_000_000, 1, 1_000_000, 0),
        (1, 1, 1, 0),
    ] {
        let fund = left(shares, assets);
        assert_eq!((sums(&fund), fund.era), ((assets, expected), eras), "{assets} of {shares}");
    }
}

#[test]
fn a_fund_takes_eight_million_dollars_after_any_loss() {
    // Most shares that one unit can be left to: all must be counted in 64 bits, and (2^43 + 2^22 + 2) * (2^21 - 1) are
    // 2^64 - 2.
    let worst = left((1 << 21) - 1, 1);
    let most = (1 << 43) + (1 << 22) + 1;
    assert!(worst.era == 0 && most > 8 * MILLION_DOLLARS);
    let mut fits = worst;
    assert_eq!(fits.stake_down(most).unwrap(), u64::MAX - (1 << 21));
    assert_eq!(sums(&fits), (most + 1, u64::MAX - 1));
    no(worst.clone().stake_down(most + 1), Wrong::NumberTooLarge);
    // A unit at the beginning of an era: 18 446 744 073 709 * 10^6 + 551 615 are 2^64 - 1.
    let fund = left(1_000_000_000_000, 1);
    assert_eq!(fund.clone().stake_down(18_446_744_073_708).unwrap(), 18_446_744_073_708_000_000);
    no(fund.clone().stake_down(18_446_744_073_709), Wrong::NumberTooLarge);
}

#[test]
fn several_eras_begin_at_once() {
    for (shares, assets, expected, eras) in [
        // 2^40 shares a unit, and a unit less.
        (1 << 60, 1 << 20, 1 << 40, 1),
        (1 << 60, (1 << 20) - 1, 1 << 20, 2),
        // All but a unit is lost of a million dollars at a million shares a unit: 10^18 / 2^40 is 909 494.7.
        (10u64.pow(18) + 1_000_000, 1, 1_000_000, 2),
        (1 << 60, 1, 1 << 20, 2),
        ((1 << 61) - 1, 1, (1 << 21) - 1, 2),
        // 2^61 / 2^60 is two: a third era.
        (1 << 61, 1, 1_000_000, 3),
        // All 64 bits by 2^60 are 15; by 2^40, 16 777 215.
        (u64::MAX, 15, 16_777_215, 2),
        (u64::MAX, 14, 1_000_000, 3),
        (u64::MAX, 1, 1_000_000, 3),
    ] {
        let fund = left(shares, assets);
        assert_eq!((sums(&fund), fund.era), ((assets, expected), eras), "{assets} of {shares}");
    }
    // One loss after the other comes to the same.
    let mut fund = left(1 << 60, (1 << 40) - 1);
    fund.pay(1, (1 << 40) - 2, NOW).unwrap();
    assert_eq!((sums(&fund), fund.era), ((1, 1 << 20), 2));
    // 2^20 - 1 is left of stakes of 2^60 - 1, in two steps or one.
    let mut late = held(1, (1 << 40) - 1, 0);
    late.follow(&fund);
    assert_eq!([late.shares, followed(&fund, (1 << 60) - 1)], [(1 << 20) - 1; 2]);
}

#[test]
fn a_fund_that_is_used_up_is_four_eras_on() {
    for shares in [1, 1_000_000, 1 << 60, u64::MAX] {
        let mut fund = left(shares, 0);
        assert_eq!((sums(&fund), fund.era), ((0, 0), 4));
        assert_eq!(followed(&fund, shares), 0);
        // As at the very beginning.
        assert_eq!(fund.stake_down(MILLION_DOLLARS).unwrap(), MILLION_DOLLARS);
        assert_eq!(sums(&fund), (MILLION_DOLLARS, MILLION_DOLLARS + 1_000_000));
    }
    // Of what was earned since, no stake of before has a part.
    let mut fund = left(1 << 60, 0);
    fund.earn(7_000_000).unwrap();
    assert_eq!((sums(&fund), fund.worth_down(followed(&fund, 1 << 60))), ((7_000_000, 7_000_000), 0));
    fund.pay(1, 7_000_000, NOW).unwrap();
    assert_eq!((sums(&fund), fund.era), ((0, 0), 8));
}

#[test]
fn eras_are_counted_to_the_last() {
    let fund = |era| {
        let mut fund = fund();
        (fund.era, fund.assets, fund.shares) = (era, 2, 1 << 21);
        fund
    };
    for (era, amount, after) in [
        (u32::MAX - 4, 2, Some(u32::MAX)),
        (u32::MAX - 3, 2, None),
        (u32::MAX - 1, 1, Some(u32::MAX)),
        (u32::MAX, 1, None),
    ] {
        let mut fund = fund(era);
        match after {
            Some(after) => {
                fund.pay(1, amount, NOW).unwrap();
                assert_eq!(fund.era, after);
            }
            None => no(fund.pay(1, amount, NOW), Wrong::NumberTooLarge),
        }
    }
}

#[test]
fn only_a_payment_begins_an_era() {
    let mut fund = fund();
    // Worse than any payment leaves it.
    (fund.assets, fund.shares) = (1, 1 << 40);
    fund.pay(1, 0, NOW).unwrap();
    fund.earn(0).unwrap();
    fund.earn(1).unwrap();
    fund.stake_down(1).unwrap();
    fund.unstake_down(1 << 30).unwrap();
    assert_eq!(fund.era, 0);
}

#[test]
fn stakes_follow_with_what_leaves() {
    const K: u64 = 1 << 20;
    for (eras, shares, leaving, expected) in [
        (0, K - 1, 7, (K - 1, 7)),
        (1, K - 1, K - 1, (0, 0)),
        (1, K, K - 1, (1, 0)),
        (1, 5 * K + K - 1, 3 * K, (5, 3)),
        (1, 5 * K, 3 * K - 1, (5, 2)),
        (1, u64::MAX, u64::MAX, ((1 << 44) - 1, (1 << 44) - 1)),
        (2, u64::MAX, K * K, ((1 << 24) - 1, 1)),
        (2, K * K - 1, K * K - 1, (0, 0)),
        (3, u64::MAX, 1 << 60, (15, 1)),
        (3, 1 << 60, (1 << 60) - 1, (1, 0)),
        (4, u64::MAX, u64::MAX, (0, 0)),
        (5, u64::MAX, 1, (0, 0)),
        (u32::MAX, u64::MAX, 1, (0, 0)),
    ] {
        let first = u32::MAX - eras;
        for era in [0, first] {
            let mut fund = fund();
            fund.era = era + eras;
            let mut ann = held(era, shares, leaving);
            // And once more, which changes nothing.
            for _ in 0..2 {
                ann.follow(&fund);
                assert_eq!(
                    (ann.era, ann.shares, ann.leaving),
                    (era + eras, expected.0, expected.1),
                    "{eras} eras"
                );
                ann.invariant().unwrap();
                assert_eq!(ann.leaves_at, if expected.1 == 0 { 0 } else { NOW + 5 });
            }
        }
    }
}

#[test]
fn shares_leave_across_an_era() {
    // Ann has half of 2^60 shares, and half of hers leave: a quarter of 2^40 - 1 is 274 877 906 943.75.
    let mut fund = left(1 << 60, (1 << 40) - 1);
    let mut ann = held(0, 1 << 59, 1 << 58);
    ann.follow(&fund);
    no(ann.take(NOW + 4), Wrong::StakeCools);
    let shares = ann.take(NOW + 5).unwrap();
    assert_eq!((shares, ann.shares), (1 << 38, 1 << 38));
    assert_eq!(fund.unstake_down(shares).unwrap(), 274_877_906_943);
    // Nothing leaves of what has become nothing.
    let mut bob = held(0, 1 << 59, (1 << 20) - 1);
    bob.follow(&fund);
    no(bob.take(NOW + 5), Wrong::SharesMissing);
    assert_eq!(bob.shares, 1 << 39);
}

#[test]
fn a_stake_is_worth_as_much_as_before_but_for_a_unit() {
    // 2^40 - 1 of 2^60 shares: a part s of them is worth s * (2^40 - 1) / 2^60.
    let fund = left(1 << 60, (1 << 40) - 1);
    for (shares, expected) in [
        (1 << 60, (1 << 40) - 1),
        // Half of an odd number.
        (1 << 59, (1 << 39) - 1),
        // 3 * 2^20 shares are worth just less than three; a share less is rounded down to two of them, just less than two.
        (3 << 20, 2),
        ((3 << 20) - 1, 1),
        (1 << 20, 0),
    ] {
        assert_eq!(fund.worth_down(followed(&fund, shares)), expected, "{shares} shares");
    }
    // A unit more: of 2^60 + 2^20 - 1 shares those beyond 2^60 are rounded off. k * 2^20 shares were worth
    // k - k * 2^-39, rounded down, and are k - k * 2^-40: for k of 3 * 2^38 that is k - 1.5 and k - .75.
    let fund = left((1 << 60) + (1 << 20) - 1, (1 << 40) - 1);
    let exact = |shares: u128| (shares * ((1 << 40) - 1) / ((1 << 60) + (1 << 20) - 1)) as u64;
    assert_eq!(exact(3 << 58), (3 << 38) - 2);
    assert_eq!((fund.shares, fund.worth_down(followed(&fund, 3 << 58))), (1 << 40, (3 << 38) - 1));
}

#[test]
fn nobodys_shares_take_no_more_than_a_quarter_of_a_dollar() {
    // 999 999 000 000 of 10^12 shares had 953 672.05 of 953 673. Of a million shares 953 673 have 909 492.19.
    let fund = left(1_000_000_000_000, 953_673);
    assert_eq!(fund.worth_down(followed(&fund, 999_999_000_000)), 909_492);
    // The most: 524 288 000 000 shares are half a million in the next era, and have half of what was theirs, 499 999.
    let fund = left(524_288_000_000, 499_999);
    assert_eq!(fund.worth_down(followed(&fund, 524_288_000_000)), 249_999);
}
