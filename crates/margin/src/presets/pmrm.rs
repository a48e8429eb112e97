//! Scenario portfolio margin as Derive publishes it (PMRM_2), with its default parameters.

use super::{fixed, ABSOLUTE, ALL_GAINS, LINEAR, NO_ADD_ONS, NO_CROSS, NO_TAIL};
use crate::model::Vol::{Down, Flat, Up};
use crate::model::{AddOns, Basis, Factors, Model, Row, Skew, StaticDiscount, VolShock};
use crate::units::Fraction;

/// 23 rows inside +-18 %, six beyond at a weight of .036 / abs(move), two skew rows.
const ROWS: [Row; 31] = [
    fixed("1.18", Up, "1"),
    fixed("1.135", Down, "1"),
    fixed("1.135", Flat, "1"),
    fixed("1.135", Up, "1"),
    fixed("1.09", Down, "1"),
    fixed("1.09", Flat, "1"),
    fixed("1.09", Up, "1"),
    fixed("1.045", Down, "1"),
    fixed("1.045", Flat, "1"),
    fixed("1.045", Up, "1"),
    fixed("1", Down, "1"),
    fixed("1", Flat, "1"),
    fixed("1", Up, "1"),
    fixed("0.955", Down, "1"),
    fixed("0.955", Flat, "1"),
    fixed("0.955", Up, "1"),
    fixed("0.91", Down, "1"),
    fixed("0.91", Flat, "1"),
    fixed("0.91", Up, "1"),
    fixed("0.865", Down, "1"),
    fixed("0.865", Flat, "1"),
    fixed("0.865", Up, "1"),
    fixed("0.82", Up, "1"),
    fixed("0.34", Up, "0.054545454545454545"),
    fixed("0.67", Up, "0.109090909090909091"),
    fixed("1.5", Up, "0.072"),
    fixed("2", Up, "0.036"),
    fixed("3", Up, "0.018"),
    fixed("4", Up, "0.012"),
    LINEAR,
    ABSOLUTE,
];

/// The skew rows' parameters, which Ballast's own model shares.
pub(super) const SKEW: Skew = Skew {
    linear_base: Fraction::lit("-0.05"),
    linear_cap: Fraction::lit("0.15"),
    absolute_base: Fraction::lit("-0.05"),
    absolute_cap: Fraction::lit("0.15"),
    min_k: Fraction::lit("0.01"),
    width: Fraction::lit("4"),
    vol_base: Fraction::lit("0.6"),
    vol_slope: Fraction::lit("-0.1"),
};

/// The forward contingency, which Ballast's own model shares.
const BASIS: Basis = Basis {
    up: Fraction::lit("1.045"),
    down: Fraction::lit("0.955"),
    scaled: false,
    add: Fraction::lit("0.5"),
    per_year: Fraction::lit("2"),
};

/// Factors of the two margins, which Ballast's own model shares.
pub(super) const FACTORS: Factors = Factors {
    maintenance: Fraction::lit("0.8"),
    initial: Fraction::ONE,
    peg_threshold: Fraction::lit("0.98"),
    peg_factor: Fraction::lit("2"),
};

/// Scenario portfolio margin (Derive v2, PMRM_2).
pub const PMRM: Model<'static> = Model {
    rows: &ROWS,
    vol: VolShock {
        up: Fraction::lit("0.5"),
        down: Fraction::lit("0.275"),
        floor: Fraction::lit("0.45"),
        floor_seconds: 86_400,
        short_power: Fraction::lit("0.3"),
        long_power: Fraction::lit("0.13"),
    },
    skew: SKEW,
    discount: Some(StaticDiscount {
        long_base: Fraction::lit("0.95"),
        long_rate: Fraction::ONE,
        long_add: Fraction::lit("0.08"),
        short_base: Fraction::lit("1.04"),
        short_rate: Fraction::lit("0.5"),
        short_add: Fraction::lit("0.08"),
    }),
    basis: BASIS,
    tail: NO_TAIL,
    cross: NO_CROSS,
    factors: FACTORS,
    add_ons: AddOns {
        perp_maintenance: Fraction::lit("0.015"),
        perp_initial: Fraction::lit("0.005"),
        option_maintenance: Fraction::lit("0.003"),
        option_initial: Fraction::lit("0.002"),
        score_threshold: Fraction::lit("0.55"),
        score_margin: Fraction::ONE,
        ..NO_ADD_ONS
    },
    gains: ALL_GAINS,
    settlement_seconds: 1_800,
};
