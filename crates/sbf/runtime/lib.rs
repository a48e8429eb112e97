//! What every program carries so that the BPF back end never has to ask for a routine: wide
//! integers, comparisons of floats, memory, panics and the few calls that std makes of its system.
//!
//! The helpers take words and pointers only, at most five, and answer through the first pointer:
//! that is the one shape which needs no rewriting, whenever the call is put in. This file is
//! compiled by the same rustc for the same target as the program and optimised with it. It is
//! compiled for the host too, where its arithmetic is tested against the machine's own.

#![cfg_attr(
    sbf_runtime,
    no_std,
    allow(internal_features),
    feature(panic_internals, std_internals, asm_experimental_arch)
)]
#![allow(clippy::missing_safety_doc, clippy::too_many_arguments, clippy::precedence)]

/// High word of a product of words.
#[no_mangle]
pub extern "C" fn sbf_mulhi(a: u64, b: u64) -> u64 {
    mulhi(a, b)
}

#[inline(always)]
fn mulhi(a: u64, b: u64) -> u64 {
    const HALF: u64 = 0xffff_ffff;
    let (a0, a1, b0, b1) = (a & HALF, a >> 32, b & HALF, b >> 32);
    let low = a0.wrapping_mul(b0);
    // Neither sum can wrap: (2^32 - 1)^2 + 2^32 - 1 < 2^64.
    let middle = opaque(a1.wrapping_mul(b0)).wrapping_add(low >> 32);
    let other = a0.wrapping_mul(b1).wrapping_add(middle & HALF);
    a1.wrapping_mul(b1).wrapping_add(middle >> 32).wrapping_add(other >> 32)
}

/// Keeps LLVM from seeing that the above is a high product: it would write one of 128 bits, which
/// is lowered to this very code. Costs nothing.
#[inline(always)]
fn opaque(word: u64) -> u64 {
    #[cfg(sbf_runtime)]
    let word = {
        let mut word = word;
        // SAFETY: no instruction at all.
        unsafe {
            core::arch::asm!("/* {0} */", inout(reg) word, options(pure, nomem, nostack, preserves_flags))
        };
        word
    };
    word
}

/// `out[0..2] = a * b`, wrapped to two words.
#[no_mangle]
pub unsafe extern "C" fn sbf_mul128(out: *mut u64, al: u64, ah: u64, bl: u64, bh: u64) {
    let high = mulhi(al, bl).wrapping_add(al.wrapping_mul(bh)).wrapping_add(ah.wrapping_mul(bl));
    *out = al.wrapping_mul(bl);
    *out.add(1) = high;
}

/// `out[0..2] = a * b` wrapped, `out[2]` nonzero when the exact unsigned product does not fit.
#[no_mangle]
pub unsafe extern "C" fn sbf_umulo128(out: *mut u64, al: u64, ah: u64, bl: u64, bh: u64) {
    let (low, high, overflow) = umulo128(al, ah, bl, bh);
    *out = low;
    *out.add(1) = high;
    *out.add(2) = u64::from(overflow);
}

#[inline(always)]
fn umulo128(al: u64, ah: u64, bl: u64, bh: u64) -> (u64, u64, bool) {
    let low = al.wrapping_mul(bl);
    let high = mulhi(al, bl);
    if ah | bh == 0 {
        return (low, high, false);
    }
    // At most one factor may have a high word; then one cross product is all there is.
    let (wide, narrow) = if bh == 0 { (ah, bl) } else { (bh, al) };
    let cross = wide.wrapping_mul(narrow);
    let sum = high.wrapping_add(cross);
    let both = ah != 0 && bh != 0;
    if both {
        let wrapped = high.wrapping_add(al.wrapping_mul(bh)).wrapping_add(ah.wrapping_mul(bl));
        return (low, wrapped, true);
    }
    (low, sum, mulhi(wide, narrow) != 0 || sum < high)
}

/// As `sbf_umulo128`, of signed factors.
#[no_mangle]
pub unsafe extern "C" fn sbf_smulo128(out: *mut u64, al: u64, ah: u64, bl: u64, bh: u64) {
    const SIGN: u64 = 1 << 63;
    let negative = (ah ^ bh) & SIGN != 0;
    let (al, ah) = magnitude(al, ah);
    let (bl, bh) = magnitude(bl, bh);
    let (low, high, overflow) = umulo128(al, ah, bl, bh);
    // The most negative value has no positive counterpart.
    let beyond = if negative { high > SIGN || (high == SIGN && low != 0) } else { high >= SIGN };
    let (low, high) = if negative { negate(low, high) } else { (low, high) };
    *out = low;
    *out.add(1) = high;
    *out.add(2) = u64::from(overflow || beyond);
}

#[inline(always)]
fn negate(low: u64, high: u64) -> (u64, u64) {
    let low = low.wrapping_neg();
    (low, (!high).wrapping_add(u64::from(low == 0)))
}

#[inline(always)]
fn magnitude(low: u64, high: u64) -> (u64, u64) {
    if high >> 63 == 0 {
        (low, high)
    } else {
        negate(low, high)
    }
}

/// `a / b`, rounded to zero; the most negative value over -1 wraps.
#[no_mangle]
pub extern "C" fn sbf_sdiv64(a: i64, b: i64) -> i64 {
    let size = udiv(a.unsigned_abs(), b.unsigned_abs());
    if (a ^ b) < 0 {
        (size as i64).wrapping_neg()
    } else {
        size as i64
    }
}

/// `a % b`, with the sign of `a`.
#[no_mangle]
pub extern "C" fn sbf_srem64(a: i64, b: i64) -> i64 {
    let a_size = a.unsigned_abs();
    let b_size = b.unsigned_abs();
    let size = a_size.wrapping_sub(udiv(a_size, b_size).wrapping_mul(b_size)) as i64;
    if a < 0 {
        size.wrapping_neg()
    } else {
        size
    }
}

/// The machine's division, without rustc's check for zero: the caller has one, and the machine too.
#[inline(always)]
fn udiv(a: u64, b: u64) -> u64 {
    // SAFETY: a division by zero ends the program on SBF; Rust code never asks for it.
    unsafe { a.checked_div(b).unwrap_unchecked() }
}

pub mod divide;
pub mod float;
mod memory;
#[cfg(sbf_runtime)]
mod system;
pub mod words;
