//! A risk model's parameters as bytes: the engine's `Model`, field by field.

use super::{MAX_CORRELATIONS, MAX_ROWS};
use crate::Wide;
use anchor_lang::prelude::*;
use ballast_margin::{
    model::{
        AddOns, Basis, Convexity, Correlation, Cross, Factors, Gains, Liquidity, Model as Rules, Row, Skew,
        StaticDiscount, Tail, Vol, VolShock,
    },
    units::{Fraction, Quote},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// One scenario; ratios are in 2^-40.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ModelRow {
    /// What spot and forwards are multiplied by; where `scaled`, one more than the move in scan ranges.
    pub multiplier: i64,
    /// What the row's profit or loss is multiplied by.
    pub weight: i64,
    /// Probability of the row in the expected shortfall.
    pub mass: i64,
    /// What happens to volatility: 0 down, 1 nothing, 2 up, 3 linear skew, 4 absolute skew.
    pub vol: u8,
    /// One if the move is counted in the market's scan range, zero if it is absolute.
    pub scaled: u8,
    /// Zero.
    pub padding: [u8; 6],
}

/// Bounds of the correlation of two markets under stress, in 2^-40.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ModelCorrelation {
    /// Number of the first market.
    pub first: u16,
    /// Number of the second, above the first.
    pub second: u16,
    /// Zero.
    pub padding: [u8; 4],
    /// Lower bound: what a hedge of one by the other may count on.
    pub low: i64,
    /// Upper bound: how far equal bets add.
    pub high: i64,
}

const VOLS: [Vol; 5] = [Vol::Down, Vol::Flat, Vol::Up, Vol::Linear, Vol::Absolute];

impl ModelRow {
    /// The engine's row as bytes.
    pub fn new(row: &Row) -> Self {
        let vol = VOLS.iter().take_while(|vol| **vol != row.vol).count() as u8;
        let (multiplier, weight, mass) = (row.multiplier.0, row.weight.0, row.mass.0);
        Self { multiplier, weight, mass, vol, scaled: row.scaled.into(), padding: [0; 6] }
    }

    /// The engine's row.
    #[inline(always)]
    pub fn rule(&self) -> Row {
        Row {
            multiplier: Fraction(self.multiplier),
            scaled: self.scaled != 0,
            vol: match self.vol {
                0 => Vol::Down,
                1 => Vol::Flat,
                2 => Vol::Up,
                3 => Vol::Linear,
                _ => Vol::Absolute,
            },
            weight: Fraction(self.weight),
            mass: Fraction(self.mass),
        }
    }

    /// Whether the bytes that are no numbers mean something.
    pub fn is_sound(&self) -> bool {
        usize::from(self.vol) < VOLS.len() && self.scaled <= 1 && self.padding == [0; 6]
    }
}

impl ModelCorrelation {
    /// The engine's bounds as bytes.
    pub fn new(pair: &Correlation) -> Self {
        let (first, second) = pair.markets;
        Self { first, second, padding: [0; 4], low: pair.low.0, high: pair.high.0 }
    }

    /// The engine's bounds.
    pub fn rule(&self) -> Correlation {
        let (low, high) = (Fraction(self.low), Fraction(self.high));
        Correlation { markets: (self.first, self.second), low, high }
    }
}

/// Writes the struct of parameters and both conversions from one list, so that no field can be left out of one.
macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $($path:ident).+,)+) => {
        /// Every parameter of a model but rows and correlations; ratios are in 2^-40.
        #[zero_copy]
        #[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
        pub struct ModelParameters {
            $($(#[$doc])* pub $name: i64,)+
            /// Constants and slopes of the static discounts, in the engine's order; zeros where there are none.
            pub discount: [i64; 6],
            /// Least time of the volatility shock, in seconds.
            pub vol_floor_seconds: i64,
            /// Seconds over which the charge on convexity grows.
            pub convexity_decay_seconds: i64,
            /// Last seconds of an expiry during which its settlement price is fixed bit by bit.
            pub settlement_seconds: i64,
            /// Most unrealised gains that count in initial margin, in 10^-10 quote.
            pub gains_cap: Wide,
            /// One if the model has static discounts.
            pub has_discount: u8,
            /// One if the forward contingency is counted in scan ranges.
            pub basis_scaled: u8,
            /// One if the covariance term counts.
            pub covariance: u8,
            /// Zero.
            pub padding: [u8; 5],
        }

        impl ModelParameters {
            /// The parameters of one of the engine's models.
            pub fn new(rules: &Rules) -> Self {
                let discount = rules.discount.map_or([0; 6], |d| {
                    [d.long_base, d.long_rate, d.long_add, d.short_base, d.short_rate, d.short_add].map(|f| f.0)
                });
                Self {
                    $($name: rules.$($path).+.0,)+
                    discount,
                    vol_floor_seconds: rules.vol.floor_seconds,
                    convexity_decay_seconds: rules.add_ons.convexity.decay_seconds,
                    settlement_seconds: rules.settlement_seconds,
                    gains_cap: Wide::new(rules.gains.cap.0),
                    has_discount: rules.discount.is_some().into(),
                    basis_scaled: rules.basis.scaled.into(),
                    covariance: rules.cross.covariance.into(),
                    padding: [0; 5],
                }
            }

            /// Writes the parameters into a model of the engine, whose rows and correlations stay as they are.
            #[inline(never)]
            pub fn write(&self, rules: &mut Rules) {
                $(rules.$($path).+ = Fraction(self.$name);)+
                let [long_base, long_rate, long_add, short_base, short_rate, short_add] =
                    self.discount.map(Fraction);
                let discount = StaticDiscount { long_base, long_rate, long_add, short_base, short_rate, short_add };
                rules.discount = (self.has_discount == 1).then_some(discount);
                rules.vol.floor_seconds = self.vol_floor_seconds;
                rules.add_ons.convexity.decay_seconds = self.convexity_decay_seconds;
                rules.settlement_seconds = self.settlement_seconds;
                rules.gains.cap = Quote(self.gains_cap.get());
                rules.basis.scaled = self.basis_scaled == 1;
                rules.cross.covariance = self.covariance == 1;
            }

            /// Whether the bytes that are no numbers mean something.
            pub fn is_sound(&self) -> bool {
                let switches = [self.has_discount, self.basis_scaled, self.covariance];
                switches.into_iter().all(|switch| switch <= 1) && self.padding == [0; 5]
            }
        }
    };
}

parameters! {
    /// Volatility up is a factor of one and this, times the power of time.
    vol_up: vol.up,
    /// Volatility down is a factor of one less this, times the power of time.
    vol_down: vol.down,
    /// The shocked volatility up is at least this.
    vol_floor: vol.floor,
    /// The power at 30 days and below.
    vol_short_power: vol.short_power,
    /// The power above 30 days.
    vol_long_power: vol.long_power,
    /// Base of the linear skew row's cap.
    skew_linear_base: skew.linear_base,
    /// Constant of the linear skew row's cap.
    skew_linear_cap: skew.linear_cap,
    /// Base of the absolute skew row's cap.
    skew_absolute_base: skew.absolute_base,
    /// Constant of the absolute skew row's cap.
    skew_absolute_cap: skew.absolute_cap,
    /// Least width of the skew rows.
    skew_min_k: skew.min_k,
    /// Widths of a standard deviation.
    skew_width: skew.width,
    /// Volatility of the width at T = 0.
    skew_vol_base: skew.vol_base,
    /// Its slope in sqrt(T).
    skew_vol_slope: skew.vol_slope,
    /// The forward's multiplier up in the forward contingency.
    basis_up: basis.up,
    /// The forward's multiplier down.
    basis_down: basis.down,
    /// Constant of the forward contingency's factor.
    basis_add: basis.add,
    /// Its slope in time to expiry.
    basis_per_year: basis.per_year,
    /// Tail probability of the expected shortfall; zero leaves it out.
    tail_share: tail.share,
    /// What the mean of the tail is multiplied by.
    tail_multiplier: tail.multiplier,
    /// Share of one market's gain in a row that counts against another's loss.
    cross_offset: cross.offset,
    /// Least share of the markets' own scan losses that the book bears.
    cross_floor: cross.floor,
    /// What scan loss is multiplied by in maintenance margin.
    factor_maintenance: factors.maintenance,
    /// The same in initial margin.
    factor_initial: factors.initial,
    /// Below this price of the quote token the initial factor grows ...
    peg_threshold: factors.peg_threshold,
    /// ... by this much for each unit of the gap.
    peg_factor: factors.peg_factor,
    /// Share of the perps' notional, in both margins.
    perp_maintenance: add_ons.perp_maintenance,
    /// The same, in initial margin on top.
    perp_initial: add_ons.perp_initial,
    /// Share of naked short options' notional, in both margins.
    option_maintenance: add_ons.option_maintenance,
    /// The same, in initial margin on top.
    option_initial: add_ons.option_initial,
    /// Feeds that trust themselves less than this ...
    score_threshold: add_ons.score_threshold,
    /// ... cost this share of notional for each unit of missing trust.
    score_margin: add_ons.score_margin,
    /// Multiple of the quadratic loss near expiry.
    convexity_kappa: add_ons.convexity.kappa,
    /// The move of that loss, as a share of the forward.
    convexity_gap: add_ons.convexity.gap,
    /// Share of the shocked vega of an expiry that another expiry's does not offset.
    twist: add_ons.twist,
    /// Growth of the rate for each depth of excess delta.
    liquidity_slope: add_ons.liquidity.slope,
    /// Highest rate.
    liquidity_cap: add_ons.liquidity.cap,
    /// Multiple of the oracle's confidence interval.
    interval: add_ons.interval,
    /// What an expiry's delta costs for each year to expiry ...
    roll_per_year: add_ons.roll_per_year,
    /// ... and at least.
    roll_minimum: add_ons.roll_minimum,
    /// Share of unrealised gains that counts in initial margin.
    gains_weight: gains.weight,
}

/// A model of the engine in which everything is zero, to be written over.
pub const NO_RULES: Rules<'static> = {
    const ZERO: Fraction = Fraction::ZERO;
    Rules {
        rows: &[],
        vol: VolShock {
            up: ZERO,
            down: ZERO,
            floor: ZERO,
            floor_seconds: 0,
            short_power: ZERO,
            long_power: ZERO,
        },
        skew: Skew {
            linear_base: ZERO,
            linear_cap: ZERO,
            absolute_base: ZERO,
            absolute_cap: ZERO,
            min_k: ZERO,
            width: ZERO,
            vol_base: ZERO,
            vol_slope: ZERO,
        },
        discount: None,
        basis: Basis { up: ZERO, down: ZERO, scaled: false, add: ZERO, per_year: ZERO },
        tail: Tail { share: ZERO, multiplier: ZERO },
        cross: Cross { offset: ZERO, floor: ZERO, covariance: false, correlations: &[] },
        factors: Factors { maintenance: ZERO, initial: ZERO, peg_threshold: ZERO, peg_factor: ZERO },
        add_ons: AddOns {
            perp_maintenance: ZERO,
            perp_initial: ZERO,
            option_maintenance: ZERO,
            option_initial: ZERO,
            score_threshold: ZERO,
            score_margin: ZERO,
            convexity: Convexity { kappa: ZERO, gap: ZERO, decay_seconds: 0 },
            twist: ZERO,
            liquidity: Liquidity { slope: ZERO, cap: ZERO },
            interval: ZERO,
            roll_per_year: ZERO,
            roll_minimum: ZERO,
        },
        gains: Gains { weight: ZERO, cap: Quote(0) },
        settlement_seconds: 0,
    }
};

const _: () = assert!(size_of::<ModelRow>() == 32 && MAX_ROWS == ballast_margin::model::MAX_ROWS);
const _: () = assert!(size_of::<ModelCorrelation>() == 24 && MAX_CORRELATIONS == 45);
const _: () = assert!(size_of::<ModelParameters>().is_multiple_of(8) && align_of::<ModelParameters>() <= 8);
