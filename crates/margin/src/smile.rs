//! One slice of a volatility surface, ready to be asked at many strikes.

use crate::book::{Expiry, Svi, Years};
use crate::error::{MarginError, Result};
use crate::kernel::{self, near_sqrt, scale, shift, signed_scale, sqrt, widen};
use crate::units::{Fraction, Price};

/// Binary places of surface parameters and of logarithms.
const PLACES: u32 = 48;
/// Highest deviation, 64 in 2^-36: a call is worth its forward there, a put its strike.
pub(crate) const MOST: u64 = 64 << 36;
/// Seconds of a year of 365 days.
const YEAR_SECONDS: u64 = 31_536_000;
/// Longest time to expiry: sixteen years less a second, so that it fits in 2^-60.
pub(crate) const LONGEST: i64 = 504_575_999;

impl Years {
    /// The time of so many seconds, zero for less and sixteen years for more; rounded down.
    #[allow(clippy::arithmetic_side_effects)] // Below 2^29 times 2^35, and 2^25 times 2^25; a constant divides.
    pub const fn of_seconds(seconds: i64) -> Self {
        let seconds = if seconds < 0 {
            0
        } else if seconds > LONGEST {
            LONGEST
        } else {
            seconds
        };
        // Long division in two steps of 64 bits.
        let first = (seconds as u64) << 35;
        Self(((first / YEAR_SECONDS) << 25) + ((first % YEAR_SECONDS) << 25) / YEAR_SECONDS)
    }

    /// The time as a ratio, rounded up.
    pub const fn fraction_up(self) -> Fraction {
        Fraction(self.0.saturating_add((1 << 20) - 1).wrapping_shr(20) as i64)
    }

    /// The square root in 2^-52.
    pub fn root(self) -> u64 {
        sqrt((self.0 as u128) << 44)
    }
}

/// A slice in the kernel's numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Smile {
    a: i64,
    b: i64,
    rho: i64,
    m: i64,
    /// s^2 in 2^-96.
    s_square: u128,
    /// 4 sqrt(a + b s): logarithms of moneyness are clamped to it.
    limit: i64,
    /// ln of the forward that moneyness is counted from, in 2^-48.
    ln_forward: i64,
    /// Time to expiry by the surface's own time, in 2^-`places`: 56, or 40 or 24 where it is large.
    ratio: u64,
    places: u32,
    /// Whether |k - m| stays below 8, the variance below a half, and b between nothing and four, so that 64 bits are
    /// enough.
    narrow: bool,
}

impl Smile {
    /// Prepares an expiry's slice; `log_forward` is ln of the expiry's forward, which is often the slice's.
    pub fn new(expiry: &Expiry, log_forward: i64) -> Result<Self> {
        let (svi, time) = (&expiry.svi, Years::of_seconds(expiry.seconds));
        let log_of =
            |svi: &Svi| if svi.forward == expiry.forward { log_forward } else { kernel::ln(svi.forward.0) };
        if svi.forward.0 == 0 || svi.years.0 == 0 {
            return Err(MarginError::BadSurface);
        }
        if svi.years == time {
            return Ok(Self::still(svi, log_of(svi)));
        }
        let exact = ((time.0 as u128) << 56).checked_div(svi.years.0 as u128).unwrap_or(0);
        let (mut ratio, mut places) = (exact, 56u32);
        while ratio > u64::MAX as u128 && places > 24 {
            (ratio, places) = (ratio >> 16, places.saturating_sub(16));
        }
        let ratio = u64::try_from(ratio).map_err(|_| MarginError::BadSurface)?;
        Ok(Self { ratio, places, ..Self::still(svi, log_of(svi)) })
    }

    /// The slice at its own time.
    fn still(svi: &Svi, ln_forward: i64) -> Self {
        let (a, b, s) = (svi.a.to_bits(), svi.b.to_bits(), svi.s.to_bits());
        let bottom = a.saturating_add(shift(b, s, PLACES)).max(0) as u128;
        let limit = crate::wide::clamp((sqrt(bottom << PLACES) as i128) << 2);
        // |rho x| + sqrt(x^2 + s^2) is at most twice |x| and |s|.
        let (m, rho) = (svi.m.to_bits(), svi.rho.to_bits());
        let reach = limit.saturating_add(m.saturating_abs());
        let bend = reach.saturating_mul(2).saturating_add(s.saturating_abs());
        let small = a.saturating_abs() < 1 << 46 && shift(b, bend, PLACES).saturating_abs() < 1 << 46;
        let narrow = small
            && (0..4 << PLACES).contains(&b)
            && reach < 8 << PLACES
            && s.saturating_abs() < 8 << PLACES
            && rho.saturating_abs() <= 1 << PLACES;
        Self {
            narrow,
            a,
            b,
            rho,
            m,
            s_square: widen(s.unsigned_abs(), s.unsigned_abs()),
            limit,
            ln_forward,
            ratio: 1 << 56,
            places: 56,
        }
    }

    /// rho x + sqrt(x^2 + s^2) at a strike's logarithm, in 2^-48.
    fn bend(&self, ln_strike: i64) -> i64 {
        let k = ln_strike.saturating_sub(self.ln_forward).clamp(self.limit.saturating_neg(), self.limit);
        let x = k.saturating_sub(self.m);
        let square = widen(x.unsigned_abs(), x.unsigned_abs()).saturating_add(self.s_square);
        let root = near_sqrt(square).min(i64::MAX as u64) as i64;
        shift(self.rho, x, PLACES).saturating_add(root)
    }

    /// Total variance at a strike's logarithm, in 2^-96; zero where the formula is negative.
    #[allow(clippy::arithmetic_side_effects)] // 2^63 by 2^63, and 2^63 by 2^48 beside it.
    fn variance(&self, ln_strike: i64) -> u128 {
        (((self.a as i128) << PLACES) + self.b as i128 * self.bend(ln_strike) as i128).max(0) as u128
    }

    /// sigma sqrt(T) in 2^-36 at a strike's logarithm, [`MOST`] at most.
    #[inline(always)]
    pub fn deviation(&self, ln_strike: i64) -> i64 {
        // Short times have little variance: below one it keeps 64 places, else 48, and the root half of those and
        // the ratio's.
        let (variance, short) =
            if self.narrow { (self.narrow_variance(ln_strike), true) } else { self.wide_variance(ln_strike) };
        let root = near_sqrt(widen(variance, self.ratio));
        let places = self.places.wrapping_sub(if short { 8 } else { 24 });
        (root >> places.wrapping_shr(1)).min(MOST) as i64
    }

    /// Total variance in 2^-64, for a narrow slice.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.
    fn narrow_variance(&self, ln_strike: i64) -> u64 {
        // Logarithms are below 2^54, x below 2^51 and its square with that of s below 2^103.
        let k = (ln_strike - self.ln_forward).clamp(-self.limit, self.limit);
        let x = k - self.m;
        let root = near_sqrt(widen(x.unsigned_abs(), x.unsigned_abs()) + self.s_square) as i64;
        // Moneyness is small where the limit is: the product of 64 bits has the places that count.
        let bend = signed_scale(x, self.rho >> 8) + root;
        // b is below 2^50 and the bend below 2^52, their product below 2^94: in halves of 25 and 26 bits, of which the
        // low ones lose three units of 2^-64.
        let (b, c) = ((self.b >> 25, self.b & 0x1ff_ffff), (bend >> 26, bend & 0x3ff_ffff));
        let product = ((b.0 * c.0) << 19) + ((b.0 * c.1) >> 7) + ((b.1 * c.0) >> 6) + ((b.1 * c.1) >> 32);
        ((self.a << 16) + product).max(0) as u64
    }

    /// Total variance in 2^-64 if it is below one, else in 2^-48, and whether it is.
    #[inline(never)]
    fn wide_variance(&self, ln_strike: i64) -> (u64, bool) {
        let variance = self.variance(ln_strike);
        let short = variance >> 96 == 0;
        let kept = if short { variance >> 32 } else { (variance >> PLACES).min(u64::MAX as u128) };
        (kept as u64, short)
    }
}

impl Svi {
    /// Annual volatility of a strike; refused where the slice has no time or no forward.
    pub fn volatility(&self, strike: Price) -> Result<Fraction> {
        if self.years.0 == 0 || self.forward.0 == 0 {
            return Err(MarginError::BadSurface);
        }
        let variance =
            Smile::still(self, kernel::ln(self.forward.0)).variance(kernel::ln(strike.0)) >> PLACES;
        let yearly = crate::wide::mul_div_down(variance, 1 << 92, self.years.0 as u128)?;
        Ok(Fraction(crate::wide::clamp(sqrt(yearly) as i128)))
    }
}

/// `deviation` in 2^-36 times `factor`, kept between nothing and [`MOST`].
#[inline(always)]
pub(crate) fn stretch(deviation: i64, factor: Fraction) -> i64 {
    scale(deviation, factor.0.clamp(0, 1 << 46)).min(MOST as i64)
}
