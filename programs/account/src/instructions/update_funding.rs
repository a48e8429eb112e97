//! Brings a perp's funding up to date.

use crate::{events::FundingAccrued, given::load_risk_of};
use anchor_lang::prelude::*;
use ballast_interface::account::Market;

/// Accounts of `update_funding`.
#[event_cpi]
#[derive(Accounts)]
pub struct UpdateFunding<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// Its risk.
    /// CHECK: owner, tag, group and number are checked in `update_funding`.
    pub market_risk: UncheckedAccount<'info>,
}

impl UpdateFunding<'_> {
    /// Accrues funding up to now; anybody may, and twice in a second is as good as once.
    pub fn update_funding(ctx: Context<Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let event = {
            let market = &mut *ctx.accounts.market.load_mut()?;
            market.invariant()?;
            let risk = load_risk_of(&ctx.accounts.market_risk, &market.group, market.market)?;
            market.accrue_by(&risk, now)?;
            let funding_index = market.funding_index.to_bits();
            FundingAccrued { group: market.group, market: market.market, funding_index }
        };
        emit_cpi!(event);
        Ok(())
    }
}
