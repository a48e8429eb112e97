//! A second changes little: values, rows and charges have no jumps in time, the edges of the settlement
//! window and of the volatility shocks included, down to expiry itself, where alone convexity and twist end.

use crate::books::{allowance, GUARD, MODELS};
use crate::common::rng::Rng;
use crate::common::units::parameter;
use crate::common::{worlds, Shape, World};
use crate::harness::{needs, property, Verdict, MANY};
use ballast_margin::book::Years;
use ballast_margin::model::Model;
use ballast_margin::units::{Fraction, Quote};
use proptest::prelude::any;
use proptest::strategy::Strategy;

const YEAR: f64 = 31_536_000.0;

/// A second after which something is different, or any other.
fn seconds(rng: &mut Rng) -> i64 {
    const EDGES: [i64; 10] = [1, 2, 5, 60, 1_798, 1_799, 1_800, 86_399, 86_400, 2_592_000];
    if rng.chance(0.6) {
        EDGES[rng.below(EDGES.len())]
    } else {
        rng.scale(1.0, 5e7) as i64
    }
}

/// A small book with one expiry, of a volatility that does not depend on the strike nor on time.
fn books() -> impl Strategy<Value = (World, i64, f64)> {
    let shape = Shape { markets: 1..=1, expiries: 1..=1, legs: 1..=3, collateral: 0..=0 };
    (worlds(shape), any::<u64>()).prop_map(|(mut world, seed)| {
        let rng = &mut Rng::of(seed, "time", 0);
        let (seconds, sigma) = (seconds(rng), rng.scale(0.1, 2.0));
        world.edit_expiries(0, |expiries| {
            let svi = &mut expiries[0].svi;
            (svi.a, svi.b) = (parameter(sigma * sigma), parameter(0.0));
            svi.years = Years(1 << 60);
        });
        (world, seconds, sigma)
    })
}

fn at(world: &World, seconds: i64) -> World {
    let mut world = world.clone();
    world.edit_expiries(0, |expiries| expiries[0].seconds = seconds);
    world
}

/// How far a second may move values and losses, as a share of notional.
///
/// An option moves by at most .4 s' of the forward for a relative move of the deviation s', which with the
/// shocks up is up to 1 + 8 times its own or half a unit a year, and moves by 1 / 2t; discounts,
/// contingencies and roll move by their yearly rates, which are below one hundred; and in the settlement
/// window the forward's own move, up to seven, by a part of the window.
fn bound(model: &Model, seconds: i64, sigma: f64) -> f64 {
    let (t, window) = (seconds as f64, model.settlement_seconds as f64);
    let deviation = (9.0 * sigma + 0.5) * ((t + 1.0) / YEAR).sqrt();
    let settling = if t < window { 8.0 / window } else { 0.0 };
    8.0 * 0.4 * deviation / (2.0 * t) + 100.0 / YEAR + settling
}

fn moves(name: &str, one: Quote, other: Quote, share: f64, world: &World) -> Verdict {
    let allowed = allowance(share + 8.0 * GUARD, &[world]).0;
    let moved = (one.0 - other.0).abs();
    require!(moved <= allowed, "{name} moves by {moved} from {one:?} to {other:?}, beyond {allowed}");
    Ok(())
}

#[test]
fn a_second_moves_value_rows_and_charges_a_little() {
    property(MANY, (books(), 0usize..7), |((world, seconds, sigma), model)| {
        let model = MODELS[model].1;
        let (now, before) = (needs(&model, &at(&world, seconds))?, needs(&model, &at(&world, seconds + 1))?);
        let share = bound(&model, seconds, sigma);
        let (one, other) = (&now.components, &before.components);
        moves("value", now.value, before.value, share, &world)?;
        moves("scan", one.scan, other.scan, 4.0 * share, &world)?;
        // A charge on delta: its size moves by .25 of notional for a relative move of the deviation.
        let delta = 0.125 / seconds as f64 + share;
        moves("roll", one.roll, other.roll, 0.05 * delta + share, &world)?;
        moves("interval", one.interval, other.interval, 0.02 * delta, &world)?;
        moves("liquidity", one.liquidity, other.liquidity, 0.3 * 1.25 * delta, &world)?;
        moves("twist", one.twist, other.twist, share, &world)?;
        Ok(())
    });
}

#[test]
fn convexity_grows_smoothly_to_the_last_second_and_is_gone_at_expiry() {
    property(MANY, (books(), any::<bool>()), |((world, seconds, sigma), ballast)| {
        let model = MODELS.iter().find(|(name, _)| *name == if ballast { "ballast" } else { "everything" });
        let model = model.expect("a name").1;
        let charge = |seconds| needs(&model, &at(&world, seconds)).map(|report| report.components.convexity);
        let (kappa, gap) = (ratio(model.add_ons.convexity.kappa), ratio(model.add_ons.convexity.gap));
        // kappa / 2 gap^2 phi / max(s, gap), of which the deviation moves at most twice its own relative
        // move, and only where it is above the gap.
        let deviation = sigma * ((seconds + 1) as f64 / YEAR).sqrt();
        let moving = if deviation < gap { 0.0 } else { 1.0 / seconds as f64 };
        let decay = 1.0 / model.add_ons.convexity.decay_seconds as f64;
        let size = 0.5 * kappa * gap * 0.4 * 1.01;
        moves("convexity", charge(seconds)?, charge(seconds + 1)?, size * (moving + decay), &world)?;
        require!(charge(0)? == Quote(0) && charge(-1)? == Quote(0), "convexity after expiry");
        Ok(())
    });
}

fn ratio(fraction: Fraction) -> f64 {
    fraction.0 as f64 / (1u64 << 40) as f64
}

#[test]
fn the_last_second_is_worth_what_expiry_pays_to_its_own_deviation() {
    property(MANY, (books(), 0usize..7), |((world, _, sigma), model)| {
        let model = MODELS[model].1;
        let (last, expired) = (needs(&model, &at(&world, 1))?, needs(&model, &at(&world, 0))?);
        let deviation = sigma * (1.0 / YEAR).sqrt();
        moves("value", last.value, expired.value, 0.4 * deviation + 1.0 / YEAR, &world)?;
        // After expiry, nothing of the forward varies: an 1 800th part of a move before that.
        let settling = 8.0 / model.settlement_seconds as f64;
        let up = (9.0 * sigma + 0.5) * (1.0 / YEAR).sqrt();
        let (one, other) = (last.components.scan, expired.components.scan);
        moves("scan", one, other, 4.0 * (0.4 * up + settling + 1.0 / YEAR), &world)?;
        let none = [expired.components.twist, expired.components.convexity];
        require!(none == [Quote(0); 2], "charges on volatility after expiry: {none:?}");
        Ok(())
    });
}
