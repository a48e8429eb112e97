//! The set-up of one strike, hoisted out of every row.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::clock::Clock;
use super::sweep::Cell;
use crate::error::{MarginError, Result};
use crate::kernel::ln;
use crate::units::Price;

/// Strikes further than this from the forward, in ln, are not priced: 24 in 2^-48.
pub(crate) const FURTHEST: u64 = 24 << 48;
/// Least deviation of a live option, in 2^-36: above 2^-22, which is 0.13 % a year with one second left.
pub(crate) const LEAST_DEVIATION: i64 = (1 << 14) + 2;

/// One strike of an expiry.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strike {
    /// ln(F/K) in 2^-48.
    pub log: i64,
    /// sigma sqrt(T) in 2^-36.
    pub deviation: i64,
    /// Bits that the inverse of the deviation has too many; see [`inverse`].
    pub excess: u32,
    /// Calls and puts together, at the forward, as a weight.
    pub at_forward: i64,
    /// The same at the strike.
    pub at_strike: i64,
}

impl Strike {
    /// Places a strike on the expiry's surface.
    pub fn new(clock: &Clock, strike: Price) -> Result<Self> {
        let log_strike = ln(strike.0);
        let log = clock.log_forward - log_strike;
        if log.unsigned_abs() > FURTHEST {
            return Err(MarginError::StrikeOutOfRange);
        }
        let deviation = if clock.live { clock.smile.deviation(log_strike) } else { 0 };
        let excess = 21 - inverse(deviation.max(LEAST_DEVIATION)).1;
        Ok(Self { log, deviation, excess, at_forward: 0, at_strike: 0 })
    }

    /// Puts the strike under a deviation of at least the least, ready for the hot loop.
    #[inline(always)]
    pub fn lay(&self, cell: &mut Cell, deviation: i64) {
        cell.log = self.log >> 18;
        cell.half = deviation >> 1;
        cell.forward = self.at_forward;
        cell.strike = self.at_strike;
        // Within these factors of its own deviation the strike's own places give the inverse between 22 and
        // 28 bits. An error of d1 cancels to first order, so that 22 are enough for 2^-36 of the price.
        let own = self.deviation;
        if deviation <= own << 4 && deviation << 2 >= own && own >= LEAST_DEVIATION {
            cell.inverse = (((1 << 63) / deviation as u64) >> self.excess) as i64;
            cell.places = 21 - self.excess;
        } else {
            (cell.inverse, cell.places) = inverse(deviation);
        }
    }
}

/// One by a deviation in 2^-36 (from above 2^14 to 2^42), such that x `inverse` >> `places` turns 2^-30 into
/// 2^-36 of the quotient: 2^63 / deviation is below 2^49, shortened to 26 bits, or 28 for the smallest.
fn inverse(deviation: i64) -> (i64, u32) {
    let whole = (1u64 << 63) / deviation.unsigned_abs();
    let excess = 38u32.saturating_sub(whole.leading_zeros()).min(21);
    ((whole >> excess) as i64, 21 - excess)
}
