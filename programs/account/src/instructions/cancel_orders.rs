//! Cancels signed orders.

use crate::{errors::AccountError, events::OrdersCancelled};
use anchor_lang::prelude::*;
use ballast_interface::account::{MarginAccount, OrderRecord};

/// Accounts of `cancel_orders`.
#[event_cpi]
#[derive(Accounts)]
pub struct CancelOrders<'info> {
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut, has_one = margin_account @ AccountError::RecordMissing)]
    pub order_record: AccountLoader<'info, OrderRecord>,
    /// The account's owner, or a delegate of any scope: cancelling opens nothing.
    pub trader: Signer<'info>,
}

impl CancelOrders<'_> {
    /// Cancels all orders of a lower nonce, filled in part or not yet seen.
    pub fn cancel_orders(ctx: Context<Self>, below: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (group, watermark) = {
            let account = ctx.accounts.margin_account.load()?;
            account.require_known()?;
            require!(account.may_trade(ctx.accounts.trader.key, true, now), AccountError::NotAllowed);
            let record = &mut ctx.accounts.order_record.load_mut()?;
            record.cancel_below(below)?;
            (account.group, record.watermark)
        };
        emit_cpi!(OrdersCancelled { group, margin_account: ctx.accounts.margin_account.key(), watermark });
        Ok(())
    }
}
