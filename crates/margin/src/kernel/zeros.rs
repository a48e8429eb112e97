//! Counting zeros.

/// Zeros before the first bit of a number above zero.
///
/// By halves: there is no instruction for it on chain, and the compiler's way, which spreads and counts bits, takes
/// a dozen more.
#[inline(always)]
pub(crate) const fn leading_zeros(x: u64) -> u32 {
    let halves = if x >> 32 == 0 { 32 } else { 0 };
    let x = x << halves;
    let quarters = if x >> 48 == 0 { 16 } else { 0 };
    let x = x << quarters;
    let eighths = if x >> 56 == 0 { 8 } else { 0 };
    let x = x << eighths;
    let nibbles = if x >> 60 == 0 { 4 } else { 0 };
    let x = x << nibbles;
    // Those of four bits by their value, the lowest first.
    const NIBBLES: u64 = 0x1111_2234;
    let last = NIBBLES >> ((x >> 60) << 2) & 0xf;
    (halves + quarters + eighths + nibbles + last) as u32
}
