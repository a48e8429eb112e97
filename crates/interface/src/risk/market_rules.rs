//! What governs a market's prices, surfaces and forecasts.

use super::{Feed, RiskError};
use anchor_lang::prelude::*;
use ballast_margin::{forecast::Predictor, units::Fraction};
use borsh::{BorshDeserialize, BorshSerialize};

/// How a market's scan range follows its forecast; ratios are in 2^-40.
#[zero_copy]
#[derive(Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PredictorRules {
    /// Seconds in which a squared return loses all but 1/e of its weight.
    pub memory_seconds: i64,
    /// Least seconds between two returns.
    pub step_seconds: i64,
    /// Seconds that the range shall cover.
    pub horizon_seconds: i64,
    /// Standard deviations over the horizon that the range shall cover.
    pub widths: i64,
    /// A return counts as this at most.
    pub largest_move: i64,
    /// Range of a market under stress ...
    pub stressed: i64,
    /// ... and its share of the target.
    pub stressed_share: i64,
    /// Least range.
    pub floor: i64,
    /// Largest range, attestations included.
    pub cap: i64,
    /// How much the range may grow in an hour.
    pub up_per_hour: i64,
    /// How much it may shrink in an hour.
    pub down_per_hour: i64,
    /// Largest multiplier of the range that an attestation may ask for.
    pub largest_multiplier: i64,
}

impl PredictorRules {
    /// The engine's predictor as bytes.
    pub const fn new(predictor: &Predictor) -> Self {
        Self {
            memory_seconds: predictor.memory_seconds,
            step_seconds: predictor.step_seconds,
            horizon_seconds: predictor.horizon_seconds,
            widths: predictor.widths.0,
            largest_move: predictor.largest_move.0,
            stressed: predictor.stressed.0,
            stressed_share: predictor.stressed_share.0,
            floor: predictor.floor.0,
            cap: predictor.cap.0,
            up_per_hour: predictor.up_per_hour.0,
            down_per_hour: predictor.down_per_hour.0,
            largest_multiplier: predictor.largest_multiplier.0,
        }
    }

    /// The engine's predictor.
    pub const fn predictor(&self) -> Predictor {
        Predictor {
            memory_seconds: self.memory_seconds,
            step_seconds: self.step_seconds,
            horizon_seconds: self.horizon_seconds,
            widths: Fraction(self.widths),
            largest_move: Fraction(self.largest_move),
            stressed: Fraction(self.stressed),
            stressed_share: Fraction(self.stressed_share),
            floor: Fraction(self.floor),
            cap: Fraction(self.cap),
            up_per_hour: Fraction(self.up_per_hour),
            down_per_hour: Fraction(self.down_per_hour),
            largest_multiplier: Fraction(self.largest_multiplier),
        }
    }
}

/// Everything that the authority sets for a market; ratios are in 2^-40.
#[zero_copy]
#[derive(Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MarketRules {
    /// Where the price comes from.
    pub feed: Feed,
    /// How the scan range follows the forecast.
    pub predictor: PredictorRules,
    /// Yearly variance that the forecast starts from.
    pub start_variance: i64,
    /// How far the slow price may follow the index in an hour, as a share of itself.
    pub slow_per_hour: i64,
    /// Contracts in a lot, in 10^-10; positions count in lots. Never changes.
    pub lot: u64,
    /// Contracts of delta that the market takes without impact, in 10^-10.
    pub depth: i64,
    /// Share of the token's value as collateral that both margins take away.
    pub haircut: i64,
    /// Share that initial margin takes away on top.
    pub haircut_initial: i64,
    /// Lowest volatility of a surface.
    pub least_volatility: i64,
    /// Highest volatility of a surface.
    pub most_volatility: i64,
    /// By which share volatility may move at once ...
    pub volatility_move: i64,
    /// ... and for each hour since the last surface of the date.
    pub volatility_move_per_hour: i64,
    /// How far a forward may be from the index ...
    pub forward_gap: i64,
    /// ... and for each year to expiry.
    pub forward_gap_per_year: i64,
    /// Longest time for which a surface may claim to be valid.
    pub surface_seconds: u32,
    /// Longest time for which an attestation may last.
    pub attestation_seconds: u32,
    /// Number of the market whose rows move the token as collateral: its own, another's, or zero for none.
    pub moves_like: u16,
    /// Decimal places of the token as collateral. Never changes.
    pub token_decimals: u8,
    /// Zero.
    pub padding: [u8; 5],
}

/// The whole, in 2^-40.
const WHOLE: i64 = 1 << 40;
/// A week, the longest that a surface or an attestation may last.
const WEEK: u32 = 7 * 86_400;

impl MarketRules {
    /// What must hold of a market's rules.
    pub fn invariant(&self) -> Result<()> {
        let within = |value: i64, low: i64, high: i64| (low..=high).contains(&value);
        let sound = self.feed.is_sound()
            && self.predictor.predictor().check().is_ok()
            // Without a range there would be no scenarios.
            && self.predictor.floor > 0
            && within(self.start_variance, 0, WHOLE << 6)
            && within(self.slow_per_hour, 1, WHOLE)
            && (1..=1 << 53).contains(&self.lot)
            && self.depth >= 0
            && [self.haircut, self.haircut_initial].into_iter().all(|share| within(share, 0, WHOLE))
            // Together they take away no more than there is.
            && self.haircut_initial <= WHOLE.saturating_sub(self.haircut)
            && within(self.least_volatility, 1, self.most_volatility)
            && self.most_volatility <= WHOLE << 4
            && within(self.volatility_move, 0, WHOLE)
            && within(self.volatility_move_per_hour, 0, WHOLE << 4)
            && within(self.forward_gap, 0, WHOLE)
            && within(self.forward_gap_per_year, 0, WHOLE)
            && [self.surface_seconds, self.attestation_seconds].into_iter().all(|s| (1..=WEEK).contains(&s))
            && self.token_decimals <= 18
            && self.padding == [0; 5];
        require!(sound, RiskError::MarketRulesInvalid);
        Ok(())
    }

    /// Refuses rules that count in other units than these.
    pub fn same_units(&self, other: &Self) -> Result<()> {
        let same = self.lot == other.lot && self.token_decimals == other.token_decimals;
        require!(same, RiskError::MarketUnitChanged);
        Ok(())
    }
}

const _: () = assert!(size_of::<MarketRules>() == 336);
