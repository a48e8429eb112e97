//! The scan range of a market follows a forecast of its volatility: up fast, down slowly, between a floor
//! and a cap, with a share of a stressed range in it at all times. Attestations can only widen it.
//!
//! Every rounding is towards the wider range. `docs/parameters.md` has the formulas.

use crate::error::{MarginError, Result};
use crate::kernel;
use crate::units::{Fraction, Price, FRACTION_BITS};
use crate::wide;

/// Seconds of a year of 365 days.
const YEAR: u128 = 31_536_000;
/// Seconds of an hour.
const HOUR: u128 = 3_600;

/// How a market's scan range follows its forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Predictor {
    /// Seconds in which a squared return loses all but 1/e of its weight.
    pub memory_seconds: i64,
    /// Least seconds between two returns; sampled more often, the feed's own noise would pass for volatility.
    pub step_seconds: i64,
    /// Seconds that the range shall cover.
    pub horizon_seconds: i64,
    /// Standard deviations over the horizon that the range shall cover.
    pub widths: Fraction,
    /// A return counts as this at most, so that one bad price cannot widen the range at will.
    pub largest_move: Fraction,
    /// Range of a market under stress ...
    pub stressed: Fraction,
    /// ... and its share of the target.
    pub stressed_share: Fraction,
    /// Least range.
    pub floor: Fraction,
    /// Largest range, attestations included.
    pub cap: Fraction,
    /// How much the range may grow in an hour.
    pub up_per_hour: Fraction,
    /// How much it may shrink in an hour.
    pub down_per_hour: Fraction,
    /// Largest multiplier of the range that an attestation may ask for.
    pub largest_multiplier: Fraction,
}

/// What is known of a market's volatility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Yearly variance of the logarithm of the price.
    pub variance: Fraction,
    /// Scan range, attestations aside.
    pub range: Fraction,
    /// Price that the next return is counted from.
    pub price: Price,
    /// When it was, in unix time.
    pub updated_at: i64,
}

/// A committee's word that a market is riskier than the forecast says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// What the range is multiplied by; below one it does nothing.
    pub multiplier: Fraction,
    /// When it lapses, in unix time.
    pub until: i64,
}

impl Forecast {
    /// The forecast of a market whose variance is assumed; its range is at the target from the start.
    pub fn start(variance: Fraction, price: Price, now: i64, predictor: &Predictor) -> Result<Self> {
        if price.0 == 0 {
            return Err(MarginError::MissingPrice);
        }
        let variance = Fraction(variance.0.max(0));
        Ok(Self { variance, range: predictor.target(variance), price, updated_at: now })
    }

    /// The forecast after a new price; sooner than a step after the last one it changes nothing.
    pub fn update(&self, price: Price, now: i64, predictor: &Predictor) -> Result<Self> {
        if price.0 == 0 || self.price.0 == 0 {
            return Err(MarginError::MissingPrice);
        }
        let elapsed = now.saturating_sub(self.updated_at);
        if elapsed < predictor.step_seconds.max(1) {
            return Ok(*self);
        }
        let elapsed = elapsed.unsigned_abs();
        let variance =
            predictor.variance(self.variance, squared_return(self.price, price, predictor), elapsed);
        let range = predictor.step(self.range, predictor.target(variance), elapsed);
        Ok(Self { variance, range, price, updated_at: now })
    }
}

impl Predictor {
    /// Whether every parameter lies in its range.
    pub fn check(&self) -> Result<()> {
        let seconds = self.step_seconds >= 1
            && self.memory_seconds >= self.step_seconds
            && self.memory_seconds <= YEAR as i64
            && (1..=YEAR as i64).contains(&self.horizon_seconds);
        let shape = (0..=Fraction::ONE.0 << 6).contains(&self.widths.0)
            && (1..=Fraction::ONE.0).contains(&self.largest_move.0)
            && (0..=Fraction::ONE.0).contains(&self.stressed_share.0);
        let levels = self.floor.0 >= 0
            && self.floor <= self.cap
            && self.cap <= Fraction::ONE
            && (0..=self.cap.0).contains(&self.stressed.0);
        // Slower up than down would be the opposite of what the speeds are for.
        let speeds = self.down_per_hour.0 >= 0
            && self.down_per_hour <= self.up_per_hour
            && self.up_per_hour <= Fraction::ONE
            && (Fraction::ONE.0..=Fraction::ONE.0 << 3).contains(&self.largest_multiplier.0);
        if seconds && shape && levels && speeds {
            Ok(())
        } else {
            Err(MarginError::BadModel)
        }
    }

    /// The range with an attestation: never below `range`, never beyond the cap for its sake.
    pub fn attested(&self, range: Fraction, attestation: Attestation, now: i64) -> Fraction {
        if now >= attestation.until {
            return range;
        }
        let multiplier = attestation.multiplier.min(self.largest_multiplier);
        range.max(range.times_up(multiplier).min(self.cap))
    }

    /// The range that a variance calls for:
    /// (1 - share) widths sqrt(variance horizon) + share x stressed, between floor and cap.
    pub fn target(&self, variance: Fraction) -> Fraction {
        let horizon = u128::from(self.horizon_seconds.max(0).unsigned_abs());
        // Below 2^63 2^25 / 2^24 for a horizon of a year; the root of that in 2^-80 has 52 bits and a half.
        let square = steps(variance).saturating_mul(horizon).div_ceil(YEAR).min(1 << 64) << FRACTION_BITS;
        let root = u128::from(kernel::sqrt(square));
        let root = root.saturating_add(u128::from(root.saturating_mul(root) < square));
        let covered = self.widths.times_up(fraction(root));
        let own = Fraction::ONE.minus(self.stressed_share).times_up(covered);
        own.plus(self.stressed_share.times_up(self.stressed)).max(self.floor).min(self.cap)
    }

    /// w variance + (1 - w) square year / elapsed, with w = exp(-elapsed / memory) and `square` in 2^-60.
    fn variance(&self, variance: Fraction, square: u64, elapsed: u64) -> Fraction {
        let memory = u128::from(self.memory_seconds.max(1).unsigned_abs());
        // Beyond 2^13 memories the weight is nothing; the cap keeps the exponent within 64 bits.
        let age = ((u128::from(elapsed) << 48).checked_div(memory)).unwrap_or(0).min(1 << 61);
        let kept = kernel::exp((age as i64).saturating_neg());
        // The kernel's error is below two units: the old part has that much more, the new one does not lack it.
        let kept_up = Fraction(kept.saturating_add(2)).min(Fraction::ONE);
        let new_up = Fraction::ONE.minus(Fraction(kept.saturating_sub(2).max(0)));
        let old = Fraction(variance.0.max(0)).times_up(kept_up);
        // 2^40 2^60 2^25: no saturation.
        let yearly = steps(new_up).saturating_mul(u128::from(square)).saturating_mul(YEAR);
        old.plus(fraction(yearly.div_ceil(u128::from(elapsed.max(1))).div_ceil(1 << 60)))
    }

    /// The range moved towards its target, as far as its speed allows; the floor holds at once.
    fn step(&self, range: Fraction, target: Fraction, elapsed: u64) -> Fraction {
        let within = |speed| steps(speed).saturating_mul(u128::from(elapsed));
        let moved = if target > range {
            let rise = fraction(within(self.up_per_hour).div_ceil(HOUR));
            range.plus(rise).min(target)
        } else {
            let fall = fraction(within(self.down_per_hour) / HOUR);
            range.minus(fall).max(target)
        };
        moved.max(self.floor)
    }
}

/// The squared log-return in 2^-60, at most the square of the largest move.
fn squared_return(from: Price, to: Price, predictor: &Predictor) -> u64 {
    if from == to {
        return 0;
    }
    // Logarithms of 64-bit numbers are below 45 in 2^-48, each within one unit.
    let change = kernel::ln(to.0).saturating_sub(kernel::ln(from.0)).unsigned_abs().saturating_add(2);
    let change = u128::from(change.div_ceil(1 << 8)).min(steps(predictor.largest_move.min(Fraction::ONE)));
    // A square of at most 2^80.
    change.saturating_mul(change).div_ceil(1 << 20) as u64
}

/// The steps of a fraction, none for one below zero.
fn steps(value: Fraction) -> u128 {
    u128::from(value.0.max(0).unsigned_abs())
}

/// The fraction of that many steps, at the end of the range where it would leave it.
fn fraction(steps: u128) -> Fraction {
    Fraction(wide::clamp(i128::try_from(steps).unwrap_or(i128::MAX)))
}
