//! Invariant 7: initial margin is never below maintenance margin, and both are the sum of their parts.

use crate::books::{allowance, small, spread, GRAINS, MODELS};
use crate::common::World;
use crate::harness::{needs, property, Verdict, CORE, MANY};
use ballast_margin::model::Model;
use ballast_margin::units::{Fraction, Quote};

/// An amount by a ratio.
fn times(amount: Quote, ratio: Fraction) -> i128 {
    (amount.0 * i128::from(ratio.0)) >> 40
}

fn holds(model: &Model, world: &World) -> Verdict {
    let report = needs(model, world)?;
    let (maintenance, initial) = (report.maintenance, report.initial);
    require!(Quote(0) <= maintenance && maintenance <= initial, "{maintenance:?} above {initial:?}");
    require!(report.health.0 == report.value.0 - maintenance.0, "health of {report:?}");
    require!(report.room.0 == report.value.0 - initial.0, "room of {report:?}");
    let c = report.components;
    let core = [c.scan, c.roll, c.convexity, c.twist, c.liquidity, c.interval];
    let always = [c.perp, c.option, c.haircut];
    let extra = [c.perp_initial, c.option_initial, c.haircut_initial, c.score, c.bias, c.gains, c.peg];
    let parts = core.iter().chain(&always).chain(&extra);
    require!(parts.clone().all(|part| part.0 >= 0), "a part of {c:?} is below zero");
    let sum = |parts: &[Quote]| Quote(parts.iter().map(|part| part.0).sum());
    // Parts are shown rounded up.
    let allowed = allowance(GRAINS, &[world]).0 + 16;
    let near = |got: Quote, expected: i128| (got.0 - expected).abs() <= allowed;
    let both = sum(&always).0;
    let expected = times(sum(&core), model.factors.maintenance) + both;
    require!(near(maintenance, expected), "maintenance margin {maintenance:?} is not {expected}");
    let expected = (times(sum(&core), model.factors.initial) + both + sum(&extra).0).max(maintenance.0);
    require!(near(initial, expected), "initial margin {initial:?} is not {expected}");
    Ok(())
}

#[test]
fn initial_margin_is_at_least_maintenance_margin_and_parts_add_up() {
    property(CORE, (small(), 0usize..7), |(world, model)| holds(&MODELS[model].1, &world));
    property(MANY, (spread(), 0usize..7), |(world, model)| holds(&MODELS[model].1, &world));
}
