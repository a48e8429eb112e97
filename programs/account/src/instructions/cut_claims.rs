//! Cuts what an account cannot pay to a market from everybody's claims on its pool.

use super::{require_latched, require_rescuer};
use crate::{books, errors::AccountError, events::ClaimsCut, given::Given, ledger::Ledger};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, MarginAccount};

/// Accounts of `cut_claims`; behind them, the market.
#[event_cpi]
#[derive(Accounts)]
pub struct CutClaims<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's liquidation program, by its own address.
    pub rescuer: Signer<'info>,
}

impl<'info> CutClaims<'info> {
    #[inline(never)]
    fn cut(&self, amount: u64, given: &Given, now: i64) -> Result<ClaimsCut> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        let mut flow = books::open(account, self.margin_account.key(), group, &mut markets, now)?;
        // Cash comes first: what it covers is no loss.
        books::settle_all(account, &mut markets, group, &mut flow)?;
        let [market] = &mut *markets else { return err!(AccountError::MarketMissing) };
        account.cut_claims(market, amount)?;
        let (claim_index, claim_era) = (market.claim_index.to_bits(), market.claim_era);
        let market = market.market;
        books::close(account, group, &mut flow)?;
        Ok(ClaimsCut { group: key, market, amount, claim_index, claim_era, flow })
    }

    /// Lets the account off an amount of its loss in one market; claims of the market fall by it in proportion.
    pub fn cut_claims(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        require_latched(&ctx.accounts.margin_account)?;
        let event = ctx.accounts.cut(amount, &Given::new(ctx.remaining_accounts), now)?;
        emit_cpi!(event);
        Ok(())
    }
}
