//! Opens a market for trade.

use crate::{errors::AccountError, events::MarketSet, given::load_risk_of};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{quote_unit, CreateMarketArgs, Group, Market, INDEX_ONE},
    seeds,
};

/// Accounts of `create_market`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: CreateMarketArgs)]
pub struct CreateMarket<'info> {
    /// Group of the market.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The market to be.
    #[account(
        init,
        payer = payer,
        space = Market::SIZE,
        seeds = [seeds::MARKET, group.key().as_ref(), &args.market.to_le_bytes()],
        bump,
    )]
    pub market: AccountLoader<'info, Market>,
    /// The market's risk, which says what a lot is.
    /// CHECK: owner, tag, group and number are checked in `create_market`.
    pub market_risk: UncheckedAccount<'info>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateMarket<'_> {
    /// Creates the market; nothing expires in it yet.
    pub fn create_market(ctx: Context<Self>, args: CreateMarketArgs) -> Result<()> {
        let (key, now) = (ctx.accounts.group.key(), Clock::get()?.unix_timestamp);
        {
            let group = &mut ctx.accounts.group.load_mut()?;
            group.require_authority(ctx.accounts.authority.key)?;
            let risk = load_risk_of(&ctx.accounts.market_risk, &key, args.market)?;
            let market = &mut ctx.accounts.market.load_init()?;
            (market.version, market.bump) = (Market::VERSION, ctx.bumps.market);
            (market.group, market.market) = (key, args.market);
            (market.lot, market.unit) = (risk.rules.lot, quote_unit(group.quote_decimals));
            (market.terms, market.funding_at) = (args.terms, now);
            market.claim_index = INDEX_ONE;
            market.invariant()?;
            require!(group.market_count < Group::MAX_MARKETS, AccountError::GroupFull);
            group.market_count = group.market_count.saturating_add(1);
        }
        emit_cpi!(MarketSet { group: key, market: args.market, terms: args.terms });
        Ok(())
    }
}
