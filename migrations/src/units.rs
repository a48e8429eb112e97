//! What instruments are counted in: contracts and prices of people as lots and quote units, and back.

use crate::{
    decimal::{exact, Decimal},
    wrong::{Result, Wrong},
};
use ballast_client::Exchange;
use ballast_interface::account::{quote_unit, Instrument, Kind};

/// What an instrument is counted in.
#[derive(Clone, Copy)]
pub struct Units {
    /// Contracts in a lot, in 10^-10.
    lot: i128,
    /// Steps of 10^-10 quote in a quote unit.
    unit: i128,
}

/// Decimal places of contracts and prices.
const PLACES: u8 = 10;
/// Steps in one.
const ONE: i128 = 10_000_000_000;

impl Units {
    /// Of lots of so many 10^-10 contracts, and quote units of so many 10^-10 quote.
    pub fn new(lot: u64, unit: u64) -> Self {
        Self { lot: lot.into(), unit: unit.into() }
    }

    /// Those of an instrument.
    pub fn of(exchange: &Exchange, of: &Instrument) -> ballast_client::Result<Self> {
        let priced_by =
            if of.kind == Kind::Spot as u8 { exchange.bank(of.number)?.market } else { of.number };
        Ok(Self::new(exchange.risk(priced_by)?.rules.lot, quote_unit(exchange.group.quote_decimals)))
    }

    /// A number of contracts in lots.
    pub fn lots(&self, quantity: &Decimal) -> Result<i64> {
        let steps = quantity.steps(PLACES)?;
        if steps == 0 || steps % self.lot != 0 {
            let lot = exact(self.lot, PLACES);
            return Err(Wrong::new(format!(
                "{quantity}: expected a multiple of {lot} contracts, and not zero"
            )));
        }
        i64::try_from(steps / self.lot)
            .map_err(|_| Wrong::new(format!("{quantity}: the number is too large")))
    }

    /// A price of a contract in quote units a lot.
    pub fn price(&self, price: &Decimal) -> Result<u64> {
        let exact_lot = price.steps(PLACES)?.checked_mul(self.lot);
        let divisor = self.unit * ONE;
        let product = exact_lot.ok_or_else(|| Wrong::new(format!("{price}: the price is too large")))?;
        if product <= 0 || product % divisor != 0 {
            let least = exact(divisor / self.lot, PLACES);
            return Err(Wrong::new(format!(
                "{price}: expected a price above zero in steps of {least} a contract"
            )));
        }
        u64::try_from(product / divisor).map_err(|_| Wrong::new(format!("{price}: the price is too large")))
    }

    /// Lots as contracts in 10^-10.
    pub fn contracts(&self, lots: i64) -> i128 {
        i128::from(lots) * self.lot
    }

    /// Quote units a lot as a price of a contract in 10^-10, to the nearest below.
    pub fn per_contract(&self, price: i128) -> i128 {
        (price * self.unit * ONE).div_euclid(self.lot)
    }
}
