//! From the engine's units to numbers. A unit holds more bits than an f64, so the nearest one is taken.

use crate::book::Years;
use crate::units::{Contracts, Fraction, Price, Quote};
use fixed::types::I16F48;

/// A decimal step.
const STEP: f64 = 1e10;

/// The price in quote.
pub fn from_price(price: Price) -> f64 {
    price.0 as f64 / STEP
}

/// The number of contracts.
pub fn from_contracts(quantity: Contracts) -> f64 {
    quantity.0 as f64 / STEP
}

/// The amount in quote.
pub fn from_quote(amount: Quote) -> f64 {
    amount.0 as f64 / STEP
}

/// The ratio.
pub fn from_fraction(fraction: Fraction) -> f64 {
    fraction.0 as f64 / (1u64 << 40) as f64
}

/// The parameter of a surface.
pub fn from_parameter(parameter: I16F48) -> f64 {
    parameter.to_bits() as f64 / (1u64 << 48) as f64
}

/// The time in years.
pub fn from_years(years: Years) -> f64 {
    years.0 as f64 / (1u64 << 60) as f64
}
