//! What governs a group: fees, interest, and how fast money may leave.

use anchor_lang::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};

/// Everything that the authority sets for a group; ratios are in 2^-40, amounts in quote units.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct GroupRules {
    /// Owner of the token account to which the group's fees are paid.
    pub fee_owner: Pubkey,
    /// Share of the venues' fees that is the group's.
    pub fee_share: i64,
    /// Yearly rate of interest when nothing is lent ...
    pub rate_idle: i64,
    /// ... at the kink ...
    pub rate_kink: i64,
    /// ... and when everything is lent.
    pub rate_full: i64,
    /// Share lent at which the rate begins to rise faster.
    pub kink: i64,
    /// Most debt of all accounts together that somebody may add to.
    pub borrow_cap: u64,
    /// Most that may leave within an hour ...
    pub outflow_hour: u64,
    /// ... and within a day.
    pub outflow_day: u64,
}

/// The whole, in 2^-40.
const WHOLE: i64 = 1 << 40;
/// Highest yearly rate: 400 per cent.
const HIGHEST_RATE: i64 = 4 << 40;
/// Largest amount of any cap.
const LARGEST: u64 = 1 << 60;

impl GroupRules {
    /// Whether every field lies in its range.
    pub fn is_sound(&self) -> bool {
        let share = |value: i64| (0..=WHOLE).contains(&value);
        share(self.fee_share)
            && (0..WHOLE).contains(&self.kink)
            && 0 <= self.rate_idle
            && self.rate_idle <= self.rate_kink
            && self.rate_kink <= self.rate_full
            && self.rate_full <= HIGHEST_RATE
            && [self.borrow_cap, self.outflow_hour, self.outflow_day].iter().all(|cap| *cap <= LARGEST)
            && self.outflow_hour <= self.outflow_day
    }

    /// Yearly rate of interest, in 2^-40, when such a share is lent.
    pub fn rate(&self, lent: i64) -> i64 {
        let lent = lent.clamp(0, WHOLE);
        // Between two rates in proportion to where a share lies between two; of 43 bits by 40.
        let between = |(low, high): (i64, i64), place: i64, length: i64| {
            let rise = i128::from(high.saturating_sub(low)).saturating_mul(place.into());
            low.saturating_add(rise.checked_div(length.into()).unwrap_or(0) as i64)
        };
        if lent < self.kink {
            between((self.rate_idle, self.rate_kink), lent, self.kink)
        } else {
            let rates = (self.rate_kink, self.rate_full);
            between(rates, lent.saturating_sub(self.kink), WHOLE.saturating_sub(self.kink))
        }
    }
}

const _: () = assert!(size_of::<GroupRules>() == 96);
