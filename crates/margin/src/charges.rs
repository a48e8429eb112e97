//! Add-ons: what rows do not see. Each is at least zero, and zero when its parameter is; all round up.

use crate::book::{Book, Market, Snapshot, MAX_MARKETS};
use crate::error::Result;
use crate::grains::Grains;
use crate::kernel::exp;
use crate::model::{AddOns, Model};
use crate::report::Components;
use crate::scan::{dates, Guard};
use crate::sheet::{worth, Date, Multipliers, Sheet, SLOW};
use crate::units::{Contracts, Fraction, Price, Quote};

/// Charges on collateral, which closing positions does not change.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    /// Value, rounded down.
    pub value: Quote,
    /// Charges, in the fields of their names.
    pub charges: Components<Grains>,
}

/// Value and charges of a book's collateral.
#[inline(never)]
pub(crate) fn held(model: &Model, snapshot: &Snapshot, book: &Book, sheet: &Sheet) -> Result<Held> {
    let mut held = Held::default();
    let charges = &mut held.charges;
    for token in book.collateral {
        let value = worth(token, token.price, snapshot.peg)?;
        held.value = Quote(held.value.0.saturating_add(value.0));
        let value = sheet.scale.quote_up(value);
        charges.haircut = charges.haircut.plus(value.times_up(token.haircut));
        charges.haircut_initial = charges.haircut_initial.plus(value.times_up(token.haircut_initial));
        charges.score = charges.score.plus(distrust(&model.add_ons, token.score, value));
        if token.market.is_none() && token.slow < token.price {
            let slow = sheet.scale.quote_down(worth(token, token.slow, snapshot.peg)?);
            charges.bias = charges.bias.plus(value.minus(slow));
        }
    }
    Ok(held)
}

/// What a feed of little trust costs.
fn distrust(add_ons: &AddOns, score: Fraction, notional: Grains) -> Grains {
    if score >= add_ons.score_threshold {
        return Grains::ZERO;
    }
    notional.times_up(Fraction::ONE.minus(score).times_up(add_ons.score_margin))
}

/// Adds one market's charges.
#[inline(never)]
pub(crate) fn market(
    sum: &mut Components<Grains>,
    model: &Model,
    snapshot: &Snapshot,
    sheet: &Sheet,
    place: u8,
    multipliers: &Multipliers,
) {
    let Some(market) = snapshot.markets.get(place as usize) else { return };
    let line = sheet.lines.get(place as usize).copied().unwrap_or_default();
    let add_ons = &model.add_ons;
    sum.perp = sum.perp.plus(line.perps_size.times_up(add_ons.perp_maintenance));
    sum.perp_initial = sum.perp_initial.plus(line.perps_size.times_up(add_ons.perp_initial));
    let perps = line.perps_size > Grains::ZERO;
    // A perp never expires: it rolls at the minimum.
    sum.roll = sum.roll.plus(line.perps_size.times_up(add_ons.roll_minimum));
    let perp_score = market.score.min(market.perp_score);
    sum.score = sum.score.plus(distrust(add_ons, perp_score, line.perps_size));
    let (mut delta, mut unsure, mut vega_unsure) = (line.contracts.0, line.rounded, Grains::ZERO);
    let (mut vega, mut vega_size) = (Grains::ZERO, Grains::ZERO);
    let (mut slow, mut linear) = (0i64, line.perps.plus(line.collateral));
    for (date, values) in dates(sheet, place) {
        delta = delta.saturating_add(date.contracts.0);
        vega = vega.plus(date.shocked_vega);
        vega_size = vega_size.plus(date.shocked_vega.size());
        if let Some(expiry) = market.expiries.get(date.expiry as usize) {
            // Two units for the roundings of both.
            let slack = sheet.scale.contracts_down(date.delta_slack, expiry.forward).0.saturating_add(2);
            unsure = unsure.saturating_add(slack);
        }
        vega_unsure = vega_unsure.plus(date.slack);
        linear = linear.plus(date.futures);
        let trust = market.score.min(if perps { perp_score } else { Fraction::ONE });
        let expiry = market.expiries.get(date.expiry as usize);
        let trust = expiry.map_or(Fraction::ZERO, |expiry| expiry.score).min(trust);
        sum.score = sum.score.plus(distrust(add_ons, trust, date.notional));
        if let Some(expiry) = expiry {
            sum.roll = sum.roll.plus(roll(add_ons, date, expiry.seconds));
            sum.convexity = sum.convexity.plus(convexity(add_ons, date, expiry.seconds));
        }
        let naked = naked(sheet, date, market.index);
        sum.option = sum.option.plus(naked.times_up(add_ons.option_maintenance));
        sum.option_initial = sum.option_initial.plus(naked.times_up(add_ons.option_initial));
        let moved = multipliers.get(SLOW).map_or(Fraction::ONE.0, |column| *column);
        if let (Some(value), true) = (values.get(SLOW), market.slow != market.index && date.options > 0) {
            let guard = Guard::of(date).at(moved);
            slow = slow.saturating_add(value.saturating_sub(date.mark.0)).saturating_sub(guard);
        }
    }
    // A single expiry offsets itself exactly.
    let apart = vega_size.minus(vega.size()).positive();
    let apart = if apart > Grains::ZERO { apart.plus(vega_unsure).plus(vega_unsure) } else { apart };
    sum.twist = sum.twist.plus(apart.times_up(add_ons.twist));
    if market.slow != market.index {
        let moved = multipliers.get(SLOW).map_or(0, |c| c.saturating_sub(Fraction::ONE.0));
        let gain = linear.times_down(Fraction(moved)).plus(Grains(slow));
        sum.bias = sum.bias.plus(Grains::ZERO.minus(gain).positive());
    }
    let size = Contracts(delta.saturating_abs().saturating_add(unsure));
    sum.liquidity = sum.liquidity.plus(liquidity(add_ons, sheet, market, size));
    let interval = add_ons.interval.times_up(market.interval);
    if interval > Fraction::ZERO {
        sum.interval = sum.interval.plus(sheet.scale.notional_up(size, market.index).times_up(interval));
    }
}

/// Roll shock of an expiry.
fn roll(add_ons: &AddOns, date: &Date, seconds: i64) -> Grains {
    let years = crate::book::Years::of_seconds(seconds).fraction_up();
    let size = date.delta.size().plus(date.delta_slack);
    size.times_up(add_ons.roll_per_year.times_up(years).max(add_ons.roll_minimum))
}

/// Convexity of an expiry near its end.
fn convexity(add_ons: &AddOns, date: &Date, seconds: i64) -> Grains {
    let charge = add_ons.convexity;
    if charge.kappa == Fraction::ZERO || seconds <= 0 || date.convexity >= Grains::ZERO {
        return Grains::ZERO;
    }
    // exp(-T / decay), and one unit more: the exponential rounds to the nearest.
    let age = ((seconds as i128) << 48).checked_div(charge.decay_seconds as i128).unwrap_or(0);
    let fade = Fraction(exp(crate::wide::clamp(age).saturating_neg())).plus(Fraction(1));
    let square = charge.gap.times_up(charge.gap).times_up(charge.kappa).times_up(fade);
    // The density's error by the least deviation: 2^-3 of the weights' slack for gaps above 2^-8.
    let unsure = Grains(date.slack.0 << 5);
    Grains::ZERO.minus(date.convexity).plus(unsure).times_up(Fraction(square.0.saturating_add(1) >> 1))
}

/// Naked short options of an expiry at the index: by strike, calls and puts together.
fn naked(sheet: &Sheet, date: &Date, index: Price) -> Grains {
    let strikes = sheet.nets.get(date.strikes.0 as usize..date.strikes.1 as usize).unwrap_or(&[]);
    let short = strikes.iter().fold(0i64, |sum, net| sum.saturating_add(net.saturating_neg().max(0)));
    if short == 0 {
        return Grains::ZERO;
    }
    sheet.scale.notional_up(Contracts(short), index)
}

/// What delta beyond the market's depth costs.
fn liquidity(add_ons: &AddOns, sheet: &Sheet, market: &Market, delta: Contracts) -> Grains {
    let (charge, depth) = (add_ons.liquidity, market.depth.0.max(0));
    let excess = delta.0.saturating_sub(depth);
    if excess <= 0 || charge.cap == Fraction::ZERO {
        return Grains::ZERO;
    }
    let depths = ((excess as i128) << 40).checked_div(depth as i128).map(|depths| depths.saturating_add(1));
    let rate =
        depths.map_or(charge.cap, |depths| charge.slope.times_up(Fraction(crate::wide::clamp(depths))));
    sheet.scale.notional_up(Contracts(excess), market.index).times_up(rate.min(charge.cap))
}

/// Unrealised gains that do not count in initial margin.
pub(crate) fn idle_gains(model: &Model, unrealised: Quote) -> Quote {
    if unrealised.0 <= 0 {
        return Quote(0);
    }
    let counted = unrealised.0.min(model.gains.cap.0.max(0));
    let gain = unrealised.0.unsigned_abs();
    let weight = model.gains.weight.0.clamp(0, Fraction::ONE.0).unsigned_abs() as u128;
    let weighted = crate::wide::mul_div_down(gain, weight, 1 << 40).unwrap_or(0);
    let weighted = i128::try_from(weighted).unwrap_or(i128::MAX);
    Quote(unrealised.0.saturating_sub(counted.min(weighted)))
}

/// Charges of every market that the book holds.
#[inline(never)]
pub(crate) fn all(
    model: &Model,
    snapshot: &Snapshot,
    sheet: &Sheet,
    multipliers: &[Multipliers; MAX_MARKETS],
    held: &Held,
) -> Components<Grains> {
    let mut sum = held.charges;
    for (place, multipliers) in multipliers.iter().enumerate() {
        if sheet.markets & 1u8.checked_shl(place as u32).unwrap_or(0) != 0 {
            market(&mut sum, model, snapshot, sheet, place as u8, multipliers);
        }
    }
    sum
}
