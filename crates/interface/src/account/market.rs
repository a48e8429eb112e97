//! A market: the instruments on one underlying.

use crate::Fixed64;
use anchor_lang::prelude::*;

/// One date of a market on which instruments expire; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MarketDate {
    /// Expiry, in unix time.
    pub expiry: i64,
    /// Settlement price in 10^-10 dollars; zero until it is frozen.
    pub settlement: u64,
    /// Lots that long positions hold, over all instruments of the date.
    pub open_interest: u64,
    /// Legs that are not settled yet.
    pub legs: u32,
    /// Zero.
    pub reserved: [u8; 20],
}

/// One underlying's instruments, interest and pool.
#[account("account", zero_copy)]
pub struct Market {
    /// Version of this layout, `Market::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Number of the market in the group, from one; part of the address, and of that of its risk.
    pub market: u16,
    /// Bit set of switches; no bit has a meaning yet.
    pub flags: u32,
    /// Group of the market; part of the address.
    pub group: Pubkey,
    /// Contracts in a lot, in 10^-10: what the market's risk says.
    pub lot: u64,
    /// Step of prices, in 10^-10 quote.
    pub tick: u64,
    /// Step of strikes, in 10^-8 quote.
    pub strike_step: u64,
    /// Most lots of open interest over all of the market's instruments.
    pub open_interest_cap: u64,
    /// Lots that long positions hold in the perp.
    pub perp_open_interest: u64,
    /// The perp's cumulative funding, in quote units a lot.
    pub funding_index: Fixed64,
    /// When funding was last accrued, in unix time.
    pub funding_at: i64,
    /// Premium of the venue's mark over the index, in 2^-40.
    pub premium: i64,
    /// Realised losses paid in and not yet paid out, in quote units.
    pub pool: i64,
    /// Realised profits that the pool still owes, in quote units.
    pub unpaid: i64,
    /// Dates, by rising expiry.
    pub dates: [MarketDate; 12],
    /// Zero; room for later versions.
    pub reserved: [u8; 312],
}

impl Market {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(size_of::<MarketDate>() == 48);
const _: () = assert!(Market::SIZE == 1_024);
const _: () = assert!(align_of::<Market>() <= 8);
