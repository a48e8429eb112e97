//! Cash that stands beside what is counted: how much may, what interest it bears, and how it is counted.

use crate::{
    code,
    interest::{halves, with_cash, YEAR},
    money_scene::{account, group, no},
};
use ballast_interface::{
    account::{AccountError::*, Group, MarginAccount, INDEX_ONE, LARGEST_CASH},
    Fixed64,
};

/// Sums of a group: cash, interest, what is not counted, shares of cash and of debt.
fn sums(group: &Group) -> (i64, i64, i64, i128, i128) {
    let (deposits, debts) = (group.deposit_shares.get(), group.debt_shares.get());
    (group.cash, group.interest, group.uncounted, deposits, debts)
}

/// An account of which so much is counted and so much stands beside it, and a group that knows of both.
fn beside(counted: i64, uncounted: i64) -> (MarginAccount, Group) {
    let mut group = group();
    let mut account = with_cash(&mut group, counted, 0);
    account.cash += uncounted;
    account.uncounted = uncounted;
    group.uncounted = uncounted;
    (account, group)
}

/// Sets both indices, in halves.
fn index(group: &mut Group, count: i128) {
    (group.deposit_index, group.debt_index) = (halves(count), halves(count));
}

#[test]
fn interest_told_twice_is_the_same_as_told_once() {
    // From one to 3/2, and from there to 9/4. Of 5: 7.5, and 11.25 (of 7, 10.5). Of -3: -4.5, and -6.75 (of -5, -7.5).
    for (counted, first, second) in [(5, 7, 11), (-3, -5, -7), (0, 0, 0)] {
        for uncounted in [0, 10, -10] {
            let (before, mut group) = beside(counted, uncounted);
            let mut told = before;
            index(&mut group, 3);
            assert_eq!(told.tell_interest(&group, 0).unwrap(), first - counted);
            assert_eq!(told.cash, first + uncounted);
            group.deposit_index = Fixed64::from_bits(9 << 62);
            group.debt_index = group.deposit_index;
            assert_eq!(told.tell_interest(&group, 0).unwrap(), second - first);
            assert_eq!(told.tell_interest(&group, 0).unwrap(), 0);
            assert_eq!(told.cash, second + uncounted);
            assert_eq!((told.counted, told.uncounted, told.cash_index), (counted, uncounted, INDEX_ONE));

            let mut once = before;
            assert_eq!(once.tell_interest(&group, 0).unwrap(), second - counted);
            assert_eq!(bytemuck::bytes_of(&once), bytemuck::bytes_of(&told));
            // The group's sums follow, whoever was told what before.
            for (mut account, rest) in [(before, second - counted), (told, 0)] {
                let mut other = group;
                assert_eq!(account.take_out(&mut other, 0).unwrap(), rest);
                assert_eq!(account.cash, second + uncounted);
                assert_eq!(sums(&other), (0, counted - second, 0, 0, 0), "{counted} and {uncounted}");
                assert_eq!(other.owed_tokens(), i128::from(counted - second));
            }
        }
    }
}

#[test]
fn indices_are_known_before_anybody_stores_them() {
    let mut group = group();
    let mut lender = with_cash(&mut group, 1_000_000, 0);
    let mut borrower = with_cash(&mut group, -500_000, 0);
    // Half of all is lent: an eighth for a year of debt, a sixteenth for cash.
    let year = [Fixed64::from_bits(17 << 60), Fixed64::from_bits(9 << 61)];
    // Half of both in half a year.
    let half = [Fixed64::from_bits(33 << 59), Fixed64::from_bits(17 << 60)];
    for (now, expected) in
        [(i64::MIN, [INDEX_ONE; 2]), (0, [INDEX_ONE; 2]), (YEAR / 2, half), (YEAR, year), (i64::MAX, year)]
    {
        assert_eq!(group.indices(now), expected, "{now}");
        let mut stored = group;
        stored.accrue_interest(now);
        assert_eq!([stored.deposit_index, stored.debt_index], expected, "{now}");
        assert_eq!(stored.interest_at, now.max(0));
    }
    // What is told follows them, with the group as it was.
    assert_eq!(lender.tell_interest(&group, YEAR / 2).unwrap(), 31_250);
    assert_eq!(lender.tell_interest(&group, YEAR).unwrap(), 31_250);
    assert_eq!(borrower.tell_interest(&group, YEAR).unwrap(), -62_500);
    assert_eq!((lender.cash, borrower.cash), (1_062_500, -562_500));
    assert_eq!(sums(&group), (500_000, 0, 0, 1_000_000, 500_000));
    assert_eq!((group.deposit_index, group.debt_index, group.interest_at), (INDEX_ONE, INDEX_ONE, 0));
}

/// What is counted of cash, what is to stand beside it, and whether it may.
const BOUNDS: [(i64, i64, bool); 30] = [
    // An eighth, rounded down: of 807, 100, and of 808, 101.
    (800, 0, true),
    (800, 100, true),
    (800, 101, false),
    (800, -100, true),
    (800, -101, false),
    (807, 100, true),
    (807, 101, false),
    (807, -101, false),
    (808, 101, true),
    (808, -101, true),
    (808, 102, false),
    // Of less than eight, nothing.
    (7, 0, true),
    (7, 1, false),
    (7, -1, false),
    (8, 1, true),
    (8, -1, true),
    (8, 2, false),
    (0, 0, true),
    (0, 1, false),
    (0, -1, false),
    // A debt may only become smaller.
    (-800, 0, true),
    (-800, 100, true),
    (-800, 101, false),
    (-800, -1, false),
    (-807, 101, false),
    (-808, 101, true),
    (-7, 0, true),
    (-7, 1, false),
    (-8, 1, true),
    (-8, -1, false),
];

#[test]
fn an_eighth_of_what_is_counted_may_stand_beside_it() {
    for (counted, change, may) in BOUNDS {
        let expected = if may { None } else { no(CashUncounted) };
        let (mut account, mut group) = beside(counted, 0);
        account.cash += change;
        let before = account;
        assert_eq!(code(account.put_beside(&group)), expected, "{change} beside {counted}");
        // Under liquidation all of these may, but for its end.
        let mut rescued = before;
        rescued.liquidation_since = 1;
        assert_eq!(code(rescued.put_beside(&group)), None, "{change} beside {counted}");
        for account in [account, rescued] {
            assert_eq!(
                (account.counted, account.uncounted, account.cash),
                (counted, change, counted + change)
            );
            assert_eq!(account.cash_index, INDEX_ONE);
            assert_eq!(code(account.require_near_counted()), expected, "{change} beside {counted}");
        }
        // Whoever writes the group counts it, however much it is.
        group.uncounted = change;
        rescued.take_out(&mut group, 0).unwrap();
        rescued.put_back(&mut group).unwrap();
        assert_eq!(code(rescued.require_near_counted()), None);
        assert_eq!(
            (rescued.counted, rescued.uncounted, rescued.cash),
            (counted + change, 0, counted + change)
        );
    }
}

#[test]
fn an_eighth_is_of_what_is_counted_with_its_interest() {
    // At 3/2: 800 are 1 200, and an eighth of that is 150; -801 are -1 202, rounded up, and 150 again.
    for (counted, worth) in [(800, 1_200), (-800, -1_200), (-801, -1_202)] {
        for (change, expected) in [(150, None), (151, no(CashUncounted))] {
            let (mut account, mut group) = beside(counted, 0);
            index(&mut group, 3);
            assert_eq!(account.tell_interest(&group, 0).unwrap(), worth - counted);
            account.cash += change;
            assert_eq!(code(account.put_beside(&group)), expected, "{change} beside {counted}");
            assert_eq!((account.counted, account.uncounted), (counted, change));
        }
    }
    // What lenders lost leaves less to stand beside: of 400, 50.
    for (uncounted, expected) in [(50, None), (-50, None), (51, no(CashUncounted)), (-51, no(CashUncounted))]
    {
        let (mut account, mut group) = beside(800, uncounted);
        assert_eq!(code(account.put_beside(&group)), None);
        index(&mut group, 1);
        assert_eq!(account.tell_interest(&group, 0).unwrap(), -400);
        assert_eq!(code(account.put_beside(&group)), expected, "{uncounted} beside 400");
    }
}

#[test]
fn what_stands_beside_adds_up() {
    let (mut account, group) = beside(800, 0);
    // 100 one after the other, and back.
    for (change, uncounted, expected) in
        [(60, 60, None), (40, 100, None), (1, 101, no(CashUncounted)), (-201, -100, None), (100, 0, None)]
    {
        account.tell_interest(&group, 0).unwrap();
        account.cash += change;
        assert_eq!(code(account.put_beside(&group)), expected, "{change}");
        assert_eq!((account.cash, account.uncounted), (800 + uncounted, uncounted));
    }
}

#[test]
fn whoever_is_written_is_counted() {
    // What is counted, what stands beside it, and cash at 3/2 and at 2.
    for (counted, uncounted, then, last) in [(800, 60, 1_260, 1_660), (-800, 100, -1_100, -1_500)] {
        let (mut account, mut group) = beside(counted, uncounted);
        // A pool, too.
        group.uncounted += 1_000;
        let owed = group.owed_tokens();
        assert_eq!(owed, i128::from(counted + uncounted + 1_000));
        index(&mut group, 3);
        let before = sums(&group);
        assert_eq!(account.tell_interest(&group, 0).unwrap(), counted / 2);
        assert_eq!(code(account.put_beside(&group)), None);
        assert_eq!((account.cash, account.counted, account.uncounted), (then, counted, uncounted));
        assert_eq!((sums(&group), account.cash_index), (before, INDEX_ONE));

        index(&mut group, 4);
        // What is told now is half of what the group hears of.
        assert_eq!(account.take_out(&mut group, 0).unwrap(), counted / 2);
        assert_eq!(sums(&group), (0, -counted, 1_000, 0, 0));
        assert_eq!((account.cash, account.counted, account.uncounted), (last, 0, 0));
        account.put_back(&mut group).unwrap();
        assert_eq!((account.cash, account.counted, account.uncounted), (last, last, 0));
        assert_eq!(account.cash_index, halves(4));
        // 1 660 and 1 500 over two.
        let shares = if last < 0 { (0, 750) } else { (830, 0) };
        assert_eq!(sums(&group), (last, -counted, 1_000, shares.0, shares.1));
        assert_eq!(group.owed_tokens(), owed);
    }
}

#[test]
fn cash_that_changed_sides_is_counted_on_its_own() {
    // A lender of 100 with a loss of 50 beside it, when lenders have lost three quarters: 25 less 50. A debtor of 100 with
    // a gain of 250, when debts have grown by a half.
    for (counted, uncounted, quarters, interest, cash) in [(100, -50, 1, -75, -25), (-100, 250, 6, -50, 100)]
    {
        let (mut account, mut group) = beside(counted, 0);
        account.liquidation_since = 1;
        account.cash += uncounted;
        assert_eq!(code(account.put_beside(&group)), None);
        group.uncounted = uncounted;
        let owed = group.owed_tokens();
        let now = Fixed64::from_bits(quarters << 62);
        (group.deposit_index, group.debt_index) = (now, now);
        // Interest is that of what is counted.
        assert_eq!(account.take_out(&mut group, 0).unwrap(), interest);
        assert_eq!(account.cash, cash);
        assert_eq!(sums(&group), (0, -interest, 0, 0, 0));
        (group.deposit_index, group.debt_index) = (halves(4), halves(5));
        account.put_back(&mut group).unwrap();
        // Over two as cash; over two and a half as debt.
        let (shares, index) = if cash < 0 { ((0, 10), halves(5)) } else { ((50, 0), halves(4)) };
        assert_eq!(sums(&group), (cash, -interest, 0, shares.0, shares.1));
        assert_eq!((account.counted, account.uncounted, account.cash_index), (cash, 0, index));
        assert_eq!(group.owed_tokens(), owed);
    }
}

#[test]
fn cash_beside_has_its_largest() {
    let most = LARGEST_CASH as i64;
    // Under liquidation, so that nothing else stands against it: a debtor, nobody, and whoever has lent the most.
    for (counted, cash, expected) in [
        (-most, most, None),
        (-1, -most, None),
        (0, most, None),
        (0, -most, None),
        (most, most, None),
        (-most, most + 1, no(NumberTooLarge)),
        (-1, -most - 1, no(NumberTooLarge)),
        (0, most + 1, no(NumberTooLarge)),
        (0, -most - 1, no(NumberTooLarge)),
        (most, most + 1, no(NumberTooLarge)),
        (-most, i64::MAX, no(NumberTooLarge)),
        (-most, i64::MIN, no(NumberTooLarge)),
    ] {
        let (mut account, group) = beside(counted, 0);
        account.liquidation_since = 1;
        account.cash = cash;
        assert_eq!(code(account.put_beside(&group)), expected, "{cash} of {counted}");
        if expected.is_none() {
            assert_eq!((account.counted, account.uncounted), (counted, cash - counted));
        }
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let told = |cash, counted, uncounted| {
        let mut account = account();
        (account.cash, account.counted, account.uncounted) = (cash, counted, uncounted);
        code(account.tell_interest(&group(), 0))
    };
    assert_eq!(told(0, 1, i64::MAX - 1), None);
    assert_eq!(told(0, 1, i64::MAX), no(NumberTooLarge));
    assert_eq!(told(-1, 0, i64::MAX - 1), None);
    assert_eq!(told(-2, 0, i64::MAX), no(NumberTooLarge));
    let near = |cash, uncounted| {
        let mut account = account();
        (account.cash, account.uncounted) = (cash, uncounted);
        code(account.require_near_counted())
    };
    assert_eq!(near(i64::MIN + 1, 1), None);
    assert_eq!(near(i64::MIN, 1), no(NumberTooLarge));
    assert_eq!(near(0, i64::MIN), no(NumberTooLarge));
    // A debt that has grown a thousandfold.
    let (mut account, mut group) = beside(-(1 << 60), 0);
    group.debt_index = Fixed64::from_bits(1 << 74);
    assert_eq!(code(account.put_beside(&group)), no(NumberTooLarge));
    // The group's sum of what is not counted.
    for (uncounted, least) in [(1, i64::MIN), (-1, i64::MAX)] {
        for (sum, expected) in [(least, no(NumberTooLarge)), (least + uncounted, None)] {
            let (mut account, mut group) = beside(0, uncounted);
            group.uncounted = sum;
            assert_eq!(code(account.take_out(&mut group, 0)), expected, "{uncounted} of {sum}");
        }
    }
}
