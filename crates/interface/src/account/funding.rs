//! Funding: what a venue's mark is above the index, long positions of the perp pay to short ones, by time.

use super::{AccountError, MarginAccount, Market};
use crate::Fixed64;
use anchor_lang::prelude::*;

/// Largest index of funding, in quote units a lot: beyond it nothing accrues.
const LARGEST: i128 = 1 << 124;

impl Market {
    /// Takes over a venue's mark, as a premium over the index; what the last one was worth until now is accrued first.
    /// Over an index in doubt there is no premium.
    pub fn mark(&mut self, mark: u64, index: u64, good: bool, now: i64) -> Result<()> {
        self.accrue_funding(index, good, now)?;
        let (mark, index) = (i128::from(mark), i128::from(self.per_lot_down(index)?));
        let band = i128::from(self.terms.funding_band);
        // Of 63 bits by 40; towards minus infinity, and within a band of 41 bits.
        let gap = mark.saturating_sub(index).saturating_mul(1 << 40);
        let premium = gap.checked_div_euclid(index).unwrap_or(0).clamp(band.saturating_neg(), band);
        (self.premium, self.marked_at) = (if good { premium as i64 } else { 0 }, now);
        Ok(())
    }

    /// Brings the funding index up to date: the premium for the time that its mark was in force, in proportion to the
    /// time in which a premium is paid in full, and no faster than the cap. Without a good price time passes for free.
    pub fn accrue_funding(&mut self, index: u64, good: bool, now: i64) -> Result<()> {
        let lapses = self.marked_at.saturating_add(self.terms.mark_seconds.into());
        let seconds = now.min(lapses).saturating_sub(self.funding_at);
        self.funding_at = self.funding_at.max(now);
        if seconds <= 0 || !good || self.premium == 0 {
            return Ok(());
        }
        let cap = i128::from(self.terms.funding_cap);
        let (premium, period) = (i128::from(self.premium), i128::from(self.terms.funding_seconds));
        // A share of the index an hour, in 2^-40.
        let hourly = premium.saturating_mul(3_600).checked_div_euclid(period).unwrap_or(0);
        let hourly = hourly.clamp(cap.saturating_neg(), cap);
        // A day's at most at a time: 63 bits by 37 by 17, and 24 more places.
        let seconds = i128::from(seconds.min(86_400));
        let price = i128::from(self.per_lot_down(index)?);
        let growth = price.saturating_mul(hourly).saturating_mul(seconds);
        let growth = growth.div_euclid(3_600);
        let growth = growth.saturating_mul(1 << 24);
        let sum = self.funding_index.to_bits().saturating_add(growth).clamp(-LARGEST, LARGEST);
        self.funding_index = Fixed64::from_bits(sum);
        Ok(())
    }
}

impl MarginAccount {
    /// Brings the account's perp in a market up to date with the market's funding. Returns what the account got, or
    /// paid if below zero: rounded down.
    pub fn settle_funding(&mut self, market: &mut Market) -> Result<i64> {
        let mine = |leg: &&mut super::Leg| leg.market == market.market && leg.kind == 1;
        let Some(leg) = self.legs.iter_mut().find(mine) else { return Ok(0) };
        let passed = market.funding_index.to_bits().saturating_sub(leg.funding_index.to_bits());
        if passed == 0 {
            return Ok(0);
        }
        leg.funding_index = market.funding_index;
        let lots = i128::from(leg.quantity).saturating_neg();
        // 125 bits by 41: whole quote units by themselves, then their fractions.
        let (whole, part) = (passed.wrapping_shr(64), passed & ((1 << 64) - 1));
        let got = lots.checked_mul(whole).ok_or(AccountError::NumberTooLarge)?;
        let got = got.checked_add(lots.saturating_mul(part).div_euclid(1 << 64));
        let got = got.and_then(|got| i64::try_from(got).ok()).ok_or(AccountError::NumberTooLarge)?;
        self.book_profit(market, got)?;
        Ok(got)
    }
}
