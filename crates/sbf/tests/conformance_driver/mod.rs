//! What the conformance tests are made of.

pub mod bank;
pub mod check;
pub mod faults;
pub mod lite;
pub mod panics;
pub mod suite;

pub use machine::Arch;

mod machine;
