//! One case against the host, and what to say when they differ.

use std::sync::{Mutex, PoisonError};

use sbf_conformance::case::{self, Case};
use sbf_conformance::cases;
use sbf_conformance::output::Output;
use sbf_conformance::protocol::{Mode, Request, WORDS_PER_PAGE};

use super::machine::{Machine, UNITS};

/// Neighbouring floats that the host and a program may be apart where the library chooses.
const TOLERANCE: u64 = 2;

/// Inputs of a case's first transaction; what they use sets how many the next one gets.
const FIRST_BATCH: u32 = 8;

/// A transaction that used as much has run out of units.
const ENOUGH: u64 = UNITS as u64 - 1000;

/// A program built from other sources numbers its cases otherwise: all of them would differ.
pub fn is_current(machine: &mut dyn Machine) {
    let request = Request { mode: Mode::Catalogue, case: 0, seed: 0, count: 0, skip: 0 };
    let reply = machine.execute(request).reply();
    let expected = cases::catalogue().to_le_bytes().to_vec();
    assert_eq!(reply, Ok(expected), "{} runs another program; run `cargo sbf build`", machine.name());
}

/// What the host makes of the inputs.
fn reference(case: &Case, seed: u64, count: u32, keep: usize) -> Output {
    // Some cases have statics; a program has one thread.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut output = Output::keeping(0, keep);
    case::run(case, seed, count, &mut output, || true);
    output
}

/// Runs `inputs` inputs of case number `index` and compares digests with those of `case`.
pub fn exact(
    machine: &mut dyn Machine,
    index: u16,
    case: &Case,
    seed: u64,
    inputs: u32,
) -> Result<(), String> {
    let mut done = 0;
    let mut batch = FIRST_BATCH;
    while done < inputs {
        let start = seed.wrapping_add(done as u64);
        let count = batch.min(inputs - done);
        let request = Request { mode: Mode::Digest, case: index, seed: start, count, skip: 0 };
        let executed = machine.execute(request);
        let units = executed.units;
        if executed.error.is_some() && units >= ENOUGH && count > 1 {
            batch = 1;
            continue;
        }
        let reply = executed.reply().map_err(|error| format!("{} seed {start}: {error}", case.name))?;
        let (digest, count) = digest_reply(&reply).ok_or_else(|| format!("{}: not a digest", case.name))?;
        if reference(case, start, count, 0).digest() != digest {
            return Err(narrow(machine, index, case, start, count));
        }
        done += count;
        batch = (ENOUGH / 2 * count as u64 / units.max(1)).clamp(1, 2 * batch as u64) as u32;
    }
    Ok(())
}

fn digest_reply(reply: &[u8]) -> Option<(u64, u32)> {
    let digest = u64::from_le_bytes(reply.get(..8)?.try_into().ok()?);
    let count = u32::from_le_bytes(reply.get(8..12)?.try_into().ok()?);
    (count > 0).then_some((digest, count))
}

/// Finds the first input, and in it the first word, that differs.
fn narrow(machine: &mut dyn Machine, index: u16, case: &Case, seed: u64, count: u32) -> String {
    for place in 0..count as u64 {
        if let Some(difference) = difference(machine, index, case, seed.wrapping_add(place), 1) {
            return difference;
        }
    }
    let together = difference(machine, index, case, seed, count);
    together
        .unwrap_or_else(|| format!("{} seed {seed}: {count} inputs differ, but not when repeated", case.name))
}

fn difference(machine: &mut dyn Machine, index: u16, case: &Case, seed: u64, count: u32) -> Option<String> {
    let host = reference(case, seed, count, usize::MAX);
    let place = format!("{} on {}: seed {seed}, {count} input(s)", case.name, machine.name());
    let svm = match words(machine, index, seed, count) {
        Ok(svm) => svm,
        Err(error) => return Some(format!("{place}: {error}")),
    };
    if host.words() == svm {
        return None;
    }
    let first = host.words().iter().zip(&svm).position(|(a, b)| a != b);
    let first = first.unwrap_or_else(|| svm.len().min(host.words().len()));
    let around = first.saturating_sub(3)..first + 5;
    let show = |words: &[u64]| -> String {
        let part = words.iter().enumerate().filter(|(place, _)| around.contains(place));
        part.map(|(place, word)| format!("{}{word:#x} ", if place == first { ">" } else { "" })).collect()
    };
    let (host_count, svm_count) = (host.words().len(), svm.len());
    Some(format!(
        "{place}: word {first} of {host_count} (SVM: {svm_count})\n  host … {}…\n  SVM  … {}…",
        show(host.words()),
        show(&svm)
    ))
}

/// All words of a run, a page at a time.
fn words(machine: &mut dyn Machine, index: u16, seed: u64, count: u32) -> Result<Vec<u64>, String> {
    let mut words = Vec::new();
    loop {
        let request = Request { mode: Mode::Words, case: index, seed, count, skip: words.len() as u32 };
        let reply = machine.execute(request).reply()?;
        let (total, page) = reply.split_first_chunk().ok_or("malformed reply")?;
        let (page, []) = page.as_chunks::<8>() else {
            return Err("malformed words".into());
        };
        words.extend(page.iter().map(|word| u64::from_le_bytes(*word)));
        if words.len() >= u32::from_le_bytes(*total) as usize || page.len() < WORDS_PER_PAGE {
            return Ok(words);
        }
    }
}

/// As [`exact`], but for floats that may be a little off.
pub fn near(
    machine: &mut dyn Machine,
    index: u16,
    case: &Case,
    seed: u64,
    inputs: u32,
) -> Result<(), String> {
    for place in 0..inputs as u64 {
        let seed = seed.wrapping_add(place);
        let host = reference(case, seed, 1, usize::MAX);
        let svm =
            words(machine, index, seed, 1).map_err(|error| format!("{} seed {seed}: {error}", case.name))?;
        let close = |(a, b): (&u64, &u64)| a.abs_diff(*b) <= TOLERANCE;
        if host.words().len() != svm.len() || !host.words().iter().zip(&svm).all(close) {
            let (name, host) = (machine.name(), host.words());
            return Err(format!("{} on {name}: seed {seed}\n  host {host:x?}\n  SVM  {svm:x?}", case.name));
        }
    }
    Ok(())
}
