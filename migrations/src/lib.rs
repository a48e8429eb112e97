//! Brings a cluster to a description: programs deployed, a group set up, and nothing done twice.
//!
//! It must not know any particular cluster: what there shall be is in the description. It holds the names, units and
//! defaults of all rules, which the command line has from here.

#![warn(missing_docs)]

pub mod calendar;
pub mod decimal;
pub mod defaults;
pub mod description;
pub mod keys;
mod place;
mod plan;
mod program;
pub mod rules;
pub mod units;
mod wrong;

pub use description::Description;
pub use keys::Keys;
pub use plan::{apply, plan, Broken, Cluster, Cost, Done, Line, Part, Plan, Progress, Sign, Step};
pub use wrong::{Error, Result, Wrong};
