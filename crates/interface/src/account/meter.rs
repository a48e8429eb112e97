//! How much has left of late.

use super::AccountError;
use anchor_lang::prelude::*;

/// A bucket that leaks: what leaves fills it, time empties it at the pace of its cap.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// How full it is, in quote units.
    pub level: u64,
    /// When it was that full, in unix time.
    pub at: i64,
}

impl Meter {
    /// How full the bucket is now, rounded up, when a cap drains within so many seconds.
    pub fn level_up(&self, cap: u64, seconds: u32, now: i64) -> u64 {
        let passed = now.saturating_sub(self.at).max(0).unsigned_abs();
        // 60 bits of a cap by the time, over it.
        let drained = u128::from(cap).saturating_mul(passed.into());
        let drained = drained.checked_div(seconds.into()).unwrap_or(0);
        u64::try_from(drained).map_or(0, |drained| self.level.saturating_sub(drained))
    }

    /// What may leave now.
    pub fn free_down(&self, cap: u64, seconds: u32, now: i64) -> u64 {
        cap.saturating_sub(self.level_up(cap, seconds, now))
    }

    /// Lets an amount out, unless the bucket would overflow.
    pub fn fill(&mut self, amount: u64, cap: u64, seconds: u32, now: i64) -> Result<()> {
        require!(amount <= self.free_down(cap, seconds, now), AccountError::OutflowTooFast);
        let level = self.level_up(cap, seconds, now).saturating_add(amount);
        *self = Self { level, at: now.max(self.at) };
        Ok(())
    }

    /// Takes note of money that came in: it may leave again.
    pub fn relieve(&mut self, amount: u64, cap: u64, seconds: u32, now: i64) {
        let level = self.level_up(cap, seconds, now).saturating_sub(amount);
        *self = Self { level, at: now.max(self.at) };
    }
}

const _: () = assert!(size_of::<Meter>() == 16);
