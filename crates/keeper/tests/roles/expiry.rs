//! Dates are listed as the rules allow and frozen as soon as their price is known, and no sooner.

use crate::common::{
    exchange, hold_price, leg, price, run, state_of, surface, usd, wait_until, world, FRIDAY,
};
use ballast_interface::account::{switches, MarketTerms};
use ballast_keeper::roles::expiry::{due, Settings};
use ballast_keeper::Job;
use ballast_testkit::{account_program, market_terms, Exchange, Signer, World, BTC, START};

const FREEZE_ONLY: Settings = Settings { pause: 1, list: false };

fn jobs(world: &mut World, exchange: &Exchange, settings: &Settings) -> Vec<Job> {
    let (state, now) = (state_of(world, exchange, &[]), world.svm.now());
    due(&state, settings, now)
}

fn change_terms(world: &mut World, exchange: &Exchange, terms: &MarketTerms) {
    let authority = exchange.risk.authority.insecure_clone();
    let change = account_program::change_market(&exchange.group(), &authority.pubkey(), BTC, terms);
    world.svm.send(&[change], &[&authority]).expect("the terms are changed");
}

/// Alice and Bob hold a future of the Friday.
fn scene(world: &mut World) -> Exchange {
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &alice, &bob, &[leg(2, FRIDAY, 0, 10, usd(950))]).expect("a future");
    exchange
}

#[test]
fn a_calendar_is_filled_once() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let found = jobs(world, &exchange, &Settings::default());
    // Twelve fit, and the Friday stands already.
    assert_eq!(found.len(), 11);
    run(world, &found, None);
    let market = world.market(&exchange.group(), BTC);
    assert_eq!(market.date_count, 12);
    assert_eq!(market.dates[0].expiry, START + 28_800, "today's comes first");
    assert!(market.dates().iter().any(|date| date.expiry == FRIDAY));
    assert!(jobs(world, &exchange, &Settings::default()).is_empty(), "there is nothing left to list");
    assert!(jobs(world, &exchange, &FREEZE_ONLY).is_empty());
}

#[test]
fn days_go_by_and_nearer_dates_come_in() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[]);
    let found = jobs(world, &exchange, &Settings::default());
    run(world, &found, None);
    world.svm.pass(86_400);
    let found = jobs(world, &exchange, &Settings::default());
    assert!(!found.is_empty(), "yesterday's date has gone, and the fourth day has come");
    run(world, &found, None);
    assert!(jobs(world, &exchange, &Settings::default()).is_empty());
}

#[test]
fn a_market_that_opens_nothing_lists_nothing() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[]);
    for switches in [switches::ALL, switches::PERP] {
        change_terms(world, &exchange, &MarketTerms { switches, ..market_terms() });
        assert!(jobs(world, &exchange, &Settings::default()).is_empty());
    }
    change_terms(world, &exchange, &MarketTerms { days: 0, fridays: 1, months: 0, ..market_terms() });
    assert_eq!(jobs(world, &exchange, &Settings::default()).len(), 2, "today and the one Friday");
}

#[test]
fn a_date_is_frozen_with_the_first_good_price_after_it() {
    let world = &mut world();
    let exchange = scene(world);
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 104_000, FRIDAY);
    assert!(jobs(world, &exchange, &FREEZE_ONLY).is_empty(), "the last minute has no price yet");
    price(world, &exchange, 104_000);
    let found = jobs(world, &exchange, &FREEZE_ONLY);
    assert_eq!(found.len(), 1);
    run(world, &found, None);
    let date = world.market(&exchange.group(), BTC).dates[0];
    assert_eq!((date.settlement, date.settled_at), (usd(1_040) as u64, FRIDAY));
    assert!(jobs(world, &exchange, &FREEZE_ONLY).is_empty(), "it is frozen once");
}

#[test]
fn a_date_without_prices_is_frozen_after_twice_the_wait() {
    let world = &mut world();
    let exchange = scene(world);
    wait_until(world, FRIDAY + 2 * 86_400 - 1);
    assert!(jobs(world, &exchange, &FREEZE_ONLY).is_empty());
    world.svm.pass(1);
    let found = jobs(world, &exchange, &FREEZE_ONLY);
    assert_eq!(found.len(), 1);
    run(world, &found, None);
}

#[test]
fn a_date_that_nobody_holds_is_left_alone() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 104_000, FRIDAY);
    price(world, &exchange, 104_000);
    surface(world, &exchange, 104_000, &[]);
    assert!(jobs(world, &exchange, &FREEZE_ONLY).is_empty());
}
