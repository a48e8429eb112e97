//! What a trader does, by the client alone.

use crate::scene::Scene;
use ballast_client::{tokens, Build, Event};
use ballast_interface::{account::TradeLeg, risk::Assessment, seeds};
use ballast_testkit::{Signer, BTC, DOLLAR};

/// A dollar amount in quote units.
fn dollars(amount: i64) -> u64 {
    (amount * DOLLAR) as u64
}

#[test]
fn deposit_moves_tokens_of_the_wallet_and_is_reported() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let (exchange, sender) = (scene.exchange(), scene.sender(&anna.key));
    let account = scene.account(&anna.account);
    let steps = Build::new(&exchange).deposit(&account, 0, dollars(250), &anna.key.pubkey()).expect("built");
    let sent = scene.run(sender.send(&steps, &[])).expect("sent");
    let after = scene.account(&anna.account);
    assert_eq!(after.state.cash - account.state.cash, 250 * DOLLAR);
    let purse = exchange.purse(&anna.key.pubkey(), 0).expect("cash has a token");
    assert_eq!(scene.run(tokens::balance(&scene.chain, &purse.account)).expect("read"), dollars(9_750));
    let events = scene.run(sender.events(&sent.signature)).expect("the transaction is known");
    assert!(matches!(&events[..], [Event::Deposited(event)] if event.amount == dollars(250)), "{events:?}");
}

#[test]
fn withdrawal_opens_the_wallets_account_if_it_has_none() {
    let mut scene = Scene::new();
    let [berta] = scene.small().traders(["berta"], 1_000 * DOLLAR);
    let (exchange, sender) = (scene.exchange(), scene.sender(&berta.key));
    let account = scene.account(&berta.account);
    let build = Build::new(&exchange);
    let steps = build.withdraw(&account, 0, dollars(40), &berta.key.pubkey()).expect("built");
    scene.run(sender.send(&steps, &[])).expect("sent");
    let purse = exchange.purse(&berta.key.pubkey(), 0).expect("cash has a token");
    assert_eq!(scene.run(tokens::balance(&scene.chain, &purse.account)).expect("read"), dollars(40));
}

#[test]
fn accounts_are_opened_found_and_moved_between() {
    let mut scene = Scene::new();
    let carla = scene.trader("carla");
    let (exchange, sender) = (scene.exchange(), scene.sender(&carla.key));
    let (build, owner) = (Build::new(&exchange), carla.key.pubkey());
    scene.run(sender.send(&build.open_account(&owner, &owner, 7), &[])).expect("opened");
    let second = scene.account(&seeds::find_margin_account(&scene.group(), &owner, 7).0);
    let first = scene.account(&carla.account);
    let steps = build.transfer(&first, &second, 0, dollars(10), &owner).expect("built");
    scene.run(sender.send(&steps, &[])).expect("sent");
    assert_eq!(scene.account(&second.address).state.cash, 10 * DOLLAR);
    let all = scene.run(scene.chain.all::<ballast_interface::account::MarginAccount>(&scene.group()));
    let mut found: Vec<_> = all.expect("listed").into_iter().map(|held| held.address).collect();
    let mut there = vec![first.address, second.address];
    found.sort_unstable();
    there.sort_unstable();
    assert_eq!(found, there);
}

#[test]
fn block_trade_takes_two_signers_and_assessment_answers() {
    let mut scene = Scene::new();
    let [doris, emil] = ["doris", "emil"].map(|name| scene.trader(name));
    let (exchange, sender) = (scene.exchange(), scene.sender(&doris.key));
    let build = Build::new(&exchange);
    let sides = [&doris, &emil].map(|side| (scene.account(&side.account), side.key.pubkey()));
    // A lot is a hundredth of a coin: 950 dollars.
    let price = exchange.risk(BTC).expect("known").price.index / 1_000_000;
    let lot = exchange.market(BTC).expect("known").lot;
    let price = u128::from(price) * u128::from(lot) / 10u128.pow(8);
    let leg = TradeLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 2, price: price as u64 };
    let first = (&sides[0].0, &sides[0].1);
    let steps = build.block_trade(first, (&sides[1].0, &sides[1].1), &[leg]).expect("built");
    scene.run(sender.send(&steps, &[&emil.key])).expect("sent");
    let long = scene.account(&doris.account);
    assert_eq!((long.state.legs[0].market, long.state.legs[0].quantity), (BTC, 2));
    let answer = scene.run(sender.simulate(&[build.assess(&long)])).expect("assessed");
    let report = Assessment::from_bytes(&answer.returned).expect("a report");
    assert_eq!(report.sequence, long.state.sequence);
    assert!(report.initial.get() > 0 && report.room.get() > 0);
}
