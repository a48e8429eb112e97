//! What std does on a system, done as a program on chain can: panics and exhausted memory.
//!
//! std is built for an operating system that it knows only by name, so a few of its functions get
//! other bodies here. They are found by rustc's own names for them, which end in a fixed word.

use crate::llvm::{code, Build, Session, Value};

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
    // A function of that name with another signature is something else.
    let takes_info = session.cx.function(session.cx.void(), &[session.cx.pointer()]);
    let custom = custom.filter(|f| f.function_type() == takes_info);
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
