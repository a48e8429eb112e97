//! The square root.

use super::leading_zeros;

/// The square root of `x`, rounded down exactly.
pub fn sqrt(x: u128) -> u64 {
    let guess = near_sqrt(x);
    if guess as u128 * guess as u128 > x {
        guess - 1
    } else {
        guess
    }
}

/// The square root of `x`, rounded down or one more.
///
/// A 64-bit root of the leading bits is right to 31 bits; one step of Newton doubles that.
#[inline(always)]
pub(crate) fn near_sqrt(x: u128) -> u64 {
    let (high, low) = ((x >> 64) as u64, x as u64);
    if high == 0 {
        return narrow(low);
    }
    // The leading 64 bits after an even shift: s^2 <= top < (s + 1)^2 with s at least 2^31.
    let zeros = leading_zeros(high) & !1;
    if zeros == 0 {
        return widest(high, low);
    }
    step(high << zeros | low >> (64 - zeros), low << zeros >> zeros, 32 - zeros / 2)
}

/// The root of top 2^64 + rest, which may reach 2^64.
#[cold]
#[inline(never)]
fn widest(top: u64, rest: u64) -> u64 {
    let s = root(top);
    (s << 32).saturating_add((((top - s * s) << 31) + (rest >> 33)) / s)
}

/// The root of top 2^(2 half) + rest, for half the places below 32.
///
/// With s the root of `top` the whole is (s^2 + (top - s^2)) 2^(2 half) + rest, so that its root is s 2^half and a
/// step of what is left by twice that. top - s^2 is at most 2 s, below 2^33. Newton from below lands on the root
/// or above it by one.
#[inline(always)]
fn step(top: u64, rest: u64, half: u32) -> u64 {
    let s = root(top);
    let left = ((top - s * s) << (half - 1)) + (rest >> (half + 1));
    (s << half) + left / s
}

/// The square root of 64 bits.
fn narrow(x: u64) -> u64 {
    if x == 0 {
        return 0;
    }
    let zeros = leading_zeros(x) & !1;
    root(x << zeros) >> (zeros / 2)
}

/// The square root, rounded down exactly, of a number of at least 2^62.
fn root(x: u64) -> u64 {
    // In units of 2^31 the root of m in [1, 4) is within 5 % of 17/24 + m/3, and three steps of Newton leave
    // less than 2^-43 of it: the result is right or one too high.
    let r = ((x / 3) >> 31) + (17 << 31) / 24;
    let r = (r + x / r) >> 1;
    let r = (r + x / r) >> 1;
    let r = (r + x / r) >> 1;
    // Steps land at or above the root but for their own rounding down; 2^32 squared would not fit.
    let r = if r > u32::MAX as u64 { u32::MAX as u64 } else { r };
    if r * r > x {
        r - 1
    } else {
        r
    }
}
