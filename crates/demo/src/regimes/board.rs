//! The markets of a moment, as accounts settle with them one by one.

use super::fault::Fault;
use crate::tape::View;
use ballast_interface::{
    account::{Kind, Leg, Market},
    risk::{Action, MarketRisk},
    Fixed64,
};

/// A sum over all accounts, large enough that any account's part can be taken and put back: nobody here reads it.
const SUM: u64 = 1 << 62;
/// The same for a count of legs.
const LEGS: u32 = 1 << 31;
/// Contracts are counted in 10^-10.
const PLACES: u32 = 10;

/// Markets and their risks at the end of a step.
pub struct Board<'a> {
    /// What was known then.
    pub view: &'a View,
    markets: Vec<Market>,
}

impl<'a> Board<'a> {
    /// The markets of a view.
    pub fn new(view: &'a View) -> Self {
        let markets = view.markets.iter().map(|market| {
            let mut market = *market;
            (market.open_interest, market.perp_open_interest) = (SUM, SUM);
            (market.unpaid, market.owed, market.cut) = (SUM, SUM, 0);
            for date in market.dates_mut() {
                (date.open_interest, date.legs) = (SUM, LEGS);
            }
            market
        });
        Self { view, markets: markets.collect() }
    }

    /// A market by its number.
    pub fn market(&mut self, number: u16) -> Result<&mut Market, Fault> {
        self.markets.iter_mut().find(|market| market.market == number).ok_or(Fault::MarketUnknown(number))
    }

    /// The risk of a market by its number.
    pub fn risk(&self, number: u16) -> Result<&'a MarketRisk, Fault> {
        self.view.risks.iter().find(|risk| risk.market == number).ok_or(Fault::MarketUnknown(number))
    }

    /// Whether a market's feed lets positions be liquidated now.
    pub fn may_liquidate(&self, number: u16) -> Result<bool, Fault> {
        let risk = self.risk(number)?;
        Ok(Action::Liquidate.is_in(risk.price.permitted(&risk.rules, self.view.time)))
    }

    /// Whether a position has expired, and waits for its settlement.
    pub fn is_over(&self, leg: &Leg) -> bool {
        leg.expiry != 0 && leg.expiry <= self.view.time
    }

    /// The perp's funding in a market up to now.
    pub fn funding(&mut self, number: u16) -> Result<Fixed64, Fault> {
        Ok(self.market(number)?.funding_index)
    }

    /// What so many lots of a market's underlying are worth at the index, in quote units, rounded down.
    pub fn notional(&mut self, number: u16, lots: i64) -> Result<i64, Fault> {
        let index = self.risk(number)?.price.index;
        let price = self.market(number)?.per_lot_down(index)?;
        let value = u128::from(price).saturating_mul(lots.unsigned_abs().into());
        i64::try_from(value).map_err(|_| Fault::TooLarge)
    }

    /// What a lot of an instrument brings in, once the settlement price of its date is known.
    pub fn settlement(&mut self, leg: &Leg) -> Result<Option<u64>, Fault> {
        let market = self.market(leg.market)?;
        let date = market.dates().iter().find(|date| date.expiry == leg.expiry && date.settled_at != 0);
        let Some(price) = date.map(|date| date.settlement) else { return Ok(None) };
        let strike = market.strike_per_lot(leg.strike)?;
        Ok(Some(match leg.instrument().kind()? {
            Kind::Call => price.saturating_sub(strike),
            Kind::Put => strike.saturating_sub(price),
            Kind::Spot | Kind::Perp | Kind::Future => price,
        }))
    }

    /// How much of a token so many lots of its market are, in its smallest unit.
    pub fn token_amount(&self, market: u16, lots: i64) -> Result<i128, Fault> {
        let rules = &self.risk(market)?.rules;
        let exact = i128::from(lots).saturating_mul(rules.lot.into());
        let power = |exponent: u32| 10i128.checked_pow(exponent).ok_or(Fault::TooLarge);
        let scaled = exact.checked_mul(power(rules.token_decimals.into())?).ok_or(Fault::TooLarge)?;
        Ok(scaled.div_euclid(power(PLACES)?))
    }
}
