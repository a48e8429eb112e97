//! Ballast's margin engine: what a book of spot, perps, futures and options needs, in fixed point.
//!
//! It is for every place that must agree on that number to the last bit: the programs, the keeper, the
//! client and the browser. It must not know Solana, accounts, clocks, files or floating point (but for
//! the `twin`, a host-only second opinion), and it neither allocates (but for the `memo`, for hosts that assess many
//! books) nor panics.

#![no_std]
#![deny(unsafe_code)]
#![deny(clippy::arithmetic_side_effects)]

#[cfg(feature = "memo")]
extern crate alloc;
#[cfg(any(feature = "memo", feature = "twin"))]
extern crate std;

mod assess;
pub mod black;
pub mod book;
mod charges;
mod check;
mod cross;
mod desk;
pub mod error;
pub mod forecast;
mod grains;
pub mod kernel;
pub mod model;
pub mod presets;
pub mod quote;
pub mod rank;
pub mod report;
mod rungs;
mod scan;
pub mod share;
mod sheet;
mod smile;
pub mod surface;
#[cfg(feature = "twin")]
#[allow(clippy::arithmetic_side_effects)]
pub mod twin;
pub mod units;
mod wide;

pub use assess::assess;
pub use desk::Desk;
pub use error::{MarginError, Result};
#[cfg(feature = "memo")]
pub use sheet::memo;
