//! A refreshed account is what the account program's own order of work leaves.

use crate::{
    scene::{Scene, NOW},
    wild::wild,
};
use ballast_interface::{account::MarginAccount, Wide};
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
    other.version = 2;
    assert_eq!(refreshed(&other, &scene.group, &[], NOW).map(|_| ()), Err(Unfit::VersionUnknown));
}
