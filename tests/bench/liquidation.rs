//! What the liquidation program costs: whole transactions, of ordinary accounts and of the largest.

use ballast_interface::{
    account::TradeLeg,
    liquidation::LiquidateArgs,
    risk::{Preset, QuoteLeg},
};
use ballast_testkit::{
    dollars, rescue_rules, slice, Arch, Exchange, Lite, Shape, Trader, World, BROAD, BTC, DOLLAR, FRIDAYS,
    LARGEST,
};

/// A short strangle that a fall of the price has brought below its margin, and somebody with money.
fn ordinary(arch: Arch) -> (World, Exchange, [Trader; 2]) {
    let mut world = World::new(Lite::new(arch));
    let exchange = world.create_exchange(Preset::Ballast, &[BTC]);
    world.create_fund(&exchange, &rescue_rules());
    let start = world.svm.now();
    let expiry = start + FRIDAYS[1];
    world.set_price(&exchange.risk, BTC, 95_000_00000000);
    let list = ballast_testkit::account_program::list_expiry(&exchange.group(), BTC, expiry);
    world.svm.send(&[list], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    world.set_surface(&exchange.risk, BTC, &[slice(start, FRIDAYS[1], dollars(95_000), 0.6)]);
    let [short, buyer, keeper] = [("short", 20_000), ("buyer", 500_000), ("keeper", 300_000)]
        .map(|(name, money)| world.trader(&exchange, name, money * DOLLAR));
    let leg = |kind, strike: u64, price: u64| {
        let (strike, price) = (strike * 100_000_000, price * DOLLAR as u64);
        TradeLeg { number: BTC, kind, expiry, strike, lots: -100, price }
    };
    let legs = [leg(4, 90_000, 12), leg(3, 100_000, 14)];
    world.block(&exchange, &short, &buyer, &legs).unwrap_or_else(|failure| panic!("{failure:#?}"));
    for price in [90_000, 85_000, 80_000, 78_000] {
        world.svm.pass(60);
        world.set_price(&exchange.risk, BTC, price * 100_000_000);
    }
    (world, exchange, [short, keeper])
}

/// Eight positions of 64 by a taker who holds the other side of all of them, with good feeds or stale ones.
fn at_the_limit(arch: Arch, shape: &Shape, stale: bool) -> [u64; 2] {
    let mut world = World::new(Lite::new(arch));
    let (exchange, [short, long]) = world.distressed_pair(shape, 80);
    if stale {
        world.svm.pass(61);
    }
    let begun = world.begin(&exchange, &short.account).unwrap_or_else(|failure| panic!("{failure:#?}"));
    let legs = (1..9).map(|leg| QuoteLeg { leg, lots: 1 }).collect();
    let args = LiquidateArgs { legs, units: 100, least_pay: 0 };
    let taken = world.liquidate(&exchange, &short.account, &long, &args);
    [begun.compute_units, taken.unwrap_or_else(|failure| panic!("{failure:#?}")).compute_units]
}

/// What the liquidation program's instructions take.
pub fn figures(arch: Arch) -> Vec<(&'static str, u64)> {
    let (mut world, exchange, [short, keeper]) = ordinary(arch);
    let begun = world.begin(&exchange, &short.account).unwrap_or_else(|failure| panic!("{failure:#?}"));
    let args = LiquidateArgs { legs: vec![QuoteLeg { leg: 0, lots: 1 }], units: 5, least_pay: 0 };
    let taken = world.liquidate(&exchange, &short.account, &keeper, &args);
    let taken = taken.unwrap_or_else(|failure| panic!("{failure:#?}"));
    let args = LiquidateArgs { units: 100, ..args };
    let ended = world.liquidate(&exchange, &short.account, &keeper, &args);
    let ended = ended.unwrap_or_else(|failure| panic!("{failure:#?}"));
    assert!(!world.is_latched(&short.account), "the second taking restores the target");
    let [begun_at_limit, taken_at_limit] = at_the_limit(arch, &BROAD, false);
    vec![
        ("liquidation.begin_2_legs", begun.compute_units),
        ("liquidation.liquidate_1_of_2_legs", taken.compute_units),
        ("liquidation.liquidate_1_of_2_legs_cut_to_target", ended.compute_units),
        ("liquidation.begin_at_limit", begun_at_limit),
        ("liquidation.liquidate_at_limit", taken_at_limit),
        ("liquidation.liquidate_at_limit_stale", at_the_limit(arch, &BROAD, true)[1]),
        ("liquidation.liquidate_8_markets_12_dates_12_tokens", at_the_limit(arch, &LARGEST, false)[1]),
    ]
}
