//! Prices are refreshed when Pyth's accounts are newer and it is time; and what the program would refuse is not sent.

use crate::common::{exchange, hold_price, leg, perp, price, run, state_of, surface, usd, wait_until, world};
use crate::common::{COIN, FRIDAY};
use anchor_lang::prelude::Pubkey;
use ballast_keeper::roles::prices::{batches, due, needed, Feeds, Settings};
use ballast_testkit::{
    account_program, feed_id, price_account, Exchange, Level, PriceUpdate, Trader, World, BTC, ETH, SOL,
};

const MARKETS: [u16; 3] = [BTC, ETH, SOL];

/// Three markets, of which Alice and Bob hold Bitcoin's perp, and Alice has some Ether.
fn scene(world: &mut World) -> (Exchange, [Trader; 2]) {
    let exchange = exchange(world, &MARKETS, &[]);
    let traders = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &traders[0], &traders[1], &[perp(10, usd(950))]).expect("a perp");
    world.deposit_token(&exchange, &traders[0], 2, COIN);
    (exchange, traders)
}

/// Publishes a price in dollars, which nobody has refreshed yet.
fn publish(world: &mut World, exchange: &Exchange, market: u16, dollars: i64) {
    let update = world.price_update(market, dollars * COIN as i64);
    world.publish(&price_account(&exchange.group(), market), &update);
}

fn publish_all(world: &mut World, exchange: &Exchange) {
    MARKETS.iter().for_each(|market| publish(world, exchange, *market, 95_000));
}

fn feeds(world: &mut World, exchange: &Exchange) -> Feeds {
    let group = exchange.group();
    let account = |market: &u16| Some((*market, world.svm.account(&price_account(&group, *market))?));
    exchange.risk.markets.iter().filter_map(account).collect()
}

fn found(world: &mut World, exchange: &Exchange, who: &[Trader], settings: &Settings) -> Vec<Vec<u16>> {
    let accounts: Vec<Pubkey> = who.iter().map(|trader| trader.account).collect();
    let (state, feeds, now) = (state_of(world, exchange, &accounts), feeds(world, exchange), world.svm.now());
    batches(&state, settings, &feeds, now)
}

#[test]
fn what_accounts_depend_on_is_needed_or_all() {
    let world = &mut world();
    let (exchange, [alice, bob]) = scene(world);
    let state = state_of(world, &exchange, &[alice.account, bob.account]);
    assert_eq!(needed(&state, &Settings::default()).into_iter().collect::<Vec<_>>(), [BTC, ETH]);
    let all = Settings { all: true, ..Settings::default() };
    assert_eq!(needed(&state, &all).into_iter().collect::<Vec<_>>(), MARKETS);
    let nobody = state_of(world, &exchange, &[]);
    assert!(needed(&nobody, &Settings::default()).is_empty());
}

#[test]
fn a_newer_price_is_taken_over_after_its_time() {
    let world = &mut world();
    let (exchange, traders) = scene(world);
    let settings = Settings::default();
    publish_all(world, &exchange);
    assert!(found(world, &exchange, &traders, &settings).is_empty(), "it is the one that is known");
    world.svm.pass(4);
    publish_all(world, &exchange);
    assert!(found(world, &exchange, &traders, &settings).is_empty(), "four seconds");
    world.svm.pass(1);
    assert_eq!(found(world, &exchange, &traders, &settings), [[BTC, ETH]]);
    let accounts = traders.each_ref().map(|trader| trader.account);
    let (state, feeds, now) =
        (state_of(world, &exchange, &accounts), feeds(world, &exchange), world.svm.now());
    let jobs = due(&state, &settings, &feeds, now);
    assert_eq!((jobs.len(), jobs[0].steps.len()), (1, 2));
    run(world, &jobs, None);
    for market in [BTC, ETH] {
        let known = world.market_risk(&exchange.group(), market).price;
        assert_eq!((known.published_at, known.refreshed_at), (now - 1, now));
    }
    assert!(found(world, &exchange, &traders, &settings).is_empty());
    // Nobody published anything since, so nothing can be done about its age.
    world.svm.pass(50);
    assert!(found(world, &exchange, &traders, &settings).is_empty());
}

#[test]
fn one_that_moved_does_not_wait_and_goes_first() {
    let world = &mut world();
    let (exchange, traders) = scene(world);
    let settings = Settings { together: 1, ..Settings::default() };
    world.svm.pass(1);
    // A tenth of a per cent of 95 000 is 95.
    publish(world, &exchange, BTC, 95_094);
    publish(world, &exchange, ETH, 94_000);
    assert_eq!(found(world, &exchange, &traders, &settings), [[ETH]]);
    publish(world, &exchange, BTC, 95_095);
    assert_eq!(
        found(world, &exchange, &traders, &settings),
        [[ETH], [BTC]],
        "the one that moved more is first"
    );
    publish(world, &exchange, BTC, 99_000);
    assert_eq!(found(world, &exchange, &traders, &settings), [[BTC], [ETH]]);
}

#[test]
fn no_price_is_kept_until_it_is_stale() {
    let world = &mut world();
    let (exchange, traders) = scene(world);
    let slow = Settings { seconds: 3_600, moved: 10_000, ..Settings::default() };
    world.svm.pass(29);
    publish_all(world, &exchange);
    assert!(found(world, &exchange, &traders, &slow).is_empty());
    world.svm.pass(1);
    assert_eq!(found(world, &exchange, &traders, &slow), [[BTC, ETH]], "half of the age of a stale price");
    // Once it is stale, the first new price counts at once.
    world.svm.pass(31);
    publish(world, &exchange, BTC, 95_000);
    assert_eq!(found(world, &exchange, &traders, &slow)[0][0], BTC);
}

#[test]
fn what_the_program_would_refuse_is_not_sent() {
    let world = &mut world();
    let (exchange, traders) = scene(world);
    let settings = Settings::default();
    world.svm.pass(30);
    let good = world.price_update(BTC, 95_000 * COIN as i64);
    let now = world.svm.now();
    let cases = [
        ("stale", PriceUpdate { published_at: now - 61, ..good }),
        ("from the future", PriceUpdate { published_at: now + 11, ..good }),
        ("older than the known one", PriceUpdate { published_at: now - 31, ..good }),
        ("verified in part", PriceUpdate { level: Level::Partial(5), ..good }),
        ("another feed's", PriceUpdate { id: feed_id(ETH), ..good }),
        ("another program's", PriceUpdate { owner: Pubkey::new_unique(), ..good }),
    ];
    let address = price_account(&exchange.group(), BTC);
    for (what, update) in cases {
        world.publish(&address, &update);
        assert!(found(world, &exchange, &traders, &settings).is_empty(), "{what}");
    }
    world.publish(&address, &good);
    assert_eq!(found(world, &exchange, &traders, &settings), [[BTC]]);
    world.svm.pass(61);
    assert!(found(world, &exchange, &traders, &settings).is_empty(), "a feed that fell silent");
}

#[test]
fn a_doubt_is_taken_over_at_once_and_so_is_its_end() {
    let world = &mut world();
    let (exchange, traders) = scene(world);
    let settings = Settings::default();
    world.svm.pass(1);
    let address = price_account(&exchange.group(), BTC);
    let good = world.price_update(BTC, 95_000 * COIN as i64);
    world.publish(&address, &PriceUpdate { interval: 3_000 * COIN, ..good });
    assert_eq!(found(world, &exchange, &traders, &settings), [[BTC]]);
    let accounts = traders.each_ref().map(|trader| trader.account);
    let (state, feeds, now) =
        (state_of(world, &exchange, &accounts), feeds(world, &exchange), world.svm.now());
    run(world, &due(&state, &settings, &feeds, now), None);
    assert!(world.market_risk(&exchange.group(), BTC).price.is_doubtful(&state.exchange.risks[&BTC].rules));
    assert!(found(world, &exchange, &traders, &settings).is_empty());
    world.svm.pass(1);
    publish(world, &exchange, BTC, 95_000);
    assert_eq!(found(world, &exchange, &traders, &settings), [[BTC]]);
}

#[test]
fn a_date_that_has_passed_gets_its_price_though_none_is_newer() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let traders = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &traders[0], &traders[1], &[leg(2, FRIDAY, 0, 1, usd(950))]).expect("a future");
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 95_000, FRIDAY - 1);
    price(world, &exchange, 95_000);
    surface(world, &exchange, 95_000, &[]);
    let settings = Settings::default();
    assert!(found(world, &exchange, &traders, &settings).is_empty());
    world.svm.pass(1);
    assert_eq!(found(world, &exchange, &traders, &settings), [[BTC]]);
    let accounts = traders.each_ref().map(|trader| trader.account);
    let (state, feeds, now) =
        (state_of(world, &exchange, &accounts), feeds(world, &exchange), world.svm.now());
    run(world, &due(&state, &settings, &feeds, now), None);
    assert!(found(world, &exchange, &traders, &settings).is_empty());
    let freeze = account_program::freeze_settlement(&exchange.group(), BTC, FRIDAY);
    world.svm.send(&[freeze], &[]).expect("the price is known");
}
