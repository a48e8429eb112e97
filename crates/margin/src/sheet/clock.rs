//! What an expiry needs to price its strikes, hoisted out of them.

use crate::book::{Expiry, Years};
use crate::error::Result;
use crate::kernel::{exp, leading_zeros, ln, pow, ratio, scale, shift};
use crate::model::Model;
use crate::smile::{stretch, Smile};
use crate::units::Fraction;

/// Highest cap of a skew row, below the 2^45 of [`ratio`]: more than any that a sound model has.
const MOST_CAP: Fraction = Fraction(31 << 40);

/// Least width of a skew row, 2^-18: its cap is reached at any strike but the forward.
const LEAST_WIDTH: i64 = 1 << 22;

/// An expiry's time, surface and volatility shocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// Whether there is time left.
    pub live: bool,
    /// Surface.
    pub smile: Smile,
    /// ln of the forward in 2^-48.
    pub log_forward: i64,
    /// Leading zeros of the forward, which strikes mostly share.
    pub zeros: u32,
    /// sqrt(T) in 2^-52.
    pub root: u64,
    /// exp(-rT).
    pub discount: Fraction,
    /// `vol.up` z: the factor up less one.
    pub shock: Fraction,
    /// Factors of volatility.
    factor_up: Fraction,
    factor_down: Fraction,
    /// Least deviation of the row up, in 2^-36.
    floor: i64,
    /// Cap and slope of the two skew rows.
    linear: (Fraction, Fraction),
    absolute: (Fraction, Fraction),
}

impl Clock {
    /// Everything that depends on the expiry alone.
    #[inline(never)]
    pub fn new(model: &Model, expiry: &Expiry) -> Result<Self> {
        let live = expiry.seconds > 0;
        let log_forward = ln(expiry.forward.0);
        let years = Years::of_seconds(expiry.seconds);
        let root = years.root();
        let root_fraction = Fraction((root >> 12) as i64);
        let day_30 = 30 * 86_400;
        let power = if expiry.seconds <= day_30 { model.vol.short_power } else { model.vol.long_power };
        let counted = expiry.seconds.max(model.vol.floor_seconds).max(1);
        let z = pow(Fraction((day_30 << 40_i64).checked_div(counted).unwrap_or(0)), power);
        let shock = model.vol.up.times_up(z);
        let skew = &model.skew;
        let deviation = skew.vol_base.plus(skew.vol_slope.times_up(root_fraction)).times_up(root_fraction);
        let width = skew.min_k.max(skew.width.times_up(deviation));
        let cap = |base: Fraction, constant: Fraction| {
            let cap = base.times_up(root_fraction).plus(constant);
            let cap = cap.clamp(Fraction::ZERO, MOST_CAP);
            (cap, Fraction(ratio(cap.0, width.0.max(LEAST_WIDTH))))
        };
        let linear = cap(skew.linear_base, skew.linear_cap);
        let same = (skew.linear_base, skew.linear_cap) == (skew.absolute_base, skew.absolute_cap);
        Ok(Self {
            live,
            smile: if live { Smile::new(expiry, log_forward)? } else { Smile::default() },
            log_forward,
            zeros: leading_zeros(expiry.forward.0),
            root,
            discount: discount(expiry.rate, years.fraction_up()),
            shock,
            factor_up: Fraction::ONE.plus(shock),
            factor_down: Fraction::ONE.minus(model.vol.down.times_up(z)).max(Fraction::ZERO),
            floor: stretch((root >> 16) as i64, model.vol.floor),
            linear,
            absolute: if same { linear } else { cap(skew.absolute_base, skew.absolute_cap) },
        })
    }

    /// A deviation with volatility up.
    #[inline(always)]
    pub fn up(&self, own: i64) -> i64 {
        stretch(own, self.factor_up).max(self.floor)
    }

    /// A deviation with volatility down.
    #[inline(always)]
    pub fn down(&self, own: i64) -> i64 {
        stretch(own, self.factor_down)
    }

    /// The deviation under the linear skew of a strike with ln(F/K) of `log` in 2^-48.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // A cap is below 2^45.
    pub fn linear(&self, own: i64, log: i64) -> i64 {
        let tilt = tilt(self.linear, log.unsigned_abs());
        stretch(own, Fraction(if log < 0 { Fraction::ONE.0 + tilt } else { Fraction::ONE.0 - tilt }))
    }

    /// The same under the absolute skew.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // As above.
    pub fn absolute(&self, own: i64, log: i64) -> i64 {
        stretch(own, Fraction(Fraction::ONE.0 + tilt(self.absolute, log.unsigned_abs())))
    }
}

/// exp(-rT), at most one.
fn discount(rate: Fraction, years: Fraction) -> Fraction {
    if rate.0 <= 0 {
        return Fraction::ONE;
    }
    Fraction(exp(shift(rate.0, years.0, 32).saturating_neg()))
}

/// How far a skew row tilts at a distance in 2^-48 (below 2^53), cap and slope being zero at least.
#[inline(always)]
fn tilt((cap, slope): (Fraction, Fraction), distance: u64) -> i64 {
    let distance = distance as i64;
    let moved = if slope.0 <= 1 << 46 { scale(distance, slope.0) >> 8 } else { shift(distance, slope.0, 48) };
    moved.min(cap.0)
}
