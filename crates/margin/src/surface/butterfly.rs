//! The sign of a slice's density, and of what its calls and puts gain at both ends.

use super::slice::{hypotenuse, Slice, Unit};
use crate::error::{MarginError, Result};
use crate::kernel::{near_sqrt, ratio, scale, signed_scale};

/// Checked strikes on each side of m. At m itself w'' is largest and outweighs all of n but w'^2 / 16.
pub const STRIKES_A_SIDE: u32 = 16;
/// Halvings of the logarithm that divide the arm into [`STRIKES_A_SIDE`].
const HALVINGS: u32 = STRIKES_A_SIDE.ilog2();
/// One in 2^-40.
const ONE: i64 = 1 << 40;
/// Most of w' / w in 2^-24, 512: where w is at least 1/64 and w'' at most 1024, w'^2 <= 2 w w'' keeps it below 363.
const MOST_PULL: u64 = (512 << 24) - 1;
/// Most of |1 - k w' / 2w| in 2^-24, 64: its square is beyond what the rest can take from it, 513.
const MOST_GAP: i64 = 64 << 24;

/// Most of the tail's argument, squared, in 2^-20: beyond 22 deviations it counts as 22.
const FURTHEST: u64 = 512 << 20;

/// Refuses a slice whose density is negative at a checked strike, or whose calls or puts move the wrong way at the
/// last one.
///
/// On the hyperbola x = s sinh(t), r = s cosh(t) steps of t are products, and x and r serve both sides of m: no
/// square root is taken at a strike. Steps are short in moneyness where s is, and the last is the longest.
/// Numbers are in 2^-40 of the slice's [`Unit`] but where it says otherwise.
#[allow(clippy::arithmetic_side_effects)] // Sums of what the bounds of `Slice` keep below 2^54.
pub(super) fn check(slice: &Slice) -> Result<()> {
    if slice.b == 0 {
        return Ok(());
    }
    let unit = Unit::of(slice.limit);
    let (b, m, s, rho) = (unit.length(slice.b), unit.length(slice.m), unit.length(slice.s), slice.rho >> 8);
    let step = Step::new(unit.length(slice.limit) + m.abs(), s);
    // b is below 64 and s at most 128; b / s, at most 1024, in 2^-24.
    let base = unit.level(slice.level) - scale(s, b);
    let lean = signed_scale(b, rho);
    let peak = ratio(b >> 1, s) >> 16;
    let places = unit.square_places();
    // s e^t / 2 and s e^-t / 2; 1 / cosh(t) and tanh(t) in 2^-31.
    let (mut up, mut down, mut round, mut turned) = (s >> 1, s >> 1, 1u64 << 31, 0);
    for place in 1..=STRIKES_A_SIDE {
        (up, down) = (scale(up, step.up), scale(down, step.down));
        round = step.round(round, turned);
        // x is at most 24 and r at most 131.
        let (x, r) = (up - down, up + down);
        let turn = part(x as u64, r as u64);
        turned = turn as u64 >> 9;
        let cube = (((round * round) >> 31) * round) >> 33;
        let curve = (peak * cube as i64) >> 29;
        let (mean, tilt, pull) = (base + scale(r, b), signed_scale(scale(x, b), rho), scale(b, turn));
        let right = Point { k: m + x, variance: mean + tilt, slope: lean + pull, curve };
        let left = Point { k: m - x, variance: mean - tilt, slope: lean - pull, curve };
        if right.is_negative(places) || left.is_negative(places) {
            return Err(MarginError::ButterflyArbitrage);
        }
        if place == STRIKES_A_SIDE && (right.is_steep(places) || left.is_steep(places)) {
            return Err(MarginError::WingTooSteep);
        }
    }
    Ok(())
}

/// x / r in 2^-40, rounded down to 2^-35; x is below 2^45 and not above r, r below 2^48.
#[inline(always)]
#[allow(clippy::arithmetic_side_effects)] // 2^45 by 2^19 and 2^48 by 2^16.
fn part(x: u64, r: u64) -> i64 {
    let first = (x << 19) / r;
    let rest = (x << 19) - first * r;
    (((first << 16) + (rest << 16) / r) << 5) as i64
}

/// One step of t.
struct Step {
    /// e^t, between 1 and 2.
    up: i64,
    /// e^-t.
    down: i64,
    /// tanh(t) in 2^-31.
    turn: u64,
    /// 1 / cosh(t) in 2^-31.
    round: u64,
}

impl Step {
    /// The step of which [`STRIKES_A_SIDE`] lead from 0 to t with s sinh(t) = `reach`.
    #[allow(clippy::arithmetic_side_effects)] // Below 2^45 and 2^48; then line by line.
    fn new(reach: i64, s: i64) -> Self {
        let end = reach + (hypotenuse(reach as u64 >> 16, s as u64 >> 16) << 8) as i64;
        // e^t at the end, from 1.03 to 2^15.6; `ratio` takes 45 bits. Its sixteenth root by roots of 62 bits: 2^-46
        // leads to 2^-23, then 27, 29 and 30. That moves the strikes by no more; what is said of them stays exact.
        let mut root = near_sqrt((ratio(end >> 3, s >> 3) as u128) << 6);
        for _ in 1..HALVINGS {
            root = near_sqrt((root as u128) << 31);
        }
        let up = (root << 10) as i64;
        let down = ratio(ONE, up);
        // 2^62 by 2^31.
        let (sinh, cosh) = ((up - down) as u64, (up + down) as u64 >> 10);
        Self { up, down, turn: (sinh << 21) / cosh, round: (1 << 62) / cosh }
    }

    /// 1 / cosh one step further than where it is `round` and tanh is `turn`, in 2^-31.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // 2^31 by 2^31.
    fn round(&self, round: u64, turn: u64) -> u64 {
        (round * self.round) / ((1 << 31) + ((turn * self.turn) >> 31))
    }
}

/// A strike, in 2^-40 of the unit but for the curve.
struct Point {
    /// Moneyness, at most 40 either way.
    k: i64,
    /// w, at least 1/64.
    variance: i64,
    /// w', at most 128 either way.
    slope: i64,
    /// w'' / 2 in 2^-24, from nothing to 512.
    curve: i64,
}

impl Point {
    /// |w'| / w in 2^-24.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // 2^63 by at least 2^25.
    fn pull(&self) -> u64 {
        ((self.slope.unsigned_abs() << 16) / ((self.variance as u64) >> 8).max(1)).min(MOST_PULL)
    }

    /// Whether g is negative by more than rounding: w' and w' / w have 24 places, and what they carry into g is
    /// below 2^-17 (1 + n).
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Line by line.
    fn is_negative(&self, places: u32) -> bool {
        let pull = self.pull();
        // 2^30 by 2^33.
        let moved = ((self.k >> 16) * pull as i64) >> 25;
        let gap = ((1 << 24) - if self.slope < 0 { -moved } else { moved }).clamp(-MOST_GAP, MOST_GAP);
        // In 2^-48: 2^60 and 2^57.
        let gain = (gap * gap + (self.curve << 24)) as u64;
        // 2^31 by 2^33; and the square of the plain slope, which is at most two.
        let short = self.slope.unsigned_abs() >> 16;
        let loss = ((short * pull) >> 2) + (((short * short) >> places) << 2);
        gain + (1 << 32) + (loss >> 16) < loss
    }

    /// Whether the variance rises so steeply away from the forward that a call rises with its strike, or a put falls
    /// by less than in proportion to it.
    ///
    /// With z = |k| / sqrt(w) + sqrt(w) / 2 that is so where |w'| / 2 sqrt(w) is above N(-z) / phi(z), which is at
    /// least (z^3 + 5 z) / (z^4 + 6 z^2 + 3). Times z, and less than one: f = |k w'| / 2w + |w'| / 4 leaves
    /// 1 - f < (Z + 3) / (Z^2 + 6 Z + 3), Z = z^2.
    #[allow(clippy::arithmetic_side_effects)] // Line by line.
    fn is_steep(&self, places: u32) -> bool {
        if self.slope == 0 || (self.slope < 0) != (self.k < 0) {
            return false;
        }
        let (k, variance, half) = (self.k.unsigned_abs(), self.variance as u64, places >> 1);
        // The unit is 2^(3 - half). In 2^-24: 2^30 by 2^33, and the plain slope, at most two.
        let fall = (((k >> 16) * self.pull()) >> 25) + (((self.slope.unsigned_abs() >> 16) >> half) << 1);
        // 2^-16 is left for rounding.
        let Some(rest) = ((1u64 << 24) + (1 << 8)).checked_sub(fall) else {
            return true;
        };
        // In 2^-20: k is at most 40 and half the variance, in one unit of the two, at most 56.
        let far = (k + ((variance >> half) << 2)) >> 20;
        let square = ((far * far) / (variance >> 20).max(1)).min(FURTHEST);
        // 2^24 by 2^38.
        rest * (((square * square) >> 20) + 6 * square + (3 << 20)) < (square + (3 << 20)) << 24
    }
}
