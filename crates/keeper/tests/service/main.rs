//! Whole keepers against a node.

mod faults;
mod once;
mod rescues;
mod stage;
