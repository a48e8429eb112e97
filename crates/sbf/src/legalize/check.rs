//! The last look before code is written: whatever is left that the back end cannot lower is named
//! here, with the function that asks for it, instead of failing inside LLVM.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{bail, Result};

use crate::llvm::{Kind, Op, Session, Value};
use crate::names::readable;

/// C's memory functions, which LLVM may find in their own bodies.
const C_MEMORY: [&str; 6] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// Refuses instructions that cannot be lowered and symbols that nothing defines.
pub fn check(session: &Session) -> Result<()> {
    let mut faults = BTreeSet::new();
    for function in session.module.bodies() {
        let name = function.name();
        for instruction in function.instructions() {
            // LLVM has found the operation in the helper that stands for it: it would never return.
            let is_helper = name.starts_with("sbf_") || C_MEMORY.contains(&name.as_str());
            if is_helper && instruction.opcode() == Op::Call && instruction.callee() == function {
                faults.insert(format!("`{name}` calls itself (a defect of cargo-sbf, please report it)"));
            }
            if let Some(what) = unsupported(instruction) {
                faults.insert(format!(
                    "{} in `{}`: {}",
                    what,
                    readable(&function.name()),
                    instruction.text()
                ));
            }
        }
    }
    for (symbol, users) in unknown_symbols(session) {
        let users: Vec<_> = users.into_iter().take(3).map(|user| format!("`{user}`")).collect();
        faults.insert(format!("unknown symbol `{}`, used by {}", readable(&symbol), users.join(", ")));
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the program needs what SBPF cannot do:\n  {}", faults.into_iter().collect::<Vec<_>>().join("\n  "))
}

fn unsupported(i: Value) -> Option<&'static str> {
    match i.opcode() {
        Op::FAdd
        | Op::FSub
        | Op::FMul
        | Op::FDiv
        | Op::FRem
        | Op::FNeg
        | Op::FCmp
        | Op::FPToUI
        | Op::FPToSI
        | Op::UIToFP
        | Op::SIToFP
        | Op::FPTrunc
        | Op::FPExt => Some("floating point of this type"),
        Op::SDiv | Op::SRem => Some("signed division of this type"),
        Op::Invoke => Some("unwinding"),
        Op::IndirectBr => Some("computed jump"),
        Op::VAArg => Some("variable arguments"),
        Op::Alloca if i.operand(0).as_constant() != Some(1) => {
            Some("stack memory of a size known only at run time")
        }
        Op::Call if i.is_asm() && !i.is_empty_asm() => Some("inline assembly"),
        Op::Call if is_float_intrinsic(i) => Some("floating-point routine"),
        _ if i.ty().kind() == Kind::Vector => Some("vector"),
        _ => None,
    }
}

/// An intrinsic on floats that no stage has lowered would become a library call in the back end.
fn is_float_intrinsic(i: Value) -> bool {
    let is_intrinsic = i.callee_name().is_some_and(|name| name.starts_with("llvm."));
    is_intrinsic
        && (i.ty().float_width().is_some() || i.args().iter().any(|a| a.ty().float_width().is_some()))
}

/// Functions and globals that are used and neither defined nor known to the chain.
fn unknown_symbols(session: &Session) -> BTreeMap<String, BTreeSet<String>> {
    let mut unknown = BTreeMap::new();
    let functions = session.module.functions().into_iter().filter(|f| f.is_declaration());
    let globals = session.module.globals().into_iter().filter(|g| g.is_declaration());
    for symbol in functions.chain(globals) {
        let name = symbol.name();
        if !symbol.is_used() || name.starts_with("llvm.") || crate::syscalls::is_known(&name) {
            continue;
        }
        let users = symbol.users().into_iter().map(|user| match user.function() {
            Some(function) => readable(&function.name()),
            None => "a constant".to_owned(),
        });
        unknown.insert(name, users.collect());
    }
    unknown
}
