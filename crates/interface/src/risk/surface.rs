//! What is remembered of one date of a market: its forward, its slice of the surface, and its settlement price.

use super::{MarketRules, PostSurfaceArgs, PriceCache, RiskError, Slice};
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
    pub padding: [u8; 4],
    /// When the slice was posted, by the chain's clock.
    pub posted_at: i64,
    /// Zero.
    pub reserved: [u8; 8],
}

/// The whole, in 2^-40.
const WHOLE: u128 = 1 << 40;
/// Most of a forward over its index: 64.
const MOST_CARRY: u128 = 64 << 40;

impl DateRisk {
    /// A date as posted, beside the index that the message was made at; samples of the date so far are kept.
    pub fn post(&self, slice: &Slice, args: &PostSurfaceArgs, now: i64) -> Result<Self> {
        let carry = u128::from(slice.forward).wrapping_shl(40).checked_div(args.index.into());
        let carry = carry.filter(|carry| (1..=MOST_CARRY).contains(carry)).ok_or(RiskError::ForwardFar)?;
        Ok(Self {
            expiry: slice.expiry,
            forward: slice.forward,
            carry: carry as i64,
            a: slice.a,
            b: slice.b,
            rho: slice.rho,
            m: slice.m,
            s: slice.s,
            years: Years::of_seconds(slice.expiry.saturating_sub(args.valid_from)).0,
            valid_from: args.valid_from,
            valid_until: args.valid_until,
            posted_at: now,
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

    /// Adds the seconds of the settlement window that have passed since the last sample: those for which a price was
    /// in force, but no longer than one of its age is good, at that price; a gap at the price that ends it. While
    /// both are in doubt nothing is added, and the gap grows.
    pub fn sample(&mut self, before: &PriceCache, after: &PriceCache, rules: &MarketRules, now: i64) {
        let end = now.min(self.expiry);
        let good = before.published_at.saturating_add(rules.feed.max_age.into());
        if !before.is_doubtful(rules) {
            self.count(before.index, end.min(good));
        }
        if !after.is_doubtful(rules) {
            self.count(after.index, end);
        }
    }

    /// Counts the seconds from the last sample until a time, at a price.
    fn count(&mut self, price: u64, until: i64) {
        let begin = self.expiry.saturating_sub(SETTLEMENT_SECONDS);
        let passed = until.saturating_sub(begin).min(SETTLEMENT_SECONDS);
        // What is not above zero lies before the last sample, or before the window.
        let Ok(seconds) = u32::try_from(passed.saturating_sub(self.sampled_seconds.into())) else { return };
        let part = i128::from(price).saturating_mul(seconds.into());
        self.sampled = Wide::new(self.sampled.get().saturating_add(part));
        self.sampled_seconds = self.sampled_seconds.saturating_add(seconds);
    }

    /// Seconds whose price is open: until expiry, or, in the window, those that are not sampled yet. So a date whose
    /// price is not known stays open after its expiry, and moves with the market.
    pub fn open_seconds(&self, now: i64) -> i64 {
        let left = self.expiry.saturating_sub(now);
        if left >= SETTLEMENT_SECONDS {
            left
        } else {
            SETTLEMENT_SECONDS.saturating_sub(self.sampled_seconds.into()).max(0)
        }
    }

    /// The settlement price, rounded down, once every second of the window has its price.
    pub fn settlement(&self) -> Option<u64> {
        let whole = i64::from(self.sampled_seconds) == SETTLEMENT_SECONDS;
        whole.then(|| self.mean(0, 0))
    }

    /// What the date is expected to settle at, rounded down: before the window the forward, within it the mean of
    /// what is sampled and of the forward for the seconds that are open.
    pub fn forward_now(&self, index: u64, now: i64) -> u64 {
        let forward =
            u128::from(index).saturating_mul(u128::from(self.carry.unsigned_abs())).wrapping_shr(40);
        let forward = u64::try_from(forward).unwrap_or(u64::MAX);
        if self.sampled_seconds == 0 {
            return forward;
        }
        self.mean(forward, self.open_seconds(now))
    }

    /// The mean of what is sampled and of a price for some seconds more.
    fn mean(&self, price: u64, seconds: i64) -> u64 {
        let seconds = u128::from(seconds.max(0).unsigned_abs());
        let sum = self.sampled.get().unsigned_abs().saturating_add(u128::from(price).saturating_mul(seconds));
        let all = seconds.saturating_add(self.sampled_seconds.into());
        // A mean of numbers of 64 bits.
        sum.checked_div(all).unwrap_or(0) as u64
    }
}

const _: () = assert!(size_of::<DateRisk>() == 128);
