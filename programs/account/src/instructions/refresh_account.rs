//! Brings an account up to date, so that it can be judged.

use crate::{books, errors::AccountError, events::AccountSettled, given::Given, ledger::Ledger};
use anchor_lang::prelude::*;
use ballast_interface::account::{Flow, Group, MarginAccount};

/// Accounts of `refresh_account`; behind them, the markets to settle with, those in which the account has perps or claims
/// among them, and the risks of its perps.
#[event_cpi]
#[derive(Accounts)]
pub struct RefreshAccount<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

impl<'info> RefreshAccount<'info> {
    #[inline(never)]
    fn refresh(&self, given: &Given, now: i64) -> Result<(u16, Flow)> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        group.invariant()?;
        let account = &mut *self.margin_account.load_mut()?;
        let (mut markets, risks) = (given.markets(&key)?, given.risks(&key)?);
        books::require_known_markets(account, &markets)?;
        books::require_risks_of_perps(account, &risks)?;
        books::settle_account(account, self.margin_account.key(), group, &mut markets, &risks, now)
    }

    /// Settles; anybody may, and it is no mistake if there is nothing to settle.
    pub fn refresh_account(ctx: Context<'info, Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (legs, flow) = ctx.accounts.refresh(&Given::new(ctx.remaining_accounts), now)?;
        emit_cpi!(AccountSettled { group: ctx.accounts.group.key(), legs, flow });
        Ok(())
    }
}
