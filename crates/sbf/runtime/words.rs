//! Integers of any number of words, in memory, low word first.
//!
//! Such widths come from LLVM's own rewriting (a high product of 128-bit factors), not from Rust's
//! types, so these are plain rather than quick.

use super::mulhi;

/// `out = a * b`, wrapped.
#[no_mangle]
pub unsafe extern "C" fn sbf_mul_words(out: *mut u64, a: *const u64, b: *const u64, count: usize) {
    for i in 0..count {
        *out.add(i) = 0;
    }
    for i in 0..count {
        let mut carry = 0u64;
        for j in 0..count - i {
            let (x, y) = (*a.add(i), *b.add(j));
            let low = x.wrapping_mul(y);
            let place = out.add(i + j);
            let sum = (*place).wrapping_add(low);
            let total = sum.wrapping_add(carry);
            // Neither increment can wrap: the high word of a product is at most 2^64 - 2.
            carry = mulhi(x, y).wrapping_add(u64::from(sum < low)).wrapping_add(u64::from(total < carry));
            *place = total;
        }
    }
}

/// `out = n / d`, bit by bit.
#[no_mangle]
pub unsafe extern "C" fn sbf_udiv_words(out: *mut u64, n: *const u64, d: *const u64, count: usize) {
    for i in 0..count {
        *out.add(i) = 0;
    }
    divide(Some(out), n, d, count);
}

/// `out = n % d`, bit by bit.
#[no_mangle]
pub unsafe extern "C" fn sbf_urem_words(out: *mut u64, n: *const u64, d: *const u64, count: usize) {
    let rest = divide(None, n, d, count);
    for (i, word) in rest.iter().take(count).enumerate() {
        *out.add(i) = *word;
    }
}

/// The widest integer that a division can have, in words.
const MOST: usize = 16;

unsafe fn divide(quotient: Option<*mut u64>, n: *const u64, d: *const u64, count: usize) -> [u64; MOST] {
    let mut rest = [0u64; MOST];
    for bit in (0..count * 64).rev() {
        let mut carry = *n.add(bit / 64) >> (bit % 64) & 1;
        for word in rest.iter_mut().take(count) {
            let next = *word >> 63;
            *word = *word << 1 | carry;
            carry = next;
        }
        if carry == 0 && less(&rest, d, count) {
            continue;
        }
        let mut borrow = 0;
        for (i, word) in rest.iter_mut().take(count).enumerate() {
            let (x, under) = word.overflowing_sub(*d.add(i));
            let (x, under_again) = x.overflowing_sub(borrow);
            *word = x;
            borrow = u64::from(under | under_again);
        }
        if let Some(quotient) = quotient {
            *quotient.add(bit / 64) |= 1 << (bit % 64);
        }
    }
    rest
}

unsafe fn less(a: &[u64; MOST], b: *const u64, count: usize) -> bool {
    for i in (0..count).rev() {
        if a[i] != *b.add(i) {
            return a[i] < *b.add(i);
        }
    }
    false
}

/// `out = a << amount`.
#[no_mangle]
pub unsafe extern "C" fn sbf_shl_words(out: *mut u64, a: *const u64, count: usize, amount: u64) {
    let (skip, bits) = ((amount / 64) as usize, amount % 64);
    for i in 0..count {
        let at = |k: usize| if i >= k { *a.add(i - k) } else { 0 };
        *out.add(i) = at(skip) << bits | at(skip + 1) >> 1 >> (bits ^ 63);
    }
}

/// `out = a >> amount`, filled with zeros.
#[no_mangle]
pub unsafe extern "C" fn sbf_lshr_words(out: *mut u64, a: *const u64, count: usize, amount: u64) {
    shift_right(out, a, count, amount, 0);
}

/// `out = a >> amount`, filled with the sign.
#[no_mangle]
pub unsafe extern "C" fn sbf_ashr_words(out: *mut u64, a: *const u64, count: usize, amount: u64) {
    let fill = ((*a.add(count - 1) as i64) >> 63) as u64;
    shift_right(out, a, count, amount, fill);
}

unsafe fn shift_right(out: *mut u64, a: *const u64, count: usize, amount: u64, fill: u64) {
    let (skip, bits) = ((amount / 64) as usize, amount % 64);
    for i in 0..count {
        let at = |k: usize| if i + k < count { *a.add(i + k) } else { fill };
        *out.add(i) = at(skip) >> bits | at(skip + 1) << 1 << (bits ^ 63);
    }
}
