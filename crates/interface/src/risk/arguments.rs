//! Arguments of the risk program's instructions.

use super::{MarketRules, ModelCorrelation, ModelParameters, ModelRow};
use anchor_lang::prelude::*;

/// A model that comes with the engine.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Ballast's own.
    Ballast,
    /// Derive's second portfolio manager.
    Pmrm,
    /// Sixteen scenarios in the manner of SPAN.
    Span16,
    /// Deribit's price and volatility matrix.
    Xpm,
}

/// Arguments of `create_model`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateModelArgs {
    /// Model to start with.
    pub preset: Preset,
    /// Number of the market whose price is that of the quote token; zero takes the peg for granted.
    pub peg_market: u16,
}

/// A piece of a draft, since a whole model does not fit into one transaction.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
// One at a time: a box would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum ModelSection {
    /// Rows from a place on; the model ends with the last of them.
    Rows {
        /// Place of the first.
        first: u8,
        /// Rows.
        rows: Vec<ModelRow>,
    },
    /// Correlations from a place on; the model's end with the last of them.
    Correlations {
        /// Place of the first.
        first: u8,
        /// Correlations.
        correlations: Vec<ModelCorrelation>,
    },
    /// Everything else.
    Parameters(ModelParameters),
    /// The market whose price is that of the quote token.
    Peg(u16),
}

/// Arguments of `create_market_risk`.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateMarketRiskArgs {
    /// Number of the market in the group, from one.
    pub market: u16,
    /// Its rules.
    pub rules: MarketRules,
}

/// One date of a posted surface.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Expiry, in unix time.
    pub expiry: i64,
    /// Forward, in 10^-10 dollars.
    pub forward: u64,
    /// Level of total variance, in 2^-48 like all that follows.
    pub a: i64,
    /// Slope of the wings.
    pub b: i64,
    /// Their asymmetry.
    pub rho: i64,
    /// Place of the bottom.
    pub m: i64,
    /// Its roundness.
    pub s: i64,
}

/// Arguments of `post_surface`; the committee signs the instruction's data, which is these behind a tag.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct PostSurfaceArgs {
    /// Group that the surface is for.
    pub group: Pubkey,
    /// Number of the market.
    pub market: u16,
    /// Term of the committee.
    pub epoch: u64,
    /// Number of the message, above that of the market's last surface.
    pub sequence: u64,
    /// Moment of the surface, in unix time.
    pub valid_from: i64,
    /// Until when it is fresh, in unix time.
    pub valid_until: i64,
    /// Index at that moment, in 10^-10 dollars: what the forwards are multiples of.
    pub index: u64,
    /// Dates, by rising expiry.
    pub slices: Vec<Slice>,
}

/// Arguments of `attest_multiplier`; the committee signs the instruction's data, which is these behind a tag.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttestMultiplierArgs {
    /// Group that the attestation is for.
    pub group: Pubkey,
    /// Number of the market.
    pub market: u16,
    /// Term of the committee.
    pub epoch: u64,
    /// Number of the message, above that of the market's last attestation.
    pub sequence: u64,
    /// From when on the message may be used, in unix time.
    pub valid_from: i64,
    /// When the multiplier lapses, in unix time.
    pub valid_until: i64,
    /// What the scan range is multiplied by, in 2^-40.
    pub multiplier: i64,
}

/// Arguments of `check_health`; amounts are in quote units.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckHealthArgs {
    /// Least value beyond maintenance margin, if that is asked for.
    pub least_health: Option<i64>,
    /// Least value beyond initial margin, if that is asked for.
    pub least_room: Option<i64>,
    /// Actions that the feeds must permit now: one bit for each `Action`. Without `Action::Increase`, a price of any
    /// age will do.
    pub permitted: u8,
}
