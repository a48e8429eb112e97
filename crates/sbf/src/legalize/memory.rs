//! Memory intrinsics and traps.
//!
//! Short copies of known length are left to the back end, which writes loads and stores; the rest
//! become system calls. Copies go through the overlapping form even where the program promised
//! that nothing overlaps: LLVM allows a copy onto itself, which `sol_memcpy_` refuses.

use super::Lowered;
use crate::llvm::{Build, Op, Pred, Value};

/// Up to this length, copying inline is cheaper than a system call.
const INLINE: u64 = 64;

/// Lowers a memory intrinsic, a comparison of memory or a trap.
pub fn lower(b: &Build, i: Value) -> Lowered {
    if i.opcode() != Op::Call {
        return Lowered::Kept;
    }
    let Some(name) = i.callee_name() else { return Lowered::Kept };
    let stem = name.split(".p0").next().unwrap_or_default();
    match stem {
        "llvm.memcpy" | "llvm.memmove" | "llvm.memcpy.inline" => copy(b, i),
        "llvm.memset" | "llvm.memset.inline" => fill(b, i),
        "llvm.trap" | "llvm.ubsantrap" | "llvm.debugtrap" => {
            b.call_named("abort", b.cx.void(), &[]);
            Lowered::Gone
        }
        "bcmp" | "memcmp" => equality(b, i),
        _ => Lowered::Kept,
    }
}

fn is_short(length: Value) -> bool {
    length.as_constant().is_some_and(|n| n <= INLINE)
}

fn copy(b: &Build, i: Value) -> Lowered {
    let args = i.args();
    if is_short(args[2]) {
        return Lowered::Kept;
    }
    let length = b.resize(args[2], 64, false);
    b.call_named("sol_memmove_", b.cx.void(), &[args[0], args[1], length]);
    Lowered::Gone
}

fn fill(b: &Build, i: Value) -> Lowered {
    let args = i.args();
    if is_short(args[2]) && args[1].is_constant_int() {
        return Lowered::Kept;
    }
    let (byte, length) = (b.resize(args[1], 64, false), b.resize(args[2], 64, false));
    b.call_named("sol_memset_", b.cx.void(), &[args[0], byte, length]);
    Lowered::Gone
}

/// A short comparison of which only equality is asked, word by word: addresses are compared so
/// often that a system call each would be a large part of a program's compute units.
fn equality(b: &Build, i: Value) -> Lowered {
    let args = i.args();
    let Some(length) = args.get(2).and_then(|n| n.as_constant()).filter(|&n| n <= INLINE) else {
        return Lowered::Kept;
    };
    if !i.users().iter().all(|user| user.is_equality_with_zero()) {
        return Lowered::Kept;
    }
    let mut differences = b.cx.constant(64, 0);
    let mut at = 0;
    while at < length {
        let bytes = [8, 4, 2, 1].into_iter().find(|size| at + size <= length).expect("one byte is left");
        let part = |base| b.load_unaligned(b.cx.int(8 * bytes as u32), b.byte(base, at));
        let difference = b.op(Op::Xor, part(args[0]), part(args[1]));
        differences = b.op(Op::Or, differences, b.resize(difference, 64, false));
        at += bytes;
    }
    let differ = b.compare_zero(Pred::Ne, differences);
    let width = i.ty().int_width().expect("bcmp yields an integer");
    Lowered::As(b.resize(differ, width, false))
}
