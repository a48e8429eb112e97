//! Hands positions of an account under liquidation to a resting order: a liquidator needs no money of his own.

use crate::{
    errors::LiquidationError,
    events::Liquidated,
    given::Given,
    rescue::*,
    taking::{terms, Taking},
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{FillRescueArgs, MarginAccount, Order, RescuePay, TradeLeg},
    liquidation::LiquidateToOrderArgs,
    risk::{LiquidationQuote, QuoteArgs, QuoteLeg},
};

/// Accounts of `liquidate_to_order`; behind them, as for `liquidate`, with the liquidator's own perps and claims.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidateToOrder<'info> {
    /// The rescue.
    pub auctioned: Auctioned<'info>,
    /// The account of the order, which takes over.
    #[account(mut)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    /// CHECK: the account program checks it.
    #[account(mut)]
    pub record: UncheckedAccount<'info>,
    /// The liquidator's account, to which goes what the order does not ask for.
    #[account(mut)]
    pub liquidator: AccountLoader<'info, MarginAccount>,
    /// The transaction's instructions, the signature's check among them.
    /// CHECK: the account program checks its address.
    pub instructions: UncheckedAccount<'info>,
}

impl<'info> LiquidateToOrder<'info> {
    fn validate(&self) -> Result<()> {
        let from = &self.auctioned.rescue.margin_account;
        require_fit(from, &self.taker)?;
        require_fit(from, &self.liquidator)
    }

    /// The places of the order's instruments in the account, on the other side.
    #[inline(never)]
    fn places(&self, order: &Order) -> Result<Vec<QuoteLeg>> {
        let account = self.auctioned.rescue.margin_account.load()?;
        let mut places = Vec::with_capacity(order.legs.len());
        for wanted in &order.legs {
            let (of, sells) = (wanted.instrument(), wanted.lots < 0);
            let mut legs = account.legs.iter().take_while(|leg| leg.market != 0);
            let place = legs.position(|leg| leg.instrument() == of && (leg.quantity < 0) == sells);
            let place = place.ok_or(LiquidationError::OrderUnfit)?;
            places.push(QuoteLeg { leg: place as u8, lots: wanted.lots.unsigned_abs().into() });
        }
        Ok(places)
    }

    /// Fills the order; returns what its owner was paid beside the marks.
    #[inline(never)]
    fn fill(
        &self,
        order: Order,
        quote: &LiquidationQuote,
        taking: &Taking,
        given: &Given<'_, 'info>,
    ) -> Result<i64> {
        let asks = asks(&order, quote.units, &taking.legs)?;
        require!(asks <= taking.pay.taker, LiquidationError::OrderTooDear);
        let prices = taking.legs.iter().map(|leg| leg.price).collect();
        let pay = RescuePay { taker: asks, insurance: taking.pay.insurance };
        let args = FillRescueArgs { order, units: quote.units.into(), prices, pay };
        let rescue = &self.auctioned.rescue;
        let to = (self.taker.as_ref(), self.record.as_ref());
        let from = rescue.margin_account.as_ref();
        rescue.caller()?.fill(from, to, &self.instructions, given.own, &args)?;
        Ok(asks)
    }

    /// Fills the order as far as the account's target needs, at the mark or what the order asks for beyond it.
    #[allow(clippy::boxed_local)] // A frame of a program has 4 KB, and orders are long.
    pub fn liquidate_to_order(ctx: Context<'info, Self>, args: Box<LiquidateToOrderArgs>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let auctioned = &accounts.auctioned;
        let (rules, seconds) = auctioned.rules(now)?;
        accounts.validate()?;
        let given = Given::new(ctx.remaining_accounts);
        let rescue = &auctioned.rescue;
        rescue.refresh(&given)?;

        let LiquidateToOrderArgs { order, units } = *args;
        let terms = terms(&rules, seconds);
        let question = QuoteArgs { legs: accounts.places(&order)?, units, terms: Some(terms), all: false };
        let quote = rescue.ask(&rescue.margin_account, &given, &question)?;
        auctioned.require_due(quote.permitted, &quote.before.margins(), now)?;
        let taking = Taking::new(auctioned, &rules, &quote, &question.legs)?;

        let to_order = accounts.fill(order, &quote, &taking, &given)?;
        let rest = taking.pay.taker.saturating_sub(to_order).max(0).unsigned_abs();
        if rest > 0 {
            let (from, to) = (rescue.margin_account.as_ref(), accounts.liquidator.as_ref());
            rescue.caller()?.move_cash(from, to, given.own, rest)?;
        }
        let report = rescue.weigh(&accounts.taker, &given)?;
        require!(report.room.get() >= 0, LiquidationError::TakerShort);
        auctioned.note(&taking, now)?;
        let event = taking.report(rescue, accounts.taker.key(), &quote, terms.discount);
        let event = Liquidated { to_order, ..event };
        let ended = auctioned.release_if(taking.restores)?;
        emit_cpi!(event);
        if let Some(ended) = ended {
            emit_cpi!(ended);
        }
        Ok(())
    }
}

/// What the order's owner must be paid beside the marks so that its limit is kept: nothing where the marks are better.
fn asks(order: &Order, units: u32, legs: &[TradeLeg]) -> Result<i64> {
    let mut cost = 0i128;
    for leg in legs {
        // What the account under liquidation gets, the order's owner pays.
        cost = cost.saturating_sub(leg.value()?.into());
    }
    let limit = i128::from(order.limit).saturating_mul(units.into());
    let asks = cost.saturating_sub(limit).max(0);
    Ok(i64::try_from(asks).map_err(|_| LiquidationError::NumberTooLarge)?)
}
