//! From decimals to the engine's units, to the nearest step.

use ballast_margin::book::Years;
use ballast_margin::units::{Contracts, Fraction, Price, Quote, STEPS};
use fixed::types::I16F48;

/// A price.
pub fn price(value: f64) -> Price {
    Price((value * STEPS as f64).round() as u64)
}

/// A number of contracts.
pub fn contracts(value: f64) -> Contracts {
    Contracts((value * STEPS as f64).round() as i64)
}

/// An amount of quote.
pub fn quote(value: f64) -> Quote {
    Quote((value * STEPS as f64).round() as i128)
}

/// A ratio.
pub fn fraction(value: f64) -> Fraction {
    Fraction((value * (1u64 << 40) as f64).round() as i64)
}

/// A parameter of a surface.
pub fn parameter(value: f64) -> I16F48 {
    I16F48::from_bits((value * (1u64 << 48) as f64).round() as i64)
}

/// A time in years.
pub fn years(value: f64) -> Years {
    Years((value * (1u64 << 60) as f64).round() as u64)
}
