//! Rewrites what the BPF back end cannot lower into what it can, by whole classes.
//!
//! SBPF has eleven 64-bit registers, five of them for arguments and one for a result; no 32-bit
//! ALU worth using, no signed division, no multiplication wider than a word, no floating point, no
//! atomics and no writable data. LLVM's BPF back end reports an error for each of these. Every
//! stage here takes one such class away; the book's page `sbf.md` says why each exists.

mod arguments;
mod check;
mod float;
mod integer;
mod memory;
mod overrides;
mod results;
mod signature;
mod statics;

pub use check::check;
pub use overrides::apply as override_std;
pub use statics::{knows_allocator, place as place_statics, Statics};

use crate::llvm::{code, Build, Kind, Op, Session, Value};

/// What became of an instruction.
enum Lowered {
    /// It stays as it is.
    Kept,
    /// Another value takes its place.
    As(Value),
    /// It had no value, and its effect is written elsewhere.
    Gone,
}

/// Lowers arithmetic, comparisons, conversions and memory intrinsics, in every function.
pub fn arithmetic(session: &Session) {
    for function in session.module.bodies() {
        // What a lowering writes may need lowering in its turn (a half becomes a float becomes a
        // call), so the function is walked until nothing changes.
        while arithmetic_once(session, function) {}
    }
}

fn arithmetic_once(session: &Session, function: Value) -> bool {
    let mut changed = false;
    for instruction in function.instructions() {
        if !may_need_lowering(instruction) {
            continue;
        }
        let b = Build::before(session.cx, session.module, instruction);
        let lowered = match integer::lower(&b, instruction) {
            Lowered::Kept => match float::lower(&b, instruction) {
                Lowered::Kept => memory::lower(&b, instruction),
                done => done,
            },
            done => done,
        };
        match lowered {
            Lowered::Kept => continue,
            Lowered::As(value) => instruction.replace_with(value),
            Lowered::Gone => {}
        }
        instruction.erase();
        changed = true;
    }
    changed
}

fn may_need_lowering(instruction: Value) -> bool {
    match instruction.opcode() {
        Op::Mul | Op::UDiv | Op::SDiv | Op::URem | Op::SRem | Op::Shl | Op::LShr | Op::AShr => {
            matches!(instruction.ty().kind(), Kind::Int(_))
        }
        Op::FAdd | Op::FSub | Op::FMul | Op::FDiv | Op::FRem | Op::FNeg | Op::FCmp => true,
        Op::FPToUI | Op::FPToSI | Op::UIToFP | Op::SIToFP | Op::FPTrunc | Op::FPExt => true,
        Op::Call => !instruction.is_asm(),
        _ => false,
    }
}

/// Brings every function's signature to what five argument registers and one result can carry.
pub fn signatures(session: &Session) -> anyhow::Result<()> {
    code::use_one_convention(session.module);
    results::through_memory(session)?;
    arguments::pack(session)
}

/// Whether a function touches floating point: only then are the float helpers worth keeping.
pub fn uses_floats(function: Value) -> bool {
    function.instructions().into_iter().any(|i| {
        let from_float = matches!(i.opcode(), Op::FCmp | Op::FPToSI | Op::FPToUI);
        from_float || i.ty().float_width().is_some()
    })
}
