//! Rescues played on every SVM, one file a story, and what attackers try.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod adversaries;
mod adversaries_insurance;
mod crash;
mod rescued;
#[allow(dead_code)] // It is the stage of other suites, too.
#[path = "../cases/stage.rs"]
mod stage;
