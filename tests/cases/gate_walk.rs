//! Every instruction that the account program's interface lists either passes the gate or cannot lower health.
//!
//! Both tables are written by hand. An instruction that is in neither fails, and so does one whose row is not true: what
//! is gated must refuse to lower the health of an account without room, having asked the risk program; what is not must
//! leave health as it was at least.

#![cfg(test)]

use crate::gate_rows::{HARMLESS, RESCUE};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::Numbers, ExecuteTriggerArgs, OrderLeg, PlaceTriggerArgs, SettleFillsArgs, TradeLeg,
    },
    ids,
    risk::Preset,
};
use ballast_testkit::{
    account_program, fraction, limit, sign_orders, Arch, Exchange, Instruction, Keypair, Lite, Signer,
    Trader, World, BTC, DOLLAR, ETH,
};
use std::collections::BTreeSet;

/// A lot of Bitcoin at 95 000 dollars, in quote units.
pub const LOT: u64 = 950 * DOLLAR as u64;

/// Instructions that can lower health, and end at the gate: how each is sent, by how much it would lower Alice's health.
const GATED: [(&str, Build); 6] = [
    ("withdraw", withdraw),
    ("transfer", transfer),
    ("block_trade", block_trade),
    ("settle_fills", settle_fills),
    ("execute_trigger", execute_trigger),
    // The same from the other side: the keeper's health.
    ("execute_trigger", execute_trigger_as_keeper),
];

/// Instructions of a transaction, the last of which is meant, and who signs.
type Sent = (Vec<Instruction>, Vec<Keypair>);
/// Builds them: so that health falls by much, or by very little.
type Build = fn(&mut Scene, bool) -> Sent;

/// An exchange in which Alice is long and Bob is short.
pub struct Scene {
    pub world: World,
    pub exchange: Exchange,
    pub alice: Trader,
    pub bob: Trader,
    /// Alice's second account.
    pub second: Pubkey,
}

impl Scene {
    /// Alice holds a perp and has money to spare.
    pub fn new() -> Self {
        let mut world = World::new(Lite::new(Arch::V3));
        let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
        world.set_price(&exchange.risk, BTC, 95_000_00000000);
        world.set_price(&exchange.risk, ETH, 3_500_00000000);
        let alice = world.trader(&exchange, "alice", 100_000 * DOLLAR);
        let bob = world.trader(&exchange, "bob", 500_000 * DOLLAR);
        let (second, _) = world.open_account(&exchange.group(), &alice.key, &alice.key, 1);
        let perp = perp(100);
        let traded = world.block(&exchange, &alice, &bob, &[perp]);
        traded.unwrap_or_else(|failure| panic!("the position: {failure:#?}"));
        Self { world, exchange, alice, bob, second }
    }

    /// Alice withdraws all that initial margin spares: less than a quote unit of room is left.
    fn tighten(&mut self) {
        let room = self.report().1;
        // 10^-10 dollars in millionths.
        let spare = (room / 10_000) as u64;
        let done = self.world.withdraw_cash(&self.exchange, &self.alice, spare);
        done.unwrap_or_else(|failure| panic!("the room: {failure:#?}"));
        assert!((0..10_000).contains(&self.report().1), "room is left: {}", self.report().1);
    }

    /// Alice's health and room.
    pub fn report(&mut self) -> (i128, i128) {
        let account = self.alice.account;
        self.report_on(&account)
    }

    fn report_on(&mut self, account: &Pubkey) -> (i128, i128) {
        let markets = crate::gate_rows::markets_of(&mut self.world, account);
        let report = self.world.assess(&self.exchange.risk, account, &markets);
        (report.health.get(), report.room.get())
    }

    /// Sends instructions; the logs, or the error's name: two programs number their errors alike.
    fn send(&mut self, (steps, signers): Sent) -> Result<Vec<String>, String> {
        let signers: Vec<&Keypair> = signers.iter().collect();
        match self.world.svm.send(&steps, &signers) {
            Ok(sent) => Ok(sent.logs),
            Err(failure) => {
                let named = failure.logs.iter().find_map(|line| line.split_once("Error Code: "));
                let name = named.and_then(|(_, rest)| rest.split_once('.')).map(|(name, _)| name.to_owned());
                Err(name.unwrap_or_else(|| format!("{failure:#?}")))
            }
        }
    }
}

/// So many lots of the perp, bought by Alice at the index.
pub fn perp(lots: i64) -> TradeLeg {
    TradeLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots, price: LOT }
}

const NUMBERS: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };

fn withdraw(scene: &mut Scene, much: bool) -> Sent {
    let (group, alice) = (scene.exchange.group(), &scene.alice);
    let amount = if much { 2 * DOLLAR } else { 1 } as u64;
    let owner = alice.key.pubkey();
    let step = account_program::withdraw(&group, &alice.account, 0, &alice.purse, &owner, amount, &NUMBERS);
    (vec![limit(), step], vec![alice.key.insecure_clone()])
}

fn transfer(scene: &mut Scene, much: bool) -> Sent {
    let (group, alice) = (scene.exchange.group(), &scene.alice);
    let amount = if much { 2 * DOLLAR } else { 1 } as u64;
    let owner = alice.key.pubkey();
    let step = account_program::transfer(&group, &alice.account, &scene.second, 0, &owner, amount, &NUMBERS);
    (vec![limit(), step], vec![alice.key.insecure_clone()])
}

fn block_trade(scene: &mut Scene, much: bool) -> Sent {
    let legs = [perp(if much { 10 } else { 1 })];
    let step = scene.world.block_trade(&scene.exchange, &scene.alice, &scene.bob, &legs);
    (vec![limit(), step], [&scene.alice, &scene.bob].map(|trader| trader.key.insecure_clone()).into())
}

fn settle_fills(scene: &mut Scene, much: bool) -> Sent {
    let now = scene.world.svm.now();
    let leg = |lots| [OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots }];
    let lots = if much { 10 } else { 1 };
    let args = SettleFillsArgs {
        maker: scene.alice.order(now, 1, i64::MAX / 2, &leg(lots)),
        taker: scene.bob.order(now, 1, i64::MAX / 2, &leg(-lots)),
        maker_units: 1,
        taker_units: 1,
        prices: vec![LOT],
        maker_fee: 0,
        taker_fee: 0,
    };
    let operator = scene.exchange.operator.insecure_clone();
    let signers = [&scene.alice.key, &scene.bob.key];
    let step = account_program::settle_fills(&scene.exchange.group(), 1, &operator.pubkey(), &args, &NUMBERS);
    (vec![limit(), sign_orders(signers, &args, 2), step], vec![operator])
}

/// A trigger of somebody's that has fired, in row zero: lots to buy or sell, and the fee that may be taken.
fn fired(scene: &mut Scene, alice: bool, lots: i64, fee: u64) {
    let now = scene.world.svm.now();
    let args = PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots,
        above: true,
        level: 1,
        limit: 0,
        slippage: fraction(0.05),
        fee,
        expires_at: now + 600,
    };
    let of = if alice { &scene.alice } else { &scene.bob };
    let place = account_program::place_trigger(&of.account, &of.key.pubkey(), &args);
    scene.world.svm.send(&[place], &[&of.key]).expect("the trigger is placed");
}

fn execute(scene: &Scene, alice: bool, args: &ExecuteTriggerArgs) -> Sent {
    let (of, keeper) = if alice { (&scene.alice, &scene.bob) } else { (&scene.bob, &scene.alice) };
    let step = account_program::execute_trigger(
        &scene.exchange.group(),
        &of.account,
        (&keeper.account, &keeper.key.pubkey()),
        args,
        &NUMBERS,
    );
    (vec![limit(), step], vec![keeper.key.insecure_clone()])
}

/// Alice's own trigger sells one lot for a fee that costs more than the lot's margin.
fn execute_trigger(scene: &mut Scene, much: bool) -> Sent {
    let fee = if much { LOT } else { 1 };
    fired(scene, true, -1, fee);
    execute(scene, true, &ExecuteTriggerArgs { place: 0, lots: 1, price: LOT, fee })
}

/// Alice is the keeper who takes the other side of Bob's: he sells, she holds more than before.
fn execute_trigger_as_keeper(scene: &mut Scene, much: bool) -> Sent {
    // Bob is long on another account's side first: only then can he sell to make his position smaller.
    let carol = scene.world.trader(&scene.exchange, if much { "carol" } else { "carla" }, 500_000 * DOLLAR);
    let bought = scene.world.block(&scene.exchange, &scene.bob, &carol, &[perp(200)]);
    bought.unwrap_or_else(|failure| panic!("Bob's position: {failure:#?}"));
    fired(scene, false, -10, 1);
    let lots = if much { 10 } else { 1 };
    execute(scene, false, &ExecuteTriggerArgs { place: 0, lots, price: LOT, fee: 0 })
}

/// The names in the account program's interface description.
fn names() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../idl/ballast_account.json");
    let text = std::fs::read_to_string(path).expect("the interface description");
    let idl: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let names = idl["instructions"].as_array().expect("instructions").iter();
    names.map(|instruction| instruction["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn every_instruction_stands_in_one_table() {
    let gated: BTreeSet<&str> = GATED.iter().map(|(name, _)| *name).collect();
    let tables: Vec<&str> = gated
        .into_iter()
        .chain(HARMLESS.iter().map(|(name, ..)| *name))
        .chain(RESCUE.iter().map(|(name, _)| *name))
        .collect();
    let once: BTreeSet<String> = tables.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(once.len(), tables.len(), "an instruction stands twice");
    assert_eq!(names(), once);
}

#[test]
fn what_is_gated_refuses_to_lower_health_without_room() {
    for (place, (name, build)) in GATED.into_iter().enumerate() {
        let mut scene = Scene::new();
        scene.tighten();
        let (health, _) = scene.report();
        let sent = build(&mut scene, true);
        // With nothing but initial margin to spare, or against the health of before.
        let expected = match (name, place) {
            ("withdraw" | "transfer", _) => "MarginShort",
            // What an owner's trigger gives away is bounded before the gate is asked.
            ("execute_trigger", 4) => "TriggerPrice",
            _ => "HealthFalls",
        };
        assert_eq!(scene.send(sent), Err(expected.to_owned()), "{name}");
        assert_eq!(scene.report().0, health, "{name}");
    }
}

#[test]
fn what_is_gated_asks_the_risk_program() {
    for (name, build) in GATED {
        let mut scene = Scene::new();
        let sent = build(&mut scene, false);
        let logs = scene.send(sent).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Called by the account program, which the transaction called: at the second depth, once for each account that
        // could lose by it.
        let call = format!("Program {} invoke [2]", ids::RISK);
        let calls = logs.iter().filter(|line| **line == call).count();
        let sides = if matches!(name, "withdraw" | "transfer") { 1 } else { 2 };
        assert_eq!(calls, sides, "{name}: {logs:#?}");
    }
}

#[test]
fn what_is_not_gated_cannot_lower_health() {
    for (name, why, send) in HARMLESS {
        let mut scene = Scene::new();
        let before = scene.world.margin_account(&scene.alice.account.clone());
        assert_ne!(before.legs[0].market, 0, "Alice has a position");
        let [health, after] = send(&mut scene);
        assert!(after >= health, "{name} lowers health from {health} to {after}, though: {why}");
    }
}

#[test]
fn rescue_belongs_to_the_liquidation_program() {
    for (name, build) in RESCUE {
        let mut scene = Scene::new();
        let step = build(&scene);
        let key = scene.alice.key.insecure_clone();
        let refused = scene.send((vec![limit(), step], vec![key]));
        assert_eq!(refused, Err("NotRescuer".to_owned()), "{name}");
    }
}
