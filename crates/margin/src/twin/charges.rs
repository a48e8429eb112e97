//! Add-ons.

use super::black::black;
use super::convert::{from_fraction, from_price, from_quote};
use super::report::Components;
use super::side::{worth, Side};
use super::slice::Slice;
use crate::book::Book;
use crate::model::Model;

/// Adds what one market costs.
pub fn market(side: &Side<'_>, sum: &mut Components) {
    let charges = &side.model.add_ons;
    sum.roll += side.slices.iter().map(|slice| roll(side.model, slice)).sum::<f64>();
    sum.convexity += side.slices.iter().map(|slice| convexity(side.model, slice)).sum::<f64>();
    sum.twist += from_fraction(charges.twist) * twist(side);
    let delta = side.delta().abs();
    sum.liquidity += liquidity(side, delta);
    sum.interval += from_fraction(charges.interval) * side.interval * delta * side.index;
    let perps = side.perps.abs() * side.index;
    sum.roll += perps * from_fraction(charges.roll_minimum);
    sum.perp += perps * from_fraction(charges.perp_maintenance);
    sum.perp_initial += perps * from_fraction(charges.perp_initial);
    let naked = side.slices.iter().map(naked).sum::<f64>() * side.index;
    sum.option += naked * from_fraction(charges.option_maintenance);
    sum.option_initial += naked * from_fraction(charges.option_initial);
    sum.score += scores(side);
    sum.bias += (-side.at_slow()).max(0.0);
}

/// Adds what collateral and gains cost, unrealised and unpaid ones.
pub fn account(model: &Model<'_>, book: &Book<'_>, peg: f64, gain: f64, sum: &mut Components) {
    for collateral in book.collateral {
        let value = worth(collateral, peg);
        sum.haircut += value * from_fraction(collateral.haircut);
        sum.haircut_initial += value * from_fraction(collateral.haircut_initial);
        sum.score += mistrust(model, from_fraction(collateral.score)) * value;
        sum.bias += value * (1.0 - from_price(collateral.slow) / from_price(collateral.price)).max(0.0);
    }
    let gain = gain.max(0.0);
    sum.gains = gain - (gain * from_fraction(model.gains.weight)).min(from_quote(model.gains.cap));
}

fn roll(model: &Model<'_>, slice: &Slice<'_>) -> f64 {
    let charges = &model.add_ons;
    let rate = from_fraction(charges.roll_per_year) * slice.years;
    rate.max(from_fraction(charges.roll_minimum)) * Side::slice_delta(slice).abs() * slice.forward
}

fn convexity(model: &Model<'_>, slice: &Slice<'_>) -> f64 {
    let charge = &model.add_ons.convexity;
    let (kappa, gap) = (from_fraction(charge.kappa), from_fraction(charge.gap));
    if kappa == 0.0 || slice.seconds <= 0.0 {
        return 0.0;
    }
    let gamma = slice.options.iter().map(|option| {
        let deviation = (option.sigma * slice.years.sqrt()).max(gap);
        // A total volatility is a volatility over one year.
        let price = black(slice.forward, option.strike, deviation, 1.0);
        option.quantity * price.gamma * slice.forward * slice.forward
    });
    let short = (-gamma.sum::<f64>()).max(0.0);
    kappa * 0.5 * short * gap * gap * (-slice.seconds / charge.decay_seconds as f64).exp()
}

fn twist(side: &Side<'_>) -> f64 {
    let shocked = side.slices.iter().filter(|slice| slice.seconds > 0.0).map(|slice| {
        let vegas =
            slice.options.iter().map(|option| option.quantity * slice.at_mark(option).vega * option.sigma);
        slice.discount * vegas.sum::<f64>() * from_fraction(side.model.vol.up) * slice.z()
    });
    let (sizes, net) = shocked.fold((0.0, 0.0), |(sizes, net), vega| (sizes + vega.abs(), net + vega));
    sizes - net.abs()
}

fn liquidity(side: &Side<'_>, delta: f64) -> f64 {
    let charge = &side.model.add_ons.liquidity;
    let excess = (delta - side.depth).max(0.0);
    if excess == 0.0 {
        return 0.0;
    }
    let cap = from_fraction(charge.cap);
    let rate = if side.depth > 0.0 { from_fraction(charge.slope) * excess / side.depth } else { cap };
    excess * side.index * rate.min(cap)
}

/// Contracts of short options that longs of the same strike do not cover.
fn naked(slice: &Slice<'_>) -> f64 {
    let mut total = 0.0;
    for (place, option) in slice.options.iter().enumerate() {
        let same = |other: &&super::slice::Holding| other.strike == option.strike;
        // Each strike counts where it is met first.
        if !slice.options[..place].iter().any(|other| same(&other)) {
            let net: f64 = slice.options.iter().filter(same).map(|other| other.quantity).sum();
            total += (-net).max(0.0);
        }
    }
    total
}

fn scores(side: &Side<'_>) -> f64 {
    let perp = if side.perps != 0.0 { side.score.min(side.perp_score) } else { side.score };
    let mut cost = mistrust(side.model, perp) * side.perps.abs() * side.index;
    for slice in &side.slices {
        let options: f64 = slice.options.iter().map(|option| option.quantity.abs()).sum();
        let notional = (slice.futures.abs() + options) * side.index;
        cost += mistrust(side.model, slice.score.min(perp)) * notional;
    }
    cost
}

/// Share of notional that a feed of this score costs.
fn mistrust(model: &Model<'_>, score: f64) -> f64 {
    if score < from_fraction(model.add_ons.score_threshold) {
        (1.0 - score) * from_fraction(model.add_ons.score_margin)
    } else {
        0.0
    }
}
