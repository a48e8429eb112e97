//! The natural logarithm.

use super::log_table::LOG;
use super::{leading_zeros, LN_2};

/// ln `x` in 2^-48, within one unit; monotone. Zero counts as one.
///
/// x = 2^e m with m in [1, 2); the table holds 1/c and ln c for the middle c of m's interval, so that
/// ln m = ln c + ln(1 + r) with r = m/c - 1 and |r| <= 2^-8; the series to r^6 leaves less than 2^-58.
pub fn ln(x: u64) -> i64 {
    let x = if x == 0 { 1 } else { x };
    ln_by(x, leading_zeros(x))
}

/// [`ln`] of a number above zero that mostly has as many leading zeros as another one.
#[inline(always)]
pub(crate) fn ln_beside(x: u64, zeros: u32) -> i64 {
    let mantissa = x << zeros;
    let same = mantissa >> 63 == 1 && mantissa >> zeros == x;
    ln_by(x, if same { zeros } else { leading_zeros(x) })
}

/// The logarithm of a number with so many leading zeros.
#[inline(always)]
fn ln_by(x: u64, zeros: u32) -> i64 {
    let mantissa = x << zeros;
    let (inverse, log) = LOG[(mantissa >> 56 & 127) as usize];
    // 2^-126 to 2^-56; both factors are below 2^64, the difference below 2^49.
    let r = ((mantissa as u128 * inverse as u128) >> 70) as i64 - (1 << 56);
    // The square from halves of 29 and 20 bits: what falls off is below two units.
    let (top, rest) = (r >> 20, r & 0xf_ffff);
    let r2 = (top * top + ((top * rest) >> 19)) >> 16;
    // Powers in 2^-56 from factors in 2^-36 and 2^-44: none above 2^63.
    let (short, square) = (r >> 20, r2 >> 12);
    let r3 = (square * short) >> 24;
    let r4 = (square * square) >> 32;
    let r5 = ((r4 >> 8) * short) >> 28;
    let r6 = ((r4 >> 12) * square) >> 32;
    // Thirds, fifths and sixths by their reciprocals: a signed division costs ten instructions.
    let odd = ((r3 * 357_913_941) >> 30) + ((r5 * 858_993_459) >> 32);
    let series = r - (r2 >> 1) + odd - (r4 >> 2) - ((r6 * 10_923) >> 16);
    let exponent = 63 - zeros as i64;
    (exponent * LN_2 + log + series + 128) >> 8
}

/// ln `x` in 2^-30, within four units: for distances of which an error cancels. Zero counts as one.
pub(crate) fn short_ln(x: u64) -> i64 {
    // Multipliers from a half to two, as most are, need no counting of zeros.
    let zeros = match x >> 39 {
        1 => 24,
        2 | 3 => 23,
        _ => leading_zeros(x.max(1)),
    };
    let mantissa = x.max(1) << zeros;
    let (inverse, log) = LOG[(mantissa >> 56 & 127) as usize];
    // 2^32 by 2^31: 2^-62 to 2^-40; |r| <= 2^-8, so that the fourth power leaves less than 2^-34.
    let r = (((mantissa >> 32) * (inverse >> 32)) >> 22) as i64 - (1 << 40);
    let short = r >> 8;
    let r2 = (short * short) >> 24;
    let r3 = ((r2 >> 8) * short) >> 24;
    let exponent = 63 - zeros as i64;
    // 2^30 / 3 times 2^16.
    let series = r - (r2 >> 1) + ((r3 * 357_913_941) >> 30);
    (exponent * (LN_2 >> 20) + (log >> 20) + (series >> 4)) >> 6
}
