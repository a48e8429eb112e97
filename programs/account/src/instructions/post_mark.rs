//! Marks a perp.

use crate::{errors::AccountError, events::Marked, given::load_risk_of};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Market, Venue},
    risk::FeedState,
};

/// Accounts of `post_mark`.
#[event_cpi]
#[derive(Accounts)]
pub struct PostMark<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// Its risk.
    /// CHECK: owner, tag, group and number are checked in `post_mark`.
    pub market_risk: UncheckedAccount<'info>,
    /// The venue whose marks count.
    #[account(has_one = operator @ AccountError::NotOperator)]
    pub venue: AccountLoader<'info, Venue>,
    /// The venue's operator.
    pub operator: Signer<'info>,
}

impl PostMark<'_> {
    /// Takes over what the venue's perp trades at, in quote units a lot; what the last mark was worth is accrued.
    pub fn post_mark(ctx: Context<Self>, mark: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let event = {
            let (market, venue) = (&mut *ctx.accounts.market.load_mut()?, ctx.accounts.venue.load()?);
            market.invariant()?;
            venue.invariant()?;
            let ours = venue.group == market.group && venue.venue == market.terms.venue;
            require!(ours && mark > 0, AccountError::MarkInvalid);
            require!(venue.suspended == 0, AccountError::VenueSuspended);
            let risk = load_risk_of(&ctx.accounts.market_risk, &market.group, market.market)?;
            market.accrue_by(&risk, now)?;
            let good = risk.price_state(now).0 == FeedState::Good;
            market.mark(mark, risk.price.index, good, now)?;
            Marked {
                group: market.group,
                market: market.market,
                mark,
                premium: market.premium,
                funding_index: market.funding_index.to_bits(),
            }
        };
        emit_cpi!(event);
        Ok(())
    }
}
