//! A second opinion: the whole model once more, in floating point, by the simplest formulas.
//!
//! It exists to be compared with the engine, in tests and in research, on the host. It shares the types
//! of the input with the engine and nothing else, it trusts its input instead of checking it, and its
//! bits differ from machine to machine. It must not be used to move money, nor to say who is solvent.

mod assess;
mod black;
mod charges;
mod convert;
mod cross;
mod erfc;
mod loss;
mod report;
mod side;
mod slice;

pub use assess::assess;
pub use black::{black, sigma, Black};
pub use convert::{from_contracts, from_fraction, from_parameter, from_price, from_quote, from_years};
pub use erfc::{density, erfc, normal};
pub use report::{Components, MarketReport, Report};
