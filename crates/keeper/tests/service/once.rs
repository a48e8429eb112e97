//! What is done once for each rescue counts as done unless nobody was asked, or nobody answered.

use crate::stage::Stage;
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::{Hop, LiquidateArgs};
use ballast_keeper::{attempt::Verdict, liquidate::Liquidate, Keeper, Role};
use ballast_testkit::{BTC, DOLLAR};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// What Ben has won: 350 dollars with each of 100 lots.
const PROFIT: i128 = 35_000 * DOLLAR as i128;
const MINUTE: Duration = Duration::from_secs(60);

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

/// Names of what could be realised for a victim, whoever the winner is.
async fn targets(keeper: &Keeper, victim: &Pubkey) -> Vec<String> {
    let state = keeper.state.read().await;
    state.scanner.keys().map(|key| format!("realise {key} {BTC} for {victim}")).collect()
}

/// Lets all of them have failed so many times in a row, so that they wait from now on.
async fn fail(keeper: &Keeper, victim: &Pubkey, times: u32) {
    let (targets, now) = (targets(keeper, victim).await, Instant::now());
    for target in &targets {
        for time in 1..=times {
            // A pause is a minute at most before there is a quarantine.
            let at = now + 2 * MINUTE * time;
            let claim = keeper.ledger.claim(target, at);
            claim.expect("free").settle(Verdict::Failed, at);
        }
        assert!(!keeper.ledger.is_free(target, now));
    }
}

/// After the grace of the hop before, a keeper that has realised what it could makes the next one.
async fn resolves(stage: &mut Stage, keeper: &Keeper, victim: &Pubkey) {
    let (sent, done) = (stage.sent(), tries(keeper, "done", ""));
    stage.small.world.svm.pass(300);
    stage.price(60_000);
    keeper.reload().await.expect("a snapshot");
    realised(keeper, victim).await;
    assert_eq!((stage.sent(), tries(keeper, "done", "")), (sent + 1, done + 1));
}

/// Whether a victim's rescue is over: Ben's claim was cut, which he has only if his profit was realised.
fn is_over(stage: &mut Stage, victim: &Pubkey) -> bool {
    if stage.is_latched(victim) {
        assert_eq!(stage.small.world.auction(victim).hop, Hop::Claims as u8);
        return false;
    }
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_goes_on_as_if_it_were_done() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let sent = stage.sent();
    let keeper = stage.connect(&kim, &[("once", "true"), ("dry_run", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    let rescue = format!("rescue {victim}");
    // It is told once, and then the next hop waits.
    for _ in 0..2 {
        assert_eq!(realised(&keeper, &victim).await, PROFIT);
        assert_eq!((tries(&keeper, "dry", ""), tries(&keeper, "waiting", "backoff")), (1, 0));
        assert!(keeper.ledger.is_free(&rescue, Instant::now()));
    }
    assert_eq!(tries(&keeper, "unplanned", "waits"), 1);
    // The next hop is told, too.
    stage.small.world.svm.pass(300);
    stage.price(60_000);
    keeper.reload().await.expect("a snapshot");
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!(tries(&keeper, "dry", ""), 2);
    assert!(!keeper.ledger.is_free(&rescue, Instant::now()));
    assert_eq!(stage.sent(), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_failed_too_often_keeps_no_hop_waiting() {
    // The eighth failure puts it aside.
    for (times, aside) in [(1, false), (7, false), (8, true)] {
        let (mut stage, victim) = bankrupt().await;
        let kim = stage.keeper("kim", 10_000);
        let keeper = stage.connect(&kim, &[("once", "true")]).await;
        keeper.reload().await.expect("a snapshot");
        fail(&keeper, &victim, times).await;
        assert_eq!(keeper.ledger.quarantined(Instant::now()) > 0, aside);
        let sent = stage.sent();
        // Told to wait, it is not asked again.
        for _ in 0..2 {
            assert_eq!(realised(&keeper, &victim).await, PROFIT, "after {times} failures");
            assert_eq!((tries(&keeper, "waiting", "backoff"), stage.sent()), (1, sent));
        }
        resolves(&mut stage, &keeper, &victim).await;
        assert!(!is_over(&mut stage, &victim));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_keeper_with_an_old_view_does_not_try_is_still_to_be_done() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true"), ("staleness", "2")]).await;
    keeper.reload().await.expect("a snapshot");
    let sent = stage.sent();
    sleep(Duration::from_millis(2_100)).await;
    for turn in 1..=2 {
        assert_eq!(realised(&keeper, &victim).await, 0);
        assert_eq!((tries(&keeper, "waiting", "stale"), stage.sent()), (turn, sent));
    }
    keeper.reload().await.expect("a snapshot");
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!((tries(&keeper, "done", ""), stage.sent()), (1, sent + 1));
    // It is not done again.
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!((tries(&keeper, "done", ""), stage.sent()), (1, sent + 1));
    resolves(&mut stage, &keeper, &victim).await;
    assert!(is_over(&mut stage, &victim));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_stop_has_done_nothing() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    let sent = stage.sent();
    keeper.stop();
    assert_eq!(realised(&keeper, &victim).await, 0);
    assert_eq!(stage.sent(), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_answered_is_still_to_be_done() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    let sent = stage.sent();
    stage.node.handle().faults().drop_rpc(true);
    assert_eq!(realised(&keeper, &victim).await, 0);
    assert_eq!((tries(&keeper, "failed", "node"), stage.sent()), (1, sent));
    stage.node.handle().faults().drop_rpc(false);
    // Once its pause is over.
    let targets = targets(&keeper, &victim).await;
    while targets.iter().any(|target| !keeper.ledger.is_free(target, Instant::now())) {
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!((tries(&keeper, "done", ""), stage.sent()), (1, sent + 1));
    resolves(&mut stage, &keeper, &victim).await;
    assert!(is_over(&mut stage, &victim));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_executed_yet_is_not_tried_again() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true"), ("patience", "1")]).await;
    keeper.reload().await.expect("a snapshot");
    stage.node.handle().faults().swallow_transactions(100);
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!(tries(&keeper, "open", "unconfirmed"), 1);
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!((tries(&keeper, "open", "unconfirmed"), tries(&keeper, "waiting", "backoff")), (1, 0));
    stage.node.handle().faults().swallow_transactions(0);
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
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
    assert_eq!((tries(&keeper, "superseded", "HopOutOfOrder"), tries(&keeper, "done", "")), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_is_still_to_be_done() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    let sent = stage.sent();
    let targets = targets(&keeper, &victim).await;
    let claims = targets.iter().map(|target| keeper.ledger.claim(target, Instant::now()).expect("free"));
    let claims: Vec<_> = claims.collect();
    assert_eq!(realised(&keeper, &victim).await, 0);
    assert_eq!((tries(&keeper, "waiting", "backoff"), stage.sent()), (1, sent));
    drop(claims);
    assert_eq!(realised(&keeper, &victim).await, PROFIT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_answered_is_still_to_be_done_while_it_waits() {
    let (mut stage, victim) = bankrupt().await;
    let kim = stage.keeper("kim", 10_000);
    let keeper = stage.connect(&kim, &[("once", "true")]).await;
    keeper.reload().await.expect("a snapshot");
    stage.node.handle().faults().drop_rpc(true);
    for _ in 0..2 {
        assert_eq!(realised(&keeper, &victim).await, 0);
    }
}
