//! Invariant 7: a superset of rows never lowers margin.
//!
//! Without an expected shortfall this holds for any rows. With one, it holds for rows without mass: a row
//! with mass takes its mass from others, and a mean over milder rows may well be lower.

use crate::books::{allowance, small, spread, without_tail, GRAINS, MODELS};
use crate::common::World;
use crate::harness::{needs, property, Verdict, CORE, MANY};
use ballast_margin::model::{Model, Row};
use ballast_margin::presets::BALLAST;
use ballast_margin::units::Fraction;
use proptest::prelude::any;

/// The rows whose bit is set.
fn chosen(rows: &[Row], bits: u64) -> Vec<Row> {
    rows.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, row)| *row).collect()
}

/// Margins under some of the rows and under more of them. With several markets the root of the covariance
/// is rounded once more than a row is.
fn more_rows(model: Model<'_>, fewer: &[Row], more: &[Row], world: &World) -> Verdict {
    let low = needs(&Model { rows: fewer, ..model }, world)?;
    let high = needs(&Model { rows: more, ..model }, world)?;
    let allowed = if world.markets.len() > 1 { allowance(GRAINS, &[world]).0 } else { 0 };
    for (name, high, low) in [
        ("scan", high.components.scan, low.components.scan),
        ("maintenance", high.maintenance, low.maintenance),
        ("initial", high.initial, low.initial),
    ] {
        require!(high.0 >= low.0 - allowed, "{name} falls from {low:?} to {high:?}");
    }
    for (high, low) in high.markets.iter().zip(&low.markets) {
        require!(high.scan >= low.scan, "a market's scan falls from {:?} to {:?}", low.scan, high.scan);
    }
    Ok(())
}

/// Under one of all models, and two sets of its rows of which one holds the other.
fn any_rows(world: &World, (fewer, more): (u64, u64), model: usize) -> Verdict {
    let model = without_tail(MODELS[model].1);
    more_rows(model, &chosen(model.rows, fewer), &chosen(model.rows, fewer | more), world)
}

#[test]
fn more_rows_never_lower_the_margin_of_one_market() {
    property(CORE, (small(), any::<(u64, u64)>(), 0usize..7), |(world, bits, model)| {
        any_rows(&world, bits, model)
    });
}

#[test]
fn more_rows_never_lower_the_margin_of_several_markets() {
    property(MANY, (spread(), any::<(u64, u64)>(), 0usize..7), |(world, bits, model)| {
        any_rows(&world, bits, model)
    });
}

#[test]
fn more_rows_without_mass_never_lower_a_margin_with_a_shortfall() {
    property(MANY, (spread(), any::<u64>()), |(world, bits)| {
        let mass = |row: &Row| row.mass > Fraction::ZERO;
        let fewer: Vec<Row> = BALLAST.rows.iter().filter(|row| mass(row)).copied().collect();
        let more = chosen(BALLAST.rows, bits).into_iter().filter(|row| !mass(row));
        let more: Vec<Row> = fewer.iter().copied().chain(more).collect();
        more_rows(BALLAST, &fewer, &more, &world)
    });
}
