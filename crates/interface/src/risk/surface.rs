//! What is remembered of one date of a market: its forward, its slice of the surface, and its settlement price.

use super::{MarketRules, PriceCache, RiskError, Slice};
use crate::Wide;
use anchor_lang::prelude::*;
use ballast_margin::{
    book::{Svi, SviNumber, Years},
    units::Price,
};

/// Seconds before expiry over which the settlement price is averaged.
pub const SETTLEMENT_SECONDS: i64 = 1_800;

/// One date of a market; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DateRisk {
    /// Expiry, in unix time.
    pub expiry: i64,
    /// Forward that the slice's moneyness counts from, in 10^-10 dollars.
    pub forward: u64,
    /// That forward as a multiple of the index at the time, in 2^-40: the forward follows the index.
    pub carry: i64,
    /// Level of total variance, in 2^-48 like all of the slice.
    pub a: i64,
    /// Slope of the wings.
    pub b: i64,
    /// Their asymmetry.
    pub rho: i64,
    /// Place of the bottom.
    pub m: i64,
    /// Its roundness.
    pub s: i64,
    /// Time that total variance is for, in 2^-60 years.
    pub years: u64,
    /// Moment of the slice, in unix time.
    pub valid_from: i64,
    /// Until when the slice is fresh, in unix time.
    pub valid_until: i64,
    /// Sum of index times seconds over the settlement window so far, in 10^-10 dollars.
    pub sampled: Wide,
    /// Seconds of the window that the sum covers.
    pub sampled_seconds: u32,
    /// Zero.
    pub reserved: [u8; 20],
}

/// The whole, in 2^-40.
const WHOLE: u128 = 1 << 40;
/// Most of a forward over its index: 64.
const MOST_CARRY: u128 = 64 << 40;

impl DateRisk {
    /// A date as posted, while the index is what it is; samples of the date so far are kept.
    pub fn post(&self, slice: &Slice, index: u64, valid_from: i64, valid_until: i64) -> Result<Self> {
        let carry = u128::from(slice.forward).wrapping_shl(40).checked_div(index.into());
        let carry = carry.filter(|carry| *carry <= MOST_CARRY).ok_or(RiskError::ForwardFar)?;
        Ok(Self {
            expiry: slice.expiry,
            forward: slice.forward,
            carry: carry as i64,
            a: slice.a,
            b: slice.b,
            rho: slice.rho,
            m: slice.m,
            s: slice.s,
            years: Years::of_seconds(slice.expiry.saturating_sub(valid_from)).0,
            valid_from,
            valid_until,
            ..*self
        })
    }

    /// The engine's slice.
    pub fn svi(&self) -> Svi {
        let number = SviNumber::from_bits;
        Svi {
            a: number(self.a),
            b: number(self.b),
            rho: number(self.rho),
            m: number(self.m),
            s: number(self.s),
            forward: Price(self.forward),
            years: Years(self.years),
        }
    }

    /// The slice as of now: volatilities stay, so total variance falls with the time that is left. Slices of
    /// several moments can be compared then.
    pub fn svi_at(&self, now: i64) -> Svi {
        let years = Years::of_seconds(self.expiry.saturating_sub(now)).0;
        // A variance of 64 bits by years of 64 bits, which only fall.
        let part = |variance: i64| {
            let exact = i128::from(variance).saturating_mul(years.min(self.years).into());
            SviNumber::from_bits(exact.checked_div(self.years.into()).unwrap_or(0) as i64)
        };
        Svi { a: part(self.a), b: part(self.b), years: Years(years), ..self.svi() }
    }

    /// Whether a sixteenth of the time that the slice was posted for is left. With less of it, a slice's shape is
    /// too wide for its variance to be judged.
    pub fn is_comparable(&self, now: i64) -> bool {
        let left = Years::of_seconds(self.expiry.saturating_sub(now)).0;
        left > 0 && left >= self.years.wrapping_shr(4)
    }

    /// Refuses a forward further from the index than the rules allow.
    pub fn near(&self, rules: &MarketRules) -> Result<()> {
        let years = Years(self.years).fraction_up();
        let slope = u128::from(rules.forward_gap_per_year.unsigned_abs());
        let slope = slope.saturating_mul(years.0.unsigned_abs().into()).div_euclid(WHOLE);
        let most = slope.saturating_add(u128::from(rules.forward_gap.unsigned_abs()));
        let gap = u128::from(self.carry.unsigned_abs()).abs_diff(WHOLE);
        require!(gap <= most, RiskError::ForwardFar);
        Ok(())
    }

    /// Adds to the settlement sum the seconds for which a price was in force: from `before`, when it was
    /// refreshed, until now, but no longer than a price of its age is good.
    pub fn sample(&mut self, before: &PriceCache, rules: &MarketRules, now: i64) {
        let good = before.published_at.saturating_add(rules.feed.max_age.into());
        let from = before.refreshed_at.max(self.expiry.saturating_sub(SETTLEMENT_SECONDS));
        let seconds = now.min(self.expiry).min(good).saturating_sub(from);
        let doubtful = before.wide_since != 0 || before.far_since != 0 || before.unusable_since != 0;
        // No refresh is longer than the window; what is not positive lies outside it.
        let Some(seconds) = u32::try_from(seconds).ok().filter(|_| !doubtful && before.index > 0) else {
            return;
        };
        let part = i128::from(before.index).saturating_mul(seconds.into());
        self.sampled = Wide::new(self.sampled.get().saturating_add(part));
        self.sampled_seconds = self.sampled_seconds.saturating_add(seconds);
    }

    /// What the date is expected to settle at, rounded down: before the window the forward, within it the mean of
    /// what is sampled and of the forward for the seconds left, after it what is sampled.
    pub fn forward_now(&self, index: u64, now: i64) -> u64 {
        let forward =
            u128::from(index).saturating_mul(u128::from(self.carry.unsigned_abs())).wrapping_shr(40);
        let forward = u64::try_from(forward).unwrap_or(u64::MAX);
        if self.sampled_seconds == 0 {
            return forward;
        }
        let left = self.expiry.saturating_sub(now).clamp(0, SETTLEMENT_SECONDS).unsigned_abs();
        let seconds = u128::from(self.sampled_seconds).saturating_add(left.into());
        let sum =
            self.sampled.get().unsigned_abs().saturating_add(u128::from(forward).saturating_mul(left.into()));
        sum.checked_div(seconds).and_then(|mean| u64::try_from(mean).ok()).unwrap_or(forward)
    }
}

const _: () = assert!(size_of::<DateRisk>() == 128);
