//! A refreshed account is what the account program's own order of work leaves.

use crate::{
    scene::{account, Scene, NOW},
    wild::wild,
};
use ballast_interface::{
    account::{MarginAccount, INDEX_ONE},
    Wide,
};
use ballast_keeper::scan::{refreshed, Moment, Unfit};

/// `refresh_account` step by step, with sums in which everybody has a part; without its count of changes.
fn by_the_program(scene: &Scene, account: &MarginAccount) -> anchor_lang::Result<MarginAccount> {
    let (mut account, mut group) = (*account, scene.group);
    let mut markets = scene.markets.clone();
    for market in &mut markets {
        (market.unpaid, market.owed, market.cut) = (1 << 60, 1 << 60, 1 << 40);
        (market.open_interest, market.perp_open_interest) = (1 << 60, 1 << 60);
        for date in market.dates_mut() {
            (date.open_interest, date.legs) = (1 << 60, 1_000);
        }
    }
    for (market, risk) in markets.iter_mut().zip(&scene.risks) {
        market.accrue_by(risk, NOW)?;
    }
    account.take_out(&mut group, NOW)?;
    for market in &mut markets {
        account.settle_claims(market)?;
        account.settle_funding(market)?;
    }
    for market in &mut markets {
        account.settle_expired(market)?;
        market.drop_dates(NOW);
        account.settle_pool(market)?;
    }
    account.put_back(&mut group)?;
    Ok(account)
}

#[test]
fn the_order_of_work_is_the_programs() {
    let (mut changed, mut settled) = (0, 0);
    for seed in 100..130 {
        let scene = wild(40, seed);
        let all: Vec<_> = scene.markets.iter().zip(&scene.risks).collect();
        let some = all.iter().map(|(market, risk)| (*market, Some(*risk)));
        // One moment serves all accounts, each as if it were the only one.
        let mut moment = Moment::new(&scene.group, some, NOW);
        assert_eq!(moment.now(), NOW);
        for (_, account) in &scene.accounts {
            let expected = by_the_program(&scene, account).map_err(Unfit::from);
            let mut found = *account;
            let result = moment.refresh(&mut found);
            match expected {
                Ok(expected) => {
                    assert_eq!(result, Ok(()));
                    assert_eq!(bytemuck::bytes_of(&found), bytemuck::bytes_of(&expected));
                    let again = refreshed(account, &scene.group, &all, NOW).expect("as above");
                    assert_eq!(bytemuck::bytes_of(&again), bytemuck::bytes_of(&expected));
                    changed += usize::from(expected.cash != account.cash);
                    let legs =
                        |account: &MarginAccount| account.legs.iter().filter(|leg| leg.market != 0).count();
                    settled += usize::from(legs(&expected) < legs(account));
                }
                Err(refusal) => assert_eq!(result, Err(refusal)),
            }
        }
    }
    assert!(changed > 900 && settled > 100, "{changed} changed, {settled} settled");
}

#[test]
fn only_what_is_counted_bears_interest() {
    let mut scene = wild(1, 9);
    // Since they were counted, deposits have grown by a sixteenth, and debts by a quarter; nothing grows in this moment.
    scene.group.interest_at = NOW;
    assert_eq!(scene.group.deposit_index.to_bits(), (1 << 64) + (1 << 60));
    assert_eq!(scene.group.debt_index.to_bits(), (1 << 64) + (1 << 62));
    let refreshed_cash = |counted: i64, uncounted: i64| {
        let mut account = account(vec![]);
        (account.counted, account.uncounted, account.cash_index) = (counted, uncounted, INDEX_ONE);
        // As when it was last looked at, at once.
        account.cash = counted + uncounted;
        let after = refreshed(&account, &scene.group, &[], NOW).expect("a refreshed account");
        assert_eq!((after.counted, after.uncounted), (after.cash, 0));
        after.cash
    };
    // 1 600 are 1 700 by now, and what came or went since is what it was.
    assert_eq!(refreshed_cash(1_600, 0), 1_700);
    assert_eq!(refreshed_cash(1_600, 200), 1_900);
    assert_eq!(refreshed_cash(1_600, -200), 1_500);
    // 17 / 16 of 1 601 are 1 701.06, rounded down.
    assert_eq!(refreshed_cash(1_601, 200), 1_901);
    // A debt of 1 600 is one of 2 000; 5 / 4 of 1 601 are 2 001.25, rounded up.
    assert_eq!(refreshed_cash(-1_600, 200), -1_800);
    assert_eq!(refreshed_cash(-1_601, 200), -1_802);
}

#[test]
fn a_moment_forgets_what_was_beside_for_others() {
    let scene = wild(0, 10);
    let mut moment = Moment::new(&scene.group, std::iter::empty(), NOW);
    // Ten times as much as an account can have would not fit the group's sum.
    for _ in 0..10 {
        let mut account = account(vec![]);
        (account.cash, account.uncounted, account.liquidation_since) = (1 << 60, 1 << 60, 1);
        moment.refresh(&mut account).expect("a refreshed account");
        assert_eq!(account.cash, 1 << 60);
    }
}

#[test]
fn sums_that_lag_behind_break_nothing() {
    let mut scene = wild(40, 7);
    (scene.group.deposit_shares, scene.group.debt_shares) = (Wide::new(0), Wide::new(0));
    let all: Vec<_> = scene.markets.iter().zip(&scene.risks).collect();
    for (_, account) in &scene.accounts {
        refreshed(account, &scene.group, &all, NOW).expect("a refreshed account");
    }
}

#[test]
fn what_is_missing_has_a_name() {
    let scene = wild(40, 8);
    let held =
        |account: &MarginAccount| account.markets.iter().map(|row| row.market).filter(|n| *n != 0).min();
    for (_, account) in &scene.accounts {
        let missing = held(account).map_or(Ok(()), |number| Err(Unfit::MarketUnknown(number)));
        assert_eq!(refreshed(account, &scene.group, &[], NOW).map(|_| ()), missing);
    }
    let mut other = scene.accounts[0].1;
    other.version = 3;
    assert_eq!(refreshed(&other, &scene.group, &[], NOW).map(|_| ()), Err(Unfit::VersionUnknown));
}
