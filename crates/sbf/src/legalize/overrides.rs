//! What std does on a system, done as a program on chain can: panics, exhausted memory, and an
//! allocator that knows of the statics below it.
//!
//! std is built for an operating system that it knows only by name, so a few of its functions get
//! other bodies here. They are found by rustc's own names for them, which end in a fixed word.

use super::statics::FLOOR;
use crate::llvm::{attributes, code, Build, Pred, Session, Value};

/// Puts the bodies in place.
pub fn apply(session: &Session) {
    for function in session.module.bodies() {
        let name = function.name();
        let is =
            |tail: &str| name == tail || (name.contains("_7___rustc") && name.ends_with(&format!("_{tail}")));
        if name.ends_with("_7___rustc17rust_begin_unwind") {
            panic_to_log(session, function);
        } else if name.ends_with("_3std9panicking15panic_with_hook") {
            payload_to_log(session, function);
        } else if is("__rust_alloc_error_handler") {
            exhausted(session, function);
        } else if is("__rust_alloc") || is("__rust_alloc_zeroed") || is("__rust_realloc") {
            guard(session, function);
        }
    }
}

/// Writes a function anew and puts it in the place of the old one.
fn rewrite(session: &Session, function: Value, body: impl FnOnce(&Build, Value)) {
    let renewed = code::add_function(session.module, "", function.function_type());
    let b = Build::body(session.cx, session.module, renewed);
    body(&b, renewed);
    code::take_place(function, renewed);
}

/// A panic is told to the log by the program's own `custom_panic`, if it has one, or else by the
/// runtime; then the program aborts.
fn panic_to_log(session: &Session, function: Value) {
    let custom = session.function("custom_panic").filter(|f| !f.is_declaration());
    rewrite(session, function, |b, renewed| {
        let info = renewed.param(0);
        match custom {
            Some(custom) => b.call(custom.function_type(), custom, &[info]),
            None => b.call_named("sbf_panic", b.cx.void(), &[info]),
        };
        b.call_named("abort", b.cx.void(), &[]);
        b.unreachable();
    });
}

/// A panic of a crate from before edition 2021 with a plain text comes this way, with hooks and
/// threads in its train.
fn payload_to_log(session: &Session, function: Value) {
    rewrite(session, function, |b, renewed| {
        let (payload, methods, place) = (renewed.param(0), renewed.param(1), renewed.param(2));
        b.call_named("sbf_panic_payload", b.cx.void(), &[payload, methods, place]);
        b.call_named("abort", b.cx.void(), &[]);
        b.unreachable();
    });
}

/// Memory has run out: say so and abort. std's own way would allocate to say it.
fn exhausted(session: &Session, function: Value) {
    rewrite(session, function, |b, _| {
        b.call_named("sbf_out_of_memory", b.cx.void(), &[]);
        b.unreachable();
    });
}

/// Refuses an allocation that would reach into the statics at the low end of the heap.
fn guard(session: &Session, function: Value) {
    let ty = function.function_type();
    let inner = code::add_function(session.module, "sbf_unguarded", ty);
    attributes::copy(
        false,
        function,
        attributes::FUNCTION,
        inner,
        attributes::FUNCTION,
        &attributes::outdated(),
    );
    code::move_body(function, inner);
    for index in 0..ty.params().len() as u32 {
        function.param(index).replace_with(inner.param(index));
    }
    code::set_linkage(inner, code::INTERNAL);
    rewrite(session, function, |b, renewed| {
        let args: Vec<Value> = (0..ty.params().len() as u32).map(|i| renewed.param(i)).collect();
        let memory = b.call(ty, inner, &args);
        let floor = code::global(session.module, FLOOR, b.cx.int(8));
        let too_low = b.compare(Pred::Ult, memory, floor);
        b.ret(b.select(too_low, b.zero(b.cx.pointer()), memory));
    });
}
