//! A slice whose parameters mean something, and the units in which it is judged.

use crate::book::{Svi, Years};
use crate::error::{MarginError, Result};
use crate::kernel::{scale, sqrt, widen};

/// Binary places of a slice's parameters.
const PLACES: u32 = 48;
/// One in 2^-48.
const ONE: i64 = 1 << PLACES;

/// Least total variance at m, a + b s, in 2^-96: 2^-32, a second at 8.6 % a year.
pub const LEAST_LEVEL: u128 = 1 << 64;
/// Most total variance at m, a + b s, in 2^-96: 64, sixteen years at 200 % a year.
pub const MOST_LEVEL: u128 = 64 << 96;
/// Least total variance anywhere, a + b s sqrt(1 - rho^2), as a part of that at m: what divides is never small.
pub const LEAST_BOTTOM: i64 = 64;
/// Steepest wing in 2^-48: b (1 + |rho|) is at most 2.
///
/// Beyond every strike g tends to 1/4 - (slope / 4)^2, so that the slope of total variance is at most 2, as Lee and
/// Rogers and Tehranchi have it. The bound of 4 / T that is often quoted for b (1 + |rho|) is for yearly variance: a
/// slope of 4 of the total, which is necessary but lets densities below zero.
pub const STEEPEST_WING: i64 = 2 << PLACES;
/// Most of b, in clamps: 32 square roots of the total variance at m.
pub const MOST_SLOPE: i64 = 8;
/// Most of s, in clamps.
pub const MOST_ROUNDNESS: i64 = 16;
/// Least of s, as a part of the clamp.
pub const LEAST_ROUNDNESS: i64 = 4_096;
/// Most of |m|, in clamps.
pub const MOST_OFFSET: i64 = 2;
/// Most of b / s, the curvature at m.
pub const MOST_CURVATURE: i64 = 1_024;

/// Parameters within their bounds, in 2^-48. A flat slice, b = 0, has no shape: the rest is zero.
pub(super) struct Slice {
    pub b: i64,
    pub rho: i64,
    pub m: i64,
    pub s: i64,
    /// sqrt(1 - rho^2), rounded down.
    pub narrow: i64,
    /// a + b s in 2^-96.
    pub level: u128,
    /// 4 sqrt(a + b s): moneyness is clamped to it. Between 2^34 and 2^53.
    pub limit: i64,
    pub years: Years,
}

impl Slice {
    /// Refuses parameters outside their bounds.
    #[allow(clippy::arithmetic_side_effects)] // Bounded line by line: 64 bits by 48, and shifts of less.
    pub fn new(svi: &Svi) -> Result<Self> {
        let (a, b, rho) = (svi.a.to_bits(), svi.b.to_bits(), svi.rho.to_bits());
        let (m, s) = (svi.m.to_bits(), svi.s.to_bits());
        require(svi.forward.0 > 0 && svi.years.0 > 0 && b >= 0)?;
        // |a| 2^48 is at most 2^111, and b s below 2^126; what is negative is below the least.
        let level = ((a as i128) << PLACES) + if b == 0 { 0 } else { b as i128 * s as i128 };
        let level = u128::try_from(level).unwrap_or(0);
        require((LEAST_LEVEL..=MOST_LEVEL).contains(&level))?;
        let limit = (sqrt(level) << 2) as i64;
        if b == 0 {
            let flat = Self { b, rho: 0, m: 0, s: 0, narrow: ONE, level, limit, years: svi.years };
            return Ok(flat);
        }
        require(rho.unsigned_abs() < ONE as u64)?;
        require(m.unsigned_abs() <= (MOST_OFFSET * limit) as u64)?;
        require(limit / LEAST_ROUNDNESS <= s && s <= MOST_ROUNDNESS * limit)?;
        // s is above 2^22 and below 2^58.
        require(b <= MOST_SLOPE * limit && b / MOST_CURVATURE <= s)?;
        if b as i128 * (ONE + rho.abs()) as i128 > (STEEPEST_WING as i128) << PLACES {
            return Err(MarginError::WingTooSteep);
        }
        let narrow = sqrt((1 << (2 * PLACES)) - widen(rho.unsigned_abs(), rho.unsigned_abs())) as i64;
        let slice = Self { b, rho, m, s, narrow, level, limit, years: svi.years };
        let unit = Unit::of(limit);
        // b s is at most 2^13 of the unit, in 2^-40; rounded down.
        let dip = scale(scale(unit.length(s), unit.length(b)), (ONE - narrow + 255) >> 8);
        require(unit.level(level) - dip >= unit.level(level) / LEAST_BOTTOM)?;
        Ok(slice)
    }
}

/// A unit of moneyness in which a clamp is between 4 and 8: g does not change when moneyness, m and s are
/// counted in a unit, b in its inverse's steps and variance in its square. So 64 bits do for every date.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// The unit is 2^-(8 + this): between -11 and 8.
    exponent: i32,
}

impl Unit {
    /// The unit of a clamp.
    #[allow(clippy::arithmetic_side_effects)] // A count of bits.
    pub fn of(limit: i64) -> Self {
        Self { exponent: limit.leading_zeros() as i32 - 21 }
    }

    /// A moneyness, or b, from 2^-48 to 2^-40 of the unit; rounded down.
    #[allow(clippy::arithmetic_side_effects)] // No longer than 32 clamps: below 2^48.
    pub fn length(self, value: i64) -> i64 {
        if self.exponent < 0 {
            value >> -self.exponent
        } else {
            value << self.exponent
        }
    }

    /// A variance from 2^-96 to 2^-40 of the unit's square; rounded down.
    #[allow(clippy::arithmetic_side_effects)] // By 24 to 62 places.
    pub fn level(self, value: u128) -> i64 {
        (value >> (40 - 2 * self.exponent)) as i64
    }

    /// The number of places by which a square in the unit exceeds the plain one, and six more: 0 to 38.
    #[allow(clippy::arithmetic_side_effects)] // A count of bits.
    pub fn square_places(self) -> u32 {
        (2 * self.exponent + 22) as u32
    }
}

/// Refuses what means nothing.
fn require(holds: bool) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(MarginError::BadSurface)
    }
}

/// sqrt(x^2 + s^2) in 2^-32 of numbers in 2^-24, within 2^-25; the sum of the squares is below 2^63.
#[inline(always)]
#[allow(clippy::arithmetic_side_effects)] // Line by line.
pub(super) fn hypotenuse(x: u64, s: u64) -> u64 {
    let square = x * x + s * s;
    // The longer and three eighths of the shorter are within 7 %; each step of Newton squares that and halves it.
    let guess = (x.max(s) + (3 * x.min(s)) / 8).max(1);
    let guess = ((guess + square / guess) >> 1).max(1);
    let guess = ((guess + square / guess) >> 1).max(1);
    let (whole, rest) = (square / guess, square % guess);
    (((guess + whole) << 8) + (rest << 8) / guess) >> 1
}
