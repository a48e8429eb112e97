//! Arguments of more than five registers: the later ones go into a structure on the caller's stack.

use anyhow::{bail, Result};

use super::signature::kept;
use crate::llvm::{attributes, calls_in, code, Build, Session, Type, Value};
use crate::names::readable;

/// Packs the arguments of every function and call that has too many.
pub fn pack(session: &Session) -> Result<()> {
    for function in session.module.functions() {
        let ty = function.function_type();
        let name = function.name();
        if name.starts_with("llvm.") || !function.is_used() {
            continue;
        }
        if ty.is_variadic() {
            bail!("`{name}` takes any number of arguments, which SBPF cannot pass");
        }
        if function.is_declaration() && kept(&ty.params()).is_some() {
            bail!("`{name}` takes more than five registers of arguments and is defined nowhere");
        }
    }
    for function in session.module.bodies() {
        for call in calls_in(function) {
            if call.call_type().is_variadic() {
                bail!(
                    "`{}` calls with any number of arguments, which SBPF cannot pass",
                    readable(&function.name())
                );
            }
            if let Some(stay) = kept(&call.call_type().params()) {
                pack_call(session, call, stay);
            }
        }
    }
    for function in session.module.bodies() {
        if let Some(stay) = kept(&function.function_type().params()) {
            pack_function(session, function, stay);
        }
    }
    Ok(())
}

/// The packed function type and the structure of the arguments that do not stay.
fn packed(session: &Session, ty: Type, stay: usize) -> (Type, Type) {
    let params = ty.params();
    let rest = session.cx.structure(&params[stay..]);
    let mut renewed = params[..stay].to_vec();
    renewed.push(session.cx.pointer());
    (session.cx.function(ty.result(), &renewed), rest)
}

fn copy_attributes(is_call: bool, from: Value, to: Value, stay: usize) {
    attributes::copy(is_call, from, attributes::FUNCTION, to, attributes::FUNCTION, &attributes::outdated());
    for index in 0..=stay as u32 {
        attributes::copy(is_call, from, index, to, index, &[]);
    }
    if !is_call {
        code::copy_linkage(from, to);
    }
}

fn pack_call(session: &Session, call: Value, stay: usize) {
    let b = Build::before(session.cx, session.module, call);
    let (ty, rest) = packed(session, call.call_type(), stay);
    let slot = b.slot(rest);
    b.begin_use(slot);
    let mut args = call.args();
    for (arg, index) in args.drain(stay..).zip(0..) {
        b.store_unaligned(arg, b.member(rest, slot, index));
    }
    args.push(slot);
    let renewed = b.call(ty, call.callee(), &args);
    b.end_use(slot);
    copy_attributes(true, call, renewed, stay);
    if call.is_used() {
        call.replace_with(renewed);
    }
    call.erase();
}

fn pack_function(session: &Session, function: Value, stay: usize) {
    let old = function.function_type();
    let (ty, rest) = packed(session, old, stay);
    let renewed = code::add_function(session.module, "", ty);
    copy_attributes(false, function, renewed, stay);
    code::move_body(function, renewed);
    let entry = renewed.blocks()[0];
    let b = Build::before(session.cx, session.module, entry.instructions()[0]);
    for (param, index) in old.params().into_iter().zip(0..) {
        let value = if (index as usize) < stay {
            renewed.param(index)
        } else {
            let place = b.member(rest, renewed.param(stay as u32), index - stay as u32);
            b.load_unaligned(param, place)
        };
        function.param(index).replace_with(value);
    }
    code::take_place(function, renewed);
}
