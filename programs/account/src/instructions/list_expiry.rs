//! Lists a date.

use crate::events::DateListed;
use anchor_lang::prelude::*;
use ballast_interface::account::Market;

/// Accounts of `list_expiry`.
#[event_cpi]
#[derive(Accounts)]
pub struct ListExpiry<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

impl ListExpiry<'_> {
    /// Lists a date that the market's rule lets be listed now; anybody may.
    pub fn list_expiry(ctx: Context<Self>, expiry: i64) -> Result<()> {
        let (group, market) = {
            let market = &mut ctx.accounts.market.load_mut()?;
            market.invariant()?;
            market.list(expiry, Clock::get()?.unix_timestamp)?;
            market.invariant()?;
            (market.group, market.market)
        };
        emit_cpi!(DateListed { group, market, expiry });
        Ok(())
    }
}
