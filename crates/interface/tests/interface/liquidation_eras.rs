//! Eras of a fund: shares that losses have made all but worthless count as fewer, and a million new ones are nobody's.
//!
//! When a payment leaves assets `A` and shares `S`, an era begins if `A < S >> 20`, and another if `A < S >> 40`, and so on.
//! After `k` eras there are `n + N` shares, `n` being `S >> 20k` and `N` a million; `A < n`, and `n < 2^20 * (A + 1)`.
//!
//! What an era costs: a stake of `s` shares had `s * A / S`, and has `(s >> 20k) * A / (n + N)`. No stake gains, since
//! `n + N` is more than `S / 2^20k`. What rounds off the stake is worth less than a unit: less than one share of the new, of
//! which `n` would have `A < n`. Beyond that all stakes, with `n` shares at most, lose `A * N / (n + N)` at most, which of
//! `A < n` is less than `N`: a dollar of six decimals, to nobody, and to each stake's owner his part of it.
//!
//! What a fund takes in: after an era a unit stands for `(n + N) / A` shares, less than `2^20 * (1 + 1 / A) + N / A`: most
//! where a unit is left of `n = 2^21 - 1`, 3 097 151. Without an era they are `2^21 - 1` at most. Stakes, fees and what
//! leaves make shares no cheaper. So any fund takes in until it owns the 3 097 151st part of 2^64 - 1, 5 956 036 393 998
//! units: nearly six million dollars. One that an era has left a unit has `n = 2` at best, and then takes in 18.4 million.

use crate::liquidation_fund::{fund, no, stake, sums};
use ballast_interface::liquidation::{Fund, LiquidationError as Wrong, Stake};

const NOW: i64 = 1_000_000;
/// Shares of nobody that come with an era.
const NOBODYS: u64 = 1_000_000;
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
    // 10^12 / 2^20 is 953 674.3.
    assert_eq!((sums(&fund), fund.era), ((1, 1_953_674), 1));
    fund.invariant().unwrap();
    let before = fund;
    ann.follow(&fund);
    // 999 999 000 000 / 2^20 is 953 673.36.
    assert_eq!((ann.shares, ann.era, fund.worth_down(ann.shares)), (953_673, 1, 0));
    let mut bob = held(fund.era, 0, 0);
    bob.add(fund.stake_down(MILLION_DOLLARS).unwrap()).unwrap();
    // 1 953 674 shares a unit: those of before are worth a unit still.
    assert_eq!(bob.shares, 1_953_674_000_000_000_000);
    assert_eq!(sums(&fund), (1_000_000_000_001, 1_953_674_000_001_953_674));
    assert_eq!((fund.worth_down(bob.shares), fund.worth_down(ann.shares)), (MILLION_DOLLARS, 0));
    assert_eq!(fund.unstake_down(bob.shares).unwrap(), MILLION_DOLLARS);
    assert_eq!(sums(&fund), sums(&before));
}

#[test]
fn an_era_begins_when_two_to_the_twentieth_shares_are_less_than_a_unit() {
    // 10^12 / 2^20 is 953 674.3.
    for (assets, expected, era) in [(953_674, 1_000_000_000_000, 0), (953_673, 1_953_674, 1)] {
        let fund = left(1_000_000_000_000, assets);
        assert_eq!((sums(&fund), fund.era), ((assets, expected), era));
    }
    for (shares, assets, expected, eras) in [
        // Just 2^20 shares a unit, or more; a unit less.
        (1 << 60, (1 << 40) + 1, 1 << 60, 0),
        (1 << 60, 1 << 40, 1 << 60, 0),
        (1 << 60, (1 << 40) - 1, (1 << 40) + NOBODYS, 1),
        // A share short of 2^20 a unit.
        ((1 << 60) - 1, (1 << 40) - 1, (1 << 60) - 1, 0),
        ((1 << 60) + (1 << 20) - 1, (1 << 40) - 1, (1 << 40) + NOBODYS, 1),
        ((1 << 60) + (1 << 20), 1 << 40, (1 << 40) + 1_000_001, 1),
        // A million come on top of a million, or of more or fewer: a million times 2^20 are 1 048 576 000 000.
        (1_048_575_999_999, 1, 1_999_999, 1),
        (1_048_576_000_000, 1, 2_000_000, 1),
        (1_048_577_048_575, 1, 2_000_000, 1),
        (1_048_577_048_576, 1, 2_000_001, 1),
        // The last unit, and 2^20 shares or two of them.
        ((1 << 21) - 1, 1, (1 << 21) - 1, 0),
        (1 << 21, 1, 1_000_002, 1),
        // Few shares are never made fewer by what is left, nor more.
        (1_000_000, 1, 1_000_000, 0),
        (1, 1, 1, 0),
    ] {
        let fund = left(shares, assets);
        assert_eq!((sums(&fund), fund.era), ((assets, expected), eras), "{assets} of {shares}");
    }
}

#[test]
fn a_fund_takes_nearly_six_million_dollars_after_any_loss() {
    for (shares, era, expected, most, bought) in [
        // The most shares that one unit can be left to, 2^21 - 1 and a million: 5 956 036 393 998 * 3 097 151 + 2 251 917
        // are 2^64 - 1, and the shares of before are one part of that.
        ((1 << 41) - 1, 1, 3_097_151, 5_956_036_393_997, 18_446_744_073_704_202_547),
        // A share more is two eras on, with two shares and a million: 18 446 707 180 295 * 1 000 002 + 191 025.
        (1 << 41, 2, 1_000_002, 18_446_707_180_294, 18_446_744_073_708_360_588),
        // 9 442 078 910 662 * 1 953 674 + 879 427.
        (1_000_000_000_000, 1, 1_953_674, 9_442_078_910_661, 18_446_744_073_706_718_514),
        // The most without an era: (2^43 + 2^22 + 2) * (2^21 - 1) are 2^64 - 2.
        ((1 << 21) - 1, 0, 2_097_151, (1 << 43) + (1 << 22) + 1, u64::MAX - (1 << 21)),
    ] {
        let fund = left(shares, 1);
        assert_eq!((fund.era, sums(&fund)), (era, (1, expected)));
        let mut fits = fund;
        assert_eq!(fits.stake_down(most).unwrap(), bought, "{most} beside {expected} shares");
        assert_eq!(sums(&fits), (most + 1, bought + expected));
        no(fund.clone().stake_down(most + 1), Wrong::NumberTooLarge);
    }
    // Of two units left it is 4 145 727 shares at most, 2 072 863.5 a unit: more than of one.
    let fund = left((3 << 40) - 1, 2);
    assert_eq!((fund.era, sums(&fund)), (1, (2, 4_145_727)));
    fund.clone().stake_down(5_956_036_393_998).unwrap();
}

#[test]
fn several_eras_begin_at_once() {
    for (shares, assets, expected, eras) in [
        // 2^40 shares a unit, and a unit less.
        (1 << 60, 1 << 20, (1 << 40) + NOBODYS, 1),
        (1 << 60, (1 << 20) - 1, (1 << 20) + NOBODYS, 2),
        // All but a unit is lost of a million dollars at a million shares a unit: 10^18 / 2^40 is 909 494.7.
        (10u64.pow(18) + 1_000_000, 1, 1_909_494, 2),
        (1 << 60, 1, (1 << 20) + NOBODYS, 2),
        ((1 << 61) - 1, 1, 3_097_151, 2),
        // 2^61 / 2^60 is two: a third era.
        (1 << 61, 1, 1_000_002, 3),
        // All 64 bits by 2^60 are 15; by 2^40, 16 777 215.
        (u64::MAX, 15, 17_777_215, 2),
        (u64::MAX, 14, 1_000_015, 3),
        (u64::MAX, 1, 1_000_015, 3),
    ] {
        let fund = left(shares, assets);
        assert_eq!((sums(&fund), fund.era), ((assets, expected), eras), "{assets} of {shares}");
    }
    // One loss after the other comes to the same: the million of the first era are less than a share of the second.
    let mut fund = left(1 << 60, (1 << 40) - 1);
    fund.pay(1, (1 << 40) - 2, NOW).unwrap();
    assert_eq!((sums(&fund), fund.era), ((1, (1 << 20) + NOBODYS), 2));
    // And next to a share of the second, to one more.
    let mut fund = left((1 << 60) + (1 << 40) - (1 << 20), (1 << 40) - 1);
    assert_eq!((sums(&fund), fund.era), (((1 << 40) - 1, (1 << 40) + (1 << 20) + 999_999), 1));
    fund.pay(1, (1 << 40) - 2, NOW).unwrap();
    assert_eq!((sums(&fund), fund.era), ((1, (1 << 20) + 1_000_001), 2));
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
    // Ann has half of 2^60 shares, and half of hers leave: of 2^40 and a million they are 2^38, which have a quarter of
    // 2^40 - 1, or 274 877 906 943.75, but for a quarter of a million.
    let mut fund = left(1 << 60, (1 << 40) - 1);
    let mut ann = held(0, 1 << 59, 1 << 58);
    ann.follow(&fund);
    no(ann.take(NOW + 4), Wrong::StakeCools);
    let shares = ann.take(NOW + 5).unwrap();
    assert_eq!((shares, ann.shares), (1 << 38, 1 << 38));
    assert_eq!(fund.unstake_down(shares).unwrap(), 274_877_656_943);
    // Nothing leaves of what has become nothing.
    let mut bob = held(0, 1 << 59, (1 << 20) - 1);
    bob.follow(&fund);
    no(bob.take(NOW + 5), Wrong::SharesMissing);
    assert_eq!(bob.shares, 1 << 39);
}

#[test]
fn a_stake_is_worth_as_much_as_before_but_for_its_part_of_a_million() {
    // 2^40 - 1 is left of 2^60 shares, which are 2^40 and a million now. A part s had s * (2^40 - 1) / 2^60; of the whole
    // the million has a million less .9, of a half half of that.
    let fund = left(1 << 60, (1 << 40) - 1);
    for (shares, expected) in [
        // 2^40 - 1 - 1 000 000 + .909.
        (1 << 60, (1 << 40) - 1_000_001),
        // 2^39 - .5 - 500 000 + .455.
        (1 << 59, (1 << 39) - 500_001),
        // 3 * 2^20 shares are worth just less than three; a share less is rounded down to two of them, just less than two.
        (3 << 20, 2),
        ((3 << 20) - 1, 1),
        (1 << 20, 0),
    ] {
        assert_eq!(fund.worth_down(followed(&fund, shares)), expected, "{shares} shares");
    }
    // Of 2^60 + 2^20 - 1 shares those beyond 2^60 are rounded off, and no stake is worth more for it: nobody's take more than
    // that. Of three quarters of 2^60, which had 3 * 2^38 - 1.5, it is 1 000 001 / (2^40 + 1 000 000) parts: 750 000.07.
    let fund = left((1 << 60) + (1 << 20) - 1, (1 << 40) - 1);
    assert_eq!(fund.shares, (1 << 40) + NOBODYS);
    assert_eq!(fund.worth_down(followed(&fund, 3 << 58)), (3 << 38) - 750_001);
}

#[test]
fn nobodys_shares_take_less_than_a_million_units() {
    for (shares, assets, mine, had, has) in [
        // 999 999 000 000 of 10^12 shares had 953 672.05 of 953 673. Now they are 953 673 of 1 953 674.
        (1_000_000_000_000, 953_673, 999_999_000_000, 953_672, 465_529),
        // Half a million shares and a million: a third is left of 499 999.
        (524_288_000_000, 499_999, 524_288_000_000, 499_999, 166_666),
        // The most: 2^44 - 1 shares and a million of 2^44 - 2 units. Nobody's have 999 999.94 of them.
        (u64::MAX, (1 << 44) - 2, u64::MAX, (1 << 44) - 2, (1 << 44) - 1_000_002),
        // The least: of a unit for 2^21 - 1 shares they have a third, and with rounding all of it.
        ((1 << 41) - 1, 1, (1 << 41) - 1, 1, 0),
        // At 2^20 shares a unit for 2^40 of them, .95 of a unit.
        (1 << 60, 1 << 20, 1 << 60, 1 << 20, (1 << 20) - 1),
    ] {
        let before = Fund { assets, shares, ..fund() };
        assert_eq!(before.worth_down(mine), had);
        let fund = left(shares, assets);
        assert!(fund.era == 1);
        assert_eq!(fund.worth_down(followed(&fund, mine)), has, "{assets} of {shares}");
    }
}

/// Shares of a stake that is all of a fund but for a million and a little more.
const NEARLY_ALL: u64 = 2_200_000_000_000;
/// Ten thousand dollars.
const FEES: u64 = 10_000_000_000;

/// Takes fees in, and asks what shares have of them, and what a thousand more cost: to the unit.
#[track_caller]
fn fees(mut fund: Fund, shares: u64, has: u64, cost: u64) {
    fund.earn(FEES).unwrap();
    assert_eq!(fund.worth_down(shares), has);
    no(fund.clone().stake_down(cost - 1), Wrong::StakeTooSmall);
    assert_eq!(fund.stake_down(cost).unwrap(), 1_000);
    // Of which rounding takes a unit at most.
    assert!(fund.worth_down(1_000) >= cost - 1);
}

#[test]
fn whoever_is_left_of_an_era_owns_next_to_nothing_of_later_fees() {
    for (assets, era, all, mine, leave, got, left_behind, has, cost) in [
        // 2 200 001 000 000 / 2^20 is 2 098 084.45, and Ann's are 2 098 083.50 of that. 2 097 083 of 3 098 084 shares have
        // 1 353 793.51 of two dollars. 1 001 001 stay, of which Ann's have 9 990 645.57 of 10 000 646 207.
        (2_000_000, 1, 3_098_084, 2_098_083, 2_097_083, 1_353_793, 646_207, 9_990_645, 9_990_646),
        // The most for an era: 1 420 185.57 of 2 098 083. Ann's have 9 990 677.23 of 10 000 677 898.
        (2_098_083, 1, 3_098_084, 2_098_083, 2_097_083, 1_420_185, 677_898, 9_990_677, 9_990_678),
        // A unit more, and none begins. All but a thousand of 2 200 001 000 000 have 2 098 083.05 of 2 098 084, and of
        // 1 001 000 that stay Ann's have 9 990 009.99 of 10 000 000 001.
        (2_098_084, 0, 2_200_001_000_000, NEARLY_ALL, 2_199_999_999_000, 2_098_083, 1, 9_990_009, 9_990_010),
    ] {
        let mut fund = left(2_200_001_000_000, assets);
        assert_eq!((fund.era, sums(&fund)), (era, (assets, all)));
        let mut ann = held(0, NEARLY_ALL, 0);
        ann.follow(&fund);
        assert_eq!(ann.shares, mine);
        no(ann.leave(leave + 1, &fund.rules, NOW), Wrong::StakeTooSmall);
        ann.leave(leave, &fund.rules, NOW).unwrap();
        let shares = ann.take(ann.leaves_at).unwrap();
        assert_eq!((shares, ann.shares), (leave, 1_000));
        assert_eq!(fund.unstake_down(shares).unwrap(), got);
        assert_eq!(sums(&fund), (left_behind, all - leave));
        // A thousandth: ten dollars of ten thousand.
        fees(fund, ann.shares, has, cost);
    }
}

#[test]
fn a_share_that_an_era_leaves_of_many_owns_next_to_nothing() {
    // Ann lets all leave but 2^20 shares, one of the next era: far fewer than she could leave behind then. Hers are
    // 2^20 * 2 098 083 + 520 192, so that nothing stays of her last 520 192, and one of one more.
    for (keeps, leaves, stays, got, left_behind) in [
        // 2 098 082 of 3 098 084 shares have 1 354 438.42 of two dollars, and 2 098 083 have 1 354 439.07.
        (1 << 20, 2_098_082, 1, 1_354_438, 645_562),
        (520_193, 2_098_082, 1, 1_354_438, 645_562),
        (520_192, 2_098_083, 0, 1_354_439, 645_561),
    ] {
        let mut ann = held(0, NEARLY_ALL, 0);
        let mut fund = left(2_200_001_000_000, 2_000_000);
        ann.leave(NEARLY_ALL - keeps, &fund.rules, NOW).unwrap();
        ann.follow(&fund);
        let shares = ann.take(ann.leaves_at).unwrap();
        assert_eq!((shares, ann.shares), (leaves, stays), "{keeps} kept");
        assert_eq!(fund.unstake_down(shares).unwrap(), got);
        // A million, what rounds off all stakes, and hers.
        assert_eq!(sums(&fund), (left_behind, 1_000_001 + stays));
        // A share of 1 000 002 has a cent of 10 000 645 562, and 1 000 cost 10 000 625.56; of 1 000 001 it is 10 000 635.56.
        let (has, cost) = if stays == 1 { (10_000, 10_000_626) } else { (0, 10_000_636) };
        fees(fund, ann.shares, has, cost);
    }
}
