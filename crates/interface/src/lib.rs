//! What Ballast's programs show to each other and to the world: ids, seeds, account layouts, errors, events.
//!
//! It must not know how anything is decided: no instruction handlers, no margin arithmetic, no network.

#![deny(clippy::arithmetic_side_effects)]
// With `idl-build`, Anchor adds functions of its own to documented types and documents none of them.
#![cfg_attr(not(feature = "idl-build"), warn(missing_docs))]

pub mod account;
pub mod ids;
pub mod seeds;
mod wide;

pub use wide::Fixed64;
