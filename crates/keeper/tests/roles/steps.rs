//! Whole steps of roles, against a node: what is read, tried and told.

use crate::{
    alerts::server,
    common::{exchange, keeper_key, leg, perp, price, trade_beside, usd, COIN, FRIDAY},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::PlaceTriggerArgs;
use ballast_keeper::{
    config::KeyFile,
    roles::{
        alerts::{Alerts, Settings as AlertSettings, WebhookSettings},
        prices::{Prices, Settings as PriceSettings},
        settle::{Settings as SettleSettings, Settle},
        triggers::{Settings as TriggerSettings, Triggers},
    },
    Keeper, Role, RunArgs,
};
use ballast_localnet::{Node, NodeClock, NodeOptions};
use ballast_testkit::{
    account_program, dollars, fraction, price_account, Exchange, Signer, Trader, World, BTC, ETH,
};
use std::{path::PathBuf, time::Duration};
use tokio::time::timeout;

/// A node with a world, and a file with the keeper's key.
struct Scene {
    node: Node,
    world: World,
    key: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.key);
    }
}

impl Scene {
    async fn new(name: &str) -> Self {
        let options = NodeOptions { clock: NodeClock::Manual, ..NodeOptions::default() };
        let node = Node::start(options).await.expect("a node");
        let mut world = World::new(node.handle());
        world.svm.fund(&keeper_key().pubkey(), 10_000_000_000);
        let key = std::env::temp_dir().join(format!("ballast-steps-{name}-{}.json", std::process::id()));
        let bytes = serde_json::to_string(&keeper_key().to_bytes().to_vec()).expect("JSON");
        std::fs::write(&key, bytes).expect("a file");
        Self { node, world, key }
    }

    /// A keeper that has just read everything.
    async fn keeper(&self, group: Pubkey) -> Keeper {
        let args = RunArgs {
            url: Some(self.node.rpc_url()),
            group: Some(group),
            keypair: Some(KeyFile(self.key.clone())),
            ..RunArgs::default()
        };
        let keeper = Keeper::connect(args.settle().expect("settings")).await.expect("it connects");
        keeper.scan().await;
        keeper
    }

    fn publish(&mut self, exchange: &Exchange, market: u16) {
        let update = self.world.price_update(market, 95_000 * COIN as i64);
        self.world.publish(&price_account(&exchange.group(), market), &update);
    }

    fn published_at(&mut self, exchange: &Exchange, market: u16) -> i64 {
        self.world.market_risk(&exchange.group(), market).price.published_at
    }
}

fn traders(world: &mut World, exchange: &Exchange) -> [Trader; 2] {
    ["alice", "bob"].map(|name| world.trader(exchange, name, usd(50_000)))
}

#[tokio::test]
async fn prices_are_read_and_refreshed_and_one_that_is_refused_keeps_no_other_old() {
    let mut scene = Scene::new("prices").await;
    let exchange = exchange(&mut scene.world, &[BTC, ETH], &[]);
    let [alice, bob] = traders(&mut scene.world, &exchange);
    scene.world.block(&exchange, &alice, &bob, &[perp(10, usd(950))]).expect("a perp");
    scene.world.deposit_token(&exchange, &alice, 2, COIN);
    scene.world.svm.pass(30);
    for market in [BTC, ETH] {
        scene.publish(&exchange, market);
    }
    let now = scene.world.svm.now();
    let keeper = scene.keeper(exchange.group()).await;
    let mut role = Prices::new(PriceSettings::default());
    role.step(&keeper).await.expect("a step");
    assert_eq!([BTC, ETH].map(|market| scene.published_at(&exchange, market)), [now, now]);

    // By the keeper's clock both are fresh; on chain, so much time has passed meanwhile that one is not.
    scene.world.svm.pass(30);
    scene.publish(&exchange, ETH);
    scene.world.svm.pass(10);
    let keeper = scene.keeper(exchange.group()).await;
    scene.world.svm.pass(55);
    scene.publish(&exchange, BTC);
    keeper.state.write().await.ahead += 49;
    role.step(&keeper).await.expect("a step");
    assert_eq!(scene.published_at(&exchange, BTC), now + 95);
    assert_eq!(scene.published_at(&exchange, ETH), now);
}

#[tokio::test]
async fn a_claim_is_settled() {
    let mut scene = Scene::new("settle").await;
    let exchange = exchange(&mut scene.world, &[BTC], &[]);
    let world = &mut scene.world;
    let [alice, bob] = traders(world, &exchange);
    let carol = world.trader(&exchange, "carol", usd(50_000));
    world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]).expect("a perp");
    price(world, &exchange, 96_000);
    world.block(&exchange, &alice, &carol, &[perp(-100, usd(960))]).expect("she closes");
    world.block(&exchange, &bob, &carol, &[perp(100, usd(960))]).expect("he closes");
    let keeper = scene.keeper(exchange.group()).await;
    Settle::new(SettleSettings::default()).step(&keeper).await.expect("a step");
    assert_eq!(scene.world.margin_account(&alice.account).cash, usd(51_000));
}

#[tokio::test]
async fn cash_is_counted() {
    let mut scene = Scene::new("count").await;
    let exchange = exchange(&mut scene.world, &[BTC], &[FRIDAY]);
    let world = &mut scene.world;
    let [alice, bob] = traders(world, &exchange);
    trade_beside(world, &exchange, &alice, &bob, leg(3, FRIDAY, 95_000, 10, usd(100)));
    let uncounted =
        |world: &mut World| [&alice, &bob].map(|trader| world.margin_account(&trader.account).uncounted);
    assert_eq!(uncounted(world), [usd(-1_000), usd(1_000)]);
    let keeper = scene.keeper(exchange.group()).await;
    Settle::new(SettleSettings::default()).step(&keeper).await.expect("a step");
    assert_eq!(uncounted(&mut scene.world), [0, 0]);
    // What was written is read anew.
    let known = keeper.state.read().await;
    let account = known.scanner.account(&alice.account).expect("known");
    assert_eq!((account.cash, account.counted), (usd(49_000), usd(49_000)));
}

#[tokio::test]
async fn a_trigger_is_executed() {
    let mut scene = Scene::new("triggers").await;
    let exchange = exchange(&mut scene.world, &[BTC], &[]);
    let world = &mut scene.world;
    let [alice, bob] = traders(world, &exchange);
    let ours = world.trader(&exchange, "keeper", usd(50_000));
    world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]).expect("a perp");
    let args = PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -100,
        above: false,
        level: dollars(90_000),
        limit: 0,
        slippage: fraction(0.01),
        fee: usd(5) as u64,
        expires_at: world.svm.now() + 3_600,
    };
    let place = account_program::place_trigger(&alice.account, &alice.key.pubkey(), &args);
    world.svm.send(&[place], &[&alice.key]).expect("it is placed");
    price(world, &exchange, 89_900);
    let keeper = scene.keeper(exchange.group()).await;
    let mut role = Triggers::new(TriggerSettings::default(), ours.account);
    role.step(&keeper).await.expect("a step");
    let leg = scene.world.margin_account(&ours.account).legs[0];
    assert_eq!((leg.quantity, scene.world.margin_account(&alice.account).legs[0].market), (100, 0));
}

#[tokio::test]
async fn a_margin_call_is_posted_once() {
    let mut scene = Scene::new("alerts").await;
    let exchange = exchange(&mut scene.world, &[BTC], &[]);
    let [alice, _] = traders(&mut scene.world, &exchange);
    let carol = scene.world.trader(&exchange, "carol", usd(500_000));
    scene.world.block(&exchange, &alice, &carol, &[perp(150, usd(950))]).expect("a perp");
    price(&mut scene.world, &exchange, 75_000);
    let keeper = scene.keeper(exchange.group()).await;
    let (url, mut posts) = server(vec![]).await;
    let webhook = Some(WebhookSettings { url, timeout: 2, attempts: 1 });
    let settings = AlertSettings { room: vec![20], health: vec![], webhook, ..AlertSettings::default() };
    let mut role = Alerts::new(settings);
    for _ in 0..2 {
        role.step(&keeper).await.expect("a step");
    }
    let body = timeout(Duration::from_secs(10), posts.recv()).await.expect("a post").expect("a body");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(
        (&body["account"], &body["owner"]),
        (&alice.account.to_string().into(), &alice.key.pubkey().to_string().into(),)
    );
    assert!(timeout(Duration::from_millis(500), posts.recv()).await.is_err(), "once is enough");
}
