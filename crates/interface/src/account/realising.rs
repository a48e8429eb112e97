//! Realising an open profit at the index: so that whoever wins by others' losses bears his part of what they cannot pay.

use super::{AccountError, Kind, Leg, MarginAccount, Market};
use crate::risk::MarketRisk;
use anchor_lang::prelude::*;

impl Leg {
    /// What the leg is worth at a market's index, in quote units, its price a lot rounded down; none if no index prices it,
    /// or a settlement price will.
    fn linear_value(&self, market: &Market, risk: &MarketRisk, now: i64) -> Result<Option<i64>> {
        let index = risk.price.index;
        let price = match self.instrument().kind()? {
            Kind::Perp => index,
            Kind::Future if now < self.expiry => {
                let date = risk.dates().iter().find(|date| date.expiry == self.expiry);
                date.ok_or(AccountError::ExpiryNotListed)?.forward_now(index, now)
            }
            Kind::Spot | Kind::Future | Kind::Call | Kind::Put => return Ok(None),
        };
        let price = i64::try_from(market.per_lot_down(price)?).map_err(|_| AccountError::NumberTooLarge)?;
        Ok(Some(self.quantity.checked_mul(price).ok_or(AccountError::NumberTooLarge)?))
    }
}

impl MarginAccount {
    /// Realises at the index what all perps and futures of a market win together: from then on the index is what they
    /// cost. Refuses a book that wins nothing. Funding and claims must be up to date. Returns the profit, which the pool
    /// has to settle.
    pub fn realise(&mut self, market: &mut Market, risk: &MarketRisk, now: i64) -> Result<i64> {
        let mut profit = 0i64;
        for leg in self.legs.iter_mut().filter(|leg| leg.market == market.market) {
            let Some(value) = leg.linear_value(market, risk, now)? else { continue };
            let won = value.checked_sub(leg.entry_value).ok_or(AccountError::NumberTooLarge)?;
            profit = profit.checked_add(won).ok_or(AccountError::NumberTooLarge)?;
            leg.entry_value = value;
        }
        require!(profit > 0, AccountError::NothingToSettle);
        self.book_profit(market, profit)?;
        Ok(profit)
    }
}
