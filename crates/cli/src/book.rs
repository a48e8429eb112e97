//! An account up to date, and what it needs: by the programs' own reading, so that numbers are the programs' own.

use crate::failure::Result;
use ballast_client::Exchange;
use ballast_interface::{
    account::{quote_unit, MarginAccount},
    risk::{Assessment, LegRoom, Reading},
};
use ballast_keeper::scan;
use ballast_margin::Desk;

/// The account as a refresh would leave it now.
pub fn refreshed(exchange: &Exchange, account: &MarginAccount, now: i64) -> Result<MarginAccount> {
    let both = exchange.markets.iter();
    let both: Vec<_> =
        both.filter_map(|(number, market)| Some((&**market, &**exchange.risks.get(number)?))).collect();
    Ok(scan::refreshed(account, &exchange.group, &both, now)?)
}

/// Hands the reading of an account that is up to date to somebody.
pub fn with_reading<T>(
    exchange: &Exchange,
    account: &MarginAccount,
    now: i64,
    work: impl FnOnce(&Reading) -> Result<T>,
) -> Result<T> {
    let given = exchange.judging(account)?;
    let mut room = LegRoom::EMPTY;
    let reading = Reading::new(&exchange.group, &exchange.model, account, &given, now, &mut room)?;
    work(&reading)
}

/// What an account that is up to date is worth and needs.
pub fn assess(exchange: &Exchange, account: &MarginAccount, now: i64) -> Result<Assessment> {
    let mut report = Assessment::default();
    let mut desk = Box::<Desk>::default();
    with_reading(exchange, account, now, |reading| Ok(reading.assess(&mut desk, &mut report)?))?;
    Ok(report)
}

/// Quote units in 10^-10.
pub fn money(exchange: &Exchange, units: i64) -> i128 {
    i128::from(units) * i128::from(quote_unit(exchange.group.quote_decimals))
}
