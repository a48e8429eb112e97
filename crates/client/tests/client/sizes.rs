//! The largest transactions fit with lookup tables, which the sender makes by itself.

use crate::{fills::signed, scene::Scene};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange, Held, Sender};
use ballast_interface::{
    account::{OrderLeg, SettleFillsArgs},
    liquidation::LiquidateArgs,
    risk::QuoteLeg,
};
use ballast_testkit::{Signer, Trader, World, BROAD, DOLLAR, FRIDAYS, LARGEST, PRICES};

/// Most bytes of a transaction.
const MOST: usize = 1_232;

struct Large {
    scene: Scene,
    exchange: Exchange,
    pair: [Trader; 2],
    sender: Sender,
}

/// Two who hold both sides of the largest book there is, the first of them below maintenance margin.
fn large(shape: &ballast_testkit::Shape) -> Large {
    let scene = Scene::bare();
    let mut world = World::new(scene.node.handle());
    let (exchange, pair) = world.distressed_pair(shape, 60);
    let group = exchange.group();
    let operator = exchange.operator.insecure_clone();
    world.svm.fund(&operator.pubkey(), 10_000_000_000);
    let exchange = scene.run(Exchange::load(&scene.chain, &group)).expect("read");
    let sender = scene.sender(&operator);
    scene.run(sender.cover(&exchange.addresses())).expect("covered");
    Large { scene, exchange, pair, sender }
}

impl Large {
    fn held(&self, address: &Pubkey) -> Held<ballast_interface::account::MarginAccount> {
        self.scene.account(address)
    }
}

#[test]
fn the_largest_assessment_fits() {
    let large = large(&LARGEST);
    let account = large.held(&large.pair[0].account);
    let assess = Build::new(&large.exchange).assess(&account);
    let size = large.scene.run(large.sender.fit(std::slice::from_ref(&assess))).expect("built");
    assert!(size <= MOST, "{size} bytes");
    let answer = large.scene.run(large.sender.simulate(&[assess])).expect("assessed");
    assert!(!answer.returned.is_empty());
}

#[test]
fn the_largest_liquidation_fits() {
    let large = large(&LARGEST);
    let [account, taker] = [0, 1].map(|side| large.held(&large.pair[side].account));
    let build = Build::new(&large.exchange);
    let legs = (0..8).map(|leg| QuoteLeg { leg, lots: 1 }).collect();
    let args = LiquidateArgs { legs, units: 200, least_pay: 0 };
    let key = &large.pair[1].key;
    let steps = build.liquidate(&account, &key.pubkey(), (&taker, &key.pubkey()), &args).expect("built");
    let size = large.scene.run(large.sender.fit(&steps)).expect("built");
    assert!(size <= MOST, "{size} bytes");
    println!("the largest liquidation takes {size} bytes");
}

#[test]
fn the_largest_fill_fits() {
    let mut large = large(&BROAD);
    let now = large.scene.run(large.scene.chain.now()).expect("a clock");
    let expiry = u32::try_from(ballast_testkit::START + FRIDAYS[0]).expect("before 2106");
    let leg = |market: u16, sign: i32| OrderLeg {
        number: market,
        kind: 3,
        expiry,
        strike: PRICES[market as usize - 1] * 100_000_000,
        lots: sign,
    };
    let legs = |sign: i32| -> Vec<_> {
        let perps =
            (1..=4).map(|market| OrderLeg { number: market, kind: 1, expiry: 0, strike: 0, lots: sign });
        let options = (1..=4).map(|market| leg(market, sign));
        let mut legs: Vec<_> = perps.chain(options).collect();
        legs.sort_by_key(|leg| leg.number);
        legs
    };
    let [maker, taker] =
        [(0, 1), (1, -1)].map(|(side, sign)| large.pair[side].order(now, 1, 1_000_000 * DOLLAR, &legs(sign)));
    let signatures = [(0, &maker), (1, &taker)]
        .map(|(side, order): (usize, _)| signed(&large.pair[side].key, &order.message()));
    let args = SettleFillsArgs {
        maker,
        taker,
        maker_units: 1,
        taker_units: 1,
        prices: vec![1; 8],
        maker_fee: 0,
        taker_fee: 0,
    };
    let accounts = [0, 1].map(|side| large.held(&large.pair[side].account));
    let build = Build::new(&large.exchange);
    let operator = large.sender.payer();
    let sides = [&accounts[0], &accounts[1]];
    let steps = build.settle_fills(&operator, sides, &args, signatures).expect("built");
    let size = large.scene.run(large.sender.fit(&steps)).expect("built");
    assert!(size <= MOST, "{size} bytes");
    println!("the largest fill takes {size} bytes with the traders in a table");
}
