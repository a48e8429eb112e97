//! Takes back an order that waits for a price.

use crate::{errors::AccountError, events::TriggerSet};
use anchor_lang::prelude::*;
use ballast_interface::account::{MarginAccount, OrderRecord, Trigger};

/// Accounts of `cancel_trigger`.
#[event_cpi]
#[derive(Accounts)]
pub struct CancelTrigger<'info> {
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut, has_one = margin_account @ AccountError::RecordMissing)]
    pub order_record: AccountLoader<'info, OrderRecord>,
    /// The account's owner, or a delegate who may trade: without a stop-loss an account is at more risk.
    pub trader: Signer<'info>,
}

impl CancelTrigger<'_> {
    /// Frees the trigger's row.
    pub fn cancel_trigger(ctx: Context<Self>, place: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (group, market) = {
            let account = ctx.accounts.margin_account.load()?;
            account.require_known()?;
            require!(account.may_trade(ctx.accounts.trader.key, false, now), AccountError::NotAllowed);
            let record = &mut ctx.accounts.order_record.load_mut()?;
            let trigger = record.trigger(place)?;
            let market = trigger.market;
            *trigger = Trigger::default();
            (account.group, market)
        };
        emit_cpi!(TriggerSet {
            group,
            margin_account: ctx.accounts.margin_account.key(),
            place,
            market,
            lots: 0
        });
        Ok(())
    }
}
