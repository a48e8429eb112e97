//! Orders that traders sign off chain: bytes, so that everybody signs the same.

use super::{AccountError, Instrument, TradeLeg};
use anchor_lang::prelude::*;

/// What every signed order begins with, so that it can be nothing else.
pub const ORDER_DOMAIN: [u8; 8] = *b"ballast\x01";

/// Most legs of an order.
pub const MAX_ORDER_LEGS: usize = 8;

/// One leg of a unit of an order.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLeg {
    /// Number of the market; of the bank, for spot.
    pub number: u16,
    /// Kind of instrument: 0 spot, 1 perp, 2 future, 3 call, 4 put.
    pub kind: u8,
    /// When it expires, in unix time; zero for spot and perps.
    pub expiry: u32,
    /// Strike in 10^-8 quote; zero unless an option.
    pub strike: u64,
    /// Lots in a unit, above zero bought.
    pub lots: i32,
}

impl OrderLeg {
    /// The instrument.
    pub const fn instrument(&self) -> Instrument {
        Instrument { number: self.number, kind: self.kind, expiry: self.expiry as i64, strike: self.strike }
    }

    /// So many units of the leg, at a price.
    pub fn times(&self, units: u64, price: u64) -> Result<TradeLeg> {
        let units = i64::try_from(units).map_err(|_| AccountError::NumberTooLarge)?;
        let lots = i64::from(self.lots).checked_mul(units).ok_or(AccountError::NumberTooLarge)?;
        let Self { number, kind, expiry, strike, .. } = *self;
        Ok(TradeLeg { number, kind, expiry: expiry.into(), strike, lots, price })
    }
}

/// An order: a book's owner is ready to trade so many units of some legs together, at a price of the unit or better.
/// What is signed are its bytes: these fields in borsh.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// [`ORDER_DOMAIN`].
    pub domain: [u8; 8],
    /// Account that trades.
    pub margin_account: Pubkey,
    /// Number of the one venue that may fill the order, or [`Self::RESCUE_VENUE`].
    pub venue: u16,
    /// Name of the order among the account's; what is below the account's watermark is cancelled.
    pub nonce: u64,
    /// When the order expires, in unix time.
    pub expires_at: i64,
    /// Units that may be filled, all fills together.
    pub units: u64,
    /// Most that a unit may cost, in quote units; below zero, what it must bring in at least. Fees are not in it.
    pub limit: i64,
    /// Highest fee, in quote units a unit.
    pub max_fee: u64,
    /// Whether every leg must make a position smaller.
    pub reduce_only: bool,
    /// Legs, in the order of markets, expiries, strikes and kinds.
    pub legs: Vec<OrderLeg>,
}

impl Order {
    /// The venue of orders that any rescue may fill; venues are numbered from one on.
    pub const RESCUE_VENUE: u16 = 0;

    /// The bytes that are signed.
    pub fn message(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        // Writing to memory never fails.
        let _ = borsh::to_writer(&mut bytes, self);
        bytes
    }

    /// Refuses an order that has no meaning.
    pub fn check(&self) -> Result<()> {
        require!((1..=MAX_ORDER_LEGS).contains(&self.legs.len()), AccountError::OrderInvalid);
        let lots = self.legs.iter().all(|leg| leg.lots != 0);
        let rising = self.legs.windows(2).all(|pair| match pair {
            [a, b] => (a.kind == 0, a.instrument().place()) < (b.kind == 0, b.instrument().place()),
            _ => true,
        });
        let named = self.domain == ORDER_DOMAIN && self.units > 0 && self.nonce > 0;
        require!(lots && rising && named, AccountError::OrderInvalid);
        Ok(())
    }
}
