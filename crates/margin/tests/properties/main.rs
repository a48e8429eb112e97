//! What the engine promises of every book, model and market: invariants, each a test of many random cases.

#[path = "../common/mod.rs"]
mod common;
#[macro_use]
mod harness;

#[cfg(feature = "twin")]
mod against_the_twin;
mod anything;
mod books;
mod charges;
mod collateral;
mod margins;
#[cfg(feature = "memo")]
mod memo;
mod neighbours;
mod offsets;
mod options;
mod order;
mod rounding;
mod rows;
mod shortfall;
mod subadditive;
mod time;
