//! Panics: the host's message and place in the program's log, and a failed transaction.

use std::cell::{Cell, RefCell};
use std::panic::{catch_unwind, set_hook, take_hook, PanicHookInfo};
use std::sync::Once;

use sbf_conformance::cases::panics::{Panic, EXHAUST, PANICS};
use sbf_conformance::protocol::{Mode, Request};

use super::machine::Machine;

pub fn run(machine: &mut dyn Machine) {
    let mut failures = Vec::new();
    for (index, case) in PANICS.iter().enumerate() {
        failures.extend(missing(machine, index, case, &host(case)));
    }
    for (index, (case, message)) in EXHAUST.iter().enumerate() {
        failures.extend(missing(machine, PANICS.len() + index, case, &[(*message).to_owned()]));
    }
    let (name, count) = (machine.name(), failures.len());
    assert!(failures.is_empty(), "{count} on {name}:\n{}", failures.join("\n"));
}

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What the log must contain, taken from the host's own panic.
fn host(case: &Panic) -> Vec<String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| match WATCHED.get() {
            true => SEEN.set(describe(info)),
            false => before(info),
        }));
    });
    WATCHED.set(true);
    let returned = catch_unwind(|| (case.run)(std::hint::black_box(0)));
    WATCHED.set(false);
    assert!(returned.is_err(), "{} does not panic on the host", case.name);
    SEEN.take()
}

/// The message, and the place unless it is in the host's own std.
fn describe(info: &PanicHookInfo<'_>) -> Vec<String> {
    let mut texts = vec![info.payload_as_str().unwrap_or_default().to_owned()];
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    texts.extend(place.find("cases/panics.rs").map(|start| place[start..].to_owned()));
    texts
}

fn missing(machine: &mut dyn Machine, index: usize, case: &Panic, wanted: &[String]) -> Option<String> {
    let request = Request { mode: Mode::Panic, case: index as u16, seed: 0, count: 0, skip: 0 };
    let executed = machine.execute(request);
    if executed.error.is_none() {
        return Some(format!("{}: the transaction succeeded", case.name));
    }
    let log = executed.logs.join("\n");
    let absent = wanted.iter().find(|text| !log.contains(*text))?;
    Some(format!("{}: `{absent}` is not in the log:\n{log}", case.name))
}
