//! Interest: what borrowers pay and lenders get, to the unit, and what happens at the ends of every range.

use crate::{
    code,
    money_scene::{account, group, no},
    WHOLE,
};
use ballast_interface::{
    account::{AccountError::*, Group, MarginAccount, INDEX_ONE, LARGEST_CASH},
    Fixed64,
};

/// A year of 365 days.
pub const YEAR: i64 = 31_536_000;

/// An account with so much cash, put into the group now.
pub fn with_cash(group: &mut Group, cash: i64, now: i64) -> MarginAccount {
    let mut account = account();
    assert_eq!(account.take_out(group, now).unwrap(), 0);
    account.cash = cash;
    account.put_back(group).unwrap();
    account
}

/// Interest up to now.
fn touch(account: &mut MarginAccount, group: &mut Group, now: i64) -> i64 {
    let interest = account.take_out(group, now).unwrap();
    account.put_back(group).unwrap();
    interest
}

/// What a lender and a borrower get and pay in some seconds, and the group afterwards.
fn after(lent: i64, debt: i64, seconds: i64) -> (i64, i64, Group) {
    let mut group = group();
    let mut lender = with_cash(&mut group, lent, 0);
    let mut borrower = with_cash(&mut group, -debt, 0);
    let paid = touch(&mut borrower, &mut group, seconds);
    let got = touch(&mut lender, &mut group, seconds);
    (got, paid, group)
}

/// An index in halves.
pub fn halves(count: i128) -> Fixed64 {
    Fixed64::from_bits(count << 63)
}

#[test]
fn half_of_all_lent_for_a_year_costs_an_eighth() {
    // An eighth of 500 000 is paid, and it is a sixteenth of 1 000 000.
    let (got, paid, group) = after(1_000_000, 500_000, YEAR);
    assert_eq!((got, paid), (62_500, -62_500));
    assert_eq!((group.cash, group.interest), (500_000, 0));
    assert_eq!(group.debt_index, Fixed64::from_bits(9 << 61));
    assert_eq!(group.deposit_index, Fixed64::from_bits(17 << 60));
    // The half of a year, the half of it.
    let (got, paid, _) = after(1_000_000, 500_000, YEAR / 2);
    assert_eq!((got, paid), (31_250, -31_250));
}

#[test]
fn everything_lent_for_a_year_doubles() {
    let (got, paid, group) = after(1_000_000, 1_000_000, YEAR);
    assert_eq!((got, paid, group.interest), (1_000_000, -1_000_000, 0));
    // More debt than cash, which a loss that is not shared yet leaves, costs no more; all of it is passed on, as far
    // as there is somebody to get it.
    let (got, paid, group) = after(1_000_000, 3_000_000, YEAR);
    assert_eq!((got, paid, group.interest), (1_000_000, -3_000_000, 2_000_000));
}

#[test]
fn a_quarter_lent_costs_half_of_what_a_half_does() {
    // Half-way to the kink: a sixteenth of 250 000, which is a sixty-fourth of 1 000 000.
    let (got, paid, _) = after(1_000_000, 250_000, YEAR);
    assert_eq!((got, paid), (15_625, -15_625));
    // Three quarters, half-way from an eighth to one: nine sixteenths of 750 000.
    let (got, paid, _) = after(1_000_000, 750_000, YEAR);
    assert_eq!((got, paid), (421_875, -421_875));
}

#[test]
fn odd_numbers_come_out_as_fractions_say() {
    let (lent, debt, seconds) = (1_000_003_000_000_i64, 777_777_777_777_i64, 12_345_678_i64);
    let (got, paid, group) = after(lent, debt, seconds);
    // Above the kink the rate is 1/8 + (u - 1/2) * 7/4 = (7 u - 3) / 4, where u is debt over lent.
    let (l, d, s) = (lent as u128, debt as u128, seconds as u128);
    let exact = d * (7 * d - 3 * l) * s / (4 * l * YEAR as u128);
    // The rate is known to 2^-40 of the whole, of which the debt has fewer; everything else is finer.
    assert!(paid.unsigned_abs().abs_diff(exact as u64) <= 2, "{paid} for {exact}");
    let kept = -paid - got;
    assert!((0..=3).contains(&kept), "{kept} is lost in rounding");
    assert_eq!(group.interest, kept);
}

#[test]
fn interest_compounds_at_what_is_lent_by_then() {
    let mut group = group();
    let mut lender = with_cash(&mut group, 1 << 40, 0);
    let mut borrower = with_cash(&mut group, -(1 << 40), 0);
    // Everything is lent all the time: 3/2 and 3/2 again.
    assert_eq!(touch(&mut borrower, &mut group, YEAR / 2), -(1 << 39));
    assert_eq!(touch(&mut lender, &mut group, YEAR / 2), 1 << 39);
    assert_eq!(touch(&mut borrower, &mut group, YEAR), -(3 << 38));
    assert_eq!(touch(&mut lender, &mut group, YEAR), 3 << 38);
    assert_eq!((lender.cash, borrower.cash, group.cash, group.interest), (9 << 38, -(9 << 38), 0, 0));
}

#[test]
fn nothing_accrues_without_a_lender_and_a_borrower() {
    for cash in [1_000_000, -1_000_000] {
        let mut group = group();
        let mut only = with_cash(&mut group, cash, 0);
        assert_eq!(touch(&mut only, &mut group, YEAR), 0);
        assert_eq!((group.deposit_index, group.debt_index), (INDEX_ONE, INDEX_ONE));
        // The time has passed all the same.
        assert_eq!(group.interest_at, YEAR);
        let mut other = with_cash(&mut group, -cash, YEAR);
        assert_eq!(touch(&mut other, &mut group, YEAR), 0);
        assert_eq!(touch(&mut only, &mut group, YEAR), 0);
    }
}

#[test]
fn a_second_is_counted_once_and_time_never_runs_back() {
    let (_, _, mut group) = after(1_000_000, 500_000, 1_000);
    let before = group;
    for now in [1_000, 999, 0, -1, i64::MIN] {
        group.accrue_interest(now);
        assert_eq!(bytemuck::bytes_of(&group), bytemuck::bytes_of(&before), "{now}");
    }
    group.accrue_interest(1_001);
    assert!(group.debt_index.to_bits() > before.debt_index.to_bits());
    assert!(group.deposit_index.to_bits() > before.deposit_index.to_bits());
}

#[test]
fn a_long_sleep_counts_for_a_year() {
    for seconds in [YEAR + 1, 10 * YEAR, i64::MAX] {
        let (got, paid, group) = after(1_000_000, 500_000, seconds);
        assert_eq!((got, paid, group.interest_at), (62_500, -62_500, seconds), "{seconds}");
    }
    let mut group = group();
    group.interest_at = i64::MIN;
    let mut lender = with_cash(&mut group, 1_000_000, i64::MIN);
    let _borrower = with_cash(&mut group, -500_000, i64::MIN);
    assert_eq!(touch(&mut lender, &mut group, i64::MAX), 62_500);
}

#[test]
fn debt_is_rounded_up_and_cash_down() {
    // From one to one and a half.
    for (cash, expected) in [(1, 1), (3, 4), (4, 6), (-1, -2), (-3, -5), (-4, -6), (0, 0)] {
        let mut group = group();
        let mut account = with_cash(&mut group, cash, 0);
        (group.deposit_index, group.debt_index) = (halves(3), halves(3));
        assert_eq!(account.take_out(&mut group, 0).unwrap(), expected - cash, "{cash}");
        assert_eq!((account.cash, group.cash, group.interest), (expected, 0, cash - expected), "{cash}");
    }
}

#[test]
fn shares_of_debt_are_rounded_down_and_of_cash_up() {
    // Over one and a half: 5 make 3 1/3, 6 make 4.
    for (cash, deposits, debts) in [(5, 4, 0), (-5, 0, 3), (6, 4, 0), (-6, 0, 4), (1, 1, 0), (-1, 0, 0)] {
        let mut group = group();
        (group.deposit_index, group.debt_index) = (halves(3), halves(3));
        let mut account = with_cash(&mut group, cash, 0);
        assert_eq!((group.deposit_shares.get(), group.debt_shares.get()), (deposits, debts), "{cash}");
        assert_eq!(account.cash_index, halves(3));
        assert_eq!(account.take_out(&mut group, 0).unwrap(), 0);
        assert_eq!((group.deposit_shares.get(), group.debt_shares.get()), (0, 0), "{cash}");
    }
}

#[test]
fn the_sums_are_what_shares_are_worth_now() {
    let mut group = group();
    let _lender = with_cash(&mut group, 1_000, 0);
    let _borrower = with_cash(&mut group, -100, 0);
    (group.deposit_index, group.debt_index) = (halves(3), halves(5));
    assert_eq!((group.lent(), group.borrowed()), (1_500, 250));
}

#[test]
fn an_account_keeps_the_index_of_its_side() {
    let mut group = group();
    (group.deposit_index, group.debt_index) = (halves(3), halves(4));
    for (cash, expected) in [(7, halves(3)), (0, halves(3)), (-7, halves(4))] {
        assert_eq!(with_cash(&mut group, cash, 0).cash_index, expected, "{cash}");
    }
}

#[test]
fn a_fresh_account_follows_no_index() {
    let mut group = group();
    (group.deposit_index, group.debt_index) = (halves(3), halves(4));
    let mut fresh = account();
    assert_eq!(fresh.cash_index, Fixed64::default());
    assert_eq!(fresh.take_out(&mut group, 5).unwrap(), 0);
    fresh.put_back(&mut group).unwrap();
    assert_eq!((fresh.cash, fresh.cash_index), (0, halves(3)));
    assert_eq!((group.cash, group.deposit_shares.get(), group.debt_shares.get()), (0, 0, 0));
}

#[test]
fn cash_and_debt_have_their_largest() {
    assert_eq!(LARGEST_CASH, 1_152_921_504_606_846_976);
    let most = LARGEST_CASH as i64;
    for (cash, expected) in [
        (most, None),
        (-most, None),
        (most + 1, no(NumberTooLarge)),
        (-most - 1, no(NumberTooLarge)),
        (i64::MAX, no(NumberTooLarge)),
        (i64::MIN, no(NumberTooLarge)),
    ] {
        let mut account = account();
        account.cash = cash;
        assert_eq!(code(account.put_back(&mut group())), expected, "{cash}");
    }
    // The largest of both at the highest rate: everything doubles, and none of it is lost on the way.
    let mut group = group();
    let mut lender = with_cash(&mut group, most, 0);
    let mut borrower = with_cash(&mut group, -most, 0);
    assert_eq!(borrower.take_out(&mut group, YEAR).unwrap(), -most);
    assert_eq!(lender.take_out(&mut group, YEAR).unwrap(), most);
    assert_eq!((group.cash, group.interest), (0, 0));
}

#[test]
fn indices_stop_at_their_largest() {
    let largest = 1_i128 << 74;
    for (before, after) in [(largest - 1, largest), (largest, largest), (largest + 5, largest + 5)] {
        let mut group = group();
        (group.deposit_index, group.debt_index) = (Fixed64::from_bits(before), Fixed64::from_bits(before));
        let mut lender = with_cash(&mut group, 1 << 50, 0);
        let _borrower = with_cash(&mut group, -(1 << 50), 0);
        touch(&mut lender, &mut group, YEAR);
        assert_eq!(group.debt_index.to_bits(), after);
        // Lenders, whose shares are rounded the other way, may get less of the last step.
        assert!((before..=after).contains(&group.deposit_index.to_bits()));
    }
}

#[test]
fn the_highest_rate_is_four_times_in_a_year() {
    let mut group = group();
    group.rules.rate_full = 4 * WHOLE;
    let mut lender = with_cash(&mut group, 1_000_000, 0);
    let mut borrower = with_cash(&mut group, -1_000_000, 0);
    assert_eq!(touch(&mut borrower, &mut group, YEAR), -4_000_000);
    assert_eq!(touch(&mut lender, &mut group, YEAR), 4_000_000);
}

#[test]
fn what_was_never_put_in_is_not_taken_out() {
    for cash in [10, -10] {
        let mut group = group();
        let mut known = with_cash(&mut group, cash, 0);
        let mut unknown = known;
        unknown.counted = cash + cash.signum();
        assert_eq!(code(unknown.take_out(&mut group, 0)), no(GroupBroken), "{cash}");
        let mut again = known;
        assert_eq!(code(known.take_out(&mut group, 0)), None);
        assert_eq!(code(again.take_out(&mut group, 0)), no(GroupBroken), "{cash} twice");
        // Whoever is out has nothing that could be taken out, and would lose what is in hand.
        assert_eq!((code(known.take_out(&mut group, 0)), known.cash), (no(GroupBroken), cash), "{cash} out");
    }
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    for cash in [1, -1] {
        let mut full = group();
        full.cash = if cash > 0 { i64::MAX } else { i64::MIN };
        let mut one = account();
        one.cash = cash;
        assert_eq!(code(one.put_back(&mut full)), no(NumberTooLarge), "cash of {cash}");
        // Taken out of a sum at the other end.
        let mut group = group();
        let mut one = with_cash(&mut group, cash, 0);
        group.cash = if cash > 0 { i64::MIN } else { i64::MAX };
        assert_eq!(code(one.take_out(&mut group, 0)), no(NumberTooLarge), "{cash} taken out");
    }
    // Interest that the group's sum cannot hold.
    for (cash, interest) in [(4, i64::MIN), (-4, i64::MAX)] {
        let mut group = group();
        let mut account = with_cash(&mut group, cash, 0);
        (group.deposit_index, group.debt_index, group.interest) = (halves(3), halves(3), interest);
        assert_eq!(code(account.take_out(&mut group, 0)), no(NumberTooLarge), "{cash}");
    }
    // A debt that has grown a thousandfold.
    let mut group = group();
    let mut borrower = with_cash(&mut group, -(1 << 60), 0);
    group.debt_index = Fixed64::from_bits(1 << 74);
    assert_eq!(code(borrower.take_out(&mut group, 0)), no(NumberTooLarge));
}
