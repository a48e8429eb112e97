//! Division of two words by two words.
//!
//! Most divisors of fixed-point code fit a word, and many half a word (powers of ten, basis
//! points), so those come first; the general case is Knuth's algorithm D with words as digits.

use super::{magnitude, mulhi, negate, udiv};

const HALF: u64 = 0xffff_ffff;

#[inline(always)]
unsafe fn put(out: *mut u64, (low, high): (u64, u64)) {
    *out = low;
    *out.add(1) = high;
}

/// `out = n / d`.
#[no_mangle]
pub unsafe extern "C" fn sbf_udiv128(out: *mut u64, nl: u64, nh: u64, dl: u64, dh: u64) {
    put(out, divide(nl, nh, dl, dh).0);
}

/// `out = n % d`.
#[no_mangle]
pub unsafe extern "C" fn sbf_urem128(out: *mut u64, nl: u64, nh: u64, dl: u64, dh: u64) {
    put(out, divide(nl, nh, dl, dh).1);
}

/// `out = n / d`, signed, rounded to zero.
#[no_mangle]
pub unsafe extern "C" fn sbf_sdiv128(out: *mut u64, nl: u64, nh: u64, dl: u64, dh: u64) {
    let negative = (nh ^ dh) >> 63 != 0;
    let ((nl, nh), (dl, dh)) = (magnitude(nl, nh), magnitude(dl, dh));
    let (low, high) = divide(nl, nh, dl, dh).0;
    put(out, if negative { negate(low, high) } else { (low, high) });
}

/// `out = n % d`, signed, with the sign of `n`.
#[no_mangle]
pub unsafe extern "C" fn sbf_srem128(out: *mut u64, nl: u64, nh: u64, dl: u64, dh: u64) {
    let negative = nh >> 63 != 0;
    let ((nl, nh), (dl, dh)) = (magnitude(nl, nh), magnitude(dl, dh));
    let (low, high) = divide(nl, nh, dl, dh).1;
    put(out, if negative { negate(low, high) } else { (low, high) });
}

/// Quotient and remainder, each low word first.
#[inline(always)]
fn divide(nl: u64, nh: u64, dl: u64, dh: u64) -> ((u64, u64), (u64, u64)) {
    if dh != 0 {
        return by_two_words(nl, nh, dl, dh);
    }
    if nh == 0 {
        let quotient = udiv(nl, dl);
        return ((quotient, 0), (nl.wrapping_sub(quotient.wrapping_mul(dl)), 0));
    }
    let high = udiv(nh, dl);
    let rest = nh.wrapping_sub(high.wrapping_mul(dl));
    let (low, rest) = if dl <= HALF {
        by_half_word(rest, nl, dl)
    } else if rest == 0 {
        let quotient = udiv(nl, dl);
        (quotient, nl.wrapping_sub(quotient.wrapping_mul(dl)))
    } else {
        by_word(rest, nl, dl)
    };
    ((low, high), (rest, 0))
}

/// `(high, low) / d` with `high < d < 2^32`: schoolbook division by one digit of half a word.
#[inline(always)]
fn by_half_word(high: u64, low: u64, d: u64) -> (u64, u64) {
    let upper = high << 32 | low >> 32;
    let first = udiv(upper, d);
    let lower = upper.wrapping_sub(first.wrapping_mul(d)) << 32 | low & HALF;
    let second = udiv(lower, d);
    (first << 32 | second, lower.wrapping_sub(second.wrapping_mul(d)))
}

/// `(high, low) / d` with `high < d`, and the remainder.
#[inline(always)]
fn by_word(high: u64, low: u64, d: u64) -> (u64, u64) {
    let shift = leading_zeros(d);
    // A shift of a word by 64 is split in two.
    let high = high << shift | (low >> 1) >> (shift ^ 63);
    let (quotient, rest) = by_full_word(high, low << shift, d << shift);
    (quotient, rest >> shift)
}

/// `(high, low) / d` with `high < d`, where `d` has its top bit set: algorithm D with half-word digits.
#[inline(always)]
fn by_full_word(high: u64, low: u64, d: u64) -> (u64, u64) {
    let (first, rest) = digit(high, low >> 32, d);
    let (second, rest) = digit(rest, low & HALF, d);
    (first << 32 | second, rest)
}

/// One half-word digit of `(rest * 2^32 + next) / d`, where `d` has its top bit set and `rest < d`.
#[inline(always)]
fn digit(rest: u64, next: u64, d: u64) -> (u64, u64) {
    let (d1, d0) = (d >> 32, d & HALF);
    let mut quotient = udiv(rest, d1);
    let mut part = rest.wrapping_sub(quotient.wrapping_mul(d1));
    let too_large =
        |quotient: u64, part: u64| quotient > HALF || quotient.wrapping_mul(d0) > (part << 32 | next);
    // The estimate is at most two too large, and not by two when the part outgrows its half word.
    if too_large(quotient, part) {
        quotient = quotient.wrapping_sub(1);
        part = part.wrapping_add(d1);
        if part <= HALF && too_large(quotient, part) {
            quotient = quotient.wrapping_sub(1);
        }
    }
    (quotient, (rest << 32 | next).wrapping_sub(quotient.wrapping_mul(d)))
}

/// Division by a divisor of two words: the quotient is one word, estimated and then corrected.
#[inline(always)]
fn by_two_words(nl: u64, nh: u64, dl: u64, dh: u64) -> ((u64, u64), (u64, u64)) {
    if dh > nh || (dh == nh && dl > nl) {
        return ((0, 0), (nl, nh));
    }
    let mut quotient = if dh > HALF {
        // The high words alone: rounding the divisor up takes less than one off the quotient, for
        // it is below 2^32 and so is the divisor's share of the error; dropping the low word of
        // the dividend takes less than one more. At most two too small.
        if dh == u64::MAX {
            1
        } else {
            udiv(nh, dh.wrapping_add(1))
        }
    } else {
        // The top words of the operands, halved so that the quotient fits: at most one too large,
        // so taking one off makes it at most one too small.
        let shift = leading_zeros(dh);
        let top = dh << shift | dl >> (64 - shift);
        let estimate = by_full_word(nh >> 1, nh << 63 | nl >> 1, top).0 >> (63 - shift);
        estimate.wrapping_sub(u64::from(estimate != 0))
    };
    let (pl, ph) = (quotient.wrapping_mul(dl), mulhi(quotient, dl).wrapping_add(quotient.wrapping_mul(dh)));
    let mut rl = nl.wrapping_sub(pl);
    let mut rh = nh.wrapping_sub(ph).wrapping_sub(u64::from(nl < pl));
    while rh > dh || (rh == dh && rl >= dl) {
        quotient = quotient.wrapping_add(1);
        let borrow = u64::from(rl < dl);
        rl = rl.wrapping_sub(dl);
        rh = rh.wrapping_sub(dh).wrapping_sub(borrow);
    }
    ((quotient, 0), (rl, rh))
}

/// By halves down to a byte, then by a table: the back end's own expansion takes forty operations.
#[inline(always)]
fn leading_zeros(word: u64) -> u64 {
    let (mut word, mut zeros) = (word, 0);
    if word >> 32 == 0 {
        (word, zeros) = (word << 32, 32);
    }
    if word >> 48 == 0 {
        (word, zeros) = (word << 16, zeros | 16);
    }
    if word >> 56 == 0 {
        (word, zeros) = (word << 8, zeros | 8);
    }
    // SAFETY: eight bits index 256 entries.
    zeros | u64::from(unsafe { *ZEROS.get_unchecked((word >> 56) as usize) })
}

/// Leading zeros of a byte.
static ZEROS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).leading_zeros() as u8 & 7;
        byte += 1;
    }
    table
};
