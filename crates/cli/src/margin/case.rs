//! A case: one book in one market, with the data to margin it.

use super::feed;
use super::parameters::Parameters;
use super::positions::{self, Positions};
use crate::failure::Result;
use crate::place::Place;
use crate::units;
use ballast_margin::book::{Book, Collateral, Market, Snapshot, MAX_COLLATERAL};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};

/// Scan range of a case that gives none.
const RANGE: Fraction = Fraction::lit("0.16");

/// A case, ready for the engine.
pub struct Case {
    /// The case's name.
    pub id: String,
    /// Its path in the file; empty if it is all of the file.
    pub path: String,
    /// The model with the case's own parameters.
    pub parameters: Parameters,
    cash: Quote,
    unpaid: Quote,
    peg: Price,
    collateral: Vec<Collateral>,
    positions: Positions,
    /// The market but for its expiries, which are with the positions.
    market: Market<'static>,
}

impl Case {
    /// Hands snapshot and book to the engine.
    pub fn with<T>(&self, engine: impl FnOnce(&Snapshot, &Book) -> T) -> T {
        let market = Market { expiries: &self.positions.expiries, ..self.market };
        let snapshot = Snapshot { peg: self.peg, markets: &[market] };
        let book = Book {
            cash: self.cash,
            unpaid: self.unpaid,
            collateral: &self.collateral,
            legs: &self.positions.legs,
        };
        engine(&snapshot, &book)
    }
}

/// Reads a case.
pub fn read(place: &Place, parameters: Parameters) -> Result<Case> {
    let index = units::price(&place.field("spot")?)?;
    let feeds = feed::read(place.optional("feeds")?)?;
    let positions = positions::read(place, &feeds)?;
    let (perp, perp_score) = positions.perp.unwrap_or((index, Fraction::ONE));
    let market = Market {
        id: 1,
        index,
        slow: place.optional("slow")?.map_or(Ok(index), |slow| units::price(&slow))?,
        perp,
        range: place.optional("range")?.map_or(Ok(RANGE), |range| units::positive_fraction(&range))?,
        interval: place
            .optional("interval")?
            .map_or(Ok(Fraction::ZERO), |interval| units::positive_fraction(&interval))?,
        depth: place.optional("depth")?.map_or(Ok(Contracts(i64::MAX)), |depth| units::amount(&depth))?,
        score: units::share(&place.field("spot_conf")?)?,
        perp_score,
        certain: true,
        expiries: &[],
    };
    Ok(Case {
        id: place.field("id")?.text()?.to_owned(),
        path: place.path().to_owned(),
        parameters,
        cash: Quote(units::quote(&place.field("cash")?)?.0 + positions.cash),
        unpaid: place.optional("unpaid")?.map_or(Ok(Quote(0)), |unpaid| units::quote(&unpaid))?,
        peg: units::price(&place.field("stable")?)?,
        collateral: place.optional("collaterals")?.map_or(Ok(vec![]), |list| collaterals(&list))?,
        positions,
        market,
    })
}

fn collaterals(place: &Place) -> Result<Vec<Collateral>> {
    let list = place.list()?;
    if list.len() > MAX_COLLATERAL {
        return Err(place.refuse(&format!("{MAX_COLLATERAL} collaterals at most")));
    }
    list.iter().map(collateral).collect()
}

fn collateral(place: &Place) -> Result<Collateral> {
    let price = units::price_or_zero(&place.field("price")?)?;
    Ok(Collateral {
        market: place.field("risk_cancelling")?.flag()?.then_some(0),
        amount: units::amount(&place.field("amount")?)?,
        price,
        slow: price,
        haircut: units::share(&place.field("mm_haircut")?)?,
        haircut_initial: units::share(&place.field("im_haircut")?)?,
        score: units::share(&place.field("conf")?)?,
    })
}
