//! The largest account that there can be is liquidated by one as large, in one transaction, with every feed as it may be at
//! worst.

use crate::stage::done;
use ballast_interface::{liquidation::LiquidateArgs, risk::QuoteLeg};
use ballast_testkit::{Shape, World, BROAD, LARGEST};

ballast_testkit::on_every_svm!(
    the_largest_by_the_largest,
    the_largest_by_the_largest_with_stale_feeds,
    the_broad_by_the_broad,
    the_broad_by_the_broad_with_stale_feeds,
);

/// Eight calls of one date in parts: nothing is saved by a position that goes whole.
fn take(world: &mut World, shape: &Shape, stale: bool, most: u64) {
    let (exchange, [short, long]) = world.distressed_pair(shape, 80);
    if stale {
        world.step("No price comes for as long as one is good, and longer.");
        world.svm.pass(61);
    }
    let begun = done(world.begin(&exchange, &short.account));
    world.detail("compute units to begin", begun.compute_units);
    let legs = (1..9).map(|leg| QuoteLeg { leg, lots: 1 }).collect();
    let before = world.assess(&exchange.risk, &short.account, &shape.numbers());
    assert_eq!(before.offsets_off != 0, stale);
    let args = LiquidateArgs { legs, units: 100, least_pay: 0 };
    let taken = done(world.liquidate(&exchange, &short.account, &long, &args));
    world.detail("compute units to liquidate", taken.compute_units);
    assert!(taken.compute_units <= most, "{} of {most}", taken.compute_units);
    let after = world.assess(&exchange.risk, &short.account, &shape.numbers());
    assert!(after.health.get() > before.health.get());
    assert_eq!(world.margin_account(&short.account).legs[1].quantity, -100);
}

fn the_largest_by_the_largest(world: &mut World) {
    take(world, &LARGEST, false, 1_250_000);
}

fn the_largest_by_the_largest_with_stale_feeds(world: &mut World) {
    take(world, &LARGEST, true, 1_250_000);
}

fn the_broad_by_the_broad(world: &mut World) {
    take(world, &BROAD, false, 1_000_000);
}

fn the_broad_by_the_broad_with_stale_feeds(world: &mut World) {
    take(world, &BROAD, true, 1_000_000);
}
