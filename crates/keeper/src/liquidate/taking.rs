//! Which positions to take over, how much of them, and what that should pay.

use super::{
    assemble::{Plan, Rescue, Why},
    own::{Getting, Own},
    units::{cuts, greatest, held, named, taken},
    weigh::permitted,
};
use crate::scan::Unfit;
use ballast_interface::{
    account::TradeLeg,
    liquidation::LiquidateArgs,
    risk::{LiquidationQuote, QuoteArgs, QuoteLeg, RiskError, MAX_QUOTE_LEGS},
};

/// Positions of which pairs are tried, when neither the engine's choice nor one alone helps.
const PAIRED: usize = 8;

impl Rescue<'_> {
    /// Takes the positions over that the engine would choose, as far as the keeper may.
    pub(super) fn taking(&self) -> Result<Plan, Why> {
        let settings = self.at.settings;
        let offered = self.at.weigh.offered(&self.fresh.state, |market| settings.allows(market));
        if offered.is_empty() {
            return Err(Why::NoRelief);
        }
        let own = self.own()?;
        let mut why = Why::NoRelief;
        for places in self.candidates(&offered)? {
            match self.take(&own, &places) {
                Err(Why::NoRelief) => {}
                Err(Why::NoRoom) => why = Why::NoRoom,
                other => return other,
            }
        }
        Err(why)
    }

    /// Sets of positions to try, the best first.
    fn candidates(&self, offered: &[u8]) -> Result<Vec<Vec<u8>>, Why> {
        let (chosen, alone) = match self.at.weigh.chosen(&self.fresh.state, &self.terms()) {
            Ok(found) => found,
            // The engine asks for less than the program: what it refuses to rank may be tried all the same.
            Err(Unfit::Refused { .. }) => (vec![], vec![]),
            Err(why) => return Err(why.into()),
        };
        let allowed = |places: &[u8]| -> Vec<u8> {
            places.iter().filter(|place| offered.contains(place)).copied().collect()
        };
        let (chosen, alone) = (allowed(&chosen), allowed(&alone));
        let mut sets = vec![];
        if self.is_small() {
            sets.push(offered.to_vec());
        }
        sets.push(self.fewer(&chosen, &alone));
        sets.push(offered.to_vec());
        sets.extend(alone.iter().map(|place| vec![*place]));
        let some = &offered[..offered.len().min(PAIRED)];
        for (at, first) in some.iter().enumerate() {
            sets.extend(some[at + 1..].iter().map(|second| vec![*first, *second]));
        }
        if some.len() > 3 {
            let without = |out: &u8| some.iter().filter(|place| *place != out).copied().collect();
            sets.extend(some.iter().map(without));
        }
        sets.retain(|set: &Vec<u8>| !set.is_empty() && set.len() <= MAX_QUOTE_LEGS);
        Ok(sets)
    }

    /// No more positions than can be taken at once: those that help most on their own.
    fn fewer(&self, chosen: &[u8], alone: &[u8]) -> Vec<u8> {
        if chosen.len() <= MAX_QUOTE_LEGS {
            return chosen.to_vec();
        }
        let ranked = alone.iter().filter(|place| chosen.contains(place));
        let mut best: Vec<u8> = ranked.take(MAX_QUOTE_LEGS).copied().collect();
        best.sort_unstable();
        best
    }

    /// Whether the account is closed whole.
    fn is_small(&self) -> bool {
        let small = i128::from(self.rules.small).saturating_mul(self.at.weigh.unit());
        self.standing.maintenance <= small
    }

    /// A taking of some positions, in units that are fine enough if that helps.
    fn take(&self, own: &Own, places: &[u8]) -> Result<Plan, Why> {
        let account = &self.fresh.state;
        if self.is_small() && places.len() > 1 {
            let whole = |place: &u8| {
                let lots = account.legs[usize::from(*place)].quantity.unsigned_abs();
                QuoteLeg { leg: *place, lots }
            };
            return self.take_units(own, &places.iter().map(whole).collect::<Vec<_>>(), 1);
        }
        let mut found = Err(Why::NoRelief);
        for (legs, units) in cuts(account, places) {
            found = self.take_units(own, &legs, units);
            if !matches!(found, Err(Why::NoRelief)) {
                break;
            }
        }
        found
    }

    /// A taking of some units.
    fn take_units(&self, own: &Own, legs: &[QuoteLeg], units: u32) -> Result<Plan, Why> {
        let account = &self.fresh.state;
        let mut quote = self.quoted(legs, units)?;
        let getting = |quote: &LiquidationQuote, units: u32| {
            let pay = self.pay(legs, quote).saturating_mul(units.into()) / i64::from(quote.units.max(1));
            let legs = taken(account, legs, units, &quote.prices);
            Getting { legs, tokens: None, cash: pay }
        };
        let asked = i128::from(units);
        let fits = |units: u64| {
            // Of a risk that is no more than the parts' together.
            let risk = quote.risk.get().saturating_mul(units.into()) / asked.max(1);
            let may = |getting| own.may_get(&self.at.weigh, self.at.settings, &getting);
            risk <= self.at.settings.max_risk.0 && may(getting(&quote, units as u32))
        };
        let most = greatest(quote.units.into(), fits).ok_or(Why::NoRoom)?;
        if most < u64::from(units) {
            // The question that the program will ask, so that the answer is its own to the last unit.
            quote = self.quoted(legs, most as u32)?;
        }
        let units = quote.units;
        let getting = getting(&quote, units);
        let profit = i128::from(getting.cash).saturating_mul(self.at.weigh.unit()) - self.at.fee();
        self.worth(profit)?;
        let least_pay = self.least(legs, &getting, units);
        let args = LiquidateArgs { legs: legs.to_vec(), units, least_pay };
        let taker = (&own.held, &self.at.payer);
        let steps = self.at.build().liquidate(&self.fresh.held, &self.auction.beginner, taker, &args)?;
        let plan = self.at.plan("liquidate", self.account(), self.guarded(steps, true));
        let what = format!(
            "take {} from {} for {} dollars",
            named(&getting.legs),
            self.account(),
            crate::config::Dollars(profit)
        );
        Ok(Plan { what, quote: Some(Box::new(quote)), profit, getting: Some(getting), ..plan })
    }

    /// The program's quote of so many units; it refuses what does not help.
    pub(super) fn quoted(&self, legs: &[QuoteLeg], units: u32) -> Result<LiquidationQuote, Why> {
        let args = QuoteArgs { legs: legs.to_vec(), units, terms: Some(self.terms()), all: false };
        let quote = relief(self.at.weigh.quote(&self.fresh.state, &args))?;
        if quote.units == 0 || !permitted(quote.permitted) {
            return Err(Why::NoRelief);
        }
        Ok(quote)
    }

    /// What a quote pays the keeper, in quote units, as the program will count it.
    fn pay(&self, legs: &[QuoteLeg], quote: &LiquidationQuote) -> i64 {
        let unit = self.at.weigh.unit();
        let got = taken(&self.fresh.state, legs, quote.units, &quote.prices);
        let value = |leg: &TradeLeg| leg.value().map_or(0, i128::from);
        let options: i128 = got.iter().filter(|leg| leg.kind > 2).map(value).sum();
        // What prices are rounded by is the account's, and the rest of the premium the taker's.
        let short = (quote.premium.get() - options * unit).max(0);
        let due = quote.transfer.get().div_euclid(unit) - (short + unit - 1).div_euclid(unit);
        let due = due + self.reward(legs, quote, due);
        i64::try_from(due).unwrap_or(i64::MAX)
    }

    /// What closing the last positions of a small account pays beyond.
    fn reward(&self, legs: &[QuoteLeg], quote: &LiquidationQuote, due: i128) -> i128 {
        let account = &self.fresh.state;
        let whole = |asked: &QuoteLeg| {
            let lots = asked.lots.saturating_mul(quote.units.into());
            account.legs[usize::from(asked.leg)].quantity.unsigned_abs() == lots
        };
        let last = held(account).count() == legs.len() && legs.iter().all(whole);
        if !last || !self.is_small() {
            return 0;
        }
        let unit = self.at.weigh.unit();
        let (before, after) = (quote.before.margins(), quote.after.margins());
        let gained = (after.health().0 - before.health().0).max(0).div_euclid(2 * unit);
        let left = after.value.0.max(0).div_euclid(unit) + quote.fee.get().max(0).div_euclid(unit);
        let paid = due.max(0) + i128::from(self.auction.small_paid);
        (i128::from(self.rules.small_reward) - paid).clamp(0, gained.min(left))
    }

    /// Least pay for a unit: a little less than is expected, and what rounding the prices of options may take.
    fn least(&self, legs: &[QuoteLeg], getting: &Getting, units: u32) -> i64 {
        let slip = self.at.settings.slippage.of(getting.cash.unsigned_abs().into());
        let least = (i128::from(getting.cash) - slip).div_euclid(units.max(1).into());
        let rounded: u64 = legs.iter().map(|leg| leg.lots).sum();
        i64::try_from(least).unwrap_or(i64::MIN).saturating_sub(rounded.min(i64::MAX as u64) as i64)
    }
}

/// An answer of the risk program's quote; that nothing helps is a reason of its own.
pub(super) fn relief(asked: Result<LiquidationQuote, Unfit>) -> Result<LiquidationQuote, Why> {
    let none = [RiskError::NoRelief, RiskError::AboveTarget].map(u32::from);
    asked.map_err(|why| match why {
        Unfit::Refused { code, .. } if none.contains(&code) => Why::NoRelief,
        why => why.into(),
    })
}
