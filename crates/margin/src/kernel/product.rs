//! Products wider than a register.

/// value x fraction / 2^40, rounded down, and at most two units below that; the result must fit.
///
/// Five 64-bit products in place of one of 128 bits, which costs three times as much on chain.
/// For |value| <= 2^56 and 0 <= fraction <= 2^46: `high` is at most 2^28 and the parts of `fraction` at most
/// 2^26 and 2^20, so that no product reaches 2^63.
#[inline(always)]
pub(crate) const fn scale(value: i64, fraction: i64) -> i64 {
    let (high, low) = (value >> 28, value & ((1 << 28) - 1));
    let (whole, rest) = (fraction >> 20, fraction & ((1 << 20) - 1));
    // 2^-12 of the result: each term is exact but for what falls below.
    let fine = (high * rest) + ((low * whole) >> 8) + ((low * rest) >> 28);
    ((high * whole) << 8) + (fine >> 12)
}

/// a x b / 2^places towards minus infinity, clamped to 64 bits.
#[inline(always)]
pub(crate) const fn shift(a: i64, b: i64, places: u32) -> i64 {
    crate::wide::clamp((a as i128 * b as i128) >> places)
}

/// The whole product of two 64-bit numbers.
#[inline(always)]
pub(crate) const fn widen(a: u64, b: u64) -> u128 {
    a as u128 * b as u128
}

/// a / b in 2^-40, rounded down, for `a` from zero to below 2^45 and `b` above zero: long division in three steps.
/// A divisor above 2^44 gives up its last bits, and as many of `a`.
pub(crate) const fn ratio(a: i64, b: i64) -> i64 {
    let (mut size, mut divisor) = (a as u64, b as u64);
    while divisor >> 44 != 0 {
        (size, divisor) = (size >> 1, divisor >> 1);
    }
    let (first, rest) = ((size << 18) / divisor, (size << 18) % divisor);
    let (second, rest) = ((rest << 18) / divisor, (rest << 18) % divisor);
    ((first << 22) + (second << 4) + (rest << 4) / divisor) as i64
}

/// value x fraction / 2^40 for a fraction of either sign, within two units; bounds as for [`scale`].
#[inline(always)]
pub(crate) const fn signed_scale(value: i64, fraction: i64) -> i64 {
    if fraction < 0 {
        -scale(value, -fraction)
    } else {
        scale(value, fraction)
    }
}
