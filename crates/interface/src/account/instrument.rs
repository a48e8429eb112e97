//! What can be traded, and how much of it at what price.

use super::{AccountError, Leg};
use anchor_lang::prelude::*;

/// Kinds of instruments, by the numbers that legs and orders carry.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bank's token, against cash.
    Spot = 0,
    /// A perpetual.
    Perp = 1,
    /// A dated future.
    Future = 2,
    /// A European call, settled in cash.
    Call = 3,
    /// A European put, settled in cash.
    Put = 4,
}

impl Kind {
    /// Whether positions are paid for by what their price gains and loses, and not when they are taken up.
    pub const fn is_linear(self) -> bool {
        matches!(self, Self::Perp | Self::Future)
    }
}

/// One instrument, named in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instrument {
    /// Number of the market; of the bank, for spot.
    pub number: u16,
    /// Kind, as its number.
    pub kind: u8,
    /// When it expires, in unix time; zero for spot and perps.
    pub expiry: i64,
    /// Strike in 10^-8 quote; zero unless an option.
    pub strike: u64,
}

impl Instrument {
    /// The kind, if every field fits it.
    pub fn kind(&self) -> Result<Kind> {
        let (dated, struck) = (self.expiry != 0, self.strike != 0);
        let kind = match (self.kind, dated, struck) {
            (0, false, false) => Kind::Spot,
            (1, false, false) => Kind::Perp,
            (2, true, false) => Kind::Future,
            (3, true, true) => Kind::Call,
            (4, true, true) => Kind::Put,
            _ => return err!(AccountError::InstrumentInvalid),
        };
        require!(self.number != 0, AccountError::InstrumentInvalid);
        Ok(kind)
    }

    /// The instrument in the order in which legs stand.
    pub const fn place(&self) -> (u16, i64, u64, u8) {
        (self.number, self.expiry, self.strike, self.kind)
    }
}

impl Leg {
    /// The leg's instrument.
    pub const fn instrument(&self) -> Instrument {
        Instrument { number: self.market, kind: self.kind, expiry: self.expiry, strike: self.strike }
    }
}

/// So many lots, at a price; above zero is bought.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeLeg {
    /// Number of the market; of the bank, for spot.
    pub number: u16,
    /// Kind of instrument: 0 spot, 1 perp, 2 future, 3 call, 4 put.
    pub kind: u8,
    /// When it expires, in unix time; zero for spot and perps.
    pub expiry: i64,
    /// Strike in 10^-8 quote; zero unless an option.
    pub strike: u64,
    /// Lots; above zero bought by the first of the two sides.
    pub lots: i64,
    /// Price, in quote units a lot.
    pub price: u64,
}

impl TradeLeg {
    /// The leg's instrument.
    pub const fn instrument(&self) -> Instrument {
        Instrument { number: self.number, kind: self.kind, expiry: self.expiry, strike: self.strike }
    }

    /// What the lots are worth at the price, in quote units; exact.
    pub fn value(&self) -> Result<i64> {
        let price = i64::try_from(self.price).map_err(|_| AccountError::NumberTooLarge)?;
        Ok(self.lots.checked_mul(price).ok_or(AccountError::NumberTooLarge)?)
    }

    /// The same from the other side.
    pub fn mirrored(self) -> Self {
        Self { lots: self.lots.saturating_neg(), ..self }
    }
}
