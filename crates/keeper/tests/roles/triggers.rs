//! Triggers are executed when they have fired, when they pay, and when the keeper's account bears it; and not otherwise.

use crate::common::{done, exchange, keeper_key, leg, perp, price, run, state_of, usd, world, COIN, FRIDAY};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::PlaceTriggerArgs, ids};
use ballast_keeper::{
    liquidate::Getting,
    roles::triggers::{due, fills, Bounds, Fill, Settings},
    RunArgs,
};
use ballast_testkit::{account_program, dollars, fraction, Exchange, Signer, Trader, World, BTC};

/// Sell a hundred lots of the perp once the index is at 90 000 or below, at 1 % worse than it, for five dollars.
fn stop_loss(now: i64) -> PlaceTriggerArgs {
    PlaceTriggerArgs {
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
        expires_at: now + 86_400,
    }
}

fn place(world: &mut World, who: &Trader, args: &PlaceTriggerArgs) {
    let place = account_program::place_trigger(&who.account, &who.key.pubkey(), args);
    done(world, &[place], &[&who.key]);
}

/// Alice is long a perp on one Bitcoin at 95 000, which Bob is short, and has left a stop-loss; the keeper has so much.
fn scene(world: &mut World, cash: i64) -> (Exchange, [Trader; 3]) {
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let keeper = world.trader(&exchange, "keeper", usd(cash));
    assert_eq!(keeper.key.pubkey(), keeper_key().pubkey());
    world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]).expect("a perp");
    let now = world.svm.now();
    place(world, &alice, &stop_loss(now));
    (exchange, [alice, bob, keeper])
}

fn found(world: &mut World, exchange: &Exchange, traders: &[Trader; 3], settings: &Settings) -> Vec<Fill> {
    let accounts: Vec<Pubkey> = traders.iter().map(|trader| trader.account).collect();
    let (state, now) = (state_of(world, exchange, &accounts), world.svm.now());
    let keeper = told(&[]);
    fills(&state, &bounds(settings, &keeper, traders), now)
}

/// What a keeper is told.
fn told(said: &[(&str, &str)]) -> ballast_keeper::Settings {
    let mut args = RunArgs::default();
    let group = Pubkey::new_unique().to_string();
    for (key, value) in
        said.iter().chain(&[("group", &group[..]), ("keypair", "key.json"), ("own_floor", "0")])
    {
        args.fill(key, value).expect("a sound value");
    }
    args.settle().expect("sound settings")
}

fn bounds<'a>(
    settings: &'a Settings,
    keeper: &'a ballast_keeper::Settings,
    traders: &[Trader; 3],
) -> Bounds<'a> {
    Bounds { settings, keeper, own: traders[2].account, coming: &[] }
}

#[test]
fn what_bounds_takings_bounds_executions() {
    let world = &mut world();
    let (exchange, traders) = scene(world, 50_000);
    price(world, &exchange, 90_000);
    let accounts: Vec<Pubkey> = traders.iter().map(|trader| trader.account).collect();
    let (state, now) = (state_of(world, &exchange, &accounts), world.svm.now());
    let settings = Settings::default();
    let count = |said: &[(&str, &str)], coming: &[Getting]| {
        let keeper = told(said);
        fills(&state, &Bounds { coming, ..bounds(&settings, &keeper, &traders) }, now).len()
    };
    assert_eq!(count(&[], &[]), 1);
    assert_eq!(count(&[("own_floor", "0.95")], &[]), 0);
    assert_eq!(count(&[("max_risk", "1")], &[]), 0);
    assert_eq!(count(&[("markets_deny", "1")], &[]), 0);
    assert_eq!(count(&[("markets_allow", "2")], &[]), 0);
    // A taking is under way that needs all there is.
    let taking = Getting { legs: vec![perp(250, usd(900))], ..Getting::default() };
    assert_eq!(count(&[], &[taking]), 0);
}

fn execute(world: &mut World, exchange: &Exchange, traders: &[Trader; 3], settings: &Settings) {
    let accounts: Vec<Pubkey> = traders.iter().map(|trader| trader.account).collect();
    let (state, now) = (state_of(world, exchange, &accounts), world.svm.now());
    let keeper = &traders[2];
    let told = told(&[]);
    let due = due(&state, &bounds(settings, &told, traders), &keeper.key.pubkey(), now);
    assert!(!due.is_empty());
    let jobs: Vec<_> = due.into_iter().map(|(job, _)| job).collect();
    // The price is refreshed before it.
    assert!(jobs.iter().all(|job| job.steps[0].program_id == ids::RISK));
    run(world, &jobs, Some(&keeper.key));
}

#[test]
fn a_stop_loss_is_executed_once_it_has_fired() {
    let world = &mut world();
    let (exchange, traders) = scene(world, 50_000);
    let settings = Settings::default();
    assert!(found(world, &exchange, &traders, &settings).is_empty());
    price(world, &exchange, 90_001);
    assert!(found(world, &exchange, &traders, &settings).is_empty(), "a dollar above");
    price(world, &exchange, 90_000);
    let fills = found(world, &exchange, &traders, &settings);
    assert_eq!(fills.len(), 1);
    // A tenth of a per cent below 900 a lot, .9 on a hundred lots, and five dollars.
    let args = &fills[0].args;
    assert_eq!((args.lots, args.price, args.fee), (100, 899_100_000, usd(5) as u64));
    assert_eq!(fills[0].profit, i128::from(usd(95)));
    world.svm.pass(61);
    assert!(found(world, &exchange, &traders, &settings).is_empty(), "a stale price");
    price(world, &exchange, 90_000);
    execute(world, &exchange, &traders, &settings);
    let [alice, _, keeper] = &traders;
    assert_eq!(world.margin_account(&alice.account).legs[0].market, 0);
    let ours = world.margin_account(&keeper.account);
    assert_eq!((ours.legs[0].quantity, ours.cash), (100, usd(50_005)));
    assert!(found(world, &exchange, &traders, &settings).is_empty());
}

#[test]
fn one_that_lapses_or_pays_too_little_is_left() {
    let world = &mut world();
    let (exchange, traders) = scene(world, 50_000);
    price(world, &exchange, 90_000);
    let dear = Settings { least_profit: usd(95) as u64, ..Settings::default() };
    assert_eq!(found(world, &exchange, &traders, &dear).len(), 1);
    let dearer = Settings { least_profit: usd(95) as u64 + 1, ..Settings::default() };
    assert!(found(world, &exchange, &traders, &dearer).is_empty());
    let modest = Settings { edge: 0, least_profit: usd(5) as u64, ..Settings::default() };
    assert_eq!(found(world, &exchange, &traders, &modest)[0].args.price, usd(900) as u64);
    // The order slips by 1 % at most, whatever the keeper would like.
    let greedy = Settings { edge: 500, ..Settings::default() };
    assert_eq!(found(world, &exchange, &traders, &greedy)[0].args.price, usd(891) as u64);
    world.svm.pass(86_399);
    price(world, &exchange, 90_000);
    assert_eq!(found(world, &exchange, &traders, &greedy).len(), 1);
    world.svm.pass(1);
    assert!(found(world, &exchange, &traders, &greedy).is_empty(), "it has lapsed");
}

#[test]
fn lots_are_bounded_by_settings_and_by_the_position() {
    let world = &mut world();
    let (exchange, traders) = scene(world, 50_000);
    let [alice, bob, _] = &traders;
    world.block(&exchange, alice, bob, &[perp(-60, usd(950))]).expect("she sells sixty herself");
    price(world, &exchange, 89_000);
    let settings = Settings::default();
    assert_eq!(found(world, &exchange, &traders, &settings)[0].args.lots, 40);
    let few = Settings { most_lots: 15, ..Settings::default() };
    let fill = found(world, &exchange, &traders, &few).remove(0);
    assert_eq!((fill.args.lots, fill.args.fee), (15, 750_000));
    execute(world, &exchange, &traders, &few);
    assert_eq!(found(world, &exchange, &traders, &settings)[0].args.lots, 25);
    execute(world, &exchange, &traders, &settings);
    assert!(found(world, &exchange, &traders, &settings).is_empty(), "nothing is left of the position");
}

#[test]
fn the_keepers_account_stays_above_its_own_floor() {
    let world = &mut world();
    let (exchange, traders) = scene(world, 20_000);
    price(world, &exchange, 90_000);
    let keeper = &traders[2];
    let none = Settings { least_room: 0, ..Settings::default() };
    assert_eq!(found(world, &exchange, &traders, &none).len(), 1);
    execute(world, &exchange, &traders, &none);
    let room = world.assess(&exchange.risk, &keeper.account, &[BTC]).room.get() / 10_000;
    assert!((0..i128::from(usd(20_000))).contains(&room));

    let world = &mut self::world();
    let (exchange, traders) = scene(world, 20_000);
    price(world, &exchange, 90_000);
    let floor = |room: i128| Settings { least_room: room as u64, ..Settings::default() };
    assert_eq!(found(world, &exchange, &traders, &floor(room)).len(), 1);
    assert!(found(world, &exchange, &traders, &floor(room + 1)).is_empty());
}

#[test]
fn options_are_bought_and_sold_at_the_surface() {
    let world = &mut world();
    let (exchange, traders) = scene(world, 50_000);
    let [alice, bob, keeper] = &traders;
    let short = leg(3, FRIDAY, 100_000, -50, usd(9));
    world.block(&exchange, alice, bob, &[short]).expect("calls");
    let now = world.svm.now();
    let take = PlaceTriggerArgs {
        kind: 3,
        expiry: FRIDAY,
        strike: 100_000 * COIN,
        lots: 50,
        level: dollars(91_000),
        limit: usd(9) as u64,
        slippage: 0,
        fee: usd(1) as u64,
        ..stop_loss(now)
    };
    place(world, alice, &take);
    let settings = Settings { edge: 100, least_profit: usd(1) as u64, ..Settings::default() };
    assert!(found(world, &exchange, &traders, &settings).is_empty());
    price(world, &exchange, 91_000);
    let fill = found(world, &exchange, &traders, &settings).remove(0);
    assert!(fill.args.price.is_multiple_of(100) && (100..=usd(9) as u64).contains(&fill.args.price));
    execute(world, &exchange, &traders, &settings);
    assert_eq!(world.margin_account(&keeper.account).legs[0].quantity, -50);
    let cash = world.margin_account(&keeper.account).cash;
    assert_eq!(cash, usd(50_000) + 50 * fill.args.price as i64 + fill.args.fee as i64);
}
