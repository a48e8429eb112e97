//! A trading day on an embedded SVM: real programs, real keepers, a crash, and a report of all of it.
//!
//! It must not know what the programs ought to answer: what must hold is the business of `ballast-audit`.

#![warn(missing_docs)]

pub mod record;
pub mod report;
