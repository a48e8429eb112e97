//! Changes the rules of a market's risk.

use super::require_authority;
use crate::{errors::RiskError, events::MarketRiskChanged};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::Group,
    risk::{MarketRisk, MarketRules},
};

/// Accounts of `change_market_risk`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeMarketRisk<'info> {
    /// Group of the market.
    pub group: AccountLoader<'info, Group>,
    /// The market's risk.
    #[account(mut, has_one = group @ RiskError::WrongGroup)]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl ChangeMarketRisk<'_> {
    /// Changes the rules; prices and surfaces stay what they are.
    pub fn change_market_risk(ctx: Context<Self>, rules: MarketRules) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let market = {
            let risk = &mut ctx.accounts.market_risk.load_mut()?;
            risk.rules.same_units(&rules)?;
            risk.rules = rules;
            risk.invariant()?;
            risk.market
        };
        emit_cpi!(MarketRiskChanged { group: ctx.accounts.group.key(), market, rules });
        Ok(())
    }
}
