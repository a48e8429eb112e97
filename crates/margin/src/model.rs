//! A risk model as data: rows, shocks, contingencies, aggregation and add-ons. Every published method
//! that the engine contains is one value of [`Model`]; see [`crate::presets`].

use crate::units::{Fraction, Quote};

/// Most rows of a model.
pub const MAX_ROWS: usize = 40;

/// What a row does to volatility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vol {
    /// Multiplied by the expiry's factor down.
    Down,
    /// Left as it is.
    Flat,
    /// Multiplied by the expiry's factor up, and not below the floor.
    Up,
    /// Tilted in proportion to the log-moneyness; prices do not move, and each expiry's change counts as a loss.
    Linear,
    /// Tilted in proportion to the log-moneyness' size; prices do not move, and each expiry's change counts as a loss.
    Absolute,
}

/// One scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What spot and forwards are multiplied by; where `scaled`, one more than the move in scan ranges.
    pub multiplier: Fraction,
    /// Whether the move is counted in the market's scan range rather than absolutely.
    pub scaled: bool,
    /// What happens to volatility.
    pub vol: Vol,
    /// What the row's profit or loss is multiplied by.
    pub weight: Fraction,
    /// Probability of the row in the expected shortfall; rows of zero mass are no part of it.
    pub mass: Fraction,
}

/// How volatility moves with time to expiry: z = (30 d / max(t, floor))^power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolShock {
    /// Up is a factor of 1 + `up` z.
    pub up: Fraction,
    /// Down is a factor of max(0, 1 - `down` z).
    pub down: Fraction,
    /// The shocked volatility up is at least this.
    pub floor: Fraction,
    /// Shorter times to expiry count as this many seconds.
    pub floor_seconds: i64,
    /// The power at 30 days and below.
    pub short_power: Fraction,
    /// The power above 30 days.
    pub long_power: Fraction,
}

/// The two skew rows: factor 1 + clamp(k cap / k*, -cap, cap), with k = ln(K/F) or its size,
/// cap = base sqrt(T) + scale, and k* = max(`min_k`, sqrt(T) `width` (`vol_base` + sqrt(T) `vol_slope`)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// Base of the linear row's cap.
    pub linear_base: Fraction,
    /// Constant of the linear row's cap.
    pub linear_cap: Fraction,
    /// Base of the absolute row's cap.
    pub absolute_base: Fraction,
    /// Constant of the absolute row's cap.
    pub absolute_cap: Fraction,
    /// Least width.
    pub min_k: Fraction,
    /// Widths of a standard deviation.
    pub width: Fraction,
    /// Volatility of the width at T = 0.
    pub vol_base: Fraction,
    /// Its slope in sqrt(T).
    pub vol_slope: Fraction,
}

/// Static discounts on an expiry's shocked value, by its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaticDiscount {
    /// A positive value is multiplied by `long_base` exp(-T (r `long_rate` + `long_add`)).
    pub long_base: Fraction,
    /// Multiple of the rate for positive values.
    pub long_rate: Fraction,
    /// Rate added for positive values.
    pub long_add: Fraction,
    /// A negative value is multiplied by min(exp(rT), `short_base` exp(T (r `short_rate` + `short_add`))).
    pub short_base: Fraction,
    /// Multiple of the rate for negative values.
    pub short_rate: Fraction,
    /// Rate added for negative values.
    pub short_add: Fraction,
}

/// Forward contingency: the worse of two moves of each expiry's forward, times `add` + `per_year` T.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The forward's multiplier up.
    pub up: Fraction,
    /// The forward's multiplier down.
    pub down: Fraction,
    /// Whether the moves are counted in the market's scan range, as those of scaled rows are.
    pub scaled: bool,
    /// Constant of the factor.
    pub add: Fraction,
    /// Its slope in time to expiry.
    pub per_year: Fraction,
}

/// Expected shortfall: the mean of the worst `share` of the rows' mass, times `multiplier`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Tail probability; zero leaves the expected shortfall out.
    pub share: Fraction,
    /// What the mean is multiplied by.
    pub multiplier: Fraction,
}

/// Bounds of the correlation of two markets under stress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correlation {
    /// The markets' ids, the lower one first.
    pub markets: (u16, u16),
    /// Lower bound: what a hedge of one by the other may count on.
    pub low: Fraction,
    /// Upper bound: how far equal bets add.
    pub high: Fraction,
}

/// How markets offset each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cross<'a> {
    /// Share of one market's gain in a row that counts against another's loss.
    pub offset: Fraction,
    /// Least share of the markets' own scan losses that the book bears.
    pub floor: Fraction,
    /// Whether the covariance term counts.
    pub covariance: bool,
    /// Bounds by pair; a pair that is not listed has -1 and 1, which is no offset at all.
    pub correlations: &'a [Correlation],
}

/// What scan loss is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factors {
    /// In maintenance margin.
    pub maintenance: Fraction,
    /// In initial margin.
    pub initial: Fraction,
    /// Below this price of the quote token ...
    pub peg_threshold: Fraction,
    /// ... the initial factor grows by this much for each unit of the gap.
    pub peg_factor: Fraction,
}

/// Add-ons; each is zero when its parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddOns {
    /// Share of the perps' index notional, in both margins.
    pub perp_maintenance: Fraction,
    /// The same, in initial margin on top.
    pub perp_initial: Fraction,
    /// Share of naked short options' index notional, in both margins.
    pub option_maintenance: Fraction,
    /// The same, in initial margin on top.
    pub option_initial: Fraction,
    /// Feeds that trust themselves less than this ...
    pub score_threshold: Fraction,
    /// ... cost this share of notional for each unit of missing trust, in initial margin.
    pub score_margin: Fraction,
    /// Convexity near expiry.
    pub convexity: Convexity,
    /// Share of the shocked vega of an expiry that another expiry's does not offset.
    pub twist: Fraction,
    /// Price of size.
    pub liquidity: Liquidity,
    /// Multiple of the oracle's confidence interval, on the market's net delta.
    pub interval: Fraction,
    /// Roll shock: what an expiry's delta costs for each year to expiry ...
    pub roll_per_year: Fraction,
    /// ... and at least.
    pub roll_minimum: Fraction,
}

/// Convexity near expiry: `kappa` 1/2 max(0, -gamma) (`gap` F)^2 exp(-T / `decay_seconds`), with gamma
/// taken at a total volatility of `gap` at least, so that it stays finite at expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convexity {
    /// Multiple of the quadratic loss; zero leaves the charge out.
    pub kappa: Fraction,
    /// The move, as a share of the forward.
    pub gap: Fraction,
    /// Seconds over which the charge grows towards expiry.
    pub decay_seconds: i64,
}

/// Liquidity: |delta| beyond the market's depth costs min(`cap`, `slope` excess / depth) of its notional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liquidity {
    /// Growth of the rate for each depth of excess.
    pub slope: Fraction,
    /// Highest rate.
    pub cap: Fraction,
}

/// How far unrealised gains of perps and futures, and those realised but unpaid, count in initial margin; in
/// maintenance margin fully.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gains {
    /// Share that counts.
    pub weight: Fraction,
    /// Most that counts.
    pub cap: Quote,
}

/// A complete risk model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model<'a> {
    /// Scenarios; a report names the worst by its place here.
    pub rows: &'a [Row],
    /// Volatility shocks.
    pub vol: VolShock,
    /// Skew rows.
    pub skew: Skew,
    /// Static discounts, if the method has them.
    pub discount: Option<StaticDiscount>,
    /// Forward contingency.
    pub basis: Basis,
    /// Expected shortfall.
    pub tail: Tail,
    /// Offsets between markets.
    pub cross: Cross<'a>,
    /// Factors of the two margins.
    pub factors: Factors,
    /// Add-ons.
    pub add_ons: AddOns,
    /// Unrealised gains in initial margin.
    pub gains: Gains,
    /// Last seconds of an expiry during which its settlement price is fixed bit by bit.
    pub settlement_seconds: i64,
}
