//! Deribit's price and volatility matrix (X:PM): nine prices by three volatilities, and damped tails.

use super::{fixed, scaled, ALL_GAINS, NO_ADD_ONS, NO_BASIS, NO_SKEW, NO_TAIL};
use crate::model::Vol::{Down, Flat, Up};
use crate::model::{AddOns, Cross, Factors, Model, Row, VolShock};
use crate::units::Fraction;

/// From the lowest price up, then the extended table at a weight of .032 / abs(move).
const ROWS: [Row; 35] = [
    scaled("0", Up),
    scaled("0", Flat),
    scaled("0", Down),
    scaled("0.25", Up),
    scaled("0.25", Flat),
    scaled("0.25", Down),
    scaled("0.5", Up),
    scaled("0.5", Flat),
    scaled("0.5", Down),
    scaled("0.75", Up),
    scaled("0.75", Flat),
    scaled("0.75", Down),
    scaled("1", Up),
    scaled("1", Flat),
    scaled("1", Down),
    scaled("1.25", Up),
    scaled("1.25", Flat),
    scaled("1.25", Down),
    scaled("1.5", Up),
    scaled("1.5", Flat),
    scaled("1.5", Down),
    scaled("1.75", Up),
    scaled("1.75", Flat),
    scaled("1.75", Down),
    scaled("2", Up),
    scaled("2", Flat),
    scaled("2", Down),
    fixed("0.34", Up, "0.048484848484848485"),
    fixed("0.67", Up, "0.096969696969696970"),
    fixed("1.5", Up, "0.064"),
    fixed("2", Up, "0.032"),
    fixed("3", Up, "0.016"),
    fixed("4", Up, "0.010666666666666667"),
    fixed("5", Up, "0.008"),
    fixed("6", Up, "0.0064"),
];

/// Deribit's cross portfolio margin, with its ETH roll shock.
pub const XPM: Model<'static> = Model {
    rows: &ROWS,
    vol: VolShock {
        up: Fraction::lit("0.5"),
        down: Fraction::lit("0.25"),
        floor: Fraction::lit("0.5"),
        floor_seconds: 86_400,
        short_power: Fraction::lit("0.3"),
        long_power: Fraction::lit("0.13"),
    },
    skew: NO_SKEW,
    discount: None,
    basis: NO_BASIS,
    tail: NO_TAIL,
    cross: Cross {
        offset: Fraction::lit("0.6"),
        floor: Fraction::ZERO,
        covariance: false,
        correlations: &[],
    },
    factors: Factors {
        maintenance: Fraction::lit("0.8"),
        initial: Fraction::ONE,
        peg_threshold: Fraction::ZERO,
        peg_factor: Fraction::ZERO,
    },
    add_ons: AddOns {
        roll_per_year: Fraction::lit("0.05"),
        roll_minimum: Fraction::lit("0.005"),
        ..NO_ADD_ONS
    },
    gains: ALL_GAINS,
    settlement_seconds: 1_800,
};
