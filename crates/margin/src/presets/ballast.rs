//! Ballast's own model for BTC, ETH and SOL, and what its markets start with.

use super::pmrm::{FACTORS, SKEW};
use super::{fixed, scaled, ABSOLUTE, LINEAR};
use crate::forecast::Predictor;
use crate::model::Vol::{Down, Flat, Up};
use crate::model::{
    AddOns, Basis, Convexity, Correlation, Cross, Gains, Liquidity, Model, Row, Tail, Vol, VolShock,
};
use crate::units::{Contracts, Fraction, Quote, STEPS};

/// Number of the BTC market.
pub const BTC: u16 = 1;
/// Number of the ETH market.
pub const ETH: u16 = 2;
/// Number of the SOL market.
pub const SOL: u16 = 3;

/// A scaled row with a probability in parts of 1024, so that the masses sum to one exactly.
const fn core(multiplier: &str, vol: Vol, parts: i64) -> Row {
    Row { mass: Fraction(parts << 30), ..scaled(multiplier, vol) }
}

/// A scaled row of two ranges, of which a share counts.
const fn double(multiplier: &str) -> Row {
    Row { weight: Fraction::lit("0.35"), ..scaled(multiplier, Up) }
}

/// 25 rows of the core, two of two ranges, four far ones at a weight of .08 / abs(move), two of skew.
/// At the ends of the range only volatilities up and down, which the flat one lies between.
const ROWS: [Row; 33] = [
    core("2", Up, 3),
    core("2", Down, 2),
    core("1.75", Up, 5),
    core("1.75", Flat, 3),
    core("1.75", Down, 2),
    core("1.5", Up, 12),
    core("1.5", Flat, 18),
    core("1.5", Down, 10),
    core("1.25", Up, 36),
    core("1.25", Flat, 100),
    core("1.25", Down, 46),
    core("1", Up, 75),
    core("1", Flat, 400),
    core("1", Down, 75),
    core("0.75", Up, 52),
    core("0.75", Flat, 90),
    core("0.75", Down, 40),
    core("0.5", Up, 18),
    core("0.5", Flat, 16),
    core("0.5", Down, 6),
    core("0.25", Up, 6),
    core("0.25", Flat, 3),
    core("0.25", Down, 1),
    core("0", Up, 4),
    core("0", Down, 1),
    double("3"),
    double("-1"),
    fixed("0.34", Up, "0.121212121212121212"),
    fixed("2", Up, "0.08"),
    fixed("3", Up, "0.04"),
    fixed("4", Up, "0.026666666666666667"),
    LINEAR,
    ABSOLUTE,
];

/// Under stress nothing diversifies, and hedges of SOL may fail on their own, as in November 2022.
const CORRELATIONS: [Correlation; 3] = [
    Correlation { markets: (BTC, ETH), low: Fraction::lit("0.5"), high: Fraction::lit("0.95") },
    Correlation { markets: (BTC, SOL), low: Fraction::lit("0.3"), high: Fraction::lit("0.95") },
    Correlation { markets: (ETH, SOL), low: Fraction::lit("0.3"), high: Fraction::lit("0.95") },
];

/// Ballast's own model: every term of the engine at work.
pub const BALLAST: Model<'static> = Model {
    rows: &ROWS,
    vol: VolShock {
        up: Fraction::lit("0.5"),
        down: Fraction::lit("0.275"),
        floor: Fraction::lit("0.5"),
        floor_seconds: 86_400,
        short_power: Fraction::lit("0.3"),
        long_power: Fraction::lit("0.13"),
    },
    skew: SKEW,
    discount: None,
    // A quarter of the range, which two rows move by too: their values serve both.
    basis: Basis {
        up: Fraction::lit("1.25"),
        down: Fraction::lit("0.75"),
        scaled: true,
        add: Fraction::lit("0.5"),
        per_year: Fraction::lit("2"),
    },
    tail: Tail { share: Fraction::lit("0.01"), multiplier: Fraction::lit("1.125") },
    cross: Cross {
        offset: Fraction::lit("0.6"),
        floor: Fraction::lit("0.5"),
        covariance: true,
        correlations: &CORRELATIONS,
    },
    factors: FACTORS,
    add_ons: AddOns {
        perp_maintenance: Fraction::lit("0.015"),
        perp_initial: Fraction::lit("0.005"),
        option_maintenance: Fraction::lit("0.005"),
        option_initial: Fraction::lit("0.0025"),
        score_threshold: Fraction::ZERO,
        score_margin: Fraction::ZERO,
        convexity: Convexity { kappa: Fraction::ONE, gap: Fraction::lit("0.05"), decay_seconds: 86_400 },
        twist: Fraction::lit("0.25"),
        liquidity: Liquidity { slope: Fraction::lit("0.025"), cap: Fraction::lit("0.05") },
        interval: Fraction::ONE,
        roll_per_year: Fraction::lit("0.05"),
        roll_minimum: Fraction::lit("0.0025"),
    },
    gains: Gains { weight: Fraction::lit("0.5"), cap: Quote(1_000_000 * STEPS as i128) },
    settlement_seconds: 1_800,
};

/// What a market starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketDefaults {
    /// Number in the model's correlations.
    pub id: u16,
    /// Name of the underlying.
    pub name: &'static str,
    /// Contracts of delta that the market takes without impact.
    pub depth: Contracts,
    /// Widest confidence interval under which risk may grow, as a share of the index.
    pub interval: Fraction,
    /// Haircut of the underlying as collateral in both margins.
    pub haircut: Fraction,
    /// Haircut that initial margin takes on top.
    pub haircut_initial: Fraction,
    /// How its scan range follows the forecast.
    pub predictor: Predictor,
}

/// What the markets of [`BALLAST`] start with, in the order of their numbers.
pub const MARKETS: [MarketDefaults; 3] = [
    market(BTC, "BTC", 150, predictor("0.16", "0.32")),
    market(ETH, "ETH", 3_500, predictor("0.18", "0.36")),
    market(SOL, "SOL", 60_000, predictor("0.24", "0.4")),
];

const fn market(id: u16, name: &'static str, depth: i64, predictor: Predictor) -> MarketDefaults {
    MarketDefaults {
        id,
        name,
        depth: Contracts(depth.saturating_mul(STEPS as i64)),
        interval: Fraction::lit("0.02"),
        haircut: Fraction::lit("0.02"),
        haircut_initial: Fraction::lit("0.03"),
        predictor,
    }
}

const fn predictor(floor: &str, cap: &str) -> Predictor {
    Predictor {
        memory_seconds: 4 * 86_400,
        step_seconds: 300,
        horizon_seconds: 86_400,
        widths: Fraction::lit("4"),
        largest_move: Fraction::lit("0.1"),
        stressed: Fraction::lit(cap),
        stressed_share: Fraction::lit("0.25"),
        floor: Fraction::lit(floor),
        cap: Fraction::lit(cap),
        up_per_hour: Fraction::lit("0.04"),
        down_per_hour: Fraction::lit("0.002"),
        largest_multiplier: Fraction::lit("2"),
    }
}
