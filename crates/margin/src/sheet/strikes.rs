//! The set-up of one strike, hoisted out of every row.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::clock::Clock;
use crate::error::{MarginError, Result};
use crate::kernel::{leading_zeros, ln_beside};
use crate::units::Price;

/// Strikes further than this from the forward, in ln, are not priced: 24 in 2^-48.
pub(crate) const FURTHEST: u64 = 24 << 48;
/// Least deviation of a live option, in 2^-36: above 2^-22, which is 0.13 % a year with one second left.
pub(crate) const LEAST_DEVIATION: i64 = (1 << 14) + 2;

/// One strike of an expiry, and what the hot loop needs of it under the volatility at hand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strike {
    /// ln(F/K) in 2^-48.
    pub log: i64,
    /// sigma sqrt(T) in 2^-36.
    pub deviation: i64,
    /// Bits that the inverse of the deviation has too many; see [`inverse`].
    excess: u32,
    /// See `inverse`, below.
    pub places: u32,
    /// ln(F/K) in 2^-30; at most 2^35 with a row's logarithm added.
    pub near: i64,
    /// One by the deviation: y `inverse` >> `places` is y by the deviation, in 2^-36. Below 2^28.
    pub inverse: i64,
    /// Half the deviation, sigma sqrt(T) / 2, in 2^-36.
    pub half: i64,
    /// Calls and puts together, at the forward, as a weight.
    pub at_forward: i64,
    /// The same at the strike.
    pub at_strike: i64,
}

impl Strike {
    /// Places a strike on the expiry's surface; it weighs nothing yet.
    #[inline(always)]
    pub fn new(clock: &Clock, strike: Price) -> Result<Self> {
        let log_strike = ln_beside(strike.0, clock.zeros);
        let log = clock.log_forward - log_strike;
        if log.unsigned_abs() > FURTHEST {
            return Err(MarginError::StrikeOutOfRange);
        }
        let deviation = if clock.live { clock.smile.deviation(log_strike) } else { 0 };
        let excess = 21 - inverse(deviation.max(LEAST_DEVIATION)).1;
        Ok(Self { log, deviation, excess, near: log >> 18, ..Self::default() })
    }

    /// Puts the strike under a deviation of at least the least.
    #[inline(always)]
    pub fn lay(&mut self, deviation: i64) {
        // Even, so that its half is exact.
        let deviation = deviation & !1;
        self.half = deviation >> 1;
        // The strike's own places mostly give the inverse between 22 and 28 bits. An error of d1 cancels to first
        // order, so that 22 are enough for 2^-36 of the price.
        let own = ((1 << 63) / deviation as u64) >> self.excess;
        if own.wrapping_sub(1 << 22) < (1 << 28) - (1 << 22) {
            (self.inverse, self.places) = (own as i64, 21 - self.excess);
        } else {
            (self.inverse, self.places) = inverse(deviation);
        }
    }

    /// Lets the strike count for nothing in the hot loop: no distance, and none from either end.
    pub fn leave_out(&mut self) {
        (self.inverse, self.places, self.half) = (0, 0, 0);
    }

    /// Whether it does: half the least deviation is above zero.
    pub fn is_left_out(&self) -> bool {
        self.half == 0
    }
}

/// One by a deviation in 2^-36 (from above 2^14 to 2^42), such that x `inverse` >> `places` turns 2^-30 into
/// 2^-36 of the quotient: 2^63 / deviation is below 2^49, shortened to 26 bits, or 28 for the smallest.
fn inverse(deviation: i64) -> (i64, u32) {
    let whole = (1u64 << 63) / deviation.unsigned_abs();
    // From 2^21 up: 14 to 42 zeros.
    let excess = match leading_zeros(whole) {
        ..=17 => 21,
        zeros @ 18..=37 => 38 - zeros,
        _ => 0,
    };
    ((whole >> excess) as i64, 21 - excess)
}
