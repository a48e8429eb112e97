//! Fees that wait in a market until somebody collects them, so that no trade has to write what all trades share.

use super::AccountError;
use anchor_lang::prelude::*;

/// One venue's fees that wait in a market; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct VenueFees {
    /// In quote units.
    pub amount: u64,
    /// Number of the venue.
    pub venue: u16,
    /// Zero.
    pub padding: [u8; 6],
}

/// Fees that wait in a market.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The group's own, in quote units.
    pub fees: u64,
    /// The insurance's, in quote units.
    pub insurance: u64,
    /// Venues'.
    pub venues: [VenueFees; 3],
}

impl Waiting {
    /// Adds a venue's fees. Refuses a venue for which no row is left: first somebody has to collect another's.
    pub fn add(&mut self, venue: u16, amount: u64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let known = self.venues.iter().position(|row| row.amount > 0 && row.venue == venue);
        let place = known.or_else(|| self.venues.iter().position(|row| row.amount == 0));
        let row = place.and_then(|place| self.venues.get_mut(place)).ok_or(AccountError::FeesUnplaced)?;
        let sum = row.amount.checked_add(amount).ok_or(AccountError::NumberTooLarge)?;
        *row = VenueFees { amount: sum, venue, ..VenueFees::default() };
        Ok(())
    }

    /// Takes a venue's fees out.
    pub fn take(&mut self, venue: u16) -> u64 {
        let row = self.venues.iter_mut().find(|row| row.amount > 0 && row.venue == venue);
        row.map_or(0, |row| core::mem::take(row).amount)
    }

    /// All of them together.
    pub fn sum(&self) -> u128 {
        let venues = self.venues.iter().map(|row| row.amount);
        venues.chain([self.fees, self.insurance]).map(u128::from).sum()
    }
}

const _: () = assert!(size_of::<Waiting>() == 64);
