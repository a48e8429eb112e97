//! Multiplying and dividing wider than the result, with the rounding in the name.

use crate::error::{MarginError, Result};

/// The nearest 64-bit number.
pub const fn clamp(value: i128) -> i64 {
    let low = value as i64;
    if low as i128 == value {
        low
    } else if value < 0 {
        i64::MIN
    } else {
        i64::MAX
    }
}

/// a b / c rounded down, exact whatever the size of the product; refused if the result does not fit, or
/// c is zero.
pub fn mul_div_down(a: u128, b: u128, c: u128) -> Result<u128> {
    Ok(mul_div(a, b, c)?.0)
}

/// a b / c rounded up, exact whatever the size of the product; refused if the result does not fit, or c
/// is zero.
pub fn mul_div_up(a: u128, b: u128, c: u128) -> Result<u128> {
    let (quotient, exact) = mul_div(a, b, c)?;
    if exact {
        Ok(quotient)
    } else {
        quotient.checked_add(1).ok_or(MarginError::TooLarge)
    }
}

/// The quotient rounded down, and whether nothing was left.
fn mul_div(a: u128, b: u128, c: u128) -> Result<(u128, bool)> {
    if let Some(product) = a.checked_mul(b) {
        let quotient = product.checked_div(c).ok_or(MarginError::TooLarge)?;
        return Ok((quotient, quotient.wrapping_mul(c) == product));
    }
    let (high, low) = product(a, b);
    if high >= c {
        return Err(MarginError::TooLarge);
    }
    Ok(long_division(high, low, c))
}

/// The product in two halves.
#[allow(clippy::arithmetic_side_effects)] // Halves of 64 bits: no sum below reaches 2^128.
const fn product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (ah, al, bh, bl) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let (low, cross) = (al * bl, ah * bl);
    let middle = (low >> 64) + (cross & LOW) + al * bh - ((al * bh) >> 64 << 64);
    let high = ah * bh + (cross >> 64) + ((al * bh) >> 64) + (middle >> 64);
    (high, (middle << 64) | (low & LOW))
}

/// (high 2^128 + low) / c, bit by bit; `high` is below `c`, so that the quotient fits.
const fn long_division(high: u128, low: u128, c: u128) -> (u128, bool) {
    let (mut rest, mut quotient, mut bit) = (high, 0u128, 128u32);
    while bit > 0 {
        bit = bit.wrapping_sub(1);
        // The bit that leaves `rest` still counts: the true rest has 129 bits and is below 2 c.
        let overflow = rest >> 127 == 1;
        rest = rest << 1 | (low >> bit & 1);
        quotient <<= 1;
        if overflow || rest >= c {
            rest = rest.wrapping_sub(c);
            quotient |= 1;
        }
    }
    (quotient, rest == 0)
}
