//! The square root.

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
    let zeros = high.leading_zeros() & !1;
    let places = 64 - zeros;
    let (top, rest) =
        if zeros == 0 { (high, low) } else { (high << zeros | low >> places, low << zeros >> zeros) };
    let s = root(top);
    // x = (s^2 + (top - s^2)) 2^places + rest, so that the root is s 2^(places/2) and a step of what is left
    // by twice that. top - s^2 is at most 2 s, below 2^33, and half the places are at most 32.
    let half = places / 2;
    let left = ((top - s * s) << (half - 1)) + (rest >> (half + 1));
    // Newton from below lands on the root or above it by one; it may reach 2^64 for the largest x.
    (s << half).saturating_add(left / s)
}

/// The square root of 64 bits.
fn narrow(x: u64) -> u64 {
    if x == 0 {
        return 0;
    }
    let zeros = x.leading_zeros() & !1;
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
