//! Changes a market's terms.

use crate::{errors::AccountError, events::MarketSet, given::load_risk_of};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, Market, MarketTerms};

/// Accounts of `change_market`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeMarket<'info> {
    /// Group of the market.
    pub group: AccountLoader<'info, Group>,
    /// The market.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub market: AccountLoader<'info, Market>,
    /// The market's risk.
    /// CHECK: owner, tag, group and number are checked in `change_market`.
    pub market_risk: UncheckedAccount<'info>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl ChangeMarket<'_> {
    /// Puts terms in force; funding is accrued by the old ones up to now, and steps stay what they are.
    pub fn change_market(ctx: Context<Self>, terms: MarketTerms) -> Result<()> {
        let (key, now) = (ctx.accounts.group.key(), Clock::get()?.unix_timestamp);
        ctx.accounts.group.load()?.require_authority(ctx.accounts.authority.key)?;
        let number = {
            let market = &mut ctx.accounts.market.load_mut()?;
            let risk = load_risk_of(&ctx.accounts.market_risk, &key, market.market)?;
            market.accrue_by(&risk, now)?;
            let steps = terms.tick == market.terms.tick && terms.strike_step == market.terms.strike_step;
            require!(steps, AccountError::MarketTermsInvalid);
            market.terms = terms;
            market.invariant()?;
            market.market
        };
        emit_cpi!(MarketSet { group: key, market: number, terms });
        Ok(())
    }
}
