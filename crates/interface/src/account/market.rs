//! A market: the instruments on one underlying.

use super::{switches, AccountError, Instrument, Kind, MarketTerms, Waiting};
use crate::Fixed64;
use anchor_lang::prelude::*;

/// One date of a market on which instruments expire; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MarketDate {
    /// Expiry, in unix time.
    pub expiry: i64,
    /// Settlement price in quote units a lot; it means something once `settled_at` is not zero.
    pub settlement: u64,
    /// Lots that long positions hold, over all instruments of the date.
    pub open_interest: u64,
    /// When the settlement price was frozen, in unix time; zero until it is.
    pub settled_at: i64,
    /// Legs of all accounts that are not settled yet.
    pub legs: u32,
    /// Zero.
    pub reserved: [u8; 12],
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
    /// Number of dates in use.
    pub date_count: u8,
    /// Zero.
    pub padding: [u8; 3],
    /// Group of the market; part of the address.
    pub group: Pubkey,
    /// Contracts in a lot, in 10^-10: what the market's risk says.
    pub lot: u64,
    /// Steps of 10^-10 quote in a quote unit.
    pub unit: u64,
    /// Lots that long positions hold, over all instruments.
    pub open_interest: u64,
    /// Lots that long positions hold in the perp.
    pub perp_open_interest: u64,
    /// The perp's cumulative funding, in quote units a lot: what a long position has paid.
    pub funding_index: Fixed64,
    /// When funding was last accrued, in unix time.
    pub funding_at: i64,
    /// Premium of the venue's mark over the index, in 2^-40.
    pub premium: i64,
    /// When the mark was posted, in unix time.
    pub marked_at: i64,
    /// Realised losses paid in and not yet paid out, in quote units.
    pub pool: u64,
    /// Realised profits that the pool still owes to accounts, in quote units, as they stand in accounts: before cuts that
    /// have not reached them.
    pub unpaid: u64,
    /// Realised losses that accounts still owe to the pool, in quote units.
    pub owed: u64,
    /// What the authority set.
    pub terms: MarketTerms,
    /// Dates, by rising expiry.
    pub dates: [MarketDate; 12],
    /// What a claim on the pool has been cut to, times 2^4 for each era.
    pub claim_index: Fixed64,
    /// What was cut from claims and has not reached their rows, in quote units; below zero what more has reached them,
    /// rounded up, than losers were let off: money of the pool that nobody is owed.
    pub cut: i64,
    /// Count of times that the index was raised by 2^4, since it would be too small to divide by; 17 where all claims were
    /// cut to nothing.
    pub claim_era: u32,
    /// Zero.
    pub padding_claims: u32,
    /// Fees of trades that did not write the group.
    pub waiting: Waiting,
    /// Zero; room for later versions.
    pub reserved: [u8; 136],
}

impl Market {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 2;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// The dates in use.
    pub fn dates(&self) -> &[MarketDate] {
        self.dates.get(..self.date_count as usize).unwrap_or(&[])
    }

    /// The dates in use, to be changed.
    pub fn dates_mut(&mut self) -> &mut [MarketDate] {
        self.dates.get_mut(..self.date_count as usize).unwrap_or(&mut [])
    }

    /// A date by its expiry.
    pub fn date_mut(&mut self, expiry: i64) -> Result<&mut MarketDate> {
        let date = self.dates_mut().iter_mut().find(|date| date.expiry == expiry);
        Ok(date.ok_or(AccountError::ExpiryNotListed)?)
    }

    /// What must hold after every instruction that writes a market.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::MarketVersionUnknown);
        self.terms.invariant()?;
        let count = self.date_count as usize;
        let rising = self.dates().windows(2).all(|pair| matches!(pair, [a, b] if a.expiry < b.expiry));
        let sound = self.market != 0 && count <= self.dates.len() && rising;
        require!(sound && self.is_whole(self.terms.strike_step), AccountError::MarketBroken);
        Ok(())
    }

    /// A price in 10^-10 quote of the underlying's unit as quote units a lot, rounded down.
    pub fn per_lot_down(&self, price: u64) -> Result<u64> {
        let exact = u128::from(price).saturating_mul(self.lot.into());
        Ok(per_lot(exact, self.unit).ok_or(AccountError::NumberTooLarge)?)
    }

    /// A strike in 10^-8 quote as quote units a lot; whole by the step of strikes.
    pub fn strike_per_lot(&self, strike: u64) -> Result<u64> {
        let exact = u128::from(strike).saturating_mul(100).saturating_mul(self.lot.into());
        Ok(per_lot(exact, self.unit).ok_or(AccountError::NumberTooLarge)?)
    }

    /// Whether a strike makes whole quote units a lot.
    fn is_whole(&self, strike: u64) -> bool {
        let exact = u128::from(strike).saturating_mul(100).saturating_mul(self.lot.into());
        let divisor = u128::from(self.unit).saturating_mul(STEPS);
        exact.checked_rem(divisor) == Some(0)
    }

    /// Refuses an instrument that the market does not have, or does not let anybody take up now.
    pub fn require_open(&self, of: &Instrument, now: i64) -> Result<()> {
        let (on, strike) = (self.terms.switches, of.strike);
        require!(on & switches::REDUCE_ONLY == 0, AccountError::MarketReduceOnly);
        match of.kind()? {
            Kind::Spot => {}
            Kind::Perp => require!(on & switches::PERP != 0, AccountError::InstrumentOff),
            Kind::Future => require!(on & switches::FUTURES != 0, AccountError::InstrumentOff),
            Kind::Call | Kind::Put => {
                require!(on & switches::OPTIONS != 0, AccountError::InstrumentOff);
                let step = strike.checked_rem(self.terms.strike_step);
                require!(step == Some(0), AccountError::StrikeOffStep);
            }
        }
        require!(of.expiry == 0 || now < of.expiry, AccountError::ExpiryPassed);
        Ok(())
    }
}

/// 10^-10 by 10^-10 as whole quote units, rounded down.
fn per_lot(exact: u128, unit: u64) -> Option<u64> {
    let divisor = u128::from(unit).checked_mul(STEPS)?;
    u64::try_from(exact.checked_div(divisor)?).ok().filter(|value| *value <= i64::MAX.unsigned_abs())
}

/// Steps of 10^-10 in one.
const STEPS: u128 = 10_000_000_000;

const _: () = assert!(size_of::<MarketDate>() == 48);
const _: () = assert!(Market::SIZE == 1_024);
const _: () = assert!(align_of::<Market>() <= 8);
