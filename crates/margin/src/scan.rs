//! One market's ladder, and the worst that it holds.

mod tail;

use crate::grains::{product, short_product, Grains, Scale};
use crate::kernel::scale;
use crate::model::{Model, Vol, MAX_ROWS};
use crate::report::Worst;
use crate::sheet::{Date, Line, Multipliers, Sheet, BASIS_DOWN, BASIS_UP, MARK};
use crate::units::Fraction;

/// Profit or loss by row, weighted, rounded down.
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
    pub line: Line,
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
            line: sheet.lines.get(place as usize).copied().unwrap_or_default(),
            dates: sheet.dates.get(span.clone()).unwrap_or(&[]),
            values: sheet.values.get(span).unwrap_or(&[]),
        }
    }
}

/// Some of a model's rows, by their places.
#[derive(Clone, Copy)]
struct Places {
    places: [u8; MAX_ROWS],
    count: usize,
}

impl Places {
    const NONE: Self = Self { places: [0; MAX_ROWS], count: 0 };

    fn push(&mut self, place: usize) {
        if let Some(slot) = self.places.get_mut(self.count) {
            (*slot, self.count) = (place as u8, self.count.wrapping_add(1));
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.places.get(..self.count).unwrap_or(&[]).iter().map(|place| *place as usize)
    }
}

/// Which rows are not like most, found once for all markets.
pub(crate) struct Kinds {
    /// Skews: whichever way the surface tilts, the change counts as a loss.
    tilted: Places,
    /// Rows of another weight than one.
    weighted: Places,
}

impl Kinds {
    /// The kinds of a model's rows.
    #[inline(never)]
    pub fn of(model: &Model) -> Self {
        let mut kinds = Self { tilted: Places::NONE, weighted: Places::NONE };
        for (place, row) in model.rows.iter().enumerate() {
            if row.weight != Fraction::ONE {
                kinds.weighted.push(place);
            }
            if matches!(row.vol, Vol::Linear | Vol::Absolute) {
                kinds.tilted.push(place);
            }
        }
        kinds
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

/// Fills in a market's ladder.
///
/// Values are below 2^52 grains, times a multiplier of at most 8 and a discount of at most 64, and what moves in
/// proportion is at most 2^58: sums over a book's dates stay below 2^63.
#[allow(clippy::arithmetic_side_effects)]
#[inline(never)]
pub(crate) fn ladder(
    ladder: &mut Ladder,
    model: &Model,
    kinds: &Kinds,
    section: &Section,
    multipliers: &Multipliers,
) {
    let Some((rows, beyond)) = ladder.split_at_mut_checked(model.rows.len()) else { return };
    beyond.fill(0);
    let (mut linear, mut guard) = (section.line.perps.plus(section.line.collateral), Guard::default());
    let mut marks = 0i64;
    for date in section.dates {
        linear = linear.plus(date.futures);
        guard = guard.plus(Guard::of(date));
        marks += if date.options == 0 { 0 } else { date.mark.0 };
    }
    if linear.size() > MOST_LINEAR {
        // A loss that every assessment refuses.
        rows.fill(i64::MIN);
        return;
    }
    moved(rows, multipliers, linear.0, guard, marks);
    for (date, values) in section.dates.iter().zip(section.values) {
        if date.options == 0 {
            continue;
        }
        if is_plain(date) {
            add(rows, values);
        } else {
            for (slot, value) in rows.iter_mut().zip(values) {
                *slot += discounted(date, *value);
            }
        }
        for row in kinds.tilted.iter() {
            let (Some(slot), Some(value)) = (rows.get_mut(row), values.get(row)) else { continue };
            let value = if is_plain(date) { *value } else { discounted(date, *value) };
            *slot -= (value - date.mark.0).max(0) << 1;
        }
    }
    for row in kinds.weighted.iter() {
        if let (Some(slot), Some(row)) = (rows.get_mut(row), model.rows.get(row)) {
            *slot = product(*slot, row.weight.0);
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

/// A market's worst cases; those by direction only where they are `directed`.
#[inline(never)]
pub(crate) fn scan(
    ladder: &Ladder,
    model: &Model,
    section: &Section,
    multipliers: &Multipliers,
    directed: bool,
) -> Scan {
    let rows = ladder.get(..model.rows.len()).unwrap_or(&[]);
    let (up, down) = least(rows, multipliers);
    let worst = up.min(down);
    let loss = |pl: i64| Grains(pl.saturating_neg());
    let basis = basis(section, multipliers);
    let mut scan = Scan {
        loss: loss(worst),
        basis,
        up: loss(up).max(basis),
        down: loss(down).max(basis),
        ..Scan::default()
    };
    if basis > scan.loss {
        (scan.loss, scan.worst) = (basis, Worst::Basis);
    } else if worst < 0 {
        let row = rows.iter().take_while(|pl| **pl != worst).count();
        scan.worst = Worst::Row(row as u8);
    }
    // Times one at most, a mean is no worse than the worst row.
    if model.tail.share != Fraction::ZERO && model.tail.multiplier > Fraction::ONE {
        let rows = tail::Rows { profits: rows, rows: model.rows, multipliers };
        tail::weigh(&mut scan, &model.tail, &rows, (up, down), directed);
    }
    scan
}

/// Least profit where prices rise or stand still, and where they fall or stand still; zero at most.
#[inline(never)]
fn least(rows: &[i64], multipliers: &Multipliers) -> (i64, i64) {
    let (mut up, mut still, mut down) = (0i64, 0i64, 0i64);
    for (pl, column) in rows.iter().zip(multipliers) {
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
    (up.min(still), down.min(still))
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
