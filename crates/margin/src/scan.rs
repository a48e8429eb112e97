//! One market's ladder, and the worst that it holds.

mod straight;
mod tail;

use crate::grains::{product, short_product, Grains, Scale};
use crate::kernel::scale;
use crate::model::{Tail, MAX_ROWS};
use crate::report::Worst;
use crate::rungs::Rungs;
use crate::sheet::{Date, Line, Multipliers, Sheet, BASIS_DOWN, BASIS_UP, MARK};
use crate::units::Fraction;

/// Profit or loss by rung, weighted, rounded down.
pub(crate) type Ladder = [i64; MAX_ROWS];

/// One expiry's values by column.
type Values = [i64; MARK + 1];

/// One market's worst cases, each at least zero.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scan {
    /// The worst of all.
    pub loss: Grains,
    /// Which it is.
    pub worst: Worst,
    /// The forward contingency.
    pub basis: Grains,
    /// The worst where prices rise or stand still.
    pub up: Grains,
    /// The worst where prices fall or stand still.
    pub down: Grains,
}

impl Scan {
    /// No loss.
    pub const NONE: Self = Self {
        loss: Grains::ZERO,
        worst: Worst::Nothing,
        basis: Grains::ZERO,
        up: Grains::ZERO,
        down: Grains::ZERO,
    };
}

/// Error of the difference of two values, what `docs/margin.md` calls the guard, in grains: a constant part,
/// and one in proportion to the multiplier of the forward, or to one where that is more.
///
/// Of each value: 2^-35 of the weights at the forward as moved, 2^-38 of those at the strikes, and for each
/// leg half a unit of weight at each of the two prices and a rounding of each step; where there is too little
/// volatility to be priced, what it may be worth: 2^-23.
#[derive(Clone, Copy, Default)]
pub(crate) struct Guard {
    still: i64,
    moving: i64,
}

impl Guard {
    /// The guard of one expiry's options.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Weights below 2^53 grains, and a few legs.
    pub fn of(date: &Date) -> Self {
        if date.options == 0 {
            return Self::default();
        }
        let legs = date.options << 1;
        let guard = Self {
            still: (date.gross.1 .0 >> 37) + (legs << 3) + 18,
            moving: (date.gross.0 .0 >> 34) + (date.neglected.0 >> 22) + legs * Scale::WEIGHT_UNIT.0 + 2,
        };
        // A static discount above one makes an error as much larger as the value.
        let factor = date.statics.1.max(date.statics.0).0;
        if factor <= Fraction::ONE.0 {
            return guard;
        }
        Self { still: scale(guard.still, factor) + 2, moving: scale(guard.moving, factor) + 2 }
    }

    /// The guard of several together.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Of a dozen expiries, each below 2^32.
    pub fn plus(self, other: Self) -> Self {
        Self { still: self.still + other.still, moving: self.moving + other.moving }
    }

    /// The guard at a multiplier.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Below 2^36, by a multiplier of at most 8.
    pub fn at(self, multiplier: i64) -> i64 {
        if multiplier <= Fraction::ONE.0 || self.moving == 0 {
            return self.still + self.moving;
        }
        self.still + scale(self.moving, multiplier) + 2
    }
}

/// One market's part of a sheet.
pub(crate) struct Section<'a> {
    /// Linear positions.
    pub line: &'a Line,
    /// Expiries.
    pub dates: &'a [Date],
    /// Their values, by column.
    pub values: &'a [Values],
}

impl<'a> Section<'a> {
    /// The part of the market at a place.
    #[inline(never)]
    pub fn of(sheet: &'a Sheet, place: u8) -> Self {
        let (first, end) = sheet.spans.get(place as usize).copied().unwrap_or_default();
        let span = first as usize..end as usize;
        Self {
            line: sheet.lines.get(place as usize).unwrap_or(&Line::NONE),
            dates: sheet.dates.get(span.clone()).unwrap_or(&[]),
            values: sheet.values.get(span).unwrap_or(&[]),
        }
    }
}

/// What an expiry's options are worth in a column under its static discounts: a value below 2^55, by 64 at most.
/// No sound model has a factor below zero.
#[inline(always)]
fn discounted(date: &Date, value: i64) -> i64 {
    let factor = if value > 0 { date.statics.0 } else { date.statics.1 };
    short_product(value, factor.0.max(0))
}

/// Whether an expiry has no static discounts.
fn is_plain(date: &Date) -> bool {
    date.statics == (Fraction::ONE, Fraction::ONE)
}

/// Most that is moved in proportion, in grains: 2^6 times the gross notional, which collateral alone exceeds, and
/// only where the quote token is worth next to nothing.
const MOST_LINEAR: Grains = Grains(1 << 58);

/// The least profits of a ladder, zero at most.
struct Least {
    /// Where prices rise or stand still.
    up: i64,
    /// Where they fall or stand still.
    down: i64,
    /// The first row of the lesser.
    row: u8,
}

/// Fills in a market's ladder, and finds its worst cases; those by direction only where they are `directed`.
#[inline(never)]
pub(crate) fn scan(
    ladder: &mut Ladder,
    rungs: &Rungs,
    tail: &Tail,
    section: &Section,
    multipliers: &Multipliers,
    directed: bool,
) -> Scan {
    let slots = ladder.get_mut(..rungs.all().len()).unwrap_or(&mut []);
    let least = fill(slots, rungs, section, multipliers);
    let worst = least.up.min(least.down);
    let loss = |pl: i64| Grains(pl.saturating_neg());
    let basis = basis(section, multipliers);
    let mut scan = Scan {
        loss: loss(worst),
        basis,
        up: loss(least.up).max(basis),
        down: loss(least.down).max(basis),
        ..Scan::default()
    };
    if basis > scan.loss {
        (scan.loss, scan.worst) = (basis, Worst::Basis);
    } else if worst < 0 {
        scan.worst = Worst::Row(least.row);
    }
    // Times one at most, a mean is no worse than the worst row.
    if tail.share != Fraction::ZERO && tail.multiplier > Fraction::ONE {
        let rows = tail::Rows { profits: slots, rungs, multipliers };
        tail::weigh(&mut scan, tail, &rows, (least.up, least.down), directed);
    }
    scan
}

/// Fills in the rungs of a market's ladder, and finds the least.
///
/// Values are below 2^52 grains, times a multiplier of at most 8 and a discount of at most 64, and what moves in
/// proportion is at most 2^58: sums over a book's dates stay below 2^63.
#[allow(clippy::arithmetic_side_effects)]
fn fill(slots: &mut [i64], rungs: &Rungs, section: &Section, multipliers: &Multipliers) -> Least {
    let (mut linear, mut options) = (section.line.perps.plus(section.line.collateral), false);
    for date in section.dates {
        linear = linear.plus(date.futures);
        options |= date.options != 0;
    }
    if linear.size() > MOST_LINEAR {
        // A loss that every assessment refuses.
        slots.fill(i64::MIN);
    } else if options {
        bent(slots, rungs, section, multipliers, linear);
    } else {
        return straight::fill(rungs.all(), slots, multipliers, linear);
    }
    least(slots, rungs, multipliers)
}

/// Fills in the rungs of a market with options.
#[allow(clippy::arithmetic_side_effects)] // As above.
#[inline(never)]
fn bent(slots: &mut [i64], rungs: &Rungs, section: &Section, multipliers: &Multipliers, linear: Grains) {
    let (mut guard, mut marks) = (Guard::default(), 0i64);
    for date in section.dates {
        guard = guard.plus(Guard::of(date));
        marks += if date.options == 0 { 0 } else { date.mark.0 };
    }
    moved(slots, multipliers, linear.0, guard, marks);
    for (date, values) in section.dates.iter().zip(section.values) {
        if date.options == 0 {
            continue;
        }
        if is_plain(date) {
            add(slots, values);
        } else {
            for (slot, value) in slots.iter_mut().zip(values) {
                *slot += discounted(date, *value);
            }
        }
        for row in rungs.tilted.iter() {
            let (Some(slot), Some(value)) = (slots.get_mut(row), values.get(row)) else { continue };
            let value = if is_plain(date) { *value } else { discounted(date, *value) };
            *slot -= (value - date.mark.0).max(0) << 1;
        }
    }
    for row in rungs.weighted.iter() {
        if let (Some(slot), Some(rung)) = (slots.get_mut(row), rungs.all().get(row)) {
            *slot = product(*slot, rung.weight);
        }
    }
}

/// Adds an expiry's values to a ladder.
#[allow(clippy::arithmetic_side_effects)] // As above.
#[inline(never)] // A loop of its own has registers enough.
fn add(rows: &mut [i64], values: &Values) {
    for (slot, value) in rows.iter_mut().zip(values) {
        *slot += *value;
    }
}

/// What moves in proportion, less the guard and the marks, by row.
#[allow(clippy::arithmetic_side_effects)] // As above.
#[inline(never)]
fn moved(rows: &mut [i64], multipliers: &Multipliers, linear: i64, guard: Guard, marks: i64) {
    let mut last = (Fraction::ONE.0, -guard.at(Fraction::ONE.0) - marks);
    for (slot, column) in rows.iter_mut().zip(multipliers) {
        if *column != last.0 {
            let change = if linear == 0 { 0 } else { short_product(linear, *column - Fraction::ONE.0) };
            last = (*column, change - guard.at(*column) - marks);
        }
        *slot = last.1;
    }
}

/// The least of a ladder's rungs.
#[inline(never)]
fn least(slots: &[i64], rungs: &Rungs, multipliers: &Multipliers) -> Least {
    let (mut up, mut still, mut down) = (0i64, 0i64, 0i64);
    for (pl, column) in slots.iter().zip(multipliers) {
        if *pl >= 0 {
            continue;
        }
        if *column > Fraction::ONE.0 {
            up = up.min(*pl);
        } else if *column < Fraction::ONE.0 {
            down = down.min(*pl);
        } else {
            still = still.min(*pl);
        }
    }
    let (up, down) = (up.min(still), down.min(still));
    let first = slots.iter().zip(rungs.all()).find(|(pl, _)| **pl == up.min(down));
    Least { up, down, row: first.map_or(0, |(_, rung)| rung.row) }
}

/// Forward contingency of a market, rounded up.
#[allow(clippy::arithmetic_side_effects)] // Below 2^52 grains, times a multiplier of at most 8.
#[inline(never)]
fn basis(section: &Section, multipliers: &Multipliers) -> Grains {
    let mut sum = Grains::ZERO;
    for (date, values) in section.dates.iter().zip(section.values) {
        if date.basis == Fraction::ZERO || date.options == 0 && date.futures == Grains::ZERO {
            continue;
        }
        let (guard, mut least) = (Guard::of(date), 0i64);
        for column in [BASIS_UP, BASIS_DOWN] {
            let moved = multipliers[column];
            let options = if date.options == 0 { 0 } else { values[column] - date.mark.0 };
            let futures = date.futures.times_down(Fraction(moved - Fraction::ONE.0));
            least = least.min(options + futures.0 - guard.at(moved));
        }
        sum = sum.plus(Grains(-least).times_up(date.basis));
    }
    sum
}
