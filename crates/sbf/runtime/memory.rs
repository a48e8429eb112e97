//! C's memory functions, by system call.
//!
//! On the host these names belong to the C library, so only SBF gets them.

#![cfg(sbf_runtime)]

extern "C" {
    fn sol_memmove_(to: *mut u8, from: *const u8, count: u64);
    fn sol_memset_(to: *mut u8, byte: u8, count: u64);
    fn sol_memcmp_(a: *const u8, b: *const u8, count: u64, result: *mut i32);
}

/// Copies; the ranges may overlap, since LLVM lets a copy be onto itself.
#[no_mangle]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    sol_memmove_(to, from, count as u64);
    to
}

/// Copies between ranges that may overlap.
#[no_mangle]
pub unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    sol_memmove_(to, from, count as u64);
    to
}

/// Fills with a byte.
#[no_mangle]
pub unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
    sol_memset_(to, byte as u8, count as u64);
    to
}

/// Compares as unsigned bytes.
#[no_mangle]
pub unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
    let mut result = 0;
    sol_memcmp_(a, b, count as u64, &mut result);
    result
}

/// Nonzero when the ranges differ.
#[no_mangle]
pub unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
    memcmp(a, b, count)
}

/// The length of a text that ends in zero.
#[no_mangle]
pub unsafe extern "C" fn strlen(text: *const u8) -> usize {
    let mut length = 0;
    while *text.add(length) != 0 {
        length += 1;
    }
    length
}
