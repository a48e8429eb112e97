//! Which accounts a scan assesses again, what it leaves, and how it orders what it found.

use crate::scene::{key, Scene, GROUP, NOW};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::MarginAccount, risk::Model};
use ballast_keeper::scan::{Scanner, Unfit};

fn scene() -> Scene {
    Scene::usual(400, 10, 3, 11)
}

/// Accounts that hold something of a market, or a token that it prices.
fn holders(scene: &Scene, number: u16) -> usize {
    let held = |account: &MarginAccount| {
        account.markets.iter().any(|row| row.market == number)
            || account.collateral.iter().any(|token| token.market == number)
    };
    scene.accounts.iter().filter(|(_, account)| held(account)).count()
}

/// Accounts that are assessed at every call, because they are near the edge.
fn near(scanner: &Scanner) -> usize {
    scanner.nearest(usize::MAX).iter().filter(|(_, standing)| standing.is_within(10)).count()
}

#[test]
fn a_price_is_news_to_those_that_depend_on_it() {
    let mut scene = scene();
    let mut scanner = scene.scanner();
    assert_eq!((scanner.rescan(NOW), scanner.rescan(NOW)), (400, 0));
    for number in [1, 5, 8] {
        let risk = &mut scene.risks[usize::from(number - 1)];
        scanner.set_risk(*risk);
        assert_eq!(scanner.rescan(NOW), 0, "the same risk is no news");
        risk.price.index += 1;
        scanner.set_risk(*risk);
        assert_eq!(scanner.rescan(NOW), holders(&scene, number));
    }
    let five = holders(&scene, 5);
    let market = &mut scene.markets[4];
    (market.open_interest, market.unpaid, market.dates[0].legs) = (5, 6, 7);
    (market.pool, market.funding_at, market.marked_at) = (8, NOW, NOW);
    scanner.set_market(*market);
    assert_eq!(scanner.rescan(NOW), 0, "what every trade changes is no news");
    market.premium += 1;
    scanner.set_market(*market);
    assert_eq!(scanner.rescan(NOW), five);
    market.dates[0].settled_at = NOW;
    scanner.set_market(*market);
    assert_eq!(scanner.rescan(NOW), five);
    scanner.set_model(Model { revision: 4, ..scene.model });
    assert_eq!(scanner.rescan(NOW), 400);
    scene.group.deposit_index = ballast_interface::account::INDEX_ONE;
    scanner.set_group(scene.group);
    assert_eq!(scanner.rescan(NOW), 400);
    scene.group.cash += 1;
    scanner.set_group(scene.group);
    assert_eq!(scanner.rescan(NOW), 0, "a sum is no news");
}

#[test]
fn tokens_and_the_quote_token_are_depended_on() {
    let mut scene = scene();
    scene.model.peg_market = 8;
    // Bitcoin as a token moves like market three here.
    scene.risks[0].rules.moves_like = 3;
    let mut scanner = scene.scanner();
    scanner.rescan(NOW);
    scene.risks[7].price.index += 1;
    scanner.set_risk(scene.risks[7]);
    assert_eq!(scanner.rescan(NOW), 400);
    scene.risks[2].price.index += 1;
    scanner.set_risk(scene.risks[2]);
    let moved = |(_, account): &&(Pubkey, MarginAccount)| {
        account.markets.iter().any(|row| row.market == 3)
            || account.collateral.iter().any(|token| [1, 3].contains(&token.market))
    };
    let expected = scene.accounts.iter().filter(moved).count();
    assert!(expected > holders(&scene, 3));
    assert_eq!(scanner.rescan(NOW), expected);
}

#[test]
fn time_is_news_the_sooner_the_nearer_the_edge() {
    let scene = scene();
    let mut scanner = scene.scanner();
    scanner.rescan(NOW);
    let edge = near(&scanner);
    assert!(edge > 4 && edge < 200, "{edge} near the edge");
    assert_eq!(scanner.rescan(NOW + 1), edge);
    let halfway = scanner.nearest(400).iter().filter(|(_, standing)| standing.is_within(50)).count();
    assert!(halfway > edge);
    assert_eq!(scanner.rescan(NOW + 10), halfway);
    // Prices are two seconds old at first, and good for sixty: then everybody's are stale.
    assert_eq!(scanner.rescan(NOW + 59), 400);
    assert_eq!(scanner.nearest(1)[0].1.assessed_at, NOW + 59);
}

#[test]
fn nobody_waits_longer_than_a_minute() {
    let mut scene = scene();
    for risk in &mut scene.risks {
        risk.rules.feed.max_age = 3_000;
    }
    let mut scanner = scene.scanner();
    scanner.rescan(NOW);
    for second in 1..=120 {
        scanner.rescan(NOW + second);
        let oldest = scanner.nearest(400).iter().map(|(_, standing)| standing.assessed_at).min();
        assert!(oldest > Some(NOW + second - 60));
    }
}

#[test]
fn older_news_is_left() {
    let scene = scene();
    let mut scanner = scene.scanner();
    let (first, mut account) = scene.accounts[0];
    account.cash += 1;
    assert!(!scanner.set_account(first, account, 0));
    assert_eq!(scanner.account(&first).map(|account| account.cash), Some(account.cash - 1));
    assert!(scanner.set_account(first, account, 5));
    scanner.rescan(NOW);
    assert!(scanner.set_account(first, account, 5));
    assert_eq!(scanner.rescan(NOW), 1);
    scanner.remove_account(&first, 4);
    assert_eq!(scanner.len(), 400);
    scanner.remove_account(&first, 6);
    assert!(!scanner.set_account(first, account, 6));
    assert_eq!((scanner.len(), scanner.account(&first).is_none()), (399, true));
    assert!(scanner.set_account(first, account, 7) && scanner.account(&first).is_some());
    // An account of another group is none of ours.
    account.group = Pubkey::default();
    assert!(!scanner.set_account(key(1_000), account, 9));
    // What is not known yet may be closed, too.
    scanner.remove_account(&key(2_000), 9);
    account.group = GROUP;
    assert!(!scanner.set_account(key(2_000), account, 8));
}

#[test]
fn the_order_is_by_distance_and_survives_removals() {
    let scene = scene();
    let mut scanner = scene.scanner();
    scanner.rescan(NOW);
    for (number, (removed, _)) in scene.accounts.iter().enumerate().take(390) {
        scanner.remove_account(removed, 2);
        if number % 40 == 0 {
            scanner.rescan(NOW + number as i64);
            let all = scanner.nearest(usize::MAX);
            assert_eq!(all.len(), scanner.len());
            assert!(all.windows(2).all(|pair| pair[0].1.distance() <= pair[1].1.distance()));
            assert!(all.iter().all(|(key, standing)| scanner.standing(key) == Some(&Ok(*standing))));
            let below = all.iter().filter(|(_, standing)| standing.health < 0).count();
            assert_eq!(scanner.below_maintenance().count(), below);
        }
    }
    assert_eq!(scanner.nearest(3).len(), 3);
    assert_eq!(scanner.keys().count(), 10);
    assert!(scanner.memory() > 10 * size_of::<MarginAccount>());
}

#[test]
fn what_cannot_be_assessed_says_why() {
    let scene = scene();
    let mut scanner = Scanner::new(GROUP, scene.group, scene.model);
    assert!(scanner.is_empty());
    let (first, account) = scene.accounts[0];
    scanner.set_account(first, account, 1);
    scanner.rescan(NOW);
    let number = account.markets.iter().map(|row| row.market).filter(|number| *number != 0).min();
    let number = number.expect("a market");
    assert_eq!(scanner.standing(&first), Some(&Err(Unfit::MarketUnknown(number))));
    for market in &scene.markets {
        scanner.set_market(*market);
    }
    scanner.rescan(NOW);
    assert!(matches!(scanner.standing(&first), Some(Err(Unfit::RiskUnknown(_)))));
    for risk in &scene.risks {
        let mut risk = *risk;
        risk.price.index = 0;
        scanner.set_risk(risk);
    }
    scanner.rescan(NOW);
    let unfit = scanner.unfit().next().map(|(_, unfit)| unfit.to_string());
    assert!(unfit.is_some_and(|said| said.ends_with("has no price yet.")));
    for risk in &scene.risks {
        scanner.set_risk(*risk);
    }
    assert_eq!((scanner.rescan(NOW), scanner.unfit().count()), (1, 0));
    scanner.set_model(Model { draft: 1, ..scene.model });
    scanner.rescan(NOW);
    assert_eq!(scanner.standing(&first), Some(&Err(Unfit::VersionUnknown)));
    assert_eq!(scanner.market_numbers().collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    assert_eq!((scanner.risks().count(), scanner.market(9).is_none()), (8, true));
    assert_eq!(scanner.risk(2).map(|risk| risk.market), Some(2));
}
