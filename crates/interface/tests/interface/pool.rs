//! The market's pool: losers pay in what they have, winners get what is there, and nothing is lost between.

use crate::{
    code,
    money_scene::{account, market, market_of, no, perp},
};
use ballast_interface::account::{AccountError::*, MarginAccount, Market};

/// An account with cash, and a profit or loss that its market has not settled, beside what others are owed or owe.
fn scene(cash: i64, unpaid: i64, pool: u64) -> (MarginAccount, Market) {
    let (mut account, mut market) = (account(), market(&[]));
    (market.pool, market.unpaid, market.owed) = (pool, 1_000, 2_000);
    account.cash = cash;
    account.book_profit(&mut market, unpaid).unwrap();
    (account, market)
}

#[test]
fn profits_and_losses_are_counted_apart() {
    let (mut account, mut market) = (account(), market(&[]));
    // One account's profit, from nothing through both signs and back.
    for (change, unpaid, profits, losses) in [
        (0, 0, 0, 0),
        (7, 7, 7, 0),
        (-3, 4, 4, 0),
        (-9, -5, 0, 5),
        (-1, -6, 0, 6),
        (10, 4, 4, 0),
        (-4, 0, 0, 0),
    ] {
        account.book_profit(&mut market, change).unwrap();
        assert_eq!((account.unpaid(1), market.unpaid, market.owed), (unpaid, profits, losses), "{change}");
        // A row that says nothing is free.
        assert_eq!(account.markets[0].market, u16::from(unpaid != 0));
        account.invariant().unwrap();
    }
}

#[test]
fn a_market_of_the_account_is_told_from_others() {
    let mut account = account();
    account.book_profit(&mut market_of(3), 30).unwrap();
    account.book_profit(&mut market_of(1), -10).unwrap();
    assert_eq!((account.unpaid(1), account.unpaid(2), account.unpaid(3)), (-10, 0, 30));
}

#[test]
fn pool_and_account_settle_as_far_as_there_is_something() {
    // Cash, unpaid profit, pool: what moves to cash.
    for (cash, unpaid, pool, expected) in [
        // A profit, with enough in the pool, just enough, too little, and nothing.
        (5, 70, 100, 70),
        (-5, 70, 70, 70),
        (5, 70, 69, 69),
        (5, 70, 0, 0),
        (5, 70, u64::MAX, 70),
        // A loss, with enough cash, just enough, too little, none, and debt.
        (100, -70, 3, -70),
        (70, -70, 0, -70),
        (69, -70, 3, -69),
        (0, -70, 3, 0),
        (-1, -70, 3, 0),
        (i64::MIN, -70, 3, 0),
        // Nothing.
        (100, 0, 3, 0),
    ] {
        let what = format!("cash {cash}, unpaid {unpaid}, pool {pool}");
        let (mut account, mut market) = scene(cash, unpaid, pool);
        assert_eq!(account.settle_pool(&mut market).unwrap(), expected, "{what}");
        assert_eq!(account.cash, cash + expected, "{what}");
        assert_eq!(i128::from(market.pool), i128::from(pool) - i128::from(expected), "{what}");
        assert_eq!(account.unpaid(1), unpaid - expected, "{what}");
        // What is owed to and by everybody else stays as it was.
        assert_eq!(market.unpaid, 1_000 + (unpaid - expected).max(0).unsigned_abs(), "{what}");
        assert_eq!(market.owed, 2_000 + (expected - unpaid).max(0).unsigned_abs(), "{what}");
        account.invariant().unwrap();
        // Once more changes nothing.
        assert_eq!(account.settle_pool(&mut market).unwrap(), 0, "{what}");
    }
}

#[test]
fn a_winner_waits_for_the_loser() {
    let (mut winner, mut loser, mut market) = (account(), account(), market(&[]));
    loser.cash = 30;
    for (account, count) in [(&mut winner, 2), (&mut loser, -2)] {
        account.trade(&mut market, &perp(count, 100)).unwrap();
        account.trade(&mut market, &perp(-count, 125)).unwrap();
    }
    assert_eq!((winner.unpaid(1), loser.unpaid(1)), (50, -50));
    assert_eq!(winner.settle_pool(&mut market).unwrap(), 0);
    assert_eq!(loser.settle_pool(&mut market).unwrap(), -30);
    assert_eq!((market.pool, market.unpaid, market.owed), (30, 50, 20));
    assert_eq!(winner.settle_pool(&mut market).unwrap(), 30);
    loser.cash = 100;
    assert_eq!(loser.settle_pool(&mut market).unwrap(), -20);
    assert_eq!(winner.settle_pool(&mut market).unwrap(), 20);
    assert_eq!((winner.cash, loser.cash), (50, 80));
    assert_eq!((market.pool, market.unpaid, market.owed), (0, 0, 0));
    assert!(!winner.has_liabilities() && !loser.has_liabilities());
}

#[test]
fn a_row_stays_while_it_has_legs() {
    let (mut account, mut market) = (account(), market(&[]));
    account.trade(&mut market, &perp(2, 100)).unwrap();
    account.trade(&mut market, &perp(-1, 90)).unwrap();
    account.cash = 10;
    assert_eq!(account.settle_pool(&mut market).unwrap(), -10);
    assert_eq!((account.markets[0].market, account.markets[0].legs), (1, 1));
    account.trade(&mut market, &perp(-1, 100)).unwrap();
    assert_eq!(account.markets[0].market, 0);
    assert!(account.is_empty());
}

#[test]
fn money_that_is_not_there_is_not_moved() {
    let (account, market) = scene(0, 70, 30);
    assert_eq!(code({ account }.pay_pool(&mut { market }, 30)), None);
    assert_eq!(code({ account }.pay_pool(&mut { market }, 31)), no(NumberTooLarge));
    let (account, market) = scene(i64::MAX, 70, 30);
    assert_eq!(code({ account }.pay_pool(&mut { market }, 1)), no(NumberTooLarge));
    let (account, market) = scene(0, -70, u64::MAX);
    assert_eq!(code({ account }.pay_pool(&mut { market }, -1)), no(NumberTooLarge));
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    let (account, market) = scene(0, i64::MAX, 0);
    assert_eq!(code({ account }.book_profit(&mut { market }, 1)), no(NumberTooLarge));
    let (account, market) = scene(0, -i64::MAX, 0);
    assert_eq!(code({ account }.book_profit(&mut { market }, -2)), no(NumberTooLarge));
    let (account, market) = scene(0, 70, 0);
    let broken = |break_it: fn(&mut Market), change| {
        let mut market = market;
        break_it(&mut market);
        code({ account }.book_profit(&mut market, change))
    };
    assert_eq!(broken(|market| market.unpaid = 69, -1), no(MarketBroken));
    assert_eq!(broken(|market| market.unpaid = u64::MAX, 1), no(MarketBroken));
    assert_eq!(broken(|market| market.owed = u64::MAX, -71), no(MarketBroken));
    assert_eq!(broken(|market| market.owed = u64::MAX, -70), None);
}
