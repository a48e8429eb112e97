//! Takes positions over from an account under liquidation.

use crate::{
    errors::LiquidationError,
    given::Given,
    rescue::*,
    taking::{terms, Taking},
};
use anchor_lang::prelude::*;
use ballast_interface::{account::MarginAccount, liquidation::LiquidateArgs, risk::QuoteArgs};

/// Accounts of `liquidate`; behind them, the markets of the positions and those in which either account has perps or
/// claims, and the risks of all markets that either margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct Liquidate<'info> {
    /// The rescue.
    pub auctioned: Auctioned<'info>,
    /// The account that takes over.
    #[account(mut)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// Its owner, or a delegate who may trade.
    pub liquidator: Signer<'info>,
}

impl<'info> Liquidate<'info> {
    fn validate(&self, now: i64) -> Result<()> {
        require_fit(&self.auctioned.rescue.margin_account, &self.taker)?;
        let allowed = self.taker.load()?.may_trade(self.liquidator.key, false, now);
        require!(allowed, LiquidationError::NotAllowed);
        Ok(())
    }

    /// Takes over as much as was asked for, or as the account's target needs, for what the auction pays now.
    pub fn liquidate(ctx: Context<'info, Self>, args: LiquidateArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let auctioned = &accounts.auctioned;
        let (rules, seconds) = auctioned.rules(now)?;
        accounts.validate(now)?;
        let given = Given::new(ctx.remaining_accounts);
        let rescue = &auctioned.rescue;
        rescue.refresh(&given)?;

        let terms = terms(&rules, seconds);
        let LiquidateArgs { legs, units, least_pay } = args;
        let question = QuoteArgs { legs, units, terms: Some(terms), all: false };
        let quote = rescue.ask(&rescue.margin_account, &given, &question)?;
        auctioned.require_due(quote.permitted, &quote.before.margins(), now)?;
        let taking = Taking::new(auctioned, &rules, &quote, &question.legs)?;
        let least = i128::from(least_pay).saturating_mul(quote.units.into());
        require!(i128::from(taking.pay.taker) >= least, LiquidationError::PaysTooLittle);

        let from = rescue.margin_account.as_ref();
        rescue.caller()?.move_legs(from, accounts.taker.as_ref(), given.own, &taking.legs, taking.pay)?;
        let report = rescue.weigh(&accounts.taker, &given)?;
        require!(report.room.get() >= 0, LiquidationError::TakerShort);
        auctioned.note(&taking, now)?;
        let event = taking.report(rescue, accounts.taker.key(), &quote, terms.discount);
        let ended = auctioned.release_if(taking.restores)?;
        emit_cpi!(event);
        if let Some(ended) = ended {
            emit_cpi!(ended);
        }
        Ok(())
    }
}
