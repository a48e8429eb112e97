//! Ends the rescue of an account that is at its target.

use crate::{errors::LiquidationError, given::Given, rescue::*};
use anchor_lang::prelude::*;

/// Accounts of `end`; behind them, the markets in which the account has perps, claims or expired positions, and the risks
/// of all markets that its margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct End<'info> {
    /// The rescue.
    pub auctioned: Auctioned<'info>,
}

impl<'info> End<'info> {
    /// Ends it; anybody may, as soon as the account is at its target, or neither owes nor holds anything that could go
    /// wrong. While its auction stands still it was restored, and its maintenance margin will do; below that, the auction
    /// begins anew instead.
    pub fn end(ctx: Context<'info, Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let auctioned = &ctx.accounts.auctioned;
        let (rules, _) = auctioned.rules(now)?;
        let given = Given::new(ctx.remaining_accounts);
        let rescue = &auctioned.rescue;
        rescue.refresh(&given)?;
        let safe = !rescue.margin_account.load()?.has_liabilities();
        if !safe {
            let report = rescue.weigh(&rescue.margin_account, &given)?;
            // A price that forbids a liquidation says as little for a release.
            require_permitted(report.permitted)?;
            let margins = margins(&report);
            let auction = &mut auctioned.auction.load_mut()?;
            if auction.idle == 0 {
                require!(rules.above_target(&margins) >= 0, LiquidationError::BelowTarget);
            } else if margins.health().0 < 0 {
                auction.wake(now);
                return Ok(());
            }
        }
        let ended = auctioned.release()?;
        emit_cpi!(ended);
        Ok(())
    }
}
