//! What the authority sets for a market.

use super::AccountError;
use anchor_lang::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};

/// What may be traded in a market.
pub mod switches {
    /// Its perp.
    pub const PERP: u8 = 1;
    /// Futures on its dates.
    pub const FUTURES: u8 = 2;
    /// Options on its dates.
    pub const OPTIONS: u8 = 4;
    /// Nothing but smaller positions, whatever else is on.
    pub const REDUCE_ONLY: u8 = 8;
    /// All of them.
    pub const ALL: u8 = PERP | FUTURES | OPTIONS | REDUCE_ONLY;
}

/// Everything that the authority sets for a market; ratios are in 2^-40.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MarketTerms {
    /// Step of prices, in quote units a lot. Never changes.
    pub tick: u64,
    /// Step of strikes, in 10^-8 quote. Never changes.
    pub strike_step: u64,
    /// Most lots of open interest over all of the market's instruments.
    pub open_interest_cap: u64,
    /// Furthest that a traded price of a perp or future may be from the index, as a share of it.
    pub price_band: i64,
    /// Furthest that the mark's premium counts, as a share of the index.
    pub funding_band: i64,
    /// Most funding in an hour, as a share of the index.
    pub funding_cap: i64,
    /// Seconds in which a premium is paid in full.
    pub funding_seconds: u32,
    /// Longest time for which a mark is in force.
    pub mark_seconds: u32,
    /// Seconds after expiry from which a date settles with what is known, though seconds of its window lack a price.
    pub fallback_seconds: u32,
    /// Second of the day at which dates expire.
    pub expiry_second: u32,
    /// Number of the venue whose marks count; zero for none.
    pub venue: u16,
    /// Days ahead on which a date may be listed ...
    pub days: u8,
    /// ... Fridays ahead ...
    pub fridays: u8,
    /// ... and last Fridays of a month ahead.
    pub months: u8,
    /// What may be traded: a bit set of [`switches`].
    pub switches: u8,
    /// Zero.
    pub padding: [u8; 2],
}

/// The whole, in 2^-40.
const WHOLE: i64 = 1 << 40;
/// Seconds of a day.
pub(super) const DAY: u32 = 86_400;
/// Least and longest time in which a premium is paid: an hour, a day.
const FUNDING_SECONDS: core::ops::RangeInclusive<u32> = 3_600..=DAY;

impl MarketTerms {
    /// What must hold of a market's terms.
    pub fn invariant(&self) -> Result<()> {
        let share = |value: i64| (0..=WHOLE).contains(&value);
        let sound = (1..=1 << 40).contains(&self.tick)
            && (1..=1 << 57).contains(&self.strike_step)
            && self.open_interest_cap <= 1 << 40
            && (1..=WHOLE).contains(&self.price_band)
            && share(self.funding_band)
            // A sixteenth an hour is more than the whole in a day.
            && (0..=WHOLE.wrapping_shr(4)).contains(&self.funding_cap)
            && FUNDING_SECONDS.contains(&self.funding_seconds)
            && (1..=DAY).contains(&self.mark_seconds)
            // An hour at least, in which feeds can come back; a week, in which the date is known.
            && (3_600..=7 * DAY).contains(&self.fallback_seconds)
            && self.expiry_second < DAY
            && self.days <= 31
            && self.fridays <= 53
            && self.months <= 24
            && self.switches & !switches::ALL == 0
            && self.padding == [0; 2];
        require!(sound, AccountError::MarketTermsInvalid);
        Ok(())
    }
}

const _: () = assert!(size_of::<MarketTerms>() == 72);
