//! One market's ladder, and the worst that it holds.

use crate::grains::{Grains, Scale};
use crate::kernel::{scale, shift};
use crate::model::{Model, Tail, Vol, MAX_ROWS};
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
/// Of each value: 2^-35 of the weights at the forward as moved, 2^-39 of those at the strikes, and for each
/// leg half a unit of weight at each of the two prices and a rounding of each step; where there is too little
/// volatility to be priced, what it may be worth: 2^-23.
#[derive(Clone, Copy, Default)]
pub(crate) struct Guard {
    still: i64,
    moving: i64,
}

impl Guard {
    /// The guard of one expiry's options.
    pub fn of(date: &Date) -> Self {
        if date.options == 0 {
            return Self::default();
        }
        let forward = (date.gross.0 .0 >> 34).saturating_add(date.neglected.0 >> 22);
        let legs = date.options.saturating_mul(2);
        Self {
            still: (date.gross.1 .0 >> 38).saturating_add(legs.saturating_mul(8)).saturating_add(18),
            moving: forward.saturating_add(legs.saturating_mul(Scale::WEIGHT_UNIT.0)).saturating_add(2),
        }
    }

    /// The guard of several together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            still: self.still.saturating_add(other.still),
            moving: self.moving.saturating_add(other.moving),
        }
    }

    /// The guard at a multiplier.
    #[inline(always)]
    pub fn at(self, multiplier: i64) -> i64 {
        if multiplier <= Fraction::ONE.0 {
            return self.still.saturating_add(self.moving);
        }
        self.still.saturating_add(scale(self.moving, multiplier)).saturating_add(2)
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

/// Fills in a market's ladder. Values are below 2^52 grains, times a multiplier of at most 8 and a discount of at
/// most 64: sums over a book's dates stay below 2^62.
#[allow(clippy::arithmetic_side_effects)]
#[inline(never)]
pub(crate) fn ladder(
    ladder: &mut Ladder,
    model: &Model,
    sheet: &Sheet,
    place: u8,
    multipliers: &Multipliers,
) {
    let line = sheet.lines.get(place as usize).copied().unwrap_or_default();
    let (mut linear, mut guard) = (line.perps.plus(line.collateral), Guard::default());
    for (date, _) in dates(sheet, place) {
        linear = linear.plus(date.futures);
        guard = guard.plus(Guard::of(date));
    }
    let mut last = (Fraction::ONE.0, 0, guard.at(Fraction::ONE.0));
    for (slot, column) in ladder.iter_mut().zip(multipliers).take(model.rows.len()) {
        if *column != last.0 {
            let moved = shift(linear.0, column.saturating_sub(Fraction::ONE.0), 40);
            last = (*column, moved, guard.at(*column));
        }
        *slot = last.1.saturating_sub(last.2);
    }
    for (date, values) in dates(sheet, place) {
        if date.options == 0 {
            continue;
        }
        for (slot, (row, value)) in ladder.iter_mut().zip(model.rows.iter().zip(values)) {
            let change = discounted(date, *value) - date.mark.0;
            // Whichever way the surface tilts, the change counts as a loss.
            let tilted = matches!(row.vol, Vol::Linear | Vol::Absolute);
            *slot += if tilted { -change.abs() } else { change };
        }
    }
    for (slot, row) in ladder.iter_mut().zip(model.rows) {
        if row.weight != Fraction::ONE {
            *slot = shift(*slot, row.weight.0, 40);
        }
    }
}

/// A market's dates with their values.
pub(crate) fn dates(sheet: &Sheet, place: u8) -> impl Iterator<Item = (&Date, &[i64])> {
    let dates = sheet.dates.iter().zip(&sheet.values).take(sheet.date_count);
    dates.filter(move |(date, _)| date.market == place).map(|(date, values)| (date, values.as_slice()))
}

/// A market's worst cases.
#[inline(never)]
pub(crate) fn scan(
    ladder: &Ladder,
    model: &Model,
    sheet: &Sheet,
    place: u8,
    multipliers: &Multipliers,
    alone: bool,
) -> Scan {
    let mut scan = Scan { basis: basis(sheet, place, multipliers), ..Scan::default() };
    for (row, (pl, column)) in ladder.iter().zip(multipliers).take(model.rows.len()).enumerate() {
        let loss = Grains(pl.saturating_neg());
        if loss > scan.loss {
            (scan.loss, scan.worst) = (loss, Worst::Row(row as u8));
        }
        if *column >= Fraction::ONE.0 {
            scan.up = scan.up.max(loss);
        }
        if *column <= Fraction::ONE.0 {
            scan.down = scan.down.max(loss);
        }
    }
    if scan.basis > scan.loss {
        (scan.loss, scan.worst) = (scan.basis, Worst::Basis);
    }
    (scan.up, scan.down) = (scan.up.max(scan.basis), scan.down.max(scan.basis));
    if model.tail.share != Fraction::ZERO {
        let loss = shortfall(ladder, model, |_| true);
        if loss > scan.loss {
            (scan.loss, scan.worst) = (loss, Worst::Shortfall);
        }
        // Directions matter only beside other markets.
        if alone || !model.cross.covariance {
            return scan;
        }
        let rises = |row: usize| multipliers.get(row).is_some_and(|c| *c >= Fraction::ONE.0);
        let falls = |row: usize| multipliers.get(row).is_some_and(|c| *c <= Fraction::ONE.0);
        scan.up = scan.up.max(shortfall(ladder, model, rises));
        scan.down = scan.down.max(shortfall(ladder, model, falls));
    }
    scan
}

/// Forward contingency of a market, rounded up.
fn basis(sheet: &Sheet, place: u8, multipliers: &Multipliers) -> Grains {
    let mut sum = Grains::ZERO;
    for (date, values) in dates(sheet, place) {
        if date.basis == Fraction::ZERO {
            continue;
        }
        let mut worst = Grains::ZERO;
        for column in [BASIS_UP, BASIS_DOWN] {
            let (Some(value), Some(moved)) = (values.get(column), multipliers.get(column)) else { continue };
            let futures = shift(date.futures.0, moved.saturating_sub(Fraction::ONE.0), 40);
            let options = if date.options == 0 { 0 } else { value.saturating_sub(date.mark.0) };
            let change = options.saturating_add(futures).saturating_sub(Guard::of(date).at(*moved));
            worst = worst.max(Grains(change.saturating_neg()));
        }
        sum = sum.plus(worst.times_up(date.basis));
    }
    sum
}

/// Mean loss of the worst `share` of the rows' mass, the last row in part, times the multiplier; rows that
/// are left out count as no loss. Rounded up, and at least zero.
#[inline(never)]
pub(crate) fn shortfall(ladder: &Ladder, model: &Model, counts: impl Fn(usize) -> bool) -> Grains {
    let Tail { share, multiplier } = model.tail;
    // The worst rows so far, worst first, no more of them than the share takes.
    let (mut worst, mut count, mut held, mut least) = ([(0i64, 0i64); MAX_ROWS], 0usize, 0i64, i64::MIN);
    for (row, (data, pl)) in model.rows.iter().zip(ladder).enumerate() {
        let (mass, loss) = (data.mass.0, if counts(row) { pl.saturating_neg() } else { 0 });
        if mass <= 0 || held >= share.0 && loss <= least {
            continue;
        }
        let mut place = count;
        while let Some(better) = place.checked_sub(1) {
            match worst.get(better) {
                Some(other) if other.0 < loss => worst[place] = *other,
                _ => break,
            }
            place = better;
        }
        worst[place] = (loss, mass);
        (count, held) = (count.saturating_add(1), held.saturating_add(mass));
        // What the share can do without falls off the end.
        while let Some(&(loss, mass)) = worst.get(count.wrapping_sub(1)) {
            let rest = held.saturating_sub(mass);
            if rest < share.0 {
                least = loss;
                break;
            }
            (count, held) = (count.saturating_sub(1), rest);
        }
    }
    let (mut left, mut sum) = (share.0, 0i128);
    for (loss, mass) in worst.iter().take(count) {
        // |loss| below 2^63 and masses sum to 2^40: below 2^103.
        sum = sum.saturating_add((*loss as i128).wrapping_mul((*mass).min(left) as i128));
        left = left.saturating_sub(*mass);
    }
    let mean = match sum.checked_div(share.0 as i128) {
        Some(mean) if sum > 0 => mean.saturating_add(1),
        _ => 0,
    };
    Grains(crate::wide::clamp(mean)).times_up(multiplier)
}
