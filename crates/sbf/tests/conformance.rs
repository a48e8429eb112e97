//! Runs the conformance program on both virtual machines, built for both architectures,
//! and expects what the host computes from the same source.
//!
//! `SBF_SEED` repeats a run, `SBF_INPUTS` sets how many inputs each case gets.

mod conformance_driver;

use conformance_driver::bank::Bank;
use conformance_driver::lite::Lite;
use conformance_driver::{faults, panics, suite, Arch};
use sbf_conformance::cases;

/// Inputs of each case where nothing else is asked for.
const LITE_INPUTS: u32 = 1000;
const BANK_INPUTS: u32 = 300;

#[test]
fn litesvm_v0() {
    suite::run(&mut Lite::new(Arch::V0), LITE_INPUTS);
}

#[test]
fn litesvm_v3() {
    suite::run(&mut Lite::new(Arch::V3), LITE_INPUTS);
}

#[test]
fn program_test_v0() {
    suite::run(&mut Bank::new(Arch::V0), BANK_INPUTS);
}

#[test]
fn program_test_v3() {
    suite::run(&mut Bank::new(Arch::V3), BANK_INPUTS);
}

#[test]
fn panics_reach_the_log() {
    for arch in [Arch::V0, Arch::V3] {
        panics::run(&mut Lite::new(arch));
        panics::run(&mut Bank::new(arch));
    }
}

#[test]
fn a_wrong_result_is_found() {
    faults::run(&mut Lite::new(Arch::V0));
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = cases::all().map(|case| case.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
