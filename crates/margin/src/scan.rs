//! One market's ladder, and the worst that it holds.

mod tail;

use crate::grains::{product, short_product, Grains, Scale};
use crate::kernel::scale;
use crate::model::{Model, Row, Vol, MAX_ROWS};
use crate::report::Worst;
use crate::sheet::{Date, Multipliers, Sheet, BASIS_DOWN, BASIS_UP};
use crate::units::Fraction;

/// Profit or loss by row, weighted, rounded down.
pub(crate) type Ladder = [i64; MAX_ROWS];

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
        Self {
            still: (date.gross.1 .0 >> 37) + (legs << 3) + 18,
            moving: (date.gross.0 .0 >> 34) + (date.neglected.0 >> 22) + legs * Scale::WEIGHT_UNIT.0 + 2,
        }
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

/// What an expiry's options are worth in a column under its static discounts.
#[inline(always)]
fn discounted(date: &Date, value: i64) -> i64 {
    let factor = if value > 0 { date.statics.0 } else { date.statics.1 };
    if factor == Fraction::ONE {
        value
    } else {
        scale(value, factor.0)
    }
}

/// Most that is moved in proportion, in grains: 2^6 times the gross notional, which collateral alone exceeds, and
/// only where the quote token is worth next to nothing.
const MOST_LINEAR: Grains = Grains(1 << 58);

/// Fills in a market's ladder, but for the weights.
///
/// Values are below 2^52 grains, times a multiplier of at most 8 and a discount of at most 64, and what moves in
/// proportion is at most 2^58: sums over a book's dates stay below 2^63.
#[allow(clippy::arithmetic_side_effects)]
#[inline(never)]
pub(crate) fn ladder(
    ladder: &mut Ladder,
    model: &Model,
    sheet: &Sheet,
    place: u8,
    multipliers: &Multipliers,
) {
    let Some(ladder) = ladder.get_mut(..model.rows.len()) else { return };
    let line = sheet.lines.get(place as usize).copied().unwrap_or_default();
    let (mut linear, mut guard) = (line.perps.plus(line.collateral), Guard::default());
    for (date, _) in dates(sheet, place) {
        linear = linear.plus(date.futures);
        guard = guard.plus(Guard::of(date));
    }
    if linear.size() > MOST_LINEAR {
        // A loss that every assessment refuses.
        ladder.fill(i64::MIN);
        return;
    }
    let mut last = (Fraction::ONE.0, -guard.at(Fraction::ONE.0));
    for (slot, column) in ladder.iter_mut().zip(multipliers) {
        if *column != last.0 {
            last = (*column, short_product(linear.0, *column - Fraction::ONE.0) - guard.at(*column));
        }
        *slot = last.1;
    }
    for (date, values) in dates(sheet, place) {
        if date.options == 0 {
            continue;
        }
        if date.statics == (Fraction::ONE, Fraction::ONE) {
            add(ladder, model.rows, values, |value| value - date.mark.0);
        } else {
            add(ladder, model.rows, values, |value| discounted(date, value) - date.mark.0);
        }
    }
}

/// Adds an expiry's changes to a ladder.
#[allow(clippy::arithmetic_side_effects)] // As above.
#[inline(always)]
fn add(ladder: &mut [i64], rows: &[Row], values: &[i64], change: impl Fn(i64) -> i64) {
    for ((slot, row), value) in ladder.iter_mut().zip(rows).zip(values) {
        let change = change(*value);
        // Whichever way the surface tilts, the change counts as a loss.
        let tilted = matches!(row.vol, Vol::Linear | Vol::Absolute);
        *slot += if tilted && change > 0 { -change } else { change };
    }
}

/// A market's dates with their values; dates stand in the order of markets.
#[inline(always)]
pub(crate) fn dates(sheet: &Sheet, place: u8) -> impl Iterator<Item = (&Date, &[i64])> {
    let dates = sheet.dates.get(..sheet.date_count).unwrap_or(&[]);
    let first = dates.iter().take_while(|date| date.market < place).count();
    let dates = dates.get(first..).unwrap_or(&[]).iter().take_while(move |date| date.market == place);
    dates.zip(sheet.values.get(first..).unwrap_or(&[])).map(|(date, values)| (date, values.as_slice()))
}

/// Weights a market's ladder, and finds its worst cases; those by direction only where they are `directed`.
#[inline(never)]
pub(crate) fn scan(
    ladder: &mut Ladder,
    model: &Model,
    sheet: &Sheet,
    place: u8,
    multipliers: &Multipliers,
    directed: bool,
) -> Scan {
    // Least profits: of all rows, where prices rise or stand still, where they fall or stand still.
    let (mut least, mut up, mut down) = (0i64, 0i64, 0i64);
    let mut worst = Worst::Nothing;
    for (place, ((slot, row), column)) in ladder.iter_mut().zip(model.rows).zip(multipliers).enumerate() {
        if row.weight != Fraction::ONE {
            *slot = product(*slot, row.weight.0);
        }
        let pl = *slot;
        if pl >= 0 {
            continue;
        }
        if pl < least {
            (least, worst) = (pl, Worst::Row(place as u8));
        }
        if *column >= Fraction::ONE.0 {
            up = up.min(pl);
        }
        if *column <= Fraction::ONE.0 {
            down = down.min(pl);
        }
    }
    let loss = |pl: i64| Grains(pl.saturating_neg());
    let basis = basis(sheet, place, multipliers);
    let mut scan =
        Scan { loss: loss(least), worst, basis, up: loss(up).max(basis), down: loss(down).max(basis) };
    if basis > scan.loss {
        (scan.loss, scan.worst) = (basis, Worst::Basis);
    }
    // Times one at most, a mean is no worse than the worst row.
    if model.tail.share != Fraction::ZERO && model.tail.multiplier > Fraction::ONE {
        tail::weigh(&mut scan, &tail::Rows { ladder, model, multipliers }, (up, down), directed);
    }
    scan
}

/// Forward contingency of a market, rounded up.
#[allow(clippy::arithmetic_side_effects)] // Below 2^52 grains, times a multiplier of at most 8.
fn basis(sheet: &Sheet, place: u8, multipliers: &Multipliers) -> Grains {
    let mut sum = Grains::ZERO;
    for (date, values) in dates(sheet, place) {
        if date.basis == Fraction::ZERO || date.options == 0 && date.futures == Grains::ZERO {
            continue;
        }
        let (guard, mut least) = (Guard::of(date), 0i64);
        for column in [BASIS_UP, BASIS_DOWN] {
            let (Some(value), Some(moved)) = (values.get(column), multipliers.get(column)) else { continue };
            let options = if date.options == 0 { 0 } else { value - date.mark.0 };
            let futures = product(date.futures.0, moved - Fraction::ONE.0);
            least = least.min(options + futures - guard.at(*moved));
        }
        sum = sum.plus(Grains(least.saturating_neg()).times_up(date.basis));
    }
    sum
}
