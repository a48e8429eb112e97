//! What is done once for each rescue counts as done only when it was tried.

use crate::stage::Stage;
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::{Hop, LiquidateArgs};
use ballast_keeper::{liquidate::Liquidate, Keeper, Role};
use ballast_testkit::{BTC, DOLLAR};
use std::time::Instant;

/// A victim who was long one Bitcoin at 95 000 dollars, all of it taken over at 60 000: of 35 000 lost, some 15 000 are owed to
/// Ben, who has not realised his profit. The insurance has nothing, and the next hop waits for 300 seconds.
async fn bankrupt() -> (Stage, Pubkey) {
    let mut stage = Stage::new(1).await;
    let rex = stage.keeper("rex", 1_000_000);
    stage.small.world.svm.pass(60);
    stage.price(60_000);
    let victim = stage.victims[0].account;
    let (world, exchange) = (&mut stage.small.world, &stage.small.exchange);
    world.begin(exchange, &victim).expect("it begins");
    let leg = world.quote_leg(&victim, |_| true, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 100, least_pay: i64::MIN >> 32 };
    world.liquidate(exchange, &victim, &rex, &args).expect("it is taken over");
    world.resolve_bankruptcy(exchange, &victim).expect("the insurance's hop");
    assert_eq!(world.auction(&victim).hop, Hop::Insurance as u8);
    (stage, victim)
}

/// What a keeper has realised of winners' profits for a victim, once it has worked once with what it knows, in quote units.
async fn realised(keeper: &Keeper, victim: &Pubkey) -> i128 {
    let began = keeper.state.read().await.auctions[victim].began_at;
    Liquidate::new(&keeper.settings).step(keeper).await.expect("it works");
    let rows = keeper.desk.rows();
    rows.realised(victim, began, BTC)
}

/// How many tries came to this.
fn tries(keeper: &Keeper, outcome: &str, reason: &str) -> u64 {
    keeper.metrics.attempts.with_label_values(&["liquidate", outcome, reason]).get()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_tried_may_be_tried_yet() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let sent = stage.sent();
    // It is told, and stays to be done.
    let keeper = stage.connect(&kim, &[("once", "true"), ("dry_run", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    assert_eq!(realised(&keeper, &victim).await, 0);
    assert_eq!(tries(&keeper, "dry", ""), 1);
    // The same if it has to wait, whoever the winner is.
    let keeper = stage.connect(&kim, &[("once", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    let keys: Vec<Pubkey> = keeper.state.read().await.scanner.keys().copied().collect();
    let targets: Vec<String> = keys.iter().map(|key| format!("realise {key} {BTC} for {victim}")).collect();
    let claims = targets.iter().map(|target| keeper.ledger.claim(target, Instant::now()).expect("free"));
    let claims: Vec<_> = claims.collect();
    assert_eq!(realised(&keeper, &victim).await, 0);
    assert_eq!(tries(&keeper, "waiting", "backoff"), 1);
    assert_eq!(stage.sent(), sent);
    drop(claims);
    // 350 dollars with each of 100 lots.
    assert_eq!(realised(&keeper, &victim).await, i128::from(35_000 * DOLLAR));
    assert_eq!(tries(&keeper, "done", ""), 1);
    // It is not done again.
    assert_eq!(realised(&keeper, &victim).await, i128::from(35_000 * DOLLAR));
    assert_eq!(stage.sent(), sent + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tried_counts_whatever_came_of_it() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    // Somebody makes the next hop, which the keeper does not know.
    stage.small.world.svm.pass(300);
    stage.price(60_000);
    stage.small.world.resolve_bankruptcy(&stage.small.exchange, &victim).expect("the next hop");
    assert_eq!(realised(&keeper, &victim).await, i128::from(35_000 * DOLLAR));
    assert_eq!((tries(&keeper, "superseded", "HopOutOfOrder"), tries(&keeper, "done", "")), (1, 0));
}
