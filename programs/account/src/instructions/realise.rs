//! Realises an open profit at the index, so that it can bear its part of a loss that nobody will pay.

use super::require_rescuer;
use crate::{books, errors::AccountError, events::ProfitRealised, given::Given, ledger::Ledger};
use anchor_lang::prelude::*;
use ballast_interface::account::{Flow, Group, MarginAccount};

/// Accounts of `realise`; behind them, the market and its risk.
#[event_cpi]
#[derive(Accounts)]
pub struct Realise<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account, which is not under liquidation.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's liquidation program, by its own address.
    pub rescuer: Signer<'info>,
}

impl<'info> Realise<'info> {
    #[inline(never)]
    fn realise_in(&self, number: u16, given: &Given, now: i64) -> Result<Flow> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        require!(account.liquidation_since == 0, AccountError::UnderLiquidation);
        let (mut markets, risks) = (given.markets(&key)?, given.risks(&key)?);
        let risk = risks.good(number, now)?.ok_or(AccountError::FeedsForbid)?;
        books::accrue(&mut markets, &risks, now)?;
        let mut flow = books::open(account, self.margin_account.key(), group, &mut markets, now)?;
        let market = markets.iter_mut().find(|market| market.market == number);
        let market = market.ok_or(AccountError::MarketMissing)?;
        flow.market(number).realised = account.realise(market, risk, now)?;
        books::settle_all(account, &mut markets, group, &mut flow)?;
        books::close(account, group, &mut flow)?;
        Ok(flow)
    }

    /// Realises what all perps and futures of the market win together, and lets the pool pay what it has.
    pub fn realise(ctx: Context<'info, Self>, market: u16) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        let flow = ctx.accounts.realise_in(market, &Given::new(ctx.remaining_accounts), now)?;
        emit_cpi!(ProfitRealised { group: ctx.accounts.group.key(), market, flow });
        Ok(())
    }
}
