//! The rules of a group: every bound on both sides, and the rate of interest.

use crate::{
    code,
    money_scene::{group, group_rules, no},
    WHOLE,
};
use ballast_interface::account::{pause, quote_unit, AccountError, Group, GroupRules};

/// What is bounded, how to set it, and the least and the most that it may be.
type Bound = (&'static str, fn(&mut GroupRules, i64), i64, i64);

#[test]
fn rules_have_their_bounds() {
    let largest = 1 << 60;
    let bounds: [Bound; 8] = [
        ("share of fees", |rules, value| rules.fee_share = value, 0, WHOLE),
        ("kink", |rules, value| rules.kink = value, 0, WHOLE - 1),
        // No rate is below the one before it.
        ("rate when idle", |rules, value| rules.rate_idle = value, 0, WHOLE / 8),
        ("rate at the kink", |rules, value| rules.rate_kink = value, 0, WHOLE),
        ("rate of everything", |rules, value| rules.rate_full = value, WHOLE / 8, 4 * WHOLE),
        ("debt", |rules, value| rules.borrow_cap = value as u64, 0, largest),
        ("outflow of an hour", |rules, value| rules.outflow_hour = value as u64, 0, 5_000_000),
        ("outflow of a day", |rules, value| rules.outflow_day = value as u64, 1_000_000, largest),
    ];
    assert!(group_rules().is_sound() && GroupRules::default().is_sound());
    for (what, set, least, most) in bounds {
        for (value, expected) in [(least, true), (most, true), (least - 1, false), (most + 1, false)] {
            let mut rules = group_rules();
            set(&mut rules, value);
            assert_eq!(rules.is_sound(), expected, "{what} of {value}");
        }
    }
    let hour = GroupRules { outflow_hour: largest as u64, outflow_day: largest as u64, ..group_rules() };
    assert!(hour.is_sound());
}

#[test]
fn a_group_keeps_its_rules() {
    let mut group = group();
    assert_eq!(code(group.invariant()), None);
    group.rules.kink = WHOLE + 1;
    assert_eq!(code(group.invariant()), no(AccountError::GroupBroken));
}

#[test]
fn the_rate_rises_to_the_kink_and_faster_beyond() {
    let rules = GroupRules {
        rate_idle: WHOLE / 64,
        rate_kink: WHOLE / 8,
        rate_full: WHOLE,
        kink: WHOLE / 4 * 3,
        ..GroupRules::default()
    };
    // From 1/64 to 8/64 in three quarters: 7/192 a quarter, rounded down. From 8/64 to 64/64 in the last one.
    let quarter = WHOLE / 64 + WHOLE * 7 / 64 / 3;
    for (lent, expected) in [
        (i64::MIN, WHOLE / 64),
        (-1, WHOLE / 64),
        (0, WHOLE / 64),
        (WHOLE / 4, quarter),
        (WHOLE / 8 * 3, WHOLE / 128 * 9),
        (WHOLE / 4 * 3, WHOLE / 8),
        (WHOLE / 8 * 7, WHOLE / 16 * 9),
        (WHOLE, WHOLE),
        (WHOLE + 1, WHOLE),
        (i64::MAX, WHOLE),
    ] {
        assert_eq!(rules.rate(lent), expected, "{lent}");
    }
    // Both sides of the kink: 7/64 over 3/4 are 7/48 a unit, rounded down; 7/2 beyond.
    assert_eq!(rules.rate(WHOLE / 4 * 3 - 1), WHOLE / 8 - 1);
    assert_eq!(rules.rate(WHOLE / 4 * 3 + 1), WHOLE / 8 + 3);
    assert_eq!(rules.rate(WHOLE / 4 * 3 + 2), WHOLE / 8 + 7);
}

#[test]
fn a_kink_at_nothing_leaves_one_line() {
    let rules = GroupRules { rate_kink: WHOLE / 4, rate_full: WHOLE, kink: 0, ..GroupRules::default() };
    for (lent, expected) in [(0, WHOLE / 4), (WHOLE / 3 * 2, WHOLE / 4 + WHOLE / 2 - 1), (WHOLE, WHOLE)] {
        assert_eq!(rules.rate(lent), expected, "{lent}");
    }
}

#[test]
fn a_stop_lapses() {
    let mut group = group();
    (group.paused, group.paused_until) = (pause::INCREASE, 1_000);
    assert!(group.is_paused(pause::INCREASE, 999) && group.is_paused(pause::ALL, 999));
    assert!(!group.is_paused(pause::WITHDRAW, 999));
    assert!(!group.is_paused(pause::INCREASE, 1_000));
    assert_eq!((pause::INCREASE, pause::WITHDRAW, pause::ALL, pause::LONGEST), (1, 2, 3, 21_600));
}

#[test]
fn only_the_authority_governs() {
    let mut group = group();
    assert_eq!(code(group.require_authority(&group.authority)), None);
    assert_eq!(code(group.require_authority(&group.guardian)), no(AccountError::NotAuthority));
    group.version = ballast_interface::account::Group::VERSION + 1;
    assert_eq!(code(group.require_authority(&group.authority)), no(AccountError::GroupVersionUnknown));
}

#[test]
fn the_vault_owes_cash_pools_and_fees() {
    let mut group = group();
    (group.cash, group.interest) = (1_000, 20);
    (group.uncounted, group.fees, group.venue_fees) = (300, 4_000, 50_000);
    assert_eq!(group.owed_tokens(), 55_320);
    (group.cash, group.interest) = (i64::MIN, i64::MIN);
    assert_eq!(group.owed_tokens(), 54_300 - (1 << 64));
    (group.cash, group.interest, group.uncounted) = (i64::MAX, i64::MAX, i64::MAX);
    (group.fees, group.venue_fees) = (u64::MAX, u64::MAX);
    assert_eq!(group.owed_tokens(), 3 * ((1 << 63) - 1) + 2 * ((1 << 64) - 1));
}

#[test]
fn what_is_not_counted_follows_pools_and_fees() {
    let most = u64::MAX;
    for (uncounted, before, after, left) in [
        (500, 200, 0, Some(300)),
        (500, 0, 200, Some(700)),
        (500, 7, 7, Some(500)),
        // Cash that is not counted may be below zero.
        (500, 600, 0, Some(-100)),
        (i64::MIN + 1, 1, 0, Some(i64::MIN)),
        (i64::MIN, 1, 0, None),
        // 2^63 - 1 less 2^64 - 1.
        (i64::MAX, most, 0, Some(i64::MIN)),
        (i64::MAX - 1, most, 0, None),
        (i64::MAX - 1, 0, 1, Some(i64::MAX)),
        (i64::MAX, 0, 1, None),
        // -2^63 and 2^64 - 1.
        (i64::MIN, 0, most, Some(i64::MAX)),
        (i64::MIN + 1, 0, most, None),
        (i64::MAX, most, most, Some(i64::MAX)),
    ] {
        let mut group = group();
        group.uncounted = uncounted;
        let refused = code(group.count(before, after));
        let case = format!("{uncounted} from {before} to {after}");
        assert_eq!(refused, left.map_or(no(AccountError::NumberTooLarge), |_| None), "{case}");
        assert_eq!(group.uncounted, left.unwrap_or(uncounted), "{case}");
    }
}

#[test]
fn a_group_has_room_for_so_many_markets() {
    assert_eq!(Group::MAX_MARKETS, 48);
}

#[test]
fn a_quote_unit_is_so_many_steps() {
    let expected = [(0, 10_000_000_000), (1, 1_000_000_000), (6, 10_000), (9, 10), (10, 1), (11, 1)];
    for (decimals, steps) in expected {
        assert_eq!(quote_unit(decimals), steps, "{decimals} decimals");
    }
}
