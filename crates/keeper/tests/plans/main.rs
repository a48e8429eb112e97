//! Plans on states of a real world, executed by the real programs.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod bankrupt;
mod coins;
mod doubts;
mod dust;
mod forms;
mod idle;
mod lenders;
mod limits;
mod order;
mod scene;
#[allow(dead_code)] // It is the stage of other suites, too.
#[path = "../../../../tests/cases/stage.rs"]
mod stage;
mod takings;
#[allow(dead_code)]
#[path = "../../../../tests/rescues/tally.rs"]
mod tally;
