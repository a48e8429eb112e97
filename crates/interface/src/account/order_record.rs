//! What became of an account's signed orders, and the orders that wait for a price.

use super::{AccountError, Instrument};
use anchor_lang::prelude::*;

/// Most orders of an account that are filled in part at one time.
pub const MAX_ORDERS: usize = 64;

/// One order that is filled in part; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct OrderFill {
    /// Nonce of the order.
    pub nonce: u64,
    /// When the order expires, in unix time.
    pub expires_at: i64,
    /// Units filled so far.
    pub filled: u64,
}

/// Most orders of an account that wait for a price.
pub const MAX_TRIGGERS: usize = 12;

/// An order that waits for a price and then makes a position smaller; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Trigger {
    /// Lots to buy, or, below zero, to sell.
    pub lots: i64,
    /// Index at which it fires, in 10^-10 dollars.
    pub level: u64,
    /// Worst price, in quote units a lot; for perps and futures zero, if `slippage` alone decides.
    pub limit: u64,
    /// How much worse than the index a perp or future may trade, as a share of the index, in 2^-40.
    pub slippage: i64,
    /// Most that whoever executes it may take, in quote units.
    pub fee: u64,
    /// When it lapses, in unix time.
    pub expires_at: i64,
    /// When the instrument expires; zero for a perp.
    pub expiry: i64,
    /// Strike in 10^-8 quote; zero unless an option.
    pub strike: u64,
    /// Number of the market.
    pub market: u16,
    /// Kind of instrument.
    pub kind: u8,
    /// One if it fires at or above its level, zero if at or below.
    pub above: u8,
    /// Zero.
    pub reserved: [u8; 4],
}

impl Trigger {
    /// The instrument.
    pub const fn instrument(&self) -> Instrument {
        Instrument { number: self.market, kind: self.kind, expiry: self.expiry, strike: self.strike }
    }
}

/// The orders of one account: those that were signed off chain, and those that wait for a price.
#[account("account", zero_copy)]
pub struct OrderRecord {
    /// Version of this layout, `OrderRecord::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// Account whose orders these are; part of the address.
    pub margin_account: Pubkey,
    /// Orders of a lower nonce are cancelled.
    pub watermark: u64,
    /// Orders that are filled in part.
    pub orders: [OrderFill; MAX_ORDERS],
    /// Orders that wait for a price.
    pub triggers: [Trigger; MAX_TRIGGERS],
    /// Zero; room for later versions.
    pub reserved: [u8; 104],
}

impl OrderRecord {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Refuses a layout that this crate does not describe.
    pub fn require_known(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::RecordVersionUnknown);
        Ok(())
    }

    /// Takes note of units of a signed order that are filled, unless it is cancelled, or none of them are left.
    pub fn fill(&mut self, nonce: u64, of: u64, units: u64, expires_at: i64, now: i64) -> Result<()> {
        self.require_known()?;
        require!(now < expires_at, AccountError::OrderExpired);
        require!(nonce >= self.watermark.max(1), AccountError::OrderCancelled);
        // Orders that expired or were cancelled leave their rows.
        let watermark = self.watermark;
        let free = |row: &OrderFill| row.nonce < watermark.max(1) || row.expires_at <= now;
        let known = self.orders.iter().position(|row| row.nonce == nonce && !free(row));
        let place = known.or_else(|| self.orders.iter().position(free));
        let row = place.and_then(|place| self.orders.get_mut(place)).ok_or(AccountError::OrdersTooMany)?;
        if known.is_none() {
            *row = OrderFill { nonce, ..OrderFill::default() };
        }
        let filled = row.filled.checked_add(units).ok_or(AccountError::NumberTooLarge)?;
        require!(filled <= of, AccountError::OrderFilled);
        row.filled = filled;
        // Another order of the same nonce is the same order, for as long as either could be used.
        row.expires_at = row.expires_at.max(expires_at);
        Ok(())
    }

    /// Cancels all signed orders of a lower nonce; the mark only rises.
    pub fn cancel_below(&mut self, nonce: u64) -> Result<()> {
        self.require_known()?;
        require!(nonce > self.watermark, AccountError::WatermarkFalls);
        self.watermark = nonce;
        Ok(())
    }

    /// Whether no order waits for a price.
    pub fn is_idle(&self) -> bool {
        self.triggers.iter().all(|trigger| trigger.market == 0)
    }
}

const _: () = assert!(OrderRecord::SIZE == 2_560 && size_of::<Trigger>() == 72);
const _: () = assert!(align_of::<OrderRecord>() <= 8);
