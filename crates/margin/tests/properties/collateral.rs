//! Invariant 7: adding collateral never lowers health, nor room, under Ballast's own model.

use crate::books::{allowance, as_ballast, as_listed, token, GUARD};
use crate::common::{worlds, Shape, World};
use crate::harness::{needs, property, Verdict, CORE, MANY};
use ballast_margin::book::Collateral;
use ballast_margin::presets::BALLAST;
use ballast_margin::units::{Quote, STEPS};
use proptest::prelude::any;
use proptest::strategy::Strategy;

/// A book in Ballast's markets, at a peg that adds nothing to initial margin.
fn books(markets: usize, legs: usize) -> impl Strategy<Value = World> {
    let shape = Shape { markets: 1..=markets, expiries: 0..=2, legs: 0..=legs, collateral: 0..=2 };
    (worlds(shape), any::<u64>()).prop_map(|(mut world, seed)| {
        as_ballast(&mut world, seed);
        world.peg.0 = world.peg.0.max(STEPS / 100 * 98);
        world
    })
}

/// Adds the token and compares; initial margin values a token at its slow price, which may be lower.
fn adding(world: &World, token: Collateral, allowed: Quote) -> Verdict {
    let before = needs(&BALLAST, world)?;
    let mut richer = world.clone();
    richer.collateral.push(token);
    let after = needs(&BALLAST, &richer)?;
    let health = after.health.0 - before.health.0;
    require!(health >= -allowed.0, "health falls by {} with {token:?}", -health);
    let falling = token.market.is_some_and(|place| {
        let market = &world.markets[usize::from(place)];
        market.slow < market.index
    });
    let room = after.room.0 - before.room.0;
    require!(falling || room >= -allowed.0, "room falls by {} with {token:?}", -room);
    Ok(())
}

#[test]
fn adding_collateral_of_a_market_never_lowers_health_nor_room() {
    property(CORE, (books(1, 3), -6.0..3.0f64), |(world, size)| {
        let worth = (world.gross() + 1.0) * 10f64.powf(size);
        adding(&world, token(&world, 0, worth), Quote(0))
    });
}

#[test]
fn adding_collateral_to_a_book_of_several_markets_never_lowers_health_nor_room() {
    property(MANY, (books(3, 8), 0u8..3, -6.0..1.0f64), |(world, place, size)| {
        let place = place % world.markets.len() as u8;
        let worth = (world.gross() + 1.0) * 10f64.powf(size);
        adding(&world, token(&world, place, worth), Quote(0))
    });
}

#[test]
fn adding_any_amount_of_collateral_lowers_health_by_roundings_at_most() {
    property(MANY, (books(2, 4), any::<u64>()), |(world, seed)| {
        let other = world.rebooked(seed, 0, 1).collateral[0];
        let mut token = as_listed(&world, other);
        token.amount.0 = (token.amount.0 >> (seed % 50)).max(1);
        adding(&world, token, allowance(GUARD, &[&world]))
    });
}
