//! Roles on the real programs: what is due, what is not yet, and what becomes of it.

mod alerts;
#[path = "../common/mod.rs"]
mod common;
mod expiry;
mod funding;
mod prices;
mod settle;
mod steps;
mod triggers;
mod updates;
