//! All cases on one machine.

use std::str::FromStr;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sbf_conformance::cases::{self, approximate};

use super::check;
use super::machine::Machine;

/// Inputs of a case compared word by word cost a transaction each.
const NEAR_SHARE: u32 = 10;

pub fn run(machine: &mut dyn Machine, inputs: u32) {
    let seed = setting("SBF_SEED").unwrap_or_else(clock);
    let inputs = setting("SBF_INPUTS").unwrap_or(inputs);
    println!("{}: SBF_SEED={seed}, {inputs} inputs a case", machine.name());
    check::is_current(machine);
    let started = Instant::now();
    let mut failures = Vec::new();
    let (mut cases, mut total) = (0u16, 0);
    for case in cases::exact() {
        failures.extend(check::exact(machine, cases, case, seed, inputs).err());
        total += inputs;
        cases += 1;
    }
    for case in approximate::CASES {
        failures.extend(check::near(machine, cases, case, seed, inputs.div_ceil(NEAR_SHARE)).err());
        total += inputs.div_ceil(NEAR_SHARE);
        cases += 1;
    }
    let seconds = started.elapsed().as_secs_f32();
    println!("{}: {cases} cases, {total} inputs in {seconds:.1} s", machine.name());
    assert!(
        failures.is_empty(),
        "{} of {cases} cases are not as on the host (SBF_SEED={seed}):\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let value = text.parse().ok();
    assert!(value.is_some(), "{name}={text} is not a number");
    value
}

/// Another seed every time: a run that fails prints it.
fn clock() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(1, |elapsed| elapsed.as_nanos() as u64)
}
