//! How far each column moves a market.

use super::{BASIS_DOWN, BASIS_UP, COLUMNS, MARK, SLOW};
use crate::book::Market;
use crate::kernel::{scale, short_ln};
use crate::rungs::{Range, Rungs, HIGHEST, LEAST};
use crate::units::{Fraction, FRACTION_BITS};

/// ln of one in 2^-40 counted as a whole number, in 2^-30.
const LN_ONE: i64 = 29_770_444_718;
/// Every column's price multiplier, in 2^-40.
pub(crate) type Multipliers = [i64; COLUMNS];

/// A price multiplier and its logarithm in 2^-30.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub multiplier: i64,
    pub log: i64,
}

impl Column {
    /// No move.
    pub const STILL: Self = Self { multiplier: Fraction::ONE.0, log: 0 };

    /// The move by a multiplier.
    fn of(multiplier: i64) -> Self {
        if multiplier == Fraction::ONE.0 {
            return Self::STILL;
        }
        let log = short_ln(multiplier.unsigned_abs()).saturating_sub(LN_ONE);
        Self { multiplier, log }
    }
}

/// Every column's move, and the mark's.
pub(super) type Columns = [Column; MARK + 1];

/// How far a market's columns multiply its prices: rungs, forward contingency, slow price; each between 1/1024
/// and 8.
#[inline(never)]
pub(super) fn multipliers(columns: &mut Multipliers, rungs: &Rungs, market: &Market) {
    let (range, mut last) = (Range::of(market.range), Fraction::ONE.0);
    for (column, rung) in columns.iter_mut().zip(rungs.all()) {
        last = rung.moved.multiplier(range, last);
        *column = last;
    }
    let [up, down] = rungs.basis;
    columns[BASIS_UP] = up.multiplier(range, last);
    columns[BASIS_DOWN] = down.multiplier(range, last);
    columns[SLOW] = if market.slow == market.index { Fraction::ONE.0 } else { slow(market) };
}

/// The slow price by the index.
fn slow(market: &Market) -> i64 {
    let ratio = ((market.slow.0 as u128) << FRACTION_BITS).checked_div(market.index.0 as u128);
    ratio.unwrap_or(0).clamp(LEAST as u128, HIGHEST as u128) as i64
}

/// The moves of an expiry of whose forward the share `varying` still moves; the mark does not.
#[inline(never)]
pub(super) fn of_share(columns: &mut Columns, market: &Multipliers, varying: Fraction) {
    let mut last = (Fraction::ONE.0, Column::STILL);
    for (column, whole) in columns.iter_mut().zip(market) {
        if *whole != last.0 {
            last = (*whole, Column::of(moved(*whole, varying)));
        }
        *column = last.1;
    }
    columns[MARK] = Column::STILL;
}

/// A multiplier of which only a share of the move is made.
fn moved(multiplier: i64, varying: Fraction) -> i64 {
    if varying == Fraction::ONE {
        return multiplier;
    }
    let moved = scale(multiplier.saturating_sub(Fraction::ONE.0), varying.0);
    Fraction::ONE.0.saturating_add(moved)
}
