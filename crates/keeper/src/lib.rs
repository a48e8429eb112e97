//! The keeper: a service that watches a group and does what anybody may do for it. It liquidates, refreshes prices,
//! accrues funding, freezes and settles dates, executes triggers, and warns.
//!
//! It must not know more than anybody else: it holds a key of its own and no power over others' money. What it may do is
//! what the programs let anybody do.

#![warn(missing_docs)]

mod keeper;
pub mod roles;
pub mod scan;
mod state;

pub use keeper::{Job, Keeper, Outcome};
pub use roles::Role;
pub use state::State;
