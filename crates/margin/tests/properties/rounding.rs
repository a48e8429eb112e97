//! Books scaled by powers of two: what they need scales with them to the step.

use crate::books::MODELS;
use crate::common::{worlds, Shape, World};
use crate::harness::{needs, property, MANY};
use ballast_margin::report::Components;
use ballast_margin::units::Quote;

/// Every leg of 2^n times the quantity, at 2^n times the cost.
fn scaled(world: &World, n: u32) -> World {
    let mut scaled = world.clone();
    for leg in &mut scaled.legs {
        leg.quantity.0 <<= n;
        leg.basis.0 <<= n;
    }
    scaled
}

/// The parts that are counted in grains alone, of which each is a share of the book's notional.
fn proportional(parts: &Components) -> [(&'static str, Quote); 9] {
    [
        ("scan", parts.scan),
        ("roll", parts.roll),
        ("convexity", parts.convexity),
        ("twist", parts.twist),
        ("perp", parts.perp),
        ("perp, initial", parts.perp_initial),
        ("option", parts.option),
        ("score", parts.score),
        ("bias", parts.bias),
    ]
}

#[test]
fn a_book_of_twice_the_size_needs_twice_as_much_to_the_step() {
    let shape = Shape { markets: 1..=2, expiries: 0..=2, legs: 1..=4, collateral: 0..=0 };
    property(MANY, (worlds(shape), 1u32..12, 0usize..7), |(mut world, n, model)| {
        // So many steps that a grain is at least one unit of the product of quantity and price.
        world.legs.retain(|leg| (2..1 << 46).contains(&leg.quantity.0.unsigned_abs()));
        let model = MODELS[model].1;
        let (once, often) = (needs(&model, &world)?, needs(&model, &scaled(&world, n))?);
        let (once, often) = (proportional(&once.components), proportional(&often.components));
        for ((name, once), (_, often)) in once.into_iter().zip(often) {
            let range = ((once.0 - 1).max(-1) << n) + 1..=once.0 << n;
            require!(range.contains(&often.0), "{name}: {once:?} becomes {often:?} at 2^{n}");
        }
        Ok(())
    });
}
