//! The cases, one file a class.

use crate::case::Case;
use crate::output::Output;

pub mod aggregates;
pub mod approximate;
pub mod arguments;
pub mod branches;
pub mod collections;
pub mod double;
pub mod fixed_point;
mod float;
pub mod formatting;
pub mod frames;
pub mod half;
pub mod hashing;
pub mod int128;
pub mod int128_signed;
pub mod integers;
pub mod iterators;
pub mod layout;
pub mod memory;
pub mod panics;
pub mod parsing;
pub mod quad;
pub mod recursion;
pub mod shared;
pub mod shifts;
pub mod signed_division;
pub mod single;
pub mod statics;
pub mod text;
pub mod wide;

/// Cases whose every word is the host's.
const EXACT: &[&[Case]] = &[
    int128::CASES,
    int128_signed::CASES,
    shifts::CASES,
    wide::CASES,
    signed_division::CASES,
    integers::CASES,
    double::CASES,
    single::CASES,
    half::CASES,
    quad::CASES,
    fixed_point::CASES,
    arguments::CASES,
    aggregates::CASES,
    memory::CASES,
    frames::CASES,
    layout::CASES,
    collections::CASES,
    shared::CASES,
    iterators::CASES,
    formatting::CASES,
    parsing::CASES,
    text::CASES,
    hashing::CASES,
    recursion::CASES,
    branches::CASES,
    statics::CASES,
];

pub fn exact() -> impl Iterator<Item = &'static Case> {
    EXACT.iter().copied().flatten()
}

/// Every case, in the order of their numbers: the exact ones, then those of [`approximate`].
pub fn all() -> impl Iterator<Item = &'static Case> {
    exact().chain(approximate::CASES)
}

/// Tells whether a program and its driver know the same cases.
pub fn catalogue() -> u64 {
    let mut output = Output::digesting();
    for case in all() {
        output.put(case.name);
    }
    output.digest()
}

pub fn find(index: usize) -> Option<&'static Case> {
    all().nth(index)
}
