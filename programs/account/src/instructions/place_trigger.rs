//! Places an order that waits for a price.

use crate::{errors::AccountError, events::TriggerSet};
use anchor_lang::prelude::*;
use ballast_interface::account::{MarginAccount, OrderRecord, PlaceTriggerArgs};

/// Accounts of `place_trigger`.
#[event_cpi]
#[derive(Accounts)]
pub struct PlaceTrigger<'info> {
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut, has_one = margin_account @ AccountError::RecordMissing)]
    pub order_record: AccountLoader<'info, OrderRecord>,
    /// The account's owner, or a delegate of any scope: a trigger only makes positions smaller.
    pub trader: Signer<'info>,
}

impl PlaceTrigger<'_> {
    /// Places it in the first free row.
    pub fn place_trigger(ctx: Context<Self>, args: PlaceTriggerArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (group, place) = {
            let account = ctx.accounts.margin_account.load()?;
            account.require_known()?;
            require!(account.may_trade(ctx.accounts.trader.key, true, now), AccountError::NotAllowed);
            let record = &mut ctx.accounts.order_record.load_mut()?;
            (account.group, record.place(&args, now)?)
        };
        let margin_account = ctx.accounts.margin_account.key();
        emit_cpi!(TriggerSet { group, margin_account, place, market: args.market, lots: args.lots });
        Ok(())
    }
}
