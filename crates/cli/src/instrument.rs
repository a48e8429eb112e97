//! Names of instruments, and legs in words.
//!
//! Markets have numbers on chain and no names, so that instruments are named by them: `1-PERP`, `1-2026-12-25` for a
//! future, `1-2026-12-25-100000-C` and `-P` for options, and `bank:1` for a bank's token.

use crate::{
    decimal::{exact, Decimal},
    failure::Result,
};
use ballast_client::Exchange;
use ballast_interface::account::{Instrument, Kind, TradeLeg};
use ballast_migrations::calendar::{civil, days};
pub use ballast_migrations::{calendar::day, units::Units};
use std::{fmt, str::FromStr};

/// Decimal places of strikes.
const STRIKE_PLACES: u8 = 8;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// An instrument as it is named: dates are days, whose second the market knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    number: u16,
    kind: Kind,
    /// Days since 1970.
    day: i64,
    strike: u64,
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        read(text).ok_or_else(|| {
            format!(
                "expected an instrument such as 1-PERP, 1-2026-12-25, 1-2026-12-25-100000-C or bank:1, found {}",
                text.escape_debug()
            )
        })
    }
}

fn read(text: &str) -> Option<Name> {
    let numbered = |number: &str| number.parse::<u16>().ok().filter(|number| *number != 0);
    let plain = Name { number: 0, kind: Kind::Perp, day: 0, strike: 0 };
    if let Some(number) = text.strip_prefix("bank:") {
        return Some(Name { number: numbered(number)?, kind: Kind::Spot, ..plain });
    }
    let mut parts = text.split('-');
    let named = Name { number: numbered(parts.next()?)?, ..plain };
    let parts: Vec<_> = parts.collect();
    match parts[..] {
        [perp] if perp.eq_ignore_ascii_case("perp") => Some(named),
        [year, month, day] => Some(Name { kind: Kind::Future, day: date(year, month, day)?, ..named }),
        [year, month, day, strike, right] => {
            let kind = match right {
                "C" | "c" => Kind::Call,
                "P" | "p" => Kind::Put,
                _ => return None,
            };
            let strike = strike.parse::<Decimal>().ok()?.amount(STRIKE_PLACES).ok()?;
            Some(Name { kind, day: date(year, month, day)?, strike, ..named })
        }
        _ => None,
    }
}

/// Days from 1970 until a date, if there is such a one.
fn date(year: &str, month: &str, day: &str) -> Option<i64> {
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let days = days(year, month, day);
    (civil(days) == (year, month, day)).then_some(days)
}

/// A moment in UTC, to the second.
pub fn moment(unix: i64) -> String {
    let second = unix.rem_euclid(DAY);
    format!("{} {:02}:{:02}:{:02} UTC", day(unix), second / 3_600, second / 60 % 60, second % 60)
}

impl Name {
    /// The instrument itself: the market says at which second of the day its dates expire.
    pub fn on(&self, exchange: &Exchange) -> Result<Instrument> {
        let plain = Instrument { number: self.number, kind: self.kind as u8, expiry: 0, strike: self.strike };
        match self.kind {
            Kind::Spot => exchange.bank(self.number).map(drop)?,
            _ => exchange.market(self.number).map(drop)?,
        }
        if matches!(self.kind, Kind::Spot | Kind::Perp) {
            return Ok(plain);
        }
        let market = exchange.market(self.number)?;
        let listed = market.dates().iter().map(|date| date.expiry);
        let expiry = listed.into_iter().find(|expiry| expiry.div_euclid(DAY) == self.day);
        let expiry = expiry.unwrap_or(self.day * DAY + i64::from(market.terms.expiry_second));
        Ok(Instrument { expiry, ..plain })
    }
}

/// The name of an instrument.
pub fn name(of: &Instrument) -> String {
    Name {
        number: of.number,
        kind: of.kind().unwrap_or(Kind::Spot),
        day: of.expiry.div_euclid(DAY),
        strike: of.strike,
    }
    .to_string()
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, kind, strike, .. } = *self;
        let date = day(self.day * DAY);
        let strike = exact(strike.into(), STRIKE_PLACES);
        match kind {
            Kind::Spot => write!(f, "bank:{number}"),
            Kind::Perp => write!(f, "{number}-PERP"),
            Kind::Future => write!(f, "{number}-{date}"),
            Kind::Call => write!(f, "{number}-{date}-{strike}-C"),
            Kind::Put => write!(f, "{number}-{date}-{strike}-P"),
        }
    }
}

/// A leg in words, in the manner of `1-PERP +2 @ 95000`.
#[derive(Clone, Debug)]
pub struct LegWords {
    /// The instrument.
    pub name: Name,
    /// Contracts, or tokens; above zero bought.
    pub quantity: Decimal,
    /// Price of a contract, if one is given.
    pub price: Option<Decimal>,
}

impl FromStr for LegWords {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let spaced = text.replace('@', " @ ");
        let words: Vec<_> = spaced.split_whitespace().collect();
        let (name, quantity, price) = match words[..] {
            [name, quantity] => (name, quantity, None),
            [name, quantity, "@", price] => (name, quantity, Some(price.parse()?)),
            _ => return Err("expected a leg such as \"1-PERP +2 @ 95000\"".to_owned()),
        };
        Ok(Self { name: name.parse()?, quantity: quantity.parse()?, price })
    }
}

impl LegWords {
    /// The leg in lots and quote units a lot; a leg without a price has price zero.
    pub fn on(&self, exchange: &Exchange) -> Result<TradeLeg> {
        let of = self.name.on(exchange)?;
        let units = Units::of(exchange, &of)?;
        let price = self.price.map_or(Ok(0), |price| units.price(&price))?;
        let lots = units.lots(&self.quantity)?;
        let Instrument { number, kind, expiry, strike } = of;
        Ok(TradeLeg { number, kind, expiry, strike, lots, price })
    }
}

impl fmt::Display for LegWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.quantity.is_negative() { "" } else { "+" };
        write!(f, "{} {sign}{}", self.name, self.quantity)?;
        self.price.map_or(Ok(()), |price| write!(f, " @ {price}"))
    }
}
