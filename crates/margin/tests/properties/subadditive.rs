//! Invariant 7: two books together need no more than each alone, add-ons and the cap on gains left out.
//!
//! Skew rows beside static discounts are left out too. Netting spares two books the discounts that each bears
//! alone: a gain, which a skew row counts as a loss, as it counts every change.

use crate::books::{allowance, as_ballast, core_of, GUARD, MODELS};
use crate::common::{worlds, Shape, World};
use crate::harness::{needs, property, Verdict, CORE, MANY};
use ballast_margin::model::{Model, Row, Vol};
use ballast_margin::presets::BALLAST;
use proptest::prelude::any;
use proptest::strategy::Strategy;

/// A book, and another one in the same markets.
fn pairs(shape: Shape) -> impl Strategy<Value = (World, World)> {
    let (legs, collateral) = (shape.legs.clone(), shape.collateral.clone());
    (worlds(shape), any::<u64>().no_shrink(), legs, collateral).prop_map(|(world, seed, legs, collateral)| {
        let other = world.rebooked(seed, legs, collateral);
        (world, other)
    })
}

fn together(model: &Model, first: &World, second: &World) -> Verdict {
    let whole = needs(model, &first.joined(second))?;
    let (first_needs, second_needs) = (needs(model, first)?, needs(model, second)?);
    // Rows multiply by up to seven and weigh what moves most at a fraction.
    let allowed = allowance(8.0 * GUARD, &[first, second]).0;
    for (name, whole, first, second) in [
        ("scan", whole.components.scan, first_needs.components.scan, second_needs.components.scan),
        ("maintenance", whole.maintenance, first_needs.maintenance, second_needs.maintenance),
        ("initial", whole.initial, first_needs.initial, second_needs.initial),
    ] {
        let excess = whole.0 - first.0 - second.0;
        require!(excess <= allowed, "{name}: {whole:?} is above {first:?} and {second:?} by {excess}");
    }
    Ok(())
}

#[test]
fn books_in_one_market_need_no_more_together_than_apart() {
    let even = |row: &Row| !matches!(row.vol, Vol::Linear | Vol::Absolute);
    let rows = MODELS.map(|(_, model)| match model.discount {
        None => model.rows.to_vec(),
        Some(_) => model.rows.iter().copied().filter(even).collect(),
    });
    let model = |place: usize| Model { rows: &rows[place], ..core_of(MODELS[place].1) };
    let shape = Shape { markets: 1..=1, expiries: 0..=2, legs: 1..=3, collateral: 0..=1 };
    property(CORE, (pairs(shape), 0usize..7), |((first, second), place)| {
        together(&model(place), &first, &second)
    });
}

#[test]
fn books_in_several_markets_need_no_more_together_than_apart() {
    let model = core_of(BALLAST);
    let shape = Shape { markets: 2..=3, expiries: 0..=1, legs: 1..=5, collateral: 0..=1 };
    property(MANY, (pairs(shape), any::<u64>()), |((mut first, mut second), seed)| {
        as_ballast(&mut first, seed);
        as_ballast(&mut second, seed);
        together(&model, &first, &second)
    });
}
