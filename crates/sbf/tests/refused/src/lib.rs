//! A program that is fine until a feature puts something into it that SBPF cannot do: the tool's
//! tests read what it says of each.

#![cfg_attr(all(feature = "asm", target_os = "solana"), feature(asm_experimental_arch))]

use core::hint::black_box;

use solana_account_info::AccountInfo;
use solana_program_error::ProgramError;
use solana_pubkey::Pubkey;

#[cfg(not(feature = "entry"))]
solana_program_entrypoint::entrypoint!(process);

/// The program.
pub fn process(_: &Pubkey, _: &[AccountInfo], data: &[u8]) -> Result<(), ProgramError> {
    offend(data.len()).then_some(()).ok_or(ProgramError::InvalidInstructionData)
}

#[cfg(not(any(
    feature = "aligned",
    feature = "allocator",
    feature = "asm",
    feature = "frame",
    feature = "size",
    feature = "static",
    feature = "statics-full",
    feature = "statics-over",
    feature = "symbol"
)))]
fn offend(length: usize) -> bool {
    black_box(length) < 8
}

/// A static that is written and does not start as zero.
#[cfg(feature = "static")]
fn offend(length: usize) -> bool {
    use core::sync::atomic::{AtomicUsize, Ordering};
    static STARTS_AT_SEVEN: AtomicUsize = AtomicUsize::new(7);
    STARTS_AT_SEVEN.fetch_add(length, Ordering::Relaxed) < 8
}

/// Statics that fill the room there is for them (16 KiB), or exceed it by a word.
#[cfg(any(feature = "statics-full", feature = "statics-over", feature = "allocator"))]
fn offend(length: usize) -> bool {
    const WORDS: usize = if cfg!(feature = "statics-over") { 2049 } else { 2048 };
    static mut ROOM: [u64; WORDS] = [0; WORDS];
    // SAFETY: a program has one thread.
    let room = unsafe { &mut *core::ptr::addr_of_mut!(ROOM) };
    room[length % WORDS] += 1;
    black_box(&*room)[length / 2 % WORDS] < 8
}

/// An allocator that goes upwards from the low end of the heap and so knows of no statics.
#[cfg(all(feature = "allocator", target_os = "solana"))]
mod upwards {
    use core::alloc::{GlobalAlloc, Layout};

    struct Upwards;

    #[global_allocator]
    static ALLOCATOR: Upwards = Upwards;

    // SAFETY: never linked.
    unsafe impl GlobalAlloc for Upwards {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let position = 0x3_0000_0000 as *mut usize;
            let start = (*position).max(0x3_0000_0008).next_multiple_of(layout.align());
            *position = start + layout.size();
            start as *mut u8
        }
        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }
}

/// A table that wants to start at a multiple of 64: nothing wrong with it.
#[cfg(feature = "aligned")]
fn offend(length: usize) -> bool {
    #[repr(align(64))]
    struct Table([u64; 9]);
    static TABLE: Table = Table([3; 9]);
    black_box(&TABLE).0[length % 9] == 3
}

/// A function that nobody defines.
#[cfg(feature = "symbol")]
fn offend(length: usize) -> bool {
    extern "C" {
        fn defined_nowhere(length: usize) -> bool;
    }
    // SAFETY: never linked.
    unsafe { defined_nowhere(length) }
}

/// A variable larger than a stack frame.
#[cfg(feature = "frame")]
#[inline(never)]
fn offend(length: usize) -> bool {
    let mut large = [0u8; 5000];
    large[length % 5000] = 1;
    black_box(&large)[length / 2] == 0
}

/// A table larger than an account.
#[cfg(feature = "size")]
fn offend(length: usize) -> bool {
    static TABLE: [u8; 11 << 20] = [7; 11 << 20];
    black_box(&TABLE)[length] == 7
}

/// An instruction of somebody else's.
#[cfg(feature = "asm")]
fn offend(length: usize) -> bool {
    #[cfg(target_os = "solana")]
    // SAFETY: never linked.
    unsafe {
        core::arch::asm!("r1 = {0}", in(reg) length);
    }
    length < 8
}
