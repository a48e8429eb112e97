//! Closes positions of an account that can pay nobody against somebody who holds the other side.

use crate::{
    errors::LiquidationError,
    events::Liquidated,
    given::Given,
    rescue::*,
    taking::{trades, Taking},
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::MarginAccount,
    liquidation::{DeleverageArgs, RescueRules},
    risk::{LiquidationQuote, QuoteArgs, QuoteLeg, QuoteTerms},
};

/// Accounts of `deleverage`; behind them, the markets of the positions and those in which either account has perps or
/// claims, and the risks of all markets that either margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct Deleverage<'info> {
    /// The rescue.
    pub auctioned: Auctioned<'info>,
    /// The account that holds the other side.
    #[account(mut)]
    pub winner: AccountLoader<'info, MarginAccount>,
}

impl<'info> Deleverage<'info> {
    /// The same positions on the other side, by rising place, and for each its place among those asked for.
    #[inline(never)]
    fn mirrored(&self, asked: &[QuoteLeg], units: u32) -> Result<Vec<QuoteLeg>> {
        let (from, winner) = (self.auctioned.rescue.margin_account.load()?, self.winner.load()?);
        let mut places = Vec::with_capacity(asked.len());
        for asked in asked {
            let leg = from.legs.get(asked.leg as usize).filter(|leg| leg.market != 0);
            let leg = leg.ok_or(LiquidationError::OrderUnfit)?;
            let lots = asked.lots.saturating_mul(units.into());
            let mut legs = winner.legs.iter().take_while(|leg| leg.market != 0);
            // Both books stand in the same order, so that places rise here as they do there.
            let place = legs.position(|other| {
                other.place() == leg.place()
                    && (other.quantity < 0) != (leg.quantity < 0)
                    && other.quantity.unsigned_abs() >= lots
            });
            let place = place.ok_or(LiquidationError::WinnerUnfit)?;
            places.push(QuoteLeg { leg: place as u8, lots: asked.lots });
        }
        Ok(places)
    }

    /// What is closed: the bankrupt account's own health must rise, as far as its target.
    #[inline(never)]
    fn quote(
        &self,
        asked: &DeleverageArgs,
        rules: &RescueRules,
        given: &Given<'_, 'info>,
    ) -> Result<Box<LiquidationQuote>> {
        let terms = QuoteTerms { target: rules.target, ..QuoteTerms::default() };
        let question =
            QuoteArgs { legs: asked.legs.clone(), units: asked.units, terms: Some(terms), all: false };
        let rescue = &self.auctioned.rescue;
        let quote = rescue.ask(&rescue.margin_account, given, &question)?;
        require_permitted(quote.permitted)?;
        // Not even the whole discount of what is closed: what little there may be has tempted nobody.
        let closed = quote.risk.get().max(0).saturating_mul(quote.units.into());
        let closed = closed.checked_div(asked.units.into()).unwrap_or(0);
        let poor = quote.before.value.get() <= rules.full_pay_down(closed);
        require!(poor, LiquidationError::NotBankrupt);
        Ok(quote)
    }

    /// Prices at which the winner loses nothing, if it needs no more margin without the positions: what hedges others
    /// stays.
    #[inline(never)]
    fn prices(
        &self,
        asked: &[QuoteLeg],
        units: u32,
        given: &Given<'_, 'info>,
    ) -> Result<Box<LiquidationQuote>> {
        let question = QuoteArgs { legs: self.mirrored(asked, units)?, units, terms: None, all: false };
        let quote = self.auctioned.rescue.ask(&self.winner, given, &question)?;
        let (before, after) = (quote.before.margins(), quote.after.margins());
        let eased = after.maintenance <= before.maintenance && after.initial <= before.initial;
        require!(eased, LiquidationError::WinnerHedged);
        Ok(quote)
    }

    /// Closes positions at the mark, without a fee; anybody may ask for that once the auction has run its time in vain.
    pub fn deleverage(ctx: Context<'info, Self>, args: DeleverageArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let auctioned = &accounts.auctioned;
        let (rules, seconds) = auctioned.rules(now)?;
        require!(rules.has_run(seconds), LiquidationError::AuctionRuns);
        let rescue = &auctioned.rescue;
        require_fit(&rescue.margin_account, &accounts.winner)?;
        let given = Given::new(ctx.remaining_accounts);
        rescue.refresh(&given)?;
        rescue.caller()?.refresh(accounts.winner.as_ref(), given.all)?;

        let quote = accounts.quote(&args, &rules, &given)?;
        let prices = accounts.prices(&args.legs, quote.units, &given)?.prices;
        let legs = trades(&*rescue.margin_account.load()?, &args.legs, quote.units, &prices)?;
        let taking = Taking::free(legs, quote.restores != 0);
        let (from, to) = (rescue.margin_account.as_ref(), accounts.winner.as_ref());
        rescue.caller()?.move_legs(from, to, given.own, &taking.legs, taking.pay)?;
        auctioned.note(&taking, now)?;
        let event = taking.report(rescue, accounts.winner.key(), &quote, 0);
        let event = Liquidated { forced: true, ..event };
        let ended = auctioned.release_if(taking.restores)?;
        emit_cpi!(event);
        if let Some(ended) = ended {
            emit_cpi!(ended);
        }
        Ok(())
    }
}
