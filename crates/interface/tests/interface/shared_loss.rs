//! A loss that all lenders share: who bears how much of it, and what is refused.

use crate::{
    code,
    interest::{halves, with_cash},
    money_scene::{account, group, no},
};
use ballast_interface::{
    account::{AccountError::*, Group, MarginAccount, INDEX_ONE},
    Fixed64,
};

/// What a debtor is refused of letting lenders bear an amount, and both afterwards.
pub fn share(group: &mut Group, debt: i64, amount: u64) -> (Option<u32>, MarginAccount) {
    let mut loser = with_cash(group, -debt, 0);
    loser.take_out(group, 0).unwrap();
    let found = code(loser.share_loss(group, amount));
    if found.is_none() {
        loser.put_back(group).unwrap();
    }
    (found, loser)
}

/// What is counted of an account's cash, as of the group.
pub fn worth(account: &MarginAccount, group: &Group) -> i64 {
    let mut account = *account;
    account.tell_interest(group, group.interest_at).unwrap();
    account.cash - account.uncounted
}

#[test]
fn lenders_bear_a_loss_in_proportion() {
    let mut group = group();
    let (first, second) = (with_cash(&mut group, 3_000, 0), with_cash(&mut group, 1_001, 0));
    let debtor = with_cash(&mut group, -500, 0);
    // A quarter of 4 001 and a quarter of a unit: 3 001 are left, which is 3/4 and 2^-2 / 4 001.
    let (found, loser) = share(&mut group, 1_200, 1_000);
    assert_eq!((found, loser.cash), (None, -200));
    assert_eq!(group.deposit_era, 0);
    // 2^48 * 3 001 / 4 001, rounded down.
    assert_eq!(group.deposit_index, Fixed64::from_bits((281_474_976_710_656 * 3_001 / 4_001) << 16));
    // 3 000 * 3 001 / 4 001 = 2 250.187, and 1 001 * 3 001 / 4 001 = 750.812.
    assert_eq!((worth(&first, &group), worth(&second, &group)), (2_250, 750));
    assert_eq!((worth(&debtor, &group), group.debt_index), (-500, INDEX_ONE));
    // 3 000, 1 001 and 500 less 200 that are still owed; what lenders lost they have not been told.
    assert_eq!((group.cash, group.interest), (3_000 + 1_001 - 500 - 200, -1_000));
    assert_eq!((group.deposit_shares.get(), group.debt_shares.get()), (4_001, 700));
}

#[test]
fn no_more_is_shared_than_is_owed_and_lent() {
    // What is lent, what is owed, what is to be shared.
    for (lent, debt, amount, expected) in [
        (1_000, 500, 0, no(AmountZero)),
        (1_000, 500, 1, None),
        (1_000, 500, 500, None),
        (1_000, 500, 501, no(LossTooLarge)),
        (1_000, 2_000, 999, None),
        (1_000, 2_000, 1_000, no(LossTooLarge)),
        (1_000, 2_000, 1_001, no(LossTooLarge)),
        (1_000, 2_000, u64::MAX, no(LossTooLarge)),
        (2, 1, 1, None),
        (1, 1, 1, no(LossTooLarge)),
        (0, 1, 1, no(LossTooLarge)),
        (1_000, 0, 1, no(LossTooLarge)),
    ] {
        let mut group = group();
        let _lender = with_cash(&mut group, lent, 0);
        assert_eq!(share(&mut group, debt, amount).0, expected, "{amount} of {debt} with {lent}");
    }
    // Of an index of nothing, nothing is left.
    let mut group = group();
    let _lender = with_cash(&mut group, 10, 0);
    group.deposit_index = Fixed64::default();
    assert_eq!(share(&mut group, 5, 5).0, no(LossTooLarge));
}

#[test]
fn losses_in_markets_are_shared_too() {
    let mut group = group();
    let _lender = with_cash(&mut group, 1_000, 0);
    // 300 less a loss of 700.
    let mut loser = account();
    loser.take_out(&mut group, 0).unwrap();
    loser.cash = 300;
    loser.markets[0].unpaid_profit = -700;
    assert_eq!(code({ loser }.share_loss(&mut { group }, 401)), no(LossTooLarge));
    assert_eq!(code(loser.share_loss(&mut group, 400)), None);
    assert_eq!((loser.cash, group.interest, loser.markets[0].unpaid_profit), (700, -400, -700));
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    let shared = |edit: fn(&mut Group), amount| {
        let mut group = group();
        let _lender = with_cash(&mut group, 1 << 20, 0);
        edit(&mut group);
        share(&mut group, 1 << 20, amount).0
    };
    assert_eq!(shared(|group| group.interest = i64::MIN + 5, 5), None);
    assert_eq!(shared(|group| group.interest = i64::MIN + 4, 5), no(NumberTooLarge));
    // A loss of more than 15 of 16 begins an era, and one of all but one of 2^20 the fourth: 2^28 of 2^48, raised to 2^44.
    // There must be a number for each; a smaller one begins none.
    assert_eq!(shared(|group| group.deposit_era = u32::MAX, 5), None);
    assert_eq!(shared(|group| group.deposit_era = u32::MAX, 15 << 16), None);
    assert_eq!(shared(|group| group.deposit_era = u32::MAX, (15 << 16) + 1), no(NumberTooLarge));
    assert_eq!(shared(|group| group.deposit_era = u32::MAX - 1, (15 << 16) + 1), None);
    assert_eq!(shared(|group| group.deposit_era = u32::MAX - 4, (1 << 20) - 1), None);
    assert_eq!(shared(|group| group.deposit_era = u32::MAX - 3, (1 << 20) - 1), no(NumberTooLarge));
}

#[test]
fn a_gain_of_interest_is_lost_first_as_last() {
    // 5 at 3/2 make 4 shares, which are 6; a loss of 3 leaves an index of 3/4, and of 5 there are 2.5.
    let mut group = group();
    (group.deposit_index, group.debt_index) = (halves(3), halves(3));
    let lender = with_cash(&mut group, 5, 0);
    assert_eq!((group.deposit_shares.get(), group.lent()), (4, 6));
    assert_eq!(share(&mut group, 3, 3).0, None);
    assert_eq!((group.deposit_index, worth(&lender, &group)), (Fixed64::from_bits(3 << 62), 2));
}
