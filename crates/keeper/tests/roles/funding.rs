//! Funding is due after a while, with open interest, a mark in force and a good price; and never otherwise.

use crate::common::{done, exchange, perp, price, run, state_of, usd, world};
use ballast_interface::account::instructions as account_program;
use ballast_keeper::roles::funding::{due, Settings};
use ballast_testkit::{Exchange, Trader, World, BTC};

/// Alice is long a perp on one Bitcoin and Bob short; the venue marks .8 % above the index.
fn scene(world: &mut World) -> (Exchange, [Trader; 2]) {
    let exchange = exchange(world, &[BTC], &[]);
    let traders = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &traders[0], &traders[1], &[perp(100, usd(950))]).expect("a trade");
    mark(world, &exchange);
    (exchange, traders)
}

fn mark(world: &mut World, exchange: &Exchange) {
    let operator = exchange.operator.insecure_clone();
    let key = ballast_testkit::Signer::pubkey(&operator);
    done(world, &[account_program::post_mark(&exchange.group(), BTC, 1, &key, 957_600_000)], &[&operator]);
}

fn count(world: &mut World, exchange: &Exchange) -> usize {
    let (state, now) = (state_of(world, exchange, &[]), world.svm.now());
    due(&state, &Settings::default(), now).len()
}

#[test]
fn funding_is_due_after_ten_minutes_and_then_not() {
    let world = &mut world();
    let (exchange, _) = scene(world);
    world.svm.pass(599);
    price(world, &exchange, 95_000);
    assert_eq!(count(world, &exchange), 0);
    world.svm.pass(1);
    let state = state_of(world, &exchange, &[]);
    let jobs = due(&state, &Settings::default(), world.svm.now());
    assert_eq!(jobs.len(), 1);
    let before = world.market(&exchange.group(), BTC);
    run(world, &jobs, None);
    let after = world.market(&exchange.group(), BTC);
    assert_eq!(after.funding_at, before.funding_at + 600);
    assert!(after.funding_index.to_bits() > before.funding_index.to_bits());
    assert_eq!(count(world, &exchange), 0);
}

#[test]
fn without_a_good_price_nothing_is_sent() {
    let world = &mut world();
    let (exchange, _) = scene(world);
    world.svm.pass(700);
    assert_eq!(count(world, &exchange), 0, "a stale price");
    price(world, &exchange, 95_000);
    assert_eq!(count(world, &exchange), 1);
}

#[test]
fn a_lapsed_mark_moves_nothing_once_it_is_counted() {
    let world = &mut world();
    let (exchange, _) = scene(world);
    world.svm.pass(4_000);
    price(world, &exchange, 95_000);
    let (state, now) = (state_of(world, &exchange, &[]), world.svm.now());
    run(world, &due(&state, &Settings::default(), now), None);
    world.svm.pass(1_000);
    price(world, &exchange, 95_000);
    assert_eq!(count(world, &exchange), 0);
    mark(world, &exchange);
    world.svm.pass(600);
    price(world, &exchange, 95_000);
    assert_eq!(count(world, &exchange), 1, "a new mark counts again");
}

#[test]
fn without_open_interest_nobody_pays() {
    let world = &mut world();
    let (exchange, [alice, bob]) = scene(world);
    world.block(&exchange, &alice, &bob, &[perp(-100, usd(950))]).expect("it is closed");
    world.svm.pass(1_000);
    price(world, &exchange, 95_000);
    assert_eq!(count(world, &exchange), 0);
}
