//! Invariant 8: rounding is against the user. Single options with the most extreme terms there are, small
//! books, and books of any size under any sound model, against the floating-point twin.

use crate::anything::sound_models;
use crate::books::{EVERYTHING, MODELS};
use crate::common::rng::Rng;
use crate::common::units::{contracts, fraction, parameter, price, years};
use crate::common::{worlds, Shape, Size, World};
use crate::harness::{needs, property, Verdict, CORE, MANY};
use ballast_margin::book::{Expiry, Kind, Leg, Svi};
use ballast_margin::model::Model;
use ballast_margin::presets::BALLAST;
use ballast_margin::twin::{self, from_quote};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};
use proptest::prelude::any;

/// Seconds at which something begins or ends, and any others.
fn seconds(rng: &mut Rng) -> i64 {
    const EDGES: [i64; 12] =
        [-1, 0, 1, 2, 60, 1_799, 1_800, 86_399, 86_400, 2_592_000, 2_592_001, 500_000_000];
    if rng.chance(0.5) {
        EDGES[rng.below(EDGES.len())]
    } else {
        rng.scale(1.0, 1e8) as i64
    }
}

/// A market with one option, of which nothing is ordinary.
fn extreme(rng: &mut Rng) -> World {
    let mut world = World::sized(rng.next(), Size { markets: 1, expiries: 0, legs: 0, collateral: 0 });
    let forward = rng.scale(1e-8, 1e8);
    let near = |rng: &mut Rng| price(forward * rng.between(0.9, 1.1)).max(Price(1));
    let market = &mut world.markets[0];
    (market.index, market.slow, market.perp) = (near(rng), near(rng), near(rng));
    market.depth = Contracts(if rng.chance(0.5) { 0 } else { rng.scale(1.0, 9e18) as i64 });
    let seconds = seconds(rng);
    let time =
        (seconds.max(1) as f64 + if rng.chance(0.5) { 0.0 } else { rng.scale(1.0, 3_600.0) }) / 31_536_000.0;
    let variance = rng.scale(0.01, 5.0).powi(2) * time;
    let svi = Svi {
        a: parameter(variance.min(30_000.0)),
        forward: price(forward),
        years: years(time),
        ..Svi::default()
    };
    let expiry = Expiry {
        seconds,
        forward: price(forward),
        rate: fraction(if rng.chance(0.5) { 0.0 } else { rng.scale(1e-3, 2.0) }),
        svi,
        score: Fraction::ONE,
    };
    market.expiries = vec![expiry].leak();
    let wing = if rng.chance(0.5) { 6.0 * variance.sqrt() } else { 22.0 };
    let strike = forward * (wing * rng.between(-1.0, 1.0)).clamp(-22.0, 22.0).exp();
    let strike = price(strike.min(1.8e9)).max(Price(1));
    // From a few steps to the most that the engine holds, 2^110 steps of 10^-20.
    let notional = rng.scale(1e-9, 1.2e13);
    let size = notional / (forward * 1.1 + strike.0 as f64 / 1e10);
    let kind = if rng.chance(0.5) { Kind::Call } else { Kind::Put };
    let quantity = contracts(rng.sign() * size.min(2e8));
    let basis = Quote(0);
    world.legs = vec![Leg { market: 0, expiry: 0, kind, strike, quantity, basis }];
    world
}

fn below_the_twin(model: &Model, world: &World) -> Verdict {
    let Ok(fixed) = needs(model, world) else {
        // Static discounts of many years are refused: a factor above 64.
        let years = world.markets[0].expiries.iter().map(|expiry| expiry.seconds / 31_536_000).max();
        require!(model.discount.is_some() && years > Some(1), "refused");
        return Ok(());
    };
    let exact = twin::assess(model, &world.snapshot(), &world.book());
    // What rounding of the twin itself may come to.
    let noise = 1e-11 * world.gross() + 1e-10;
    for (name, fixed, exact) in [
        ("value", from_quote(fixed.value), exact.value),
        ("health", from_quote(fixed.health), exact.health),
        ("room", from_quote(fixed.room), exact.room),
        ("maintenance", -from_quote(fixed.maintenance), -exact.maintenance),
        ("initial", -from_quote(fixed.initial), -exact.initial),
        ("scan", -from_quote(fixed.components.scan), -exact.scan),
    ] {
        require!(
            fixed <= exact + noise,
            "{name}: {fixed} is above {exact} by {:e} of {:e}, {:?} {:?}",
            fixed - exact,
            world.gross(),
            world.legs,
            world.markets
        );
    }
    Ok(())
}

#[test]
fn no_extreme_option_has_more_health_than_exact_arithmetic_gives_it() {
    property(CORE, (any::<u64>(), 0usize..7), |(seed, model)| {
        below_the_twin(&MODELS[model].1, &extreme(&mut Rng::new(seed)))
    });
}

#[test]
fn no_small_book_has_more_health_than_exact_arithmetic_gives_it() {
    let shape = Shape { markets: 1..=2, expiries: 1..=2, legs: 1..=4, collateral: 0..=1 };
    property(MANY, (worlds(shape), any::<bool>()), |(world, ballast)| {
        below_the_twin(&if ballast { BALLAST } else { EVERYTHING }, &world)
    });
}

/// A book of any size that the engine holds, whatever the quote token is worth.
fn of_any_size(mut world: World, seed: u64) -> World {
    let rng = &mut Rng::of(seed, "size", 1);
    if rng.chance(0.3) {
        world.peg = price(rng.scale(1e-9, 1e3)).max(Price(1));
    }
    let places = rng.below(24) as i64 - 4;
    let times = |n: i64| if places < 0 { n >> -places } else { n.saturating_mul(1 << places) };
    for leg in &mut world.legs {
        leg.quantity.0 = times(leg.quantity.0);
        leg.basis.0 = if places < 0 { leg.basis.0 >> -places } else { leg.basis.0 << places };
    }
    world.collateral.iter_mut().for_each(|token| token.amount.0 = times(token.amount.0));
    world
}

#[test]
fn under_any_sound_model_a_book_of_any_size_is_refused_or_has_no_more_health_than_it_should() {
    let shape = Shape { markets: 1..=2, expiries: 0..=2, legs: 0..=4, collateral: 0..=1 };
    property(MANY, (worlds(shape), sound_models(), any::<u64>()), |(world, parts, seed)| {
        let (model, world) = (parts.model(), of_any_size(world, seed));
        let Ok(fixed) = needs(&model, &world) else { return Ok(()) };
        let exact = twin::assess(&model, &world.snapshot(), &world.book());
        // Offsets never cost more than none at all; the twin's formulas have no such bound.
        if exact.scan > exact.markets.iter().map(|market| market.scan).sum::<f64>() * (1.0 + 1e-9) {
            return Ok(());
        }
        // Weights, factors and charges multiply the twin's own errors by up to a thousand.
        let noise = 1e-8 * (world.gross() + exact.initial.abs() + exact.value.abs()) + 1e-9;
        let (parts, exact_parts) = (fixed.components, exact.components);
        for (name, fixed, exact) in [
            ("health", from_quote(fixed.health), exact.health),
            ("room", from_quote(fixed.room), exact.room),
            ("scan", -from_quote(fixed.components.scan), -exact.scan),
        ] {
            // Beyond the range of its own numbers, the twin says nothing.
            let above = exact.is_finite() && fixed > exact + noise;
            let parts = parts.map(from_quote);
            require!(!above, "{name}: {fixed} is above {exact}: {parts:?} for {:?}", exact_parts);
        }
        Ok(())
    });
}
