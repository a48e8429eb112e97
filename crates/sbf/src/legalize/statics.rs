//! Writable statics.
//!
//! A program's file is mapped read only, so there is nowhere to keep a writable static but the
//! memory that every program gets anew, filled with zeros: the heap. Statics that start as zero
//! are placed at its high end. Solana's allocator hands out memory downwards from a position that
//! it keeps in the heap's first word, and from the high end while that word is zero; so the word
//! is set at the entry to where the statics begin. A static that starts as anything but zero is an
//! error.

use anyhow::{bail, Context as _, Result};

use crate::llvm::{code, Build, Session, Value};
use crate::names::readable;

/// Where the heap starts, with the allocator's word, and where the part ends that needs no asking.
const HEAP: u64 = 0x3_0000_0000;
const END: u64 = HEAP + 32 * 1024;
/// What statics may take of it.
const MOST: u64 = 16 * 1024;

/// What was placed.
#[derive(Default, Clone, Copy)]
pub struct Statics {
    /// Bytes of heap taken.
    pub bytes: u64,
}

/// Whether the program's allocator is one that the statics get on with: Solana's, known by what it
/// does, or none at all. Asked before anything is optimised away.
pub fn knows_allocator(session: &Session) -> bool {
    let is_allocation = |f: &Value| f.name().contains("_7___rustc") && f.name().ends_with("___rust_alloc");
    let Some(allocation) = session.module.bodies().into_iter().find(is_allocation) else { return true };
    let text: String = allocation.instructions().into_iter().map(Value::text).collect();
    // It reads its word, starts at the end and goes down.
    [HEAP.to_string(), END.to_string(), "llvm.usub.sat".to_owned()].iter().all(|sign| text.contains(sign))
}

/// Gives every writable static its address.
pub fn place(session: &Session, entry: Value, knows_allocator: bool) -> Result<Statics> {
    drop_empty(session);
    let statics = writable(session)?;
    let Some(alignment) = statics.iter().map(|&global| code::alignment(global)).max() else {
        return Ok(Statics::default());
    };
    if !knows_allocator {
        bail!(
            "writable statics need Solana's allocator, which knows where they lie; the program has another"
        );
    }
    let mut size = 0u64;
    let mut offsets = Vec::new();
    for &global in &statics {
        size = size.next_multiple_of(code::alignment(global));
        offsets.push(size);
        size += session.size_of(code::value_type(global));
    }
    if size > MOST {
        bail!("writable statics take {size} bytes of the heap that holds them; they may take {MOST}");
    }
    let base = (END - size) / alignment.max(16) * alignment.max(16);
    for (global, offset) in statics.into_iter().zip(offsets) {
        global.replace_with(code::address(session.cx, base + offset));
        code::delete_global(global);
    }
    let first = entry.instructions().first().copied().context("the entry has a body")?;
    let b = Build::before(session.cx, session.module, first);
    b.store(session.cx.constant(64, base), code::address(session.cx, HEAP));
    Ok(Statics { bytes: END - base })
}

/// Nobody reads or writes a static of no bytes, but the linker wants some behind every name.
fn drop_empty(session: &Session) {
    for global in session.module.globals() {
        let is_ours = code::initializer(global).is_some() && !global.name().starts_with("llvm.");
        if is_ours && session.size_of(code::value_type(global)) == 0 {
            global.replace_with(code::address(session.cx, code::alignment(global)));
            code::delete_global(global);
        }
    }
}

/// The statics to place; refuses those that do not start as zero.
fn writable(session: &Session) -> Result<Vec<Value>> {
    let mut all = Vec::new();
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
        all.push(global);
    }
    Ok(all)
}
