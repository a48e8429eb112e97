//! Whole keepers against a node.

mod faults;
mod rescues;
mod stage;
