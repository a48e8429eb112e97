//! From a book to its report.

use crate::book::{Book, Snapshot};
use crate::charges::{self, idle_gains, Held};
use crate::cross::across;
use crate::desk::{Desk, Working};
use crate::error::{MarginError, Result};
use crate::grains::{Grains, Scale};
use crate::model::{Model, MAX_ROWS};
use crate::report::{Components, MarketReport, Report, Worst};
use crate::scan::{dates, ladder, scan, Guard, Scan};
use crate::sheet::{Scratch, Sheet};
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
    /// Parts of the margins, but for unrealised gains.
    pub parts: Components<Grains>,
    /// Unrealised gains that do not count in initial margin.
    pub gains: Quote,
}

/// Assesses a book: what it is worth, what it needs, and why.
///
/// Values are rounded down and requirements up; errors of option prices are taken from the account.
pub fn assess(desk: &mut Desk, model: &Model, snapshot: &Snapshot, book: &Book) -> Result<Report> {
    if model.rows.len() > MAX_ROWS {
        return Err(MarginError::TooMany);
    }
    desk.scratch.price(&mut desk.sheet, model, snapshot, book, u64::MAX, true)?;
    desk.held = charges::held(model, snapshot, book, &desk.sheet)?;
    let outcome =
        weigh(model, snapshot, book.cash, &desk.sheet, &desk.scratch, &desk.held, &mut desk.working, true)?;
    Ok(report(desk, snapshot, &outcome))
}

/// The margins of a sheet.
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
    offsets: bool,
) -> Result<Outcome> {
    for (place, (slot, multipliers)) in working.ladders.iter_mut().zip(&scratch.multipliers).enumerate() {
        let held = sheet.markets & 1u8.checked_shl(place as u32).unwrap_or(0) != 0;
        let found = working.scans.get_mut(place).ok_or(MarginError::TooMany)?;
        *found = Scan::default();
        if held {
            ladder(slot, model, sheet, place as u8, multipliers);
            *found = scan(slot, model, sheet, place as u8, multipliers, sheet.markets.count_ones() == 1);
        } else {
            *slot = [0; MAX_ROWS];
        }
    }
    let Working { ladders, scans, products } = working;
    let (loss, worst) = across(model, snapshot, sheet.markets, scans, ladders, products, offsets);
    let mut parts = charges::all(model, snapshot, sheet, &scratch.multipliers, held);
    parts.scan = loss;
    margins(model, snapshot, cash, sheet, held, parts, worst)
}

/// A price in whole units, rounded down.
fn ratio_down(price: Price) -> Fraction {
    let ratio = ((price.0 as u128) << 40).checked_div(STEPS as u128).unwrap_or(0);
    Fraction(crate::wide::clamp(ratio as i128))
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
        parts.peg = core.times_up(gap.times_up(model.factors.peg_factor));
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
    let gains = idle_gains(model, sheet.unrealised);
    let value = [scale.to_quote_down(marks), held.value, sheet.unrealised];
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
        if desk.sheet.markets & 1u8.checked_shl(place as u32).unwrap_or(0) != 0 {
            let line = desk.sheet.lines.get(place).copied().unwrap_or_default();
            *slot = MarketReport {
                scan: scale.to_quote_up(scan.loss),
                worst: scan.worst,
                delta: line.contracts,
                ..sensitivities(&desk.sheet, snapshot, scale, place as u8)
            };
            slot.delta = Contracts(
                dates(&desk.sheet, place as u8)
                    .fold(slot.delta.0, |sum, (date, _)| sum.saturating_add(date.contracts.0)),
            );
        }
    }
    report
}

/// Gamma, vega and theta of a market in the report's units, to the nearest below.
#[inline(never)]
fn sensitivities(sheet: &Sheet, snapshot: &Snapshot, scale: Scale, place: u8) -> MarketReport {
    let (mut gamma, mut vega, mut theta) = (0i64, Grains::ZERO, Grains::ZERO);
    for (date, _) in dates(sheet, place) {
        vega = vega.plus(date.vega);
        theta = theta.plus(date.theta);
        let market = snapshot.markets.get(place as usize);
        let expiry = market.and_then(|market| market.expiries.get(date.expiry as usize));
        if let Some(expiry) = expiry {
            let moved = Grains(date.gamma.0.div_euclid(100));
            gamma = gamma.saturating_add(scale.contracts_down(moved, expiry.forward).0);
        }
    }
    let part = |amount: Grains, of: i128| Quote(scale.to_quote_down(amount).0.div_euclid(of));
    MarketReport {
        gamma: Contracts(gamma),
        vega: part(vega, 100),
        theta: part(theta, 365),
        ..MarketReport::default()
    }
}
