//! Results of more than one register: the caller passes the place where they go.

use anyhow::{bail, Result};

use super::signature::needs_memory;
use crate::llvm::{attributes, calls_in, code, Build, Op, Session, Type, Value};

/// Gives every function and call with a large result a leading pointer instead.
pub fn through_memory(session: &Session) -> Result<()> {
    let sret = attributes::kind("sret");
    for function in session.module.functions() {
        let large = needs_memory(function.function_type().result());
        if large && function.is_declaration() && !function.name().starts_with("llvm.") && function.is_used() {
            bail!("`{}` returns more than a register and is defined nowhere", function.name());
        }
        // The attribute asks for conventions of C that nothing here follows.
        for index in 1..=function.function_type().params().len() as u32 {
            attributes::remove(false, function, index, sret);
        }
    }
    for function in session.module.bodies() {
        for call in calls_in(function) {
            for index in 1..=call.args().len() as u32 {
                attributes::remove(true, call, index, sret);
            }
            if needs_memory(call.call_type().result()) {
                rewrite_call(session, call);
            }
        }
    }
    for function in session.module.bodies() {
        if needs_memory(function.function_type().result()) {
            rewrite_function(session, function);
        }
    }
    Ok(())
}

fn with_place(session: &Session, ty: Type) -> Type {
    let params: Vec<Type> = [session.cx.pointer()].into_iter().chain(ty.params()).collect();
    session.cx.function(session.cx.void(), &params)
}

fn copy_attributes(is_call: bool, from: Value, to: Value, params: usize) {
    attributes::copy(is_call, from, attributes::FUNCTION, to, attributes::FUNCTION, &attributes::outdated());
    let returned = attributes::kind("returned");
    for index in 1..=params as u32 {
        attributes::copy(is_call, from, index, to, index + 1, &[returned]);
    }
    if !is_call {
        code::copy_linkage(from, to);
    }
}

fn rewrite_call(session: &Session, call: Value) {
    let b = Build::before(session.cx, session.module, call);
    let ty = call.call_type();
    let place = b.slot(ty.result());
    let args: Vec<Value> = [place].into_iter().chain(call.args()).collect();
    b.begin_use(place);
    let renewed = b.call(with_place(session, ty), call.callee(), &args);
    copy_attributes(true, call, renewed, args.len() - 1);
    if call.is_used() {
        call.replace_with(b.load(ty.result(), place));
    }
    b.end_use(place);
    call.erase();
}

fn rewrite_function(session: &Session, function: Value) {
    let ty = function.function_type();
    let renewed = code::add_function(session.module, "", with_place(session, ty));
    let params = ty.params().len() as u32;
    copy_attributes(false, function, renewed, params as usize);
    code::move_body(function, renewed);
    for index in 0..params {
        function.param(index).replace_with(renewed.param(index + 1));
    }
    for instruction in renewed.instructions() {
        if instruction.opcode() == Op::Ret {
            let b = Build::before(session.cx, session.module, instruction);
            b.store(instruction.operand(0), renewed.param(0));
            b.ret_void();
            instruction.erase();
        }
    }
    code::take_place(function, renewed);
}
