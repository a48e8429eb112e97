//! Writable statics.
//!
//! A program's file is mapped read only, so there is nowhere to keep a writable static but the
//! memory that every program gets anew, filled with zeros: the heap. Statics that start as zero
//! are placed at its low end, above the word where the customary allocator keeps its position;
//! that allocator hands out memory from the high end downwards, and the guard put on allocation
//! refuses what would reach into the statics. One that starts as anything else is an error.

use anyhow::{bail, Result};

use crate::llvm::{code, Session};
use crate::names::readable;

/// Where the heap starts, and the word that the customary allocator keeps there.
const HEAP: u64 = 0x3_0000_0000;
const RESERVED: u64 = 8;
/// The heap that every transaction gets without asking.
const HEAP_SIZE: u64 = 32 * 1024;

/// The symbol whose address the guard compares allocations with.
pub const FLOOR: &str = "sbf_heap_floor";

/// What was placed.
#[derive(Default, Clone, Copy)]
pub struct Statics {
    /// Bytes of heap taken.
    pub bytes: u64,
}

/// Gives every writable static its address and resolves the guard's.
pub fn place(session: &Session) -> Result<Statics> {
    let mut at = HEAP + RESERVED;
    let mut placed = false;
    for global in session.module.globals() {
        let Some(initial) = code::initializer(global) else { continue };
        if code::is_constant(global) || global.name().starts_with("llvm.") {
            continue;
        }
        if !code::is_zero(initial) {
            bail!(
                "`{}` is a writable static that does not start as zero; a program has no place for it: \
                 make it const, or zero and set at run time",
                readable(&global.name())
            );
        }
        at = at.next_multiple_of(code::alignment(global));
        global.replace_with(code::address(session.cx, at));
        at += session.size_of(code::value_type(global));
        code::delete_global(global);
        placed = true;
    }
    let bytes = if placed { at - HEAP - RESERVED } else { 0 };
    if RESERVED + bytes > HEAP_SIZE {
        bail!("writable statics take {bytes} bytes, more than the heap of {HEAP_SIZE} that holds them");
    }
    for global in session.module.globals() {
        if global.name() == FLOOR {
            global.replace_with(code::address(session.cx, if placed { at } else { 0 }));
            code::delete_global(global);
        }
    }
    Ok(Statics { bytes })
}
