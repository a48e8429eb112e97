//! Add-ons: what rows do not see. Each is at least zero, and zero when its parameter is; all round up.

use crate::book::{Book, Market, Snapshot, MAX_COLLATERAL, MAX_MARKETS};
use crate::error::Result;
use crate::grains::{divide, product_up, sum, Grains, Scale};
use crate::kernel::{exp, widen};
use crate::model::{AddOns, Model};
use crate::report::Components;
use crate::scan::{Guard, Section};
use crate::sheet::{Date, Multipliers, Sheet, Worth, MOST_COLLATERAL, SLOW};
use crate::units::{Contracts, Fraction, Quote};

/// What closing positions does not change: collateral and unpaid profit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    /// Value of collateral, rounded down.
    pub value: Quote,
    /// Unpaid profit.
    pub unpaid: Quote,
    /// Charges on collateral, in the fields of their names.
    pub charges: Components<Grains>,
}

/// What a book holds beside cash and positions, its collateral being worth so much.
#[inline(never)]
pub(crate) fn held(
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    scale: Scale,
    worths: &[Worth; MAX_COLLATERAL],
) -> Result<Held> {
    let mut held = Held { unpaid: book.unpaid, ..Held::default() };
    let charges = &mut held.charges;
    for (token, worth) in book.collateral.iter().zip(worths) {
        held.value = Quote(held.value.0.saturating_add(worth.value.0));
        charges.haircut = charges.haircut.plus(worth.up.times_up(token.haircut));
        charges.haircut_initial = charges.haircut_initial.plus(worth.up.times_up(token.haircut_initial));
        charges.score = charges.score.plus(distrust(&model.add_ons, token.score, worth.up));
        if token.slow < token.price {
            let slow = Worth::of(scale, token, token.slow, snapshot.peg)?;
            charges.bias = charges.bias.plus(worth.up.minus(slow.down));
        }
    }
    Ok(held)
}

/// What a feed of little trust costs.
fn distrust(add_ons: &AddOns, score: Fraction, notional: Grains) -> Grains {
    if add_ons.score_margin == Fraction::ZERO || score >= add_ons.score_threshold {
        return Grains::ZERO;
    }
    notional.times_up(Fraction(product_up(Fraction::ONE.minus(score).0, add_ons.score_margin.0)))
}

/// Adds one market's charges.
#[inline(never)]
pub(crate) fn market(
    total: &mut Components<Grains>,
    model: &Model,
    snapshot: &Snapshot,
    sheet: &Sheet,
    place: u8,
    multipliers: &Multipliers,
) {
    let Some(market) = snapshot.markets.get(place as usize) else { return };
    let section = Section::of(sheet, place);
    let line = section.line;
    let add_ons = &model.add_ons;
    let perp_score = market.score.min(market.perp_score);
    // Trust in the market, and in its perp if one is held.
    let mut trust = market.score.min(Fraction::ONE);
    if line.perps_size > Grains::ZERO {
        trust = perp_score;
        total.perp = total.perp.plus(line.perps_size.times_up(add_ons.perp_maintenance));
        total.perp_initial = total.perp_initial.plus(line.perps_size.times_up(add_ons.perp_initial));
        // A perp never expires: it rolls at the minimum.
        total.roll = total.roll.plus(line.perps_size.times_up(add_ons.roll_minimum));
        total.score = total.score.plus(distrust(add_ons, perp_score, line.perps_size));
    }
    let mut options = Options { delta: line.contracts.0, unsure: line.rounded, ..Options::default() };
    for date in section.dates {
        options.add(total, add_ons, sheet, market, date, trust);
    }
    if options.short > 0 {
        let naked = sheet.scale.notional_up(options.short.unsigned_abs(), market.index);
        total.option = total.option.plus(naked.times_up(add_ons.option_maintenance));
        total.option_initial = total.option_initial.plus(naked.times_up(add_ons.option_initial));
    }
    // A single expiry offsets itself exactly.
    let apart = options.vega_size.minus(options.vega.size());
    if apart > Grains::ZERO {
        let apart = apart.plus(options.vega_unsure).plus(options.vega_unsure);
        total.twist = total.twist.plus(apart.times_up(add_ons.twist));
    }
    if market.slow != market.index {
        total.bias = total.bias.plus(bias(&section, multipliers));
    }
    let size = Contracts(options.delta.saturating_abs().saturating_add(options.unsure));
    // Collateral that is too much to count in contracts moves with the market all the same.
    let beyond =
        line.collateral.minus(sheet.scale.bounds(widen(MOST_COLLATERAL, market.index.0)).0).positive();
    total.liquidity = total.liquidity.plus(liquidity(add_ons, sheet, market, size, beyond));
    let interval = product_up(add_ons.interval.0, market.interval.0);
    if interval > 0 {
        let notional = sheet.scale.notional_up(size.0.unsigned_abs(), market.index).plus(beyond);
        total.interval = total.interval.plus(notional.times_up(Fraction(interval)));
    }
}

/// Sums over a market's expiries.
#[derive(Default)]
struct Options {
    /// Delta in contracts, and its error.
    delta: i64,
    unsure: i64,
    /// Vega under the shock up, the sum of its sizes, and its error.
    vega: Grains,
    vega_size: Grains,
    vega_unsure: Grains,
    /// Contracts of naked short options.
    short: i64,
}

impl Options {
    /// Adds an expiry, and the charges that are its own.
    #[inline(always)]
    fn add(
        &mut self,
        total: &mut Components<Grains>,
        add_ons: &AddOns,
        sheet: &Sheet,
        market: &Market,
        date: &Date,
        trust: Fraction,
    ) {
        self.delta = sum(self.delta, date.contracts.0);
        self.vega = self.vega.plus(date.shocked_vega);
        self.vega_size = self.vega_size.plus(date.shocked_vega.size());
        self.vega_unsure = self.vega_unsure.plus(date.slack);
        self.short = sum(self.short, naked(sheet, date));
        let expiry = market.expiries.get(date.expiry as usize);
        let trust = expiry.map_or(Fraction::ZERO, |expiry| expiry.score).min(trust);
        total.score = total.score.plus(distrust(add_ons, trust, date.notional));
        if let Some(expiry) = expiry {
            // Two units for the roundings of both.
            let slack = sheet.scale.contracts_down(date.delta_slack, expiry.forward).0;
            self.unsure = sum(self.unsure, sum(slack, 2));
            total.roll = total.roll.plus(roll(add_ons, date, expiry.seconds));
            total.convexity = total.convexity.plus(convexity(add_ons, date, expiry.seconds));
        }
    }
}

/// Loss of a market at its slow price.
#[inline(never)]
fn bias(section: &Section, multipliers: &Multipliers) -> Grains {
    let moved = multipliers.get(SLOW).map_or(Fraction::ONE.0, |column| *column);
    let (mut gain, mut linear) = (Grains::ZERO, section.line.perps.plus(section.line.collateral));
    for (date, values) in section.dates.iter().zip(section.values) {
        linear = linear.plus(date.futures);
        if let (Some(value), true) = (values.get(SLOW), date.options > 0) {
            gain = gain.plus(Grains(*value).minus(date.mark)).minus(Grains(Guard::of(date).at(moved)));
        }
    }
    let gain = linear.times_down(Fraction(moved).minus(Fraction::ONE)).plus(gain);
    Grains::ZERO.minus(gain).positive()
}

/// Roll shock of an expiry.
fn roll(add_ons: &AddOns, date: &Date, seconds: i64) -> Grains {
    let years = crate::book::Years::of_seconds(seconds).fraction_up();
    let size = date.delta.size().plus(date.delta_slack);
    let rate = Fraction(product_up(add_ons.roll_per_year.0, years.0));
    size.times_up(rate.max(add_ons.roll_minimum))
}

/// Convexity of an expiry near its end.
fn convexity(add_ons: &AddOns, date: &Date, seconds: i64) -> Grains {
    let charge = add_ons.convexity;
    if charge.kappa == Fraction::ZERO || seconds <= 0 || date.convexity >= Grains::ZERO {
        return Grains::ZERO;
    }
    // exp(-T / decay), and one unit more: the exponential rounds to the nearest.
    let age = match charge.decay_seconds {
        decay @ 1.. => divide(seconds, 48, decay.unsigned_abs()),
        _ => 0,
    };
    let fade = Fraction(exp(age.saturating_neg())).plus(Fraction(1));
    let square = product_up(product_up(product_up(charge.gap.0, charge.gap.0), charge.kappa.0), fade.0);
    // The density's error by the least deviation: 2^-3 of the weights' slack for gaps above 2^-8.
    let unsure = Grains(date.slack.0 << 5);
    Grains::ZERO.minus(date.convexity).plus(unsure).times_up(Fraction(square.saturating_add(1) >> 1))
}

/// Contracts of naked short options of an expiry: by strike, calls and puts together.
fn naked(sheet: &Sheet, date: &Date) -> i64 {
    let strikes = sheet.nets.get(date.strikes.0 as usize..date.strikes.1 as usize).unwrap_or(&[]);
    // All legs together have at most 2^62 steps.
    strikes.iter().fold(0i64, |short, net| short.wrapping_sub((*net).min(0)))
}

/// What delta beyond the market's depth costs: contracts, and what cannot be counted in them.
fn liquidity(add_ons: &AddOns, sheet: &Sheet, market: &Market, delta: Contracts, beyond: Grains) -> Grains {
    let (charge, depth) = (add_ons.liquidity, market.depth.0.max(0));
    if beyond > Grains::ZERO {
        // So much that the rate is the highest.
        let all = sheet.scale.notional_up(delta.0.unsigned_abs(), market.index).plus(beyond);
        let held = sheet.scale.bounds(widen(depth.unsigned_abs(), market.index.0)).0;
        return all.minus(held).positive().times_up(charge.cap);
    }
    let excess = delta.0.saturating_sub(depth);
    if excess <= 0 || charge.cap == Fraction::ZERO {
        return Grains::ZERO;
    }
    let rate = if depth == 0 {
        charge.cap
    } else {
        let depths = divide(excess, 40, depth.unsigned_abs()).saturating_add(1);
        Fraction(product_up(charge.slope.0, depths)).min(charge.cap)
    };
    sheet.scale.notional_up(excess.unsigned_abs(), market.index).times_up(rate)
}

/// Unrealised and unpaid gains that do not count in initial margin.
pub(crate) fn idle_gains(model: &Model, unrealised: Quote) -> Quote {
    if unrealised.0 <= 0 {
        return Quote(0);
    }
    let counted = unrealised.0.min(model.gains.cap.0.max(0));
    let gain = unrealised.0.unsigned_abs();
    let weight = model.gains.weight.0.clamp(0, Fraction::ONE.0).unsigned_abs();
    // A product of 128 bits where that is enough.
    let weighted = match u64::try_from(gain) {
        Ok(gain) => widen(gain, weight) >> 40,
        Err(_) => crate::wide::mul_div_down(gain, weight as u128, 1 << 40).unwrap_or(0),
    };
    let weighted = i128::try_from(weighted).unwrap_or(i128::MAX);
    Quote(unrealised.0.saturating_sub(counted.min(weighted)))
}

/// Charges of the markets of the given bits that the book holds, beside those of what is held.
#[inline(never)]
pub(crate) fn all(
    model: &Model,
    snapshot: &Snapshot,
    sheet: &Sheet,
    multipliers: &[Multipliers; MAX_MARKETS],
    held: &Held,
    markets: u8,
) -> Components<Grains> {
    let mut total = held.charges;
    for (place, multipliers) in multipliers.iter().enumerate() {
        if (sheet.markets & markets).wrapping_shr(place as u32) & 1 != 0 {
            market(&mut total, model, snapshot, sheet, place as u8, multipliers);
        }
    }
    total
}
