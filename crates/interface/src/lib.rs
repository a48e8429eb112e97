//! What Ballast's programs show to each other and to the world: ids, seeds, account layouts, instructions, errors,
//! events, and how accounts are read into what the margin engine asks for.
//!
//! It must not know who may do what: no instruction handlers, no margin formulas, no network.

#![deny(clippy::arithmetic_side_effects)]
// With `idl-build`, Anchor adds functions of its own to documented types and documents none of them.
#![cfg_attr(not(feature = "idl-build"), warn(missing_docs))]

pub mod account;
pub mod ids;
pub mod liquidation;
mod parallel;
pub mod risk;
pub mod seeds;
pub mod signatures;
mod wide;

pub use parallel::in_parallel;
pub use wide::{Fixed64, Wide};
