//! Reads a market's price account.

use anchor_lang::prelude::*;
use ballast_interface::risk::{MarketRisk, PriceSource, Pyth};

/// Accounts of `refresh_price`.
#[derive(Accounts)]
pub struct RefreshPrice<'info> {
    /// The market's risk.
    #[account(mut)]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    /// The price account that the market is pinned to.
    /// CHECK: address, owner, contents and verification are checked by `Pyth::observe`.
    pub price_account: UncheckedAccount<'info>,
}

impl RefreshPrice<'_> {
    /// Takes over what the oracle says; anybody may ask for that, and the same word twice in a second changes nothing.
    pub fn refresh_price(ctx: Context<Self>) -> Result<()> {
        let risk = &mut ctx.accounts.market_risk.load_mut()?;
        let account = &ctx.accounts.price_account;
        let seen = Pyth::observe(&risk.rules.feed, account.key, account.owner, &account.try_borrow_data()?)?;
        risk.refresh(&seen, Clock::get()?.unix_timestamp)
    }
}
