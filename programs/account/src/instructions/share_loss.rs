//! Lets all lenders of cash bear what an account cannot pay.

use super::{require_latched, require_rescuer};
use crate::{books, errors::AccountError, events::LossShared, given::Given, ledger::Ledger};
use anchor_lang::prelude::*;
use ballast_interface::account::{Flow, Group, MarginAccount};

/// Accounts of `share_loss`; behind them, the markets that the account owes something to.
#[event_cpi]
#[derive(Accounts)]
pub struct ShareLoss<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's liquidation program, by its own address.
    pub rescuer: Signer<'info>,
}

impl<'info> ShareLoss<'info> {
    #[inline(never)]
    fn share(&self, amount: u64, given: &Given, now: i64) -> Result<Flow> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        let mut flow = books::open(account, self.margin_account.key(), group, &mut markets, now)?;
        account.share_loss(group.written()?, amount)?;
        flow.paid = books::signed(amount)?.saturating_neg();
        books::settle_all(account, &mut markets, group, &mut flow)?;
        books::close(account, group, &mut flow)?;
        Ok(flow)
    }

    /// Writes the index of lent cash down by an amount, which pays the account's debt and losses.
    pub fn share_loss(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        require_latched(&ctx.accounts.margin_account)?;
        let flow = ctx.accounts.share(amount, &Given::new(ctx.remaining_accounts), now)?;
        let group = ctx.accounts.group.key();
        let (deposit_index, deposit_era) = {
            let group = ctx.accounts.group.load()?;
            (group.deposit_index.to_bits(), group.deposit_era)
        };
        emit_cpi!(LossShared { group, amount, deposit_index, deposit_era, flow });
        Ok(())
    }
}
