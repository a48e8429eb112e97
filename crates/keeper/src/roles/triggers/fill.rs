//! What one trigger offers, by the rules that the account program would apply.

use super::{weigh::passes, Settings};
use crate::{liquidate::Getting, State};
use anchor_lang::prelude::Pubkey;
use ballast_client::Held;
use ballast_interface::{
    account::{ExecuteTriggerArgs, Leg, MarginAccount, Market, OrderRecord, TradeLeg, Trigger, Venue},
    risk::{FeedState, MarketRisk, QuoteArgs, QuoteLeg},
};

/// One execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// Account whose trigger it is.
    pub account: Pubkey,
    /// What the account trades.
    pub leg: TradeLeg,
    /// Arguments of the execution.
    pub args: ExecuteTriggerArgs,
    /// What the keeper gains by the mark of now, fee included, in quote units.
    pub profit: i128,
}

impl Fill {
    /// What the keeper's account gets: position, premium and fee.
    pub fn getting(&self) -> Getting {
        let cash = i64::try_from(self.args.fee).unwrap_or(i64::MAX);
        Getting { legs: vec![self.leg.mirrored()], tokens: None, cash }
    }

    /// Puts the other side into the owner's account.
    fn give(&self, state: &State, theirs: &mut MarginAccount) -> Option<()> {
        let mut market = **state.exchange.markets.get(&self.leg.number)?;
        theirs.trade(&mut market, &self.leg).ok()?;
        theirs.cash = theirs.cash.checked_sub_unsigned(self.args.fee)?;
        Some(())
    }
}

/// One row of somebody's record.
pub(super) struct Offer<'a> {
    pub state: &'a State,
    pub settings: &'a Settings,
    pub keeper: &'a crate::Settings,
    pub account: &'a Pubkey,
    pub record: &'a OrderRecord,
    pub place: u8,
    pub now: i64,
}

impl Offer<'_> {
    /// The execution, if the trigger has fired and it is worth while.
    pub fn fill(&self) -> Option<Fill> {
        let trigger = self.record.triggers.get(usize::from(self.place)).filter(|row| row.market != 0)?;
        if !self.keeper.allows(trigger.market) {
            return None;
        }
        let market = &**self.state.exchange.markets.get(&trigger.market)?;
        let risk = &**self.state.exchange.risks.get(&trigger.market)?;
        let index = risk.price.index;
        let reached = if trigger.above == 1 { index >= trigger.level } else { index <= trigger.level };
        let good = risk.price_state(self.now).0 == FeedState::Good;
        if !reached || !good || self.now >= trigger.expires_at {
            return None;
        }
        // The keeper's side may be new, so the instrument must be open.
        market.require_open(&trigger.instrument(), self.now).ok()?;
        let (place, lots) = self.position(trigger)?;
        let mark = self.mark(trigger, market, risk, place, lots)?;
        let price = self.price(trigger, market, risk, mark)?;
        let fee = self.fee(trigger, lots, price);
        let args = ExecuteTriggerArgs { place: self.place, lots, price, fee };
        // The program's own word on it; the copy is thrown away.
        let mut copy = *self.record;
        let (leg, _) = copy.fire(&args, index, market.per_lot_down(index).ok()?, self.now).ok()?;
        let edge = i128::from(price) - i128::from(mark);
        // The owner sells: the keeper gains what the price is below the mark.
        let edge = if leg.lots < 0 { -edge } else { edge };
        let profit = edge * i128::from(lots) + i128::from(fee);
        let worth = profit >= i128::from(self.settings.least_profit.max(1));
        let fill = Fill { account: *self.account, leg, args, profit };
        (worth && self.lets_pass(&fill)).then_some(fill)
    }

    /// Whether the gate would let the owner's account pass: it does not let everybody sell at any price.
    fn lets_pass(&self, fill: &Fill) -> bool {
        let Ok(before) = self.state.scanner.refreshed(self.account, self.now) else { return false };
        let mut after = before;
        let held = |state| Held { address: *self.account, state };
        fill.give(self.state, &mut after).is_some()
            && passes(&self.state.scanner, &held(before), &held(after), self.now)
    }

    /// Place of the position that the trigger makes smaller in the refreshed account, and how many lots can go.
    fn position(&self, trigger: &Trigger) -> Option<(u8, u64)> {
        let account = self.state.scanner.refreshed(self.account, self.now).ok()?;
        let of = trigger.instrument();
        let held = |leg: &Leg| leg.market != 0 && leg.instrument() == of;
        let (place, leg) = account.legs.iter().enumerate().find(|(_, leg)| held(leg))?;
        let quantity = leg.quantity;
        let smaller = (quantity < 0) != (trigger.lots < 0);
        let most = self.settings.most_lots.min(quantity.unsigned_abs()).min(trigger.lots.unsigned_abs());
        (smaller && most > 0).then_some((place as u8, most))
    }

    /// What a lot is worth now, in quote units: the index, and for futures and options what the risk program would quote.
    fn mark(
        &self,
        trigger: &Trigger,
        market: &Market,
        risk: &MarketRisk,
        place: u8,
        lots: u64,
    ) -> Option<u64> {
        if trigger.kind == 1 {
            return market.per_lot_down(risk.price.index).ok();
        }
        let legs = vec![QuoteLeg { leg: place, lots }];
        let args = QuoteArgs { legs, units: 1, terms: None, all: false };
        let quote = self.state.scanner.quote(self.account, &args, self.now).ok()?;
        quote.prices.first().copied()
    }

    /// A price on the market's ticks: worse than the mark for the owner by the edge, and within the trigger's bounds and
    /// the market's. Of a bound that is worse than the mark for the keeper, that bound.
    fn price(&self, trigger: &Trigger, market: &Market, risk: &MarketRisk, mark: u64) -> Option<u64> {
        let tick = i128::from(market.terms.tick.max(1));
        let mark = i128::from(mark);
        let index = i128::from(market.per_lot_down(risk.price.index).ok()?);
        let edge = mark * i128::from(self.settings.edge) / 10_000;
        let share = |part: i64| (index * i128::from(part)) >> 40;
        let linear = matches!(trigger.kind, 1 | 2);
        let slips = linear && trigger.slippage < 1 << 40;
        let limit = (trigger.limit > 0).then_some(i128::from(trigger.limit));
        let (sells, band) = (trigger.lots < 0, share(market.terms.price_band));
        let price = if sells {
            let least =
                [limit, slips.then_some(index - share(trigger.slippage)), linear.then_some(index - band)];
            let least = least.into_iter().flatten().fold(mark - edge, i128::max);
            least.div_euclid(tick) * tick + if least.rem_euclid(tick) == 0 { 0 } else { tick }
        } else {
            let most =
                [limit, slips.then_some(index + share(trigger.slippage)), linear.then_some(index + band)];
            most.into_iter().flatten().fold(mark + edge, i128::min).div_euclid(tick) * tick
        };
        u64::try_from(price).ok()
    }

    /// All of the fee that is offered for so many lots, but no more than the program lets anybody take.
    fn fee(&self, trigger: &Trigger, lots: u64, price: u64) -> u64 {
        let part =
            u128::from(trigger.fee) * u128::from(lots) / u128::from(trigger.lots.unsigned_abs().max(1));
        let value = u128::from(price) * u128::from(lots);
        let most = (value * u128::from(Venue::HIGHEST_FEE.unsigned_abs())) >> 40;
        part.min(most) as u64
    }
}
