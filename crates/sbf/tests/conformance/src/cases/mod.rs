//! The cases, one file a class.

use crate::case::Case;

pub mod aggregates;
pub mod approximate;
pub mod arguments;
pub mod branches;
pub mod collections;
pub mod double;
pub mod fixed_point;
mod float;
pub mod formatting;
pub mod half;
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
    layout::CASES,
    collections::CASES,
    shared::CASES,
    iterators::CASES,
    formatting::CASES,
    parsing::CASES,
    text::CASES,
    recursion::CASES,
    branches::CASES,
    statics::CASES,
];

pub fn exact() -> impl Iterator<Item = &'static Case> {
    EXACT.iter().copied().flatten()
}

/// Exact cases first, then those of [`approximate`].
pub fn find(index: usize) -> Option<&'static Case> {
    exact().chain(approximate::CASES).nth(index)
}
