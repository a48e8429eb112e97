//! From a book to its report.

use crate::book::{Book, Snapshot};
use crate::charges::{self, idle_gains, Held};
use crate::cross::across;
use crate::desk::{Desk, Working};
use crate::error::{MarginError, Result};
use crate::grains::{product_up, sum, Grains, Scale};
use crate::model::{Model, MAX_ROWS};
use crate::report::{Components, MarketReport, Report, Worst};
use crate::scan::{scan, Guard, Section};
use crate::sheet::{Pick, Scratch, Sheet};
use crate::units::{Contracts, Fraction, Price, Quote, STEPS};

/// The margins of a sheet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// Value of the book.
    pub value: Quote,
    /// Maintenance margin.
    pub maintenance: Quote,
    /// Initial margin.
    pub initial: Quote,
    /// Which case the scan loss is.
    pub worst: Worst,
    /// Parts of the margins, but for gains.
    pub parts: Components<Grains>,
    /// Unrealised and unpaid gains that do not count in initial margin.
    pub gains: Quote,
}

/// Assesses a book: what it is worth, what it needs, and why.
///
/// Values are rounded down and requirements up; errors of option prices are taken from the account.
pub fn assess(desk: &mut Desk, model: &Model, snapshot: &Snapshot, book: &Book) -> Result<Report> {
    if model.rows.len() > MAX_ROWS {
        return Err(MarginError::TooMany);
    }
    desk.scratch.begin(model, snapshot, book)?;
    desk.scratch.price(&mut desk.sheet, model, snapshot, book, &Pick::Legs(u64::MAX), true)?;
    desk.held = charges::held(model, snapshot, book, desk.sheet.scale, &desk.scratch.worths)?;
    let outcome = weigh(
        model,
        snapshot,
        book.cash,
        &desk.sheet,
        &desk.scratch,
        &desk.held,
        &mut desk.working,
        (u8::MAX, u8::MAX),
    )?;
    Ok(report(desk, snapshot, &outcome))
}

/// The margins of a sheet. Only the markets of the bits in `changed` have changed since the last time, and only those in
/// `charged` are not charged for in what is held.
#[allow(clippy::too_many_arguments)] // All of a desk's parts but the sheet, which may be another one.
#[inline(never)] // A program's stack frame has 4 KB: each step has its own.
pub(crate) fn weigh(
    model: &Model,
    snapshot: &Snapshot,
    cash: Quote,
    sheet: &Sheet,
    scratch: &Scratch,
    held: &Held,
    working: &mut Working,
    (changed, charged): (u8, u8),
) -> Result<Outcome> {
    let (loss, worst) = loss(model, snapshot, sheet, scratch, working, changed)?;
    let mut parts = charges::all(model, snapshot, sheet, &scratch.multipliers, held, charged);
    parts.scan = loss;
    margins(model, snapshot, cash, sheet, held, parts, worst)
}

/// The scan loss of a sheet across its markets, and which case it is; as above, only what has changed is scanned.
#[inline(never)]
pub(crate) fn loss(
    model: &Model,
    snapshot: &Snapshot,
    sheet: &Sheet,
    scratch: &Scratch,
    working: &mut Working,
    changed: u8,
) -> Result<(Grains, Worst)> {
    // Directions matter only beside other markets.
    let directed = model.cross.covariance && sheet.markets & sheet.markets.wrapping_sub(1) != 0;
    let rungs = &scratch.rungs;
    let slots = working.ladders.iter_mut().zip(&mut working.scans).zip(&scratch.multipliers);
    for (place, ((slot, found), multipliers)) in slots.enumerate() {
        if holds(sheet.markets & changed, place) {
            let section = Section::of(sheet, place as u8);
            *found = scan(slot, rungs, &model.tail, &section, multipliers, directed);
        }
    }
    Ok(across(model, snapshot, sheet.markets, rungs.all(), working))
}

/// Whether a market's bit is set.
pub(crate) fn holds(markets: u8, place: usize) -> bool {
    markets.wrapping_shr(place as u32) & 1 != 0
}

/// A price in whole units, rounded down.
fn ratio_down(price: Price) -> Fraction {
    const FIVES: u64 = STEPS >> 10;
    let (whole, rest) = (price.0 / FIVES, price.0 % FIVES);
    if whole >> 32 != 0 {
        return Fraction(i64::MAX);
    }
    // The rest has 24 bits.
    Fraction(((whole << 30) | ((rest << 30) / FIVES)) as i64)
}

/// Value and margins from the parts.
#[inline(never)]
fn margins(
    model: &Model,
    snapshot: &Snapshot,
    cash: Quote,
    sheet: &Sheet,
    held: &Held,
    mut parts: Components<Grains>,
    worst: Worst,
) -> Result<Outcome> {
    let scale = sheet.scale;
    let core = [parts.scan, parts.roll, parts.convexity, parts.twist, parts.liquidity, parts.interval];
    let core = core.into_iter().fold(Grains::ZERO, Grains::plus);
    let always = parts.perp.plus(parts.option).plus(parts.haircut);
    let extra = [parts.perp_initial, parts.option_initial, parts.haircut_initial, parts.score, parts.bias];
    let extra = extra.into_iter().fold(Grains::ZERO, Grains::plus);
    if model.factors.peg_factor != Fraction::ZERO {
        let gap = model.factors.peg_threshold.minus(ratio_down(snapshot.peg)).max(Fraction::ZERO);
        parts.peg = core.times_up(Fraction(product_up(gap.0, model.factors.peg_factor.0)));
    }
    let maintenance = core.times_up(model.factors.maintenance).plus(always);
    let initial = core.times_up(model.factors.initial).plus(parts.peg).plus(always).plus(extra);
    let mut marks = Grains::ZERO;
    for date in sheet.dates.iter().take(sheet.date_count) {
        marks = marks.plus(date.mark).minus(Grains(Guard::of(date).at(Fraction::ONE.0)));
    }
    // Within a factor of two of the range's end, some sum may have been cut short.
    if [core, always, extra, initial, marks].into_iter().any(|sum| sum.size().0 >= 1 << 62) {
        return Err(MarginError::TooLarge);
    }
    // No pool can owe what would leave the range.
    let gains = idle_gains(model, Quote(sheet.unrealised.0.saturating_add(held.unpaid.0)));
    let value = [scale.to_quote_down(marks), held.value, sheet.unrealised, held.unpaid];
    let value = value.into_iter().try_fold(cash.0, |sum, part| sum.checked_add(part.0));
    let maintenance = scale.to_quote_up(maintenance);
    let initial = scale.to_quote_up(initial).0.checked_add(gains.0).ok_or(MarginError::TooLarge)?;
    Ok(Outcome {
        value: Quote(value.ok_or(MarginError::TooLarge)?),
        maintenance,
        initial: Quote(initial.max(maintenance.0)),
        worst,
        parts,
        gains,
    })
}

/// The report of the desk's own sheet.
#[inline(never)]
fn report(desk: &Desk, snapshot: &Snapshot, outcome: &Outcome) -> Report {
    let scale = desk.sheet.scale;
    let mut report = Report {
        value: outcome.value,
        maintenance: outcome.maintenance,
        initial: outcome.initial,
        health: Quote(outcome.value.0.saturating_sub(outcome.maintenance.0)),
        room: Quote(outcome.value.0.saturating_sub(outcome.initial.0)),
        worst: outcome.worst,
        components: outcome.parts.map(|part| scale.to_quote_up(part)),
        ..Report::default()
    };
    report.components.gains = outcome.gains;
    for (place, (slot, scan)) in report.markets.iter_mut().zip(&desk.working.scans).enumerate() {
        if holds(desk.sheet.markets, place) {
            let section = Section::of(&desk.sheet, place as u8);
            *slot = MarketReport {
                scan: scale.to_quote_up(scan.loss),
                worst: scan.worst,
                ..sensitivities(&section, snapshot, scale, place)
            };
        }
    }
    report
}

/// Delta of a market, and its gamma, vega and theta in the report's units, to the nearest below.
#[inline(never)]
fn sensitivities(section: &Section, snapshot: &Snapshot, scale: Scale, place: usize) -> MarketReport {
    let (mut delta, mut gamma) = (section.line.contracts.0, 0i64);
    let (mut vega, mut theta) = (Grains::ZERO, Grains::ZERO);
    let expiries = snapshot.markets.get(place).map_or(&[][..], |market| market.expiries);
    for date in section.dates {
        delta = sum(delta, date.contracts.0);
        vega = vega.plus(date.vega);
        theta = theta.plus(date.theta);
        if let Some(expiry) = expiries.get(date.expiry as usize) {
            let moved = Grains(floor(date.gamma.0, 100));
            gamma = sum(gamma, scale.contracts_down(moved, expiry.forward).0);
        }
    }
    MarketReport {
        delta: Contracts(delta),
        gamma: Contracts(gamma),
        vega: part(scale.to_quote_down(vega), 100),
        theta: part(scale.to_quote_down(theta), 365),
        ..MarketReport::default()
    }
}

/// An amount by a number, rounded down; nearly always one of 64 bits, which is quicker to divide.
fn part(amount: Quote, by: u64) -> Quote {
    Quote(match i64::try_from(amount.0) {
        Ok(amount) => floor(amount, by) as i128,
        Err(_) => amount.0.div_euclid(by as i128),
    })
}

/// A number by another above one, rounded down. There are no signed divisions on chain.
#[allow(clippy::arithmetic_side_effects)]
fn floor(amount: i64, by: u64) -> i64 {
    let size = amount.unsigned_abs();
    if amount < 0 {
        0i64.wrapping_sub_unsigned(size.div_ceil(by))
    } else {
        (size / by) as i64
    }
}
