//! Freezes the settlement price of a date.

use crate::{events::DateFrozen, given::load_risk_of};
use anchor_lang::prelude::*;
use ballast_interface::account::Market;

/// Accounts of `freeze_settlement`.
#[event_cpi]
#[derive(Accounts)]
pub struct FreezeSettlement<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// Its risk, which averages the price over the last half hour.
    /// CHECK: owner, tag, group and number are checked in `freeze_settlement`.
    pub market_risk: UncheckedAccount<'info>,
}

impl FreezeSettlement<'_> {
    /// Freezes it once and for all; anybody may.
    pub fn freeze_settlement(ctx: Context<Self>, expiry: i64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let event = {
            let market = &mut *ctx.accounts.market.load_mut()?;
            market.invariant()?;
            let risk = load_risk_of(&ctx.accounts.market_risk, &market.group, market.market)?;
            let settlement = market.freeze(expiry, &risk, now)?;
            DateFrozen { group: market.group, market: market.market, expiry, settlement }
        };
        emit_cpi!(event);
        Ok(())
    }
}
