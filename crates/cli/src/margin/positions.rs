//! Positions: summed by instrument, then laid out as the legs of a book.

use super::feed;
use crate::failure::Result;
use crate::place::Place;
use crate::units;
use ballast_margin::book::{Expiry, Kind, Leg, MAX_EXPIRIES, MAX_LEGS};
use ballast_margin::units::{Contracts, Fraction, Price, Quote, STEPS};
use std::collections::BTreeMap;

/// Seconds left, strike and kind: the canonical order of the legs of one market, but for the perp.
type Instrument = (i64, Price, Kind);

/// Legs of one market, in canonical order, and the expiries that they name.
pub struct Positions {
    /// The legs.
    pub legs: Vec<Leg>,
    /// Expiries by their place; those without a leg are left out.
    pub expiries: Vec<Expiry>,
    /// Mark of the perp, and how far its feed trusts itself, if there is a perp.
    pub perp: Option<(Price, Fraction)>,
    /// Unrealised profit of what is held no longer: it is cash.
    pub cash: i128,
}

/// A sum of positions in one instrument, and what they cost.
#[derive(Clone, Copy, Default)]
struct Sum {
    quantity: i128,
    basis: i128,
}

/// Reads perp, options and futures of a case.
pub fn read(case: &Place, feeds: &BTreeMap<i64, Expiry>) -> Result<Positions> {
    let mut sums = BTreeMap::<Instrument, Sum>::new();
    if let Some(options) = case.optional("options")? {
        for option in options.list()? {
            let kind = if option.field("call")?.flag()? { Kind::Call } else { Kind::Put };
            let instrument = (feed::expiry(&option, feeds)?, units::price(&option.field("strike")?)?, kind);
            sums.entry(instrument).or_default().quantity +=
                units::contracts(&option.field("amount")?)?.0 as i128;
        }
    }
    if let Some(futures) = case.optional("futures")? {
        for future in futures.list()? {
            let quantity = units::contracts(&future.field("amount")?)?.0 as i128;
            let entry = units::price(&future.field("entry")?)?;
            let sum = sums.entry((feed::expiry(&future, feeds)?, Price(0), Kind::Future)).or_default();
            sum.quantity += quantity;
            sum.basis += cost(quantity, entry);
        }
    }
    let mut positions = Positions { legs: vec![], expiries: vec![], perp: None, cash: 0 };
    if let Some(perp) = case.optional("perp")? {
        positions.add_perp(&perp)?;
    }
    positions.add_dated(case, sums, feeds)?;
    Ok(positions)
}

impl Positions {
    fn add_perp(&mut self, perp: &Place) -> Result<()> {
        let amount = perp.field("amount")?;
        let gain = units::quote(&perp.field("upnl")?)?.0 + units::quote(&perp.field("ufunding")?)?.0;
        let quantity = units::contracts(&amount)?;
        if quantity.0 == 0 {
            self.cash += gain;
            return Ok(());
        }
        let mark = units::price(&perp.field("price")?)?;
        self.perp = Some((mark, units::share(&perp.field("conf")?)?));
        let basis = Quote(cost(quantity.0 as i128, mark) - gain);
        self.legs.push(Leg { market: 0, expiry: 0, kind: Kind::Perp, strike: Price(0), quantity, basis });
        Ok(())
    }

    fn add_dated(
        &mut self,
        case: &Place,
        sums: BTreeMap<Instrument, Sum>,
        feeds: &BTreeMap<i64, Expiry>,
    ) -> Result<()> {
        for ((seconds, strike, kind), sum) in sums {
            if sum.quantity == 0 {
                self.cash -= sum.basis;
                continue;
            }
            if self.expiries.last().map(|expiry| expiry.seconds) != Some(seconds) {
                self.expiries.push(feeds[&seconds]);
            }
            if self.expiries.len() > MAX_EXPIRIES {
                let expected = format!("positions in {MAX_EXPIRIES} expiries at most");
                return Err(case.field("feeds")?.refuse(&expected));
            }
            let Ok(quantity) = i64::try_from(sum.quantity).map(Contracts) else {
                return Err(case.field("options")?.blame("the positions in one instrument are too large"));
            };
            let expiry = (self.expiries.len() - 1) as u8;
            self.legs.push(Leg { market: 0, expiry, kind, strike, quantity, basis: Quote(sum.basis) });
        }
        if self.legs.len() > MAX_LEGS {
            let expected = format!("positions in {MAX_LEGS} instruments at most, the perp counted");
            return Err(case.field("options")?.refuse(&expected));
        }
        Ok(())
    }
}

/// What a position costs at a price, down to the step: the engine rounds its value at the mark likewise.
fn cost(quantity: i128, price: Price) -> i128 {
    (quantity * price.0 as i128).div_euclid(STEPS as i128)
}
