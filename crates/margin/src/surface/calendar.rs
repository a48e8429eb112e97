//! Whether a later slice has less total variance than an earlier one.

use super::slice::{hypotenuse, Slice, Unit};
use crate::error::{MarginError, Result};
use crate::kernel::scale;

/// Refuses two slices of which the later has less variance at a checked moneyness: parts of either clamp, and
/// the later's m and bottom, for a later slice falls below between those only where it dips by itself.
#[allow(clippy::arithmetic_side_effects)] // Lengths below 2^32.
pub(super) fn check(earlier: &Slice, later: &Slice) -> Result<()> {
    let unit = Unit::of(earlier.limit.max(later.limit));
    let (first, second) = (Curve::new(earlier, unit), Curve::new(later, unit));
    let (near, far) = (first.limit, second.limit);
    let places = [
        -far,
        -(far - (far >> 2)),
        -(far >> 1),
        -(far >> 2),
        -near,
        -(near >> 1),
        0,
        near >> 1,
        near,
        far >> 2,
        far >> 1,
        far - (far >> 2),
        far,
        second.m,
        second.bottom,
    ];
    // What cuts of m and s to 2^-24 of the unit do is below 2^-21 of either b.
    let slack = ((1 << 40) + first.b + second.b) >> 28;
    if places.iter().all(|&k| second.variance(k) + slack >= first.variance(k)) {
        Ok(())
    } else {
        Err(MarginError::CalendarArbitrage)
    }
}

/// A slice in a unit that it may share with a larger one.
pub(super) struct Curve {
    /// In 2^-40.
    b: i64,
    /// In 2^-32.
    rho: i64,
    /// In 2^-24, as moneyness.
    m: i64,
    /// In 2^-24.
    limit: i64,
    /// In 2^-24.
    s: u64,
    /// a in 2^-32.
    base: i64,
    /// Where the slice is lowest, m - rho s / sqrt(1 - rho^2); far beyond the clamp for some.
    bottom: i64,
}

impl Curve {
    // b is below 64 of the unit and s below 128: products of 2^45 by `scale`, of 2^31 by 2^32 without.
    #[allow(clippy::arithmetic_side_effects)]
    pub fn new(slice: &Slice, unit: Unit) -> Self {
        let (b, s, rho) = (unit.length(slice.b), unit.length(slice.s) >> 16, slice.rho >> 16);
        let m = unit.length(slice.m) >> 16;
        Self {
            b,
            rho,
            m,
            limit: unit.length(slice.limit) >> 16,
            s: s as u64,
            base: (unit.level(slice.level) >> 8) - scale(s << 8, b),
            bottom: m.saturating_sub(s * rho / (slice.narrow >> 16).max(1)),
        }
    }

    /// Total variance at a moneyness, clamped, in 2^-32.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // |x| is at most 24 and the root at most 131 of the unit.
    pub fn variance(&self, k: i64) -> i64 {
        let x = k.clamp(-self.limit, self.limit) - self.m;
        let bend = ((x * self.rho) >> 24) + hypotenuse(x.unsigned_abs(), self.s) as i64;
        self.base + scale(bend, self.b)
    }

    /// The forward, and the ends and halves of the clamp.
    pub fn places(&self) -> [i64; 5] {
        let half = self.limit >> 1;
        [self.limit.wrapping_neg(), half.wrapping_neg(), 0, half, self.limit]
    }
}
