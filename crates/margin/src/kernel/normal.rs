//! The normal distribution.

use super::normal_table::NORMAL;

/// A half in 2^-40.
pub(crate) const HALF: i64 = 1 << 39;
/// Place of the last piece.
const LAST: usize = 896;
/// Binary places of a step of the table below those of the argument.
const STEP: u32 = 36 - 7;

/// The probability that a standard normal variable is below `d` (in 2^-36), in 2^-40: within 2^-37,
/// monotone, symmetric to the unit, zero and one beyond 7.
///
/// A cubic through the values and slopes at both ends of 1/128: wrong by h^4/384 times the fourth
/// derivative, 0.56 at most, which is 2^-37.4; the rest is rounding. It never falls: a step of t adds the slope
/// c1 and takes at most twice c2 where that is negative, less than c1 by the table's construction; c1 with
/// its part of the cube, cut once, rises with t where c3 does, and where c3 is negative, below 1, a step down
/// costs t, below 2^29, and c1 is above 2^30. Each product is below 2^29 times 2^32.
pub fn normal(d: i64) -> i64 {
    let excess = excess(d.unsigned_abs());
    if d < 0 {
        HALF - excess
    } else {
        HALF + excess
    }
}

/// [`normal`] less a half, for a `size` that is not below zero: the part that is odd in the argument.
#[inline(always)]
pub(crate) fn excess(size: u64) -> i64 {
    // The last piece stands for everything beyond 7.
    let piece = (size >> STEP) as usize;
    let c = &NORMAL[if piece < LAST { piece } else { LAST }];
    let t = (size & ((1 << STEP) - 1)) as i64;
    of_piece(c, t, (t * t) >> STEP)
}

/// A piece's cubic at `t`, with its `square`.
#[inline(always)]
fn of_piece(c: &[i64; 4], t: i64, square: i64) -> i64 {
    c[0] + ((t * (c[1] + ((square * c[3]) >> STEP)) + square * c[2]) >> STEP)
}

/// The normal density at `d` (in 2^-36), in 2^-40: within 2^-32, symmetric, zero beyond 7.
pub fn density(d: i64) -> i64 {
    normal_and_density(d).1
}

/// [`normal`] and [`density`] at one place.
///
/// The density follows from the table's slope, which is the density at x0 = i/128 in 2^-33, times exp(-u),
/// u = x0 t + t^2/2. There u is below 2^-4 where x0 is large and the density small, and the series leaves less
/// than 2^-36 of the peak.
#[inline(always)]
pub(crate) fn normal_and_density(d: i64) -> (i64, i64) {
    let size = d.unsigned_abs();
    let piece = (size >> STEP) as usize;
    let c = &NORMAL[if piece < LAST { piece } else { LAST }];
    let t = (size & ((1 << STEP) - 1)) as i64;
    let square = t * t;
    let excess = of_piece(c, t, square >> STEP);
    // t is below 2^29, x0 below 2^10 and u below 2^33, in 2^-36.
    let u = (((piece as i64 & 0x3ff) * t) >> 7) + (square >> 37);
    let square = ((u >> 2) * (u >> 2)) >> 32;
    // Sixths and 24ths by their reciprocals in 2^-16; what they divide is below 2^28.
    let cube = ((((square >> 8) * (u >> 8)) >> 20) * 10_923) >> 16;
    let fourth = ((((square >> 8) * (square >> 8)) >> 20) * 2_731) >> 16;
    let series = (1 << 36) - u + (square >> 1) - cube + fourth;
    // 2^32 by 2^31: 2^-33 and 2^-31 to 2^-40.
    let density = (c[1] * (series >> 5)) >> 24;
    (if d < 0 { HALF - excess } else { HALF + excess }, density)
}
