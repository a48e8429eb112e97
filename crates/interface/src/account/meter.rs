//! How much has left of late.

use super::AccountError;
use anchor_lang::prelude::*;

/// A bucket that leaks: what leaves fills it, what comes in empties it, time brings it back to level zero at the pace of
/// its cap.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// How full it is, in quote units; below zero if more came in of late than left.
    pub level: i64,
    /// When it was that full, in unix time.
    pub at: i64,
}

impl Meter {
    /// How full the bucket is now, rounded up, when a cap drains within so many seconds.
    pub fn level_up(&self, cap: u64, seconds: u32, now: i64) -> i64 {
        let passed = now.saturating_sub(self.at).max(0).unsigned_abs();
        // 60 bits of a cap by the time, over it.
        let drained = u128::from(cap).saturating_mul(passed.into());
        let seconds = u128::from(seconds).max(1);
        let whole = |drained: u128| u64::try_from(drained).unwrap_or(u64::MAX);
        if self.level < 0 {
            // What came in counts for as long as what leaves, and no longer.
            return self.level.saturating_add_unsigned(whole(drained.div_ceil(seconds))).min(0);
        }
        self.level.saturating_sub_unsigned(whole(drained.checked_div(seconds).unwrap_or(0))).max(0)
    }

    /// What may leave now.
    pub fn free_down(&self, cap: u64, seconds: u32, now: i64) -> u64 {
        let free = i128::from(cap).saturating_sub(self.level_up(cap, seconds, now).into());
        u64::try_from(free.max(0)).unwrap_or(u64::MAX)
    }

    /// Lets an amount out, unless the bucket would overflow.
    pub fn fill(&mut self, amount: u64, cap: u64, seconds: u32, now: i64) -> Result<()> {
        require!(amount <= self.free_down(cap, seconds, now), AccountError::OutflowTooFast);
        let level = self.level_up(cap, seconds, now).saturating_add_unsigned(amount);
        *self = Self { level, at: now.max(self.at) };
        Ok(())
    }

    /// Takes note of value that came in: as much may leave again, up to the cap. So whoever brings money in and takes it
    /// out again leaves the bucket as it was.
    pub fn relieve(&mut self, amount: u64, cap: u64, seconds: u32, now: i64) {
        let least = i64::try_from(cap).unwrap_or(i64::MAX).saturating_neg();
        let level = self.level_up(cap, seconds, now).saturating_sub_unsigned(amount).max(least);
        *self = Self { level, at: now.max(self.at) };
    }

    /// Goes on under another cap, which the bucket is never fuller than.
    pub fn change(&mut self, cap: u64, new: u64, seconds: u32, now: i64) {
        let most = i64::try_from(new).unwrap_or(i64::MAX);
        let level = self.level_up(cap, seconds, now).clamp(most.saturating_neg(), most);
        *self = Self { level, at: now.max(self.at) };
    }
}

const _: () = assert!(size_of::<Meter>() == 16);
