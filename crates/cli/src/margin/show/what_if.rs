//! An account as if it had traded something more.

use crate::{
    book,
    failure::{Failure, Result},
    instrument::LegWords,
};
use ballast_client::Exchange;
use ballast_interface::account::{quote_unit, Kind, MarginAccount, TradeLeg};
use ballast_margin::{quote::mark, units::STEPS};

/// The account after some trades, those without a price at the mark of now.
pub fn traded(
    exchange: &Exchange,
    account: &MarginAccount,
    with: &[LegWords],
    now: i64,
) -> Result<MarginAccount> {
    let legs: Vec<_> =
        with.iter().map(|words| Ok((words.price, words.on(exchange)?))).collect::<Result<_>>()?;
    // Marks need a book in which every leg stands, whatever it cost.
    let mut weighed = *account;
    for (_, leg) in &legs {
        take(exchange, &mut weighed, leg)?;
    }
    let mut traded = *account;
    for (price, leg) in &legs {
        let price = match price {
            Some(_) => leg.price,
            None => mark_of(exchange, &weighed, leg, now)?,
        };
        take(exchange, &mut traded, &TradeLeg { price, ..*leg })?;
    }
    Ok(traded)
}

fn take(exchange: &Exchange, account: &mut MarginAccount, leg: &TradeLeg) -> Result<()> {
    if leg.kind == Kind::Spot as u8 {
        account.trade_spot(exchange.bank(leg.number)?, leg)?;
    } else {
        account.trade(&mut exchange.market(leg.number)?.clone(), leg)?;
    }
    Ok(())
}

/// The mark of an instrument in quote units a lot, rounded down.
fn mark_of(exchange: &Exchange, weighed: &MarginAccount, leg: &TradeLeg, now: i64) -> Result<u64> {
    let sought = leg.instrument();
    let per_lot = |price: u64, lot: u64| {
        let unit = quote_unit(exchange.group.quote_decimals);
        let exact = u128::from(price) * u128::from(lot) / (u128::from(unit) * u128::from(STEPS));
        u64::try_from(exact).map_err(|_| Failure::new("The mark is too large to be counted exactly."))
    };
    if leg.kind == Kind::Spot as u8 {
        let risk = exchange.risk(exchange.bank(leg.number)?.market)?;
        return per_lot(risk.price.index, risk.rules.lot);
    }
    let risk = exchange.risk(leg.number)?;
    let Some(place) = weighed.legs.iter().position(|held| held.instrument() == sought) else {
        // Closed to nothing: what a perp or future is closed at is the index or the forward, and options' marks need
        // the position.
        let named = crate::instrument::name(&sought);
        return Err(Failure::new(format!("{named}: this would close the position, so name a price")));
    };
    book::with_reading(exchange, weighed, now, |reading| {
        let markets = reading.markets();
        let held = reading.book();
        per_lot(mark(&reading.snapshot(&markets), &held.legs[place])?.0, risk.rules.lot)
    })
}
