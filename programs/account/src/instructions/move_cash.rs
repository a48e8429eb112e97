//! Moves cash between two accounts for a rescue.

use super::require_rescuer;
use crate::{books, errors::AccountError, events::CashMoved, given::Given, ledger::Ledger};
use anchor_lang::prelude::*;
use ballast_interface::account::{Flow, Group, MarginAccount};

/// Accounts of `move_cash`; behind them, the markets in which either account has perps or claims.
#[event_cpi]
#[derive(Accounts)]
pub struct MoveCash<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account that gives.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub from: AccountLoader<'info, MarginAccount>,
    /// The account that gets.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub to: AccountLoader<'info, MarginAccount>,
    /// The group's liquidation program, by its own address; one of the two must be under liquidation.
    pub rescuer: Signer<'info>,
}

impl<'info> MoveCash<'info> {
    #[inline(never)]
    fn shift(&self, amount: u64, given: &Given, now: i64) -> Result<[Flow; 2]> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let (from, to) = (&mut *self.from.load_mut()?, &mut *self.to.load_mut()?);
        let latched = from.liquidation_since != 0 || to.liquidation_since != 0;
        require!(latched, AccountError::NotUnderLiquidation);
        let mut markets = given.markets(&key)?;
        books::require_known_markets(from, &markets)?;
        books::require_known_markets(to, &markets)?;
        let mut flows = [
            books::open(from, self.from.key(), group, &mut markets, now)?,
            books::open(to, self.to.key(), group, &mut markets, now)?,
        ];
        let paid = books::signed(amount)?;
        for ((account, flow), paid) in
            [from, to].into_iter().zip(&mut flows).zip([paid, paid.saturating_neg()])
        {
            books::change_cash(account, paid.saturating_neg())?;
            flow.paid = paid;
            books::settle_all(account, &mut markets, group, flow)?;
            books::close(account, group, flow)?;
        }
        Ok(flows)
    }

    /// Moves cash; the liquidation program answers for the amount, and for margins.
    pub fn move_cash(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        require!(amount > 0, AccountError::AmountZero);
        require_keys_neq!(ctx.accounts.from.key(), ctx.accounts.to.key(), AccountError::SelfTrade);
        let now = Clock::get()?.unix_timestamp;
        let [from, to] = ctx.accounts.shift(amount, &Given::new(ctx.remaining_accounts), now)?;
        emit_cpi!(CashMoved { group: ctx.accounts.group.key(), amount, from, to });
        Ok(())
    }
}
