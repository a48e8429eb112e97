//! The risk program: it owns prices, surfaces, models and attestations, and says what an account needs.
//!
//! It must not know how money moves: it reads accounts of the account program and never writes them. Layouts,
//! seeds, instructions, errors and events are the interface's, formulas the margin engine's.

#![deny(clippy::arithmetic_side_effects)]
#![deny(unused_must_use)]

pub mod assessing;
pub mod errors;
pub mod events;
pub mod instructions;
mod messages;

use anchor_lang::prelude::*;
use ballast_interface::risk::{
    AttestMultiplierArgs, CheckHealthArgs, CreateMarketRiskArgs, CreateModelArgs, MarketRules, ModelSection,
    PostSurfaceArgs, Preset, QuoteArgs,
};
use instructions::*;

declare_id!("H2vN9LZW819W5MvKkzXi3SJKGY84bu6ZbcFwSgwGNsGd");

// Anchor's tools look for the literal above, all other crates for the interface's: they must be one.
const _: () = {
    let (declared, published) = (ID_CONST.as_array(), ballast_interface::ids::RISK.as_array());
    let mut i = 0;
    while i < 32 {
        assert!(declared[i] == published[i]);
        i += 1;
    }
};

/// Instructions of the risk program.
#[program]
pub mod ballast_risk {
    use super::*;

    /// Creates a group's model from a preset.
    pub fn create_model(ctx: Context<CreateModel>, args: CreateModelArgs) -> Result<()> {
        CreateModel::create_model(ctx, args)
    }

    /// Puts a preset in force.
    pub fn load_preset(ctx: Context<LoadPreset>, preset: Preset) -> Result<()> {
        LoadPreset::load_preset(ctx, preset)
    }

    /// Begins a draft: a copy of the model in force.
    pub fn create_draft(ctx: Context<CreateDraft>) -> Result<()> {
        CreateDraft::create_draft(ctx)
    }

    /// Writes a piece of a draft.
    pub fn write_draft(ctx: Context<WriteDraft>, section: ModelSection) -> Result<()> {
        WriteDraft::write_draft(ctx, section)
    }

    /// Puts a draft in force.
    pub fn adopt_draft(ctx: Context<AdoptDraft>) -> Result<()> {
        AdoptDraft::adopt_draft(ctx)
    }

    /// Drops a draft.
    pub fn drop_draft(ctx: Context<DropDraft>) -> Result<()> {
        DropDraft::drop_draft(ctx)
    }

    /// Seats a group's first committee.
    pub fn create_committee(
        ctx: Context<CreateCommittee>,
        attestors: Vec<Pubkey>,
        threshold: u8,
    ) -> Result<()> {
        CreateCommittee::create_committee(ctx, attestors, threshold)
    }

    /// Seats another committee.
    pub fn change_committee(
        ctx: Context<ChangeCommittee>,
        attestors: Vec<Pubkey>,
        threshold: u8,
    ) -> Result<()> {
        ChangeCommittee::change_committee(ctx, attestors, threshold)
    }

    /// Creates the risk of a market.
    pub fn create_market_risk(ctx: Context<CreateMarketRisk>, args: CreateMarketRiskArgs) -> Result<()> {
        CreateMarketRisk::create_market_risk(ctx, args)
    }

    /// Changes the rules of a market's risk.
    pub fn change_market_risk(ctx: Context<ChangeMarketRisk>, rules: MarketRules) -> Result<()> {
        ChangeMarketRisk::change_market_risk(ctx, rules)
    }

    /// Reads a market's price account; anybody may.
    pub fn refresh_price(ctx: Context<RefreshPrice>) -> Result<()> {
        RefreshPrice::refresh_price(ctx)
    }

    /// Posts a surface that the committee signed.
    pub fn post_surface(ctx: Context<PostSurface>, args: PostSurfaceArgs) -> Result<()> {
        PostSurface::post_surface(ctx, args)
    }

    /// Raises a market's scan range for a time, as the committee signed.
    pub fn attest_multiplier(ctx: Context<AttestMultiplier>, args: AttestMultiplierArgs) -> Result<()> {
        AttestMultiplier::attest_multiplier(ctx, args)
    }

    /// Assesses an account; the report is the return data.
    pub fn assess<'info>(ctx: Context<'info, Assess<'info>>) -> Result<()> {
        Assess::assess(ctx)
    }

    /// Assesses an account and reports it as an event, too.
    pub fn publish_assessment<'info>(ctx: Context<'info, PublishAssessment<'info>>) -> Result<()> {
        PublishAssessment::publish_assessment(ctx)
    }

    /// Says how much of some positions a liquidation closes; the answer is the return data.
    pub fn quote<'info>(ctx: Context<'info, Quote<'info>>, args: QuoteArgs) -> Result<()> {
        Quote::quote(ctx, args)
    }

    /// Fails the transaction unless an account has so much health or room.
    pub fn check_health<'info>(ctx: Context<'info, CheckHealth<'info>>, args: CheckHealthArgs) -> Result<()> {
        CheckHealth::check_health(ctx, args)
    }

    /// Fails the transaction unless an account's count of changes is the given one.
    pub fn check_sequence(ctx: Context<CheckSequence>, sequence: u64) -> Result<()> {
        CheckSequence::check_sequence(ctx, sequence)
    }
}
