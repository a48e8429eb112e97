//! A trading day on an embedded SVM: real programs, real keepers, a crash, and a report of all of it.
//!
//! It must not know what the programs ought to answer: what must hold is the business of `ballast-audit`.

#![warn(missing_docs)]

pub mod alone;
mod broken;
mod cast;
mod checks;
mod close;
mod crank;
mod day;
mod keepers;
mod play;
pub mod record;
mod refusals;
pub mod regimes;
pub mod report;
mod rescued;
mod schedule;
pub mod stage;
mod standing;
mod tally;
pub mod tape;
mod trade;

pub use broken::Broken;
pub use play::{play, Meddle, Setting};
pub use schedule::Pace;
