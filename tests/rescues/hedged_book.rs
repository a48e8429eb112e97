//! A book over two markets, hedged in one and naked in the other: what hedges stays.

use crate::{
    keepers::{ask_of, liquidated, lots, margins, refused_as, share_up, terms},
    stage::{call, done, price, put, surface, usd, vault, COIN, NEXT_FRIDAY},
};
use ballast_interface::{
    account::{instructions as account_program, TradeLeg},
    liquidation::{LiquidateArgs, LiquidationError},
    risk::{Preset, QuoteLeg, RiskError},
};
use ballast_testkit::{dollars, rescue_rules, slice, Exchange, Trader, World, BTC, DOLLAR, ETH};

ballast_testkit::on_every_svm!(the_naked_leg_goes_and_the_hedge_stays);

/// Prices of both, in dollars.
fn both(world: &mut World, exchange: &Exchange, bitcoin: i64, ether: i64) {
    price(world, exchange, bitcoin);
    world.set_price(&exchange.risk, ETH, ether * COIN as i64);
}

/// A put on Ether.
fn ether_put(strike: u64, lots: i64, price: i64) -> TradeLeg {
    TradeLeg { number: ETH, ..put(NEXT_FRIDAY, strike, lots, price) }
}

struct Scene {
    exchange: Exchange,
    ann: Trader,
    kim: Trader,
}

/// Ann is short a call spread on one Bitcoin, of which she bought the upper call, and naked puts on 30 Ether.
fn scene(world: &mut World) -> Scene {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    both(world, &exchange, 95_000, 3_300);
    for market in [BTC, ETH] {
        let list = account_program::list_expiry(&exchange.group(), market, NEXT_FRIDAY);
        done(world.svm.send(&[list], &[]));
    }
    surface(world, &exchange, 95_000, &[NEXT_FRIDAY]);
    let now = world.svm.now();
    world.set_surface(&exchange.risk, ETH, &[slice(now, NEXT_FRIDAY - now, dollars(3_300), 0.7)]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben, kim] = [("ann", 28_000), ("ben", 500_000), ("kim", 200_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step("Ann sells a call spread on a Bitcoin, and naked puts on 30 Ether, to Ben");
    let legs = [
        call(NEXT_FRIDAY, 95_000, -100, 30 * DOLLAR),
        call(NEXT_FRIDAY, 98_000, 100, 19 * DOLLAR),
        ether_put(3_200, -3_000, DOLLAR),
    ];
    done(world.block(&exchange, &ann, &ben, &legs));
    Scene { exchange, ann, kim }
}

fn the_naked_leg_goes_and_the_hedge_stays(world: &mut World) {
    let Scene { exchange, ann, kim } = scene(world);
    let rules = rescue_rules();
    world.step("Ether falls, Bitcoin stays where it is");
    for ether in [3_200, 3_100, 3_000, 2_900, 2_800, 2_700, 2_600] {
        world.svm.pass(60);
        both(world, &exchange, 95_000, ether);
        if world.assess(&exchange.risk, &ann.account, &[BTC, ETH]).health.get() < 0 {
            break;
        }
    }
    done(world.begin(&exchange, &ann.account));
    world.svm.pass(30);
    let hedge = world.quote_leg(&ann.account, |leg| leg.market == BTC && leg.quantity > 0, 1);
    let naked = world.quote_leg(&ann.account, |leg| leg.market == ETH, 10);
    let quote = |world: &mut World, legs: &[QuoteLeg], units, terms| {
        ask_of(world, &exchange, &ann.account, &[BTC, ETH], (legs, units), terms)
    };

    world.step("Kim asks for the hedge alone: without it Ann would be worse off, and Kim is refused");
    let without = quote(world, &[hedge], 100, None);
    assert!(without.after.margins().health().0 < without.before.margins().health().0);
    for units in [1, 50, 100] {
        let args = LiquidateArgs { legs: vec![hedge], units, least_pay: 0 };
        refused_as(world.liquidate(&exchange, &ann.account, &kim, &args), RiskError::NoRelief);
    }

    world.step("The naked puts do it: in tens, as many as her target needs");
    let needed = quote(world, &[naked], 300, terms(&rules, 30));
    let units = needed.units;
    world.detail("tens of puts", units);
    assert!(1 < units && units < 300);
    let both_fees = rules.discount(30) + rules.insurance;
    for (units, enough) in [(units, true), (units - 1, false)] {
        let after = quote(world, &[naked], units, None).after.margins();
        let fee = share_up(both_fees, needed.risk.get() * i128::from(units) / 300);
        let gap = share_up(rules.target, after.initial.0 - after.maintenance.0);
        assert_eq!(after.health().0 - fee - gap >= 0, enough);
    }
    let args = LiquidateArgs { legs: vec![naked], units: 300, least_pay: 0 };
    let sent = done(world.liquidate(&exchange, &ann.account, &kim, &args));
    world.detail("compute units", sent.compute_units);
    assert_eq!((liquidated(&sent).units, world.is_latched(&ann.account)), (units, false));
    let taken = 10 * i64::from(units);
    assert_eq!(lots(world, &ann.account), [-100, 100, taken - 3_000]);
    assert_eq!(lots(world, &kim.account), [-taken]);
    let after = world.assess(&exchange.risk, &ann.account, &[BTC, ETH]);
    assert!(after.health.get() > 0 && rules.above_target(&margins(&after)) >= 0);
    refused_as(world.begin(&exchange, &ann.account), LiquidationError::Healthy);
    assert_eq!(vault(world, &exchange), usd(728_000));
}
