//! The keeper: a service that watches a group and does what anybody may do for it. It liquidates, refreshes prices,
//! accrues funding, freezes and settles dates, executes triggers, and warns.
//!
//! It must not know more than anybody else: it holds a key of its own and no power over others' money. What it may do is
//! what the programs let anybody do.

#![warn(missing_docs)]

pub mod attempt;
pub mod config;
pub mod follow;
pub mod liquidate;
pub mod roles;
pub mod scan;

mod failure;
mod http;
mod keeper;
mod metrics;
mod service;
mod signs;
mod state;

pub use config::{LogFormat, RunArgs, Settings};
pub use failure::Failure;
pub use keeper::{Job, Keeper, Outcome};
pub use metrics::Metrics;
pub use roles::Role;
pub use service::{run, serve, work};
pub use signs::Signs;
pub use state::State;
