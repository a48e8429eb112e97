//! Opens an account's record of orders.

use crate::{books, errors::AccountError, events::OrdersOpened};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{MarginAccount, OrderRecord},
    seeds,
};

/// Accounts of `open_orders`.
#[event_cpi]
#[derive(Accounts)]
pub struct OpenOrders<'info> {
    /// The account.
    #[account(mut, has_one = owner @ AccountError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The record to be.
    #[account(
        init,
        payer = payer,
        space = OrderRecord::SIZE,
        seeds = [seeds::ORDER_RECORD, margin_account.key().as_ref()],
        bump,
    )]
    pub order_record: AccountLoader<'info, OrderRecord>,
    /// The account's owner.
    pub owner: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the record.
    pub system_program: Program<'info, System>,
}

impl OpenOrders<'_> {
    /// Opens the record; without it, nothing that the owner signs can be filled. Orders below the watermark never can:
    /// an account that was closed and opened again begins above the nonces that it used before.
    pub fn open_orders(ctx: Context<Self>, watermark: u64) -> Result<()> {
        let margin_account = ctx.accounts.margin_account.key();
        let group = {
            let account = &mut ctx.accounts.margin_account.load_mut()?;
            account.has_record = 1;
            books::touch(account)?;
            account.invariant()?;
            let record = &mut ctx.accounts.order_record.load_init()?;
            (record.version, record.bump) = (OrderRecord::VERSION, ctx.bumps.order_record);
            (record.margin_account, record.watermark) = (margin_account, watermark);
            account.group
        };
        emit_cpi!(OrdersOpened { group, margin_account, watermark });
        Ok(())
    }
}
