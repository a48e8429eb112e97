//! CME's SPAN scan: sixteen rows over a price range and a volatility range.

use super::{scaled, ALL_GAINS, NO_ADD_ONS, NO_BASIS, NO_CROSS, NO_SKEW, NO_TAIL};
use crate::model::Vol::{Down, Flat, Up};
use crate::model::{Factors, Model, Row, VolShock};
use crate::units::Fraction;

/// What counts of the loss in a move of two ranges.
const EXTREME: Fraction = Fraction::lit("0.35");

/// In the order in which SPAN numbers its scenarios.
const ROWS: [Row; 16] = [
    scaled("1", Up),
    scaled("1", Down),
    scaled("1.333333333333333333", Up),
    scaled("1.333333333333333333", Down),
    scaled("0.666666666666666667", Up),
    scaled("0.666666666666666667", Down),
    scaled("1.666666666666666667", Up),
    scaled("1.666666666666666667", Down),
    scaled("0.333333333333333333", Up),
    scaled("0.333333333333333333", Down),
    scaled("2", Up),
    scaled("2", Down),
    scaled("0", Up),
    scaled("0", Down),
    Row { weight: EXTREME, ..scaled("3", Flat) },
    Row { weight: EXTREME, ..scaled("-1", Flat) },
];

/// CME SPAN's scan risk; the volatility range is a quarter of the volatility at every date.
pub const SPAN16: Model<'static> = Model {
    rows: &ROWS,
    vol: VolShock {
        up: Fraction::lit("0.25"),
        down: Fraction::lit("0.25"),
        floor: Fraction::ZERO,
        floor_seconds: 86_400,
        short_power: Fraction::ZERO,
        long_power: Fraction::ZERO,
    },
    skew: NO_SKEW,
    discount: None,
    basis: NO_BASIS,
    tail: NO_TAIL,
    cross: NO_CROSS,
    factors: Factors {
        maintenance: Fraction::ONE,
        initial: Fraction::lit("1.1"),
        peg_threshold: Fraction::ZERO,
        peg_factor: Fraction::ZERO,
    },
    add_ons: NO_ADD_ONS,
    gains: ALL_GAINS,
    settlement_seconds: 1_800,
};
