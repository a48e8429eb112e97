//! The insurance fund and its stakes, by numbers worked out by hand.

use crate::{code, liquidation_rules::sound};
use anchor_lang::prelude::Error;
use ballast_interface::{
    account::Group,
    liquidation::{Fund, LiquidationError as Wrong, RescueRules, Stake, EXIT_SECONDS},
};

const NOW: i64 = 1_000_000;

/// A fund of no money, by rules whose cap is 5 000 in an hour.
pub fn fund() -> Fund {
    let mut fund: Fund = bytemuck::Zeroable::zeroed();
    (fund.version, fund.rules) = (Fund::VERSION, sound());
    fund
}

/// A stake of no shares.
pub fn stake() -> Stake {
    let mut stake: Stake = bytemuck::Zeroable::zeroed();
    stake.version = Stake::VERSION;
    stake
}

/// What must be refused, and why.
#[track_caller]
pub fn no<T>(result: Result<T, Error>, why: Wrong) {
    assert_eq!(code(result.map(|_| ())), Some(u32::from(why)), "{why:?}");
}

/// What a fund owns, and its shares.
pub fn sums(fund: &Fund) -> (u64, u64) {
    (fund.assets, fund.shares)
}

#[test]
fn stakes_share_fees() {
    let mut fund = fund();
    assert_eq!(fund.stake_down(9_000_000).unwrap(), 9_000_000);
    fund.earn(6_000_000).unwrap();
    // A million shares are nobody's.
    assert_eq!((sums(&fund), fund.earned), ((15_000_000, 10_000_000), 6_000_000));
    // 1 000 shares cost 1 500: 1 499 would buy 999, too few to be a stake.
    no(fund.stake_down(1_499), Wrong::StakeTooSmall);
    no(fund.stake_down(0), Wrong::AmountZero);
    assert_eq!(fund.stake_down(1_502).unwrap(), 1_001);
    assert_eq!(sums(&fund), (15_001_502, 10_001_001));
    // 15 001 502 / 10 001 001 a share: 1 001 of them are worth 1 501.500 05.
    assert_eq!(fund.worth_down(1_001), 1_501);
    assert_eq!(fund.unstake_down(1_001).unwrap(), 1_501);
    assert_eq!(sums(&fund), (15_000_001, 10_000_000));
    no(fund.unstake_down(10_000_001), Wrong::SharesMissing);
    no(fund.unstake_down(0), Wrong::SharesMissing);
    assert_eq!(fund.unstake_down(9_000_000).unwrap(), 13_500_000);
    assert_eq!(sums(&fund), (1_500_001, 1_000_000));
}

#[test]
fn the_insurance_pays_within_a_minute_of_taking_in_all_fees() {
    let mut fund = fund();
    let mut group: Group = bytemuck::Zeroable::zeroed();
    // Never.
    no(fund.require_swept(&group, NOW), Wrong::FeesWaiting);
    fund.swept_at = NOW;
    for passed in [0, 1, 60] {
        assert_eq!(code(fund.require_swept(&group, NOW + passed)), None, "{passed} seconds");
    }
    for passed in [61, 1_000, i64::MAX - NOW] {
        no(fund.require_swept(&group, NOW + passed), Wrong::FeesWaiting);
    }
    // The group's own fees are no obstacle, and those of the insurance are, to the last unit.
    (group.fees, group.venue_fees) = (9, 9);
    assert_eq!(code(fund.require_swept(&group, NOW)), None);
    group.insurance = 1;
    no(fund.require_swept(&group, NOW), Wrong::FeesWaiting);
}

#[test]
fn fees_before_the_first_stake_are_nobodys() {
    let mut fund = fund();
    fund.earn(7_000_000).unwrap();
    assert_eq!(sums(&fund), (7_000_000, 7_000_000));
    assert_eq!(fund.stake_down(3_000_000).unwrap(), 3_000_000);
    assert_eq!(fund.worth_down(3_000_000), 3_000_000);
    fund.earn(1_000_000).unwrap();
    // Three tenths of 11 000 000.
    assert_eq!(fund.unstake_down(3_000_000).unwrap(), 3_300_000);
    assert_eq!(sums(&fund), (7_700_000, 7_000_000));
}

#[test]
fn sums_that_are_too_large_are_refused() {
    let mut full = fund();
    (full.assets, full.shares) = (u64::MAX, u64::MAX);
    no(full.stake_down(1_000), Wrong::NumberTooLarge);
    no(full.earn(1), Wrong::NumberTooLarge);
    let mut dear = fund();
    (dear.assets, dear.shares) = (1, u64::MAX);
    no(dear.stake_down(2), Wrong::NumberTooLarge);
    // The shares of the stake fit, and with those of the others they do not: what is refused takes nothing in.
    let mut ruined = fund();
    (ruined.assets, ruined.shares) = (1_000, u64::MAX - 1_000);
    no(ruined.stake_down(1), Wrong::NumberTooLarge);
    assert_eq!(sums(&ruined), (1_000, u64::MAX - 1_000));
    let mut lucky = fund();
    lucky.earned = u64::MAX;
    no(lucky.earn(1), Wrong::NumberTooLarge);
    let mut poor = fund();
    (poor.assets, poor.shares, poor.paid) = (10, 10, u64::MAX);
    no(poor.pay(1, 1, NOW), Wrong::NumberTooLarge);
}

#[test]
fn a_market_gets_its_cap_and_what_drains() {
    let mut fund = fund();
    fund.stake_down(20_000).unwrap();
    assert_eq!(fund.cover_down(1, NOW), 5_000);
    fund.pay(1, 5_000, NOW).unwrap();
    assert_eq!((fund.assets, fund.paid, fund.cover_down(1, NOW)), (15_000, 5_000, 0));
    no(fund.pay(1, 1, NOW), Wrong::CoverSpent);
    // 5 000 in 3 600 seconds: one unit takes .72 seconds.
    assert_eq!([0, 1, 2, 18, 3_600].map(|passed| fund.cover_down(1, NOW + passed)), [0, 1, 2, 25, 5_000]);
    no(fund.pay(1, 26, NOW + 18), Wrong::CoverSpent);
    fund.pay(1, 25, NOW + 18).unwrap();
    // Another market has its own, and so has what belongs to none.
    assert_eq!([0, 2].map(|market| fund.cover_down(market, NOW + 18)), [5_000, 5_000]);
    fund.pay(0, 5_000, NOW + 18).unwrap();
    fund.pay(2, 0, NOW + 18).unwrap();
    assert_eq!(fund.assets, 9_975);
    // Never more than there is.
    fund.pay(2, 5_000, NOW + 18).unwrap();
    assert_eq!(fund.cover_down(3, NOW + 18), 4_975);
    no(fund.pay(3, 4_976, NOW + 18), Wrong::CoverSpent);
}

#[test]
fn a_fund_that_is_used_up_begins_anew() {
    let mut fund = fund();
    let mut ann = stake();
    ann.add(fund.stake_down(1_900).unwrap()).unwrap();
    ann.leave(1_900, &sound(), NOW).unwrap();
    fund.pay(1, 1_899, NOW).unwrap();
    assert_eq!((sums(&fund), fund.era), ((1, 1_001_900), 0));
    fund.pay(1, 1, NOW).unwrap();
    // Four eras by 20 places: of 64 bits nothing is left.
    assert_eq!((sums(&fund), fund.era), ((0, 0), 4));
    fund.invariant().unwrap();
    ann.follow(&fund);
    assert_eq!((ann.era, ann.shares, ann.leaving), (4, 0, 0));
    no(ann.take(NOW + 1_300), Wrong::SharesMissing);
    assert_eq!(fund.stake_down(1_000).unwrap(), 1_000);
    // A stake of this era stays.
    ann.add(1_000).unwrap();
    ann.follow(&fund);
    assert_eq!(ann.shares, 1_000);
}

#[test]
fn what_was_paid_counts_on_under_new_rules() {
    let mut fund = fund();
    fund.stake_down(100_000).unwrap();
    fund.pay(1, 5_000, NOW).unwrap();
    // Half of it has drained by the old pace; by the new one, 1 000 in a day, nearly nothing does.
    let slow = RescueRules { market_cap: 3_000, market_seconds: 86_400, ..sound() };
    fund.change_rules(&slow, NOW + 1_800);
    assert_eq!(fund.rules, slow);
    assert_eq!(fund.cover_down(1, NOW + 1_800), 500);
    // 3 000 in a day are 125 in an hour.
    assert_eq!(fund.cover_down(1, NOW + 5_400), 625);
    let none = RescueRules { market_cap: 0, ..slow };
    fund.change_rules(&none, NOW + 5_400);
    assert_eq!(fund.cover_down(1, NOW + 100_000), 0);
    assert_eq!(fund.cover_down(2, NOW + 100_000), 0);
}

#[test]
fn contradictions_are_refused() {
    let good = fund();
    good.invariant().unwrap();
    for version in [0, 2, 255] {
        no(Fund { version, ..good }.invariant(), Wrong::VersionUnknown);
        no(Stake { version, ..stake() }.invariant(), Wrong::VersionUnknown);
    }
    no(Fund { assets: 1, ..good }.invariant(), Wrong::FundBroken);
    Fund { assets: 1, shares: 1, ..good }.invariant().unwrap();
    Fund { shares: 1, ..good }.invariant().unwrap();
    no(Fund { rules: RescueRules { target: -1, ..sound() }, ..good }.invariant(), Wrong::RulesInvalid);
    Stake { shares: 5, leaving: 5, ..stake() }.invariant().unwrap();
    no(Stake { shares: 5, leaving: 6, ..stake() }.invariant(), Wrong::SharesMissing);
}

#[test]
fn shares_leave_after_their_cooldown_and_within_two_days() {
    let mut ann = stake();
    ann.add(10_000).unwrap();
    no(ann.take(NOW), Wrong::SharesMissing);
    no(ann.leave(10_001, &sound(), NOW), Wrong::SharesMissing);
    ann.leave(6_000, &sound(), NOW).unwrap();
    assert_eq!((ann.shares, ann.leaving, ann.leaves_at), (10_000, 6_000, NOW + 1_300));
    no(ann.take(NOW + 1_299), Wrong::StakeCools);
    // Asking again begins anew; asking for nothing lets them stay.
    no(ann.leave(9_001, &sound(), NOW + 1_000), Wrong::StakeTooSmall);
    no(ann.leave(9_999, &sound(), NOW + 1_000), Wrong::StakeTooSmall);
    ann.leave(9_000, &sound(), NOW + 1_000).unwrap();
    no(ann.take(NOW + 1_300), Wrong::StakeCools);
    let due = NOW + 2_300;
    for (late, expected) in [(0, Some(9_000)), (EXIT_SECONDS, Some(9_000)), (EXIT_SECONDS + 1, None)] {
        let mut ann = ann;
        match expected {
            Some(shares) => {
                assert_eq!(ann.take(due + late).unwrap(), shares);
                assert_eq!((ann.shares, ann.leaving, ann.leaves_at), (1_000, 0, 0));
                no(ann.take(due + late), Wrong::SharesMissing);
            }
            None => no(ann.take(due + late), Wrong::ExitMissed),
        }
    }
    ann.clone().leave(10_000, &sound(), NOW).unwrap();
    ann.leave(0, &sound(), NOW).unwrap();
    assert_eq!((ann.leaving, ann.leaves_at), (0, 0));
    no(ann.take(i64::MAX), Wrong::SharesMissing);
    ann.shares = u64::MAX;
    no(ann.add(1), Wrong::NumberTooLarge);
}
