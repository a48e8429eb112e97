//! Bitcode to a relocatable object: linking, optimising and legalising one whole program.

use std::collections::BTreeSet;

use anyhow::{bail, Context as _, Result};

use crate::legalize::{self, Statics};
use crate::llvm::{code, Session, Value};
use crate::names::readable;

/// Where the chain enters a program.
const ENTRY: &str = "entrypoint";

/// What lies at the first address of the data: a version 3 program has its data at address zero, and a
/// reference to what lies there would pass for no reference at all.
pub const NULL_GUARD: &str = "null_guard";

/// An object and what is worth telling of it.
pub struct Object {
    /// A relocatable BPF object.
    pub bytes: Vec<u8>,
    /// The writable statics in it.
    pub statics: Statics,
}

/// Makes one object of a program's bitcode.
pub fn build(files: &[(String, Vec<u8>)], trace: &mut dyn FnMut(&str, &Session)) -> Result<Object> {
    let mut session = Session::new()?;
    // LLVM writes globals in their order, and links others in behind those that are there.
    code::add_zeros(session.cx, session.module, NULL_GUARD, 2);
    let mut float_helpers = BTreeSet::new();
    let mut helpers = BTreeSet::new();
    for (name, bytes) in files {
        let before = names(&session);
        session.link(bytes, name)?;
        if name.starts_with("libcompiler_builtins") {
            float_helpers.extend(names(&session).difference(&before).cloned());
        } else if name == "runtime" {
            helpers.extend(names(&session).difference(&before).cloned());
        }
    }
    if session.function(ENTRY).is_none_or(Value::is_declaration) {
        bail!("the program has no function `{ENTRY}`: is its feature `no-entrypoint` on?");
    }
    let knows_allocator = legalize::knows_allocator(&session);
    legalize::override_std(&session);
    drop_used_lists(&session);
    trace("linked", &session);

    // Helpers stay visible until the end: a late stage may be the first to call one.
    keep_only(&session, |name| name == ENTRY || helpers.contains(name) || float_helpers.contains(name));
    session.run("globaldce,globalopt,globaldce")?;
    if !needs_floats(&session, &float_helpers) {
        keep_only(&session, |name| name == ENTRY || helpers.contains(name));
        session.run("globaldce")?;
    }
    // A program has one thread: atomics are plain accesses.
    session.run("function(lower-atomic,scalarizer,div-rem-pairs)")?;
    legalize::arithmetic(&session);
    session.verify("arithmetic")?;
    trace("arithmetic", &session);

    session.run("default<O3>")?;
    legalize::arithmetic(&session);
    session.run("globaldce")?;
    trace("optimised", &session);

    let entry = session.function(ENTRY).context("the entry is kept")?;
    let statics = legalize::place_statics(&session, entry, knows_allocator)?;
    legalize::signatures(&session)?;
    session.verify("signatures")?;
    session.run("globaldce,function(sroa,instcombine,simplifycfg)")?;
    legalize::arithmetic(&session);
    keep_only(&session, |name| name == ENTRY);
    session.run("globaldce")?;
    session.verify("legalised")?;
    trace("legalised", &session);
    legalize::check(&session)?;

    let bytes = session.object()?;
    let complaints: BTreeSet<String> =
        session.complaints().iter().map(|complaint| explain(complaint)).collect();
    if !complaints.is_empty() {
        let lines: Vec<String> = complaints.into_iter().collect();
        bail!("no code can be written for the program:\n  {}", lines.join("\n  "));
    }
    Ok(Object { bytes, statics })
}

fn names(session: &Session) -> BTreeSet<String> {
    session.module.bodies().into_iter().map(Value::name).collect()
}

/// Forgets what other linkers would be told to keep: what the entry point does not reach is unused.
fn drop_used_lists(session: &Session) {
    for global in session.module.globals() {
        if ["llvm.used", "llvm.compiler.used"].contains(&global.name().as_str()) {
            code::delete_global(global);
        }
    }
}

/// Makes every function and global private but those named, and puts all in the usual sections, the
/// only ones that the linker knows.
fn keep_only(session: &Session, keep: impl Fn(&str) -> bool) {
    for function in session.module.bodies() {
        let visible = keep(&function.name());
        code::clear_section(function);
        code::set_linkage(function, if visible { code::EXTERNAL } else { code::INTERNAL });
    }
    for global in session.module.globals() {
        if code::initializer(global).is_some() && !global.name().starts_with("llvm.") {
            let visible = global.name() == NULL_GUARD;
            code::clear_section(global);
            code::set_linkage(global, if visible { code::EXTERNAL } else { code::INTERNAL });
        }
    }
}

/// Whether the program itself, not the helpers that it might call, touches floats.
fn needs_floats(session: &Session, helpers: &BTreeSet<String>) -> bool {
    session.module.bodies().into_iter().any(|f| !helpers.contains(&f.name()) && legalize::uses_floats(f))
}

/// LLVM's complaint with what the user can do about it.
fn explain(complaint: &str) -> String {
    let text = complaint.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((_, named)) = text.split_once("in function ") else { return text };
    let (symbol, rest) = named.split_once(' ').unwrap_or((named, ""));
    let function = readable(symbol);
    if rest.contains("stack limit") {
        format!("the stack frame of `{function}` exceeds 4096 bytes: box large values, or move them to functions of their own")
    } else {
        format!("`{function}`: {rest}")
    }
}
