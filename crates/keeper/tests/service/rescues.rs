//! Accounts in distress, and keepers that run.

use crate::stage::Stage;
use ballast_testkit::{dollars, BTC};
use std::time::{Duration, Instant};
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread")]
async fn all_are_restored_and_the_floor_is_kept() {
    let mut stage = Stage::new(5).await;
    let kim = stage.keeper("kim", 300_000);
    let keeper = stage.start(&kim, &[]);
    keeper.ready().await;
    stage.until_over().await;
    assert!(stage.lots(&kim.account) > 0);
    stage.assert_floor(&kim);
    assert_eq!(keeper.get("/healthz").await.0, 200);
    assert_eq!(keeper.get("/nothing").await.0, 404);
    // What was done is counted, and nothing has gone wrong.
    sleep(Duration::from_millis(500)).await;
    assert_eq!(keeper.metric("ballast_keeper_accounts ", &[]).await, 7.0);
    assert_eq!(keeper.metric("ballast_keeper_accounts_below_maintenance", &[]).await, 0.0);
    assert!(keeper.metric("ballast_keeper_attempts_total", &["liquidate", "done"]).await >= 10.0);
    assert!(keeper.metric("ballast_keeper_takings_total", &["liquidate"]).await >= 5.0);
    assert!(keeper.metric("ballast_keeper_profit_dollars", &[]).await > 0.0);
    assert!(keeper.metric("ballast_keeper_fee_lamports_total", &[]).await >= 50_000.0);
    assert!(keeper.metric("ballast_keeper_scan_seconds_count", &[]).await > 1.0);
    assert!(keeper.metric("ballast_keeper_lamports", &[]).await > 1e9);
    assert!(keeper.metric("ballast_keeper_price_age_seconds", &["market=\"1\""]).await < 60.0);
    let (_, text) = keeper.get("/metrics").await;
    assert_eq!(keeper.metric("ballast_keeper_attempts_total", &["failed"]).await, 0.0, "{text}");
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_with_little_keeps_its_floor() {
    let mut stage = Stage::new(2).await;
    let kim = stage.keeper("kim", 3_000);
    let group = stage.group();
    let keeper = stage.start(&kim, &[]);
    keeper.ready().await;
    sleep(Duration::from_secs(6)).await;
    assert!(stage.lots(&kim.account) > 0, "it takes what it can");
    // Nobody is released, so that nothing has to be counted: rescues wait for no other trade of the group.
    assert!(stage.group() == group, "the group is not written");
    let waiting = stage.market().waiting;
    assert!(waiting.insurance > 0, "the insurance's pay waits in the market: {waiting:?}");
    assert!(!stage.is_over(), "and no more");
    stage.assert_floor(&kim);
    assert!(keeper.metric("ballast_keeper_attempts_total", &["no_room"]).await > 0.0);
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keepers_race_without_harm() {
    let mut stage = Stage::new(6).await;
    let [kim, lou] = ["kim", "lou"].map(|name| stage.keeper(name, 300_000));
    let keepers = [stage.start(&kim, &[]), stage.start(&lou, &[])];
    stage.until_over().await;
    let taken = [&kim, &lou].map(|trader| stage.lots(&trader.account));
    assert!(taken[0] + taken[1] > 0, "{taken:?}");
    for trader in [&kim, &lou] {
        stage.assert_floor(trader);
    }
    for keeper in keepers {
        let (_, text) = keeper.get("/metrics").await;
        println!("{text}");
        assert_eq!(keeper.metric("ballast_keeper_attempts_total", &["failed"]).await, 0.0, "{text}");
        keeper.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_nothing() {
    let mut stage = Stage::new(2).await;
    let kim = stage.keeper("kim", 300_000);
    let before = stage.sent();
    let keeper = stage.start(&kim, &[("dry_run", "true")]);
    keeper.ready().await;
    sleep(Duration::from_secs(3)).await;
    assert!(keeper.metric("ballast_keeper_attempts_total", &["liquidate", "dry"]).await >= 2.0);
    keeper.stop().await;
    assert_eq!(stage.sent(), before);
    let accounts = stage.victims.iter().map(|victim| victim.account).collect::<Vec<_>>();
    assert!(accounts.iter().all(|account| !stage.is_latched(account)));
}

#[tokio::test(flavor = "multi_thread")]
async fn once_is_one_thing_for_each() {
    let mut stage = Stage::new(3).await;
    let kim = stage.keeper("kim", 300_000);
    let group = stage.group();
    stage.start(&kim, &[("once", "true")]).ended().await;
    assert!(stage.group() == group, "to begin writes no group");
    let accounts = stage.victims.iter().map(|victim| victim.account).collect::<Vec<_>>();
    assert!(accounts.iter().all(|account| stage.is_latched(account)), "all have begun");
    assert_eq!(stage.lots(&kim.account), 0);
    stage.start(&kim, &[("once", "true")]).ended().await;
    assert!(stage.lots(&kim.account) > 0, "positions are taken over");
    assert!(stage.group() == group, "and that writes no group, either");
    // They have lost more than an eighth of their cash since it was counted: that is counted before they are released.
    for address in &accounts {
        let account = stage.small.world.margin_account(address);
        assert!(account.liquidation_since != 0 && account.uncounted < -(account.counted >> 3));
    }
    stage.start(&kim, &[("once", "true")]).ended().await;
    assert!(stage.is_over());
    assert!(stage.group() != group, "the end counts");
    stage.assert_floor(&kim);
    // Whoever is released has no more beside what is counted than an eighth of that.
    for address in accounts.iter().chain([&kim.account]) {
        let account = stage.small.world.margin_account(address);
        let worth = account.cash - account.uncounted;
        assert!(account.uncounted.abs() <= worth.abs() >> 3, "{} beside {worth}", account.uncounted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_roles_work_side_by_side() {
    let mut stage = Stage::new(2).await;
    let kim = stage.keeper("kim", 300_000);
    let all = "liquidate,prices,funding,expiry,settle,triggers,alerts";
    let keeper = stage.start(&kim, &[("roles", all)]);
    keeper.ready().await;
    stage.until_over().await;
    stage.assert_floor(&kim);
    let (status, text) = keeper.get("/metrics").await;
    assert_eq!((status, keeper.get("/healthz").await.0), (200, 200));
    println!("{text}");
    // A price that nobody has taken over yet, and dates that nobody has listed.
    stage.small.world.svm.pass(10);
    stage.publish(83_000);
    let begun = Instant::now();
    for role in ["prices", "expiry"] {
        let words = [&format!("role=\"{role}\"")[..], "outcome=\"done\""];
        while keeper.metric("ballast_keeper_attempts_total", &words).await < 1.0 {
            assert!(begun.elapsed() < Duration::from_secs(40), "{role} does nothing");
            sleep(Duration::from_millis(200)).await;
        }
    }
    let group = stage.small.exchange.group();
    assert_eq!(stage.small.world.market_risk(&group, BTC).price.index, dollars(83_000));
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_rescued_at_the_same_time() {
    let mut stage = Stage::new(30).await;
    let kim = stage.keeper("kim", 3_000_000);
    let keeper = stage.start(&kim, &[("in_flight", "32")]);
    keeper.ready().await;
    stage.until_over().await;
    stage.assert_floor(&kim);
    keeper.stop().await;
}
