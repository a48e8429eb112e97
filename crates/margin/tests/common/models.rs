//! Models for tests: from one where nothing but the rows counts to one where everything does.

use ballast_margin::model::{
    AddOns, Basis, Convexity, Correlation, Cross, Factors, Gains, Liquidity, Model, Row, Skew,
    StaticDiscount, Tail, Vol, VolShock,
};
use ballast_margin::units::{Fraction, Quote};

const ZERO: Fraction = Fraction::ZERO;
const ONE: Fraction = Fraction::ONE;

const fn row(multiplier: &str, scaled: bool, vol: Vol, weight: &str, mass: &str) -> Row {
    Row {
        multiplier: Fraction::lit(multiplier),
        scaled,
        vol,
        weight: Fraction::lit(weight),
        mass: Fraction::lit(mass),
    }
}

/// Scaled rows alone: price up and down by a range with volatility up and down, and tails.
const SCALED: &[Row] = &[
    row("1", true, Vol::Up, "1", "0"),
    row("1", true, Vol::Down, "1", "0"),
    row("2", true, Vol::Up, "1", "0"),
    row("2", true, Vol::Down, "1", "0"),
    row("0", true, Vol::Up, "1", "0"),
    row("0", true, Vol::Down, "1", "0"),
    row("3", true, Vol::Flat, "0.35", "0"),
    row("-1", true, Vol::Flat, "0.35", "0"),
];

/// Every kind of row, with masses that sum to one.
const MIXED: &[Row] = &[
    row("1.18", false, Vol::Up, "1", "0.01"),
    row("1.09", false, Vol::Down, "1", "0.04"),
    row("1.09", false, Vol::Flat, "1", "0.1"),
    row("2", true, Vol::Up, "1", "0.05"),
    row("1.5", true, Vol::Down, "1", "0.1"),
    row("1", false, Vol::Up, "1", "0.1"),
    row("1", false, Vol::Flat, "1", "0.2"),
    row("1", false, Vol::Down, "1", "0.1"),
    row("0.5", true, Vol::Flat, "1", "0.1"),
    row("0", true, Vol::Up, "1", "0.06"),
    row("0.91", false, Vol::Down, "1", "0.1"),
    row("0.82", false, Vol::Up, "1", "0.04"),
    row("-6", true, Vol::Up, "0.05", "0"),
    row("0.34", false, Vol::Up, "0.054545", "0"),
    row("1.5", false, Vol::Up, "0.072", "0"),
    row("6", false, Vol::Flat, "0.0072", "0"),
    row("1", false, Vol::Linear, "1", "0"),
    row("1.3", false, Vol::Absolute, "1", "0"),
];

const VOL: VolShock = VolShock {
    up: Fraction::lit("0.5"),
    down: Fraction::lit("0.275"),
    floor: Fraction::lit("0.45"),
    floor_seconds: 86_400,
    short_power: Fraction::lit("0.3"),
    long_power: Fraction::lit("0.13"),
};

const SKEW: Skew = Skew {
    linear_base: Fraction::lit("-0.05"),
    linear_cap: Fraction::lit("0.15"),
    absolute_base: Fraction::lit("-0.04"),
    absolute_cap: Fraction::lit("0.2"),
    min_k: Fraction::lit("0.01"),
    width: Fraction::lit("4"),
    vol_base: Fraction::lit("0.6"),
    vol_slope: Fraction::lit("-0.1"),
};

const DISCOUNT: StaticDiscount = StaticDiscount {
    long_base: Fraction::lit("0.95"),
    long_rate: Fraction::lit("1"),
    long_add: Fraction::lit("0.08"),
    short_base: Fraction::lit("1.04"),
    short_rate: Fraction::lit("0.5"),
    short_add: Fraction::lit("0.08"),
};

const NO_ADD_ONS: AddOns = AddOns {
    perp_maintenance: ZERO,
    perp_initial: ZERO,
    option_maintenance: ZERO,
    option_initial: ZERO,
    score_threshold: ZERO,
    score_margin: ZERO,
    convexity: Convexity { kappa: ZERO, gap: ZERO, decay_seconds: 1 },
    twist: ZERO,
    liquidity: Liquidity { slope: ZERO, cap: ZERO },
    interval: ZERO,
    roll_per_year: ZERO,
    roll_minimum: ZERO,
};

/// Rows and nothing else, with no volatility left in rows down near expiry: no contingency, no offset between markets, no add-ons, factors of one.
pub const fn bare() -> Model<'static> {
    Model {
        rows: SCALED,
        vol: VolShock { down: Fraction::lit("0.6"), ..VOL },
        skew: SKEW,
        discount: None,
        basis: Basis { up: ONE, down: ONE, scaled: false, add: ZERO, per_year: ZERO },
        tail: Tail { share: ZERO, multiplier: ZERO },
        cross: Cross { offset: ZERO, floor: ONE, covariance: false, correlations: &[] },
        factors: Factors { maintenance: ONE, initial: ONE, peg_threshold: ZERO, peg_factor: ZERO },
        add_ons: NO_ADD_ONS,
        gains: Gains { weight: ONE, cap: Quote(i64::MAX as i128) },
        settlement_seconds: 1_800,
    }
}

/// Every kind of row, static discounts and the forward contingency; add-ons on perps and options.
pub const fn discounted() -> Model<'static> {
    Model {
        rows: MIXED,
        vol: VOL,
        discount: Some(DISCOUNT),
        basis: Basis {
            up: Fraction::lit("1.045"),
            down: Fraction::lit("0.955"),
            scaled: false,
            add: Fraction::lit("0.5"),
            per_year: Fraction::lit("2"),
        },
        factors: Factors {
            maintenance: Fraction::lit("0.8"),
            initial: ONE,
            peg_threshold: Fraction::lit("0.98"),
            peg_factor: Fraction::lit("2"),
        },
        add_ons: AddOns {
            perp_maintenance: Fraction::lit("0.015"),
            perp_initial: Fraction::lit("0.005"),
            option_maintenance: Fraction::lit("0.003"),
            option_initial: Fraction::lit("0.002"),
            score_threshold: Fraction::lit("0.55"),
            score_margin: ONE,
            ..NO_ADD_ONS
        },
        ..bare()
    }
}

const CORRELATIONS: &[Correlation] = &[
    Correlation { markets: (1, 2), low: Fraction::lit("0.6"), high: Fraction::lit("0.95") },
    Correlation { markets: (1, 3), low: Fraction::lit("-0.1"), high: Fraction::lit("0.5") },
    Correlation { markets: (2, 3), low: Fraction::lit("0.3"), high: Fraction::lit("0.8") },
    Correlation { markets: (3, 4), low: Fraction::lit("0.9"), high: ONE },
    Correlation { markets: (4, 5), low: Fraction::lit("0.2"), high: Fraction::lit("0.7") },
    Correlation { markets: (5, 6), low: Fraction::lit("0.1"), high: Fraction::lit("0.9") },
    Correlation { markets: (5, 7), low: Fraction::lit("0.5"), high: Fraction::lit("0.6") },
    Correlation { markets: (7, 8), low: Fraction::lit("0.4"), high: Fraction::lit("0.4") },
];

/// Everything that a model can have, static discounts excepted, at a strength that shows.
pub const fn everything() -> Model<'static> {
    Model {
        discount: None,
        tail: Tail { share: Fraction::lit("0.025"), multiplier: Fraction::lit("1.2") },
        cross: Cross {
            offset: Fraction::lit("0.6"),
            floor: Fraction::lit("0.3"),
            covariance: true,
            correlations: CORRELATIONS,
        },
        add_ons: AddOns {
            convexity: Convexity {
                kappa: Fraction::lit("0.7"),
                gap: Fraction::lit("0.03"),
                decay_seconds: 172_800,
            },
            twist: Fraction::lit("0.25"),
            liquidity: Liquidity { slope: Fraction::lit("0.02"), cap: Fraction::lit("0.15") },
            interval: Fraction::lit("1.5"),
            roll_per_year: Fraction::lit("0.02"),
            roll_minimum: Fraction::lit("0.005"),
            ..discounted().add_ons
        },
        gains: Gains { weight: Fraction::lit("0.5"), cap: Quote(20_000 * 10_000_000_000) },
        ..discounted()
    }
}

/// All of them, each with a name for messages.
pub fn all() -> [(&'static str, Model<'static>); 3] {
    [("bare", bare()), ("discounted", discounted()), ("everything", everything())]
}
