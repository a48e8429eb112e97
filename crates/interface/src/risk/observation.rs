//! What an oracle says, in its own numbers and in Ballast's.

use super::Feed;
use anchor_lang::prelude::*;

/// A reader of one oracle's accounts.
pub trait PriceSource {
    /// What the account says, once it is known to be the market's own and fully verified.
    fn observe(feed: &Feed, address: &Pubkey, owner: &Pubkey, data: &[u8]) -> Result<Observation>;
}

/// A price as published: every number is to be multiplied by ten to the exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Price.
    pub price: i64,
    /// Half width of the confidence interval.
    pub interval: u64,
    /// Exponent of ten.
    pub exponent: i32,
    /// When it was published, in unix time.
    pub published_at: i64,
    /// Moving average of the price.
    pub average: i64,
}

/// A price in Ballast's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Price in 10^-10 dollars, rounded down.
    pub index: u64,
    /// Half width of the confidence interval as a share of the price, in 2^-40, rounded up; one at most.
    pub interval: i64,
    /// Moving average in 10^-10 dollars, rounded down.
    pub average: u64,
}

/// Decimal places of a price in Ballast's units.
const PLACES: i32 = 10;
/// The whole, in 2^-40.
const WHOLE: u64 = 1 << 40;

/// Exponents that are read: beyond them no price of a traded asset lies.
const EXPONENTS: core::ops::RangeInclusive<i32> = -18..=0;

impl Observation {
    /// The price in Ballast's units; nothing if it means nothing: not above zero, or beyond what can be held.
    pub fn quoted(&self) -> Option<Quoted> {
        if !EXPONENTS.contains(&self.exponent) {
            return None;
        }
        let index = steps_down(self.price, self.exponent)?;
        let average = steps_down(self.average, self.exponent)?;
        // In the oracle's own numbers, where nothing is rounded yet.
        let share = u128::from(self.interval).checked_mul(WHOLE.into())?;
        let share = share.div_ceil(u128::from(self.price.unsigned_abs())).min(WHOLE.into());
        Some(Quoted { index, interval: share as i64, average })
    }
}

/// A number above zero in 10^-10, rounded down; nothing if none is left of it or it does not fit.
fn steps_down(number: i64, exponent: i32) -> Option<u64> {
    let number = u64::try_from(number).ok()?;
    let places = PLACES.checked_add(exponent)?;
    let power = 10u64.checked_pow(places.unsigned_abs())?;
    let steps = if places < 0 { number.checked_div(power)? } else { number.checked_mul(power)? };
    (steps > 0).then_some(steps)
}
