//! Cash that stands beside what is counted of an account under liquidation: a lender has half of what he lends at least,
//! everybody else whatever comes.

use crate::{
    code,
    interest::with_cash,
    money_scene::{group, no},
};
use ballast_interface::{
    account::{AccountError::*, MarginAccount, LARGEST_CASH},
    Fixed64,
};

/// What is refused of a change beside what was counted at an index of one, under liquidation, at a later index and era;
/// interest is told first.
fn beside(counted: i64, (index, era): (i128, u32), change: i64) -> (Option<u32>, MarginAccount) {
    let mut group = group();
    let mut account = with_cash(&mut group, counted, 0);
    account.liquidation_since = 1;
    (group.deposit_index, group.debt_index) = (Fixed64::from_bits(index), Fixed64::from_bits(index));
    group.deposit_era = era;
    account.tell_interest(&group, 0).unwrap();
    account.cash += change;
    (code(account.put_beside(&group)), account)
}

const ONE: i128 = 1 << 64;
const MOST: i64 = LARGEST_CASH as i64;

/// What is counted, what is to stand beside it, and whether it may.
const BOUNDS: [(i64, i64, bool); 27] = [
    // Half of what is lent.
    (800, 0, true),
    (800, -400, true),
    (800, -401, false),
    (800, -800, false),
    (800, -801, false),
    // Rounded down: of 801, 400.
    (801, -400, true),
    (801, -401, false),
    (799, -399, true),
    (799, -400, false),
    (3, -1, true),
    (3, -2, false),
    (2, -1, true),
    (2, -2, false),
    (1, 0, true),
    (1, -1, false),
    (MOST, -MOST / 2, true),
    (MOST, -MOST / 2 - 1, false),
    (MOST - 1, -MOST / 2 + 1, true),
    (MOST - 1, -MOST / 2, false),
    // Gains have no limit.
    (1, MOST - 1, true),
    (800, 1_000_000_000_000, true),
    // Nor has whoever lends nothing.
    (0, MOST, true),
    (0, -MOST, true),
    (-1, 1 - MOST, true),
    (-1, MOST, true),
    (-800, -1_000_000_000_000, true),
    (-800, 1_000_000_000_000, true),
];

#[test]
fn a_lender_has_half_of_what_is_counted() {
    for (counted, change, may) in BOUNDS {
        let expected = if may { None } else { no(CashUncounted) };
        let (found, account) = beside(counted, (ONE, 0), change);
        assert_eq!(found, expected, "{change} beside {counted}");
        if may {
            let cash = (account.counted, account.uncounted, account.cash);
            assert_eq!(cash, (counted, change, counted + change));
        }
    }
}

#[test]
fn half_is_of_what_is_counted_with_its_interest() {
    // 534 at 3/2 are 801, of which 400 are half; 1 at 3/2 is 1; 803 at a half are 401, and half of that 200.
    for (counted, halves, most) in [(534, 3, 400), (1, 3, 0), (803, 1, 200)] {
        let index = (halves * (ONE / 2), 0);
        assert_eq!(beside(counted, index, -most).0, None, "{most} beside {counted}");
        assert_eq!(beside(counted, index, -most - 1).0, no(CashUncounted), "{most} beside {counted}");
    }
}

#[test]
fn half_is_of_what_eras_have_left() {
    // 52 559 871 are 802 times 65 536 less one. Of it, 205 311.99, 12 831.9 and 801.9 are left two, three and four eras later,
    // 50.1 and 3.1 five and six, and nothing seven eras later, beside which anything may be.
    let counted = 802 * 65_536 - 1;
    for (era, half) in [(2, 102_655), (3, 6_415), (4, 400), (5, 25), (6, 1)] {
        assert_eq!(beside(counted, (ONE, era), -half).0, None, "era {era}");
        assert_eq!(beside(counted, (ONE, era), -half - 1).0, no(CashUncounted), "era {era}");
        assert_eq!(beside(counted, (ONE, era), 1_000_000).0, None, "era {era}");
    }
    for change in [-1, 1, -MOST, MOST] {
        let (found, account) = beside(counted, (ONE, 7), change);
        assert_eq!((found, account.cash, account.uncounted), (None, change, change));
    }
    // A debt is what it was, and has no limit.
    let (found, account) = beside(-800, (ONE, 1), -1_000_000);
    assert_eq!((found, account.cash, account.uncounted), (None, -1_000_800, -1_000_000));
}

#[test]
fn what_others_lost_leaves_less_to_stand_beside() {
    let mut group = group();
    let mut account = with_cash(&mut group, 800, 0);
    account.liquidation_since = 1;
    account.cash -= 400;
    assert_eq!(code(account.put_beside(&group)), None);
    group.uncounted = -400;
    // 800 are 400, of which 400 are more than half; no more than 200 may be missing.
    group.deposit_index = Fixed64::from_bits(ONE / 2);
    assert_eq!(account.tell_interest(&group, 0).unwrap(), -400);
    assert_eq!((account.cash, code({ account }.put_beside(&group))), (0, no(CashUncounted)));
    for (gain, expected) in [(199, no(CashUncounted)), (200, None)] {
        let mut account = account;
        account.cash += gain;
        assert_eq!(code(account.put_beside(&group)), expected, "{gain}");
    }
    // Whoever writes the group counts it, however little it is.
    account.take_out(&mut group, 0).unwrap();
    account.put_back(&mut group).unwrap();
    assert_eq!((account.cash, account.counted, account.uncounted, group.uncounted), (0, 0, 0, 0));
}

#[test]
fn a_release_needs_an_eighth() {
    for (change, expected) in [(-100, None), (-101, no(CashUncounted)), (-400, no(CashUncounted))] {
        let (found, account) = beside(800, (ONE, 0), change);
        assert_eq!((found, code(account.require_near_counted())), (None, expected), "{change}");
    }
}
