//! Creates the risk of a market.

use super::require_authority;
use crate::events::MarketRiskChanged;
use anchor_lang::prelude::*;
use ballast_interface::{
    account::Group,
    risk::{CreateMarketRiskArgs, MarketRisk},
    seeds,
};

/// Accounts of `create_market_risk`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: CreateMarketRiskArgs)]
pub struct CreateMarketRisk<'info> {
    /// Group of the market.
    pub group: AccountLoader<'info, Group>,
    /// The market's risk to be.
    #[account(
        init,
        payer = payer,
        space = MarketRisk::SIZE,
        seeds = [seeds::MARKET_RISK, group.key().as_ref(), &args.market.to_le_bytes()],
        bump,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateMarketRisk<'_> {
    /// Creates the risk; it has no price until one is refreshed.
    pub fn create_market_risk(ctx: Context<Self>, args: CreateMarketRiskArgs) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let group = ctx.accounts.group.key();
        {
            let risk = &mut ctx.accounts.market_risk.load_init()?;
            risk.version = MarketRisk::VERSION;
            risk.bump = ctx.bumps.market_risk;
            risk.market = args.market;
            risk.group = group;
            risk.rules = args.rules;
            risk.invariant()?;
        }
        emit_cpi!(MarketRiskChanged { group, market: args.market, rules: args.rules });
        Ok(())
    }
}
