//! Exponential and power.

use super::log_table::POWER;
use super::{ln, LN_2};
use crate::units::{Fraction, FRACTION_BITS};

/// Where the result leaves 2^61 in 2^-40, in 2^-48.
const HIGHEST: i64 = (21 * LN_2) >> 8;
/// Below this the result is less than half a unit.
const LOWEST: i64 = -((42 * LN_2) >> 8);

/// e^x for `x` in 2^-48, in 2^-40: within one unit and 2^-44 of the result; 2^61 above its range.
///
/// x = n ln 2 / 64 + r with |r| <= ln 2 / 128 and a little; the table holds 2^(j/64), and the series to
/// r^5 leaves less than 2^-54.
pub fn exp(x: i64) -> i64 {
    if x >= HIGHEST {
        return 1 << 61;
    }
    if x <= LOWEST {
        return 0;
    }
    // |x| < 2^53: the quotient is below 2^12, and r below 2^49 in 2^-56.
    let n = ((x << 8) + LN_2 / 128).div_euclid(LN_2 / 64);
    let (whole, part) = (n >> 6, n & 63);
    let r = (x << 8) - whole * LN_2 - ((part * LN_2) >> 6);
    let short = r >> 20;
    // In full: cut short, it would step by more than r and the result would fall between neighbours.
    let r2 = ((r as i128 * r as i128) >> 56) as i64;
    let r3 = ((r2 >> 20) * short) >> 16;
    let r4 = ((r2 >> 20) * (r2 >> 20)) >> 16;
    let r5 = ((r4 >> 20) * short) >> 16;
    let series = r + r2 / 2 + r3 / 6 + r4 / 24 + r5 / 120;
    let base = POWER[part as usize];
    // Both below 2^63, the result below 2^63 as well.
    let mantissa = base + ((base as i128 * series as i128) >> 56) as i64;
    let places = 22 - whole;
    ((mantissa >> (places - 1)) + 1) >> 1
}

/// `base` to the power `exponent`, for a base above zero; one for a base of zero or less and exponent zero,
/// else zero. Within one unit and 2^-43 of the result for exponents from -2 to 2; 2^61 above its range.
pub fn pow(base: Fraction, exponent: Fraction) -> Fraction {
    if exponent.0 == 0 {
        return Fraction::ONE;
    }
    if base.0 <= 0 {
        return Fraction::ZERO;
    }
    let log = ln(base.0 as u64) - ((FRACTION_BITS as i64 * LN_2) >> 8);
    Fraction(exp(super::shift(log, exponent.0, FRACTION_BITS)))
}
