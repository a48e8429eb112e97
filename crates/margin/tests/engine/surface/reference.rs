//! The same questions in floating point, from the formulas.

use ballast_margin::book::{Svi, SviNumber, Years};
use ballast_margin::units::{Price, STEPS};
use ballast_margin::MarginError;

/// Below this much of 1 + n a density may be taken for nothing, and as much of one at the last strikes.
pub const DENSITY: f64 = 1.0 / 32_768.0;
/// Below this share of level and slopes a missing variance may be taken for nothing.
pub const VARIANCE: f64 = 1.0 / 524_288.0;
/// Strikes on each side of m.
const SIDE: i32 = 16;

/// A slice's parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    pub a: f64,
    pub b: f64,
    pub rho: f64,
    pub m: f64,
    pub s: f64,
}

impl Shape {
    /// A slice by its total variance at m in place of a.
    pub fn of_level(level: f64, b: f64, rho: f64, m: f64, s: f64) -> Self {
        Self { a: level - b * s, b, rho, m, s }
    }

    /// The shape of parameters in 2^-48.
    pub fn of_bits(bits: [i64; 5]) -> Self {
        let [a, b, rho, m, s] = bits.map(|bits| bits as f64 / (1u64 << 48) as f64);
        Self { a, b, rho, m, s }
    }

    /// Its slice, at a time in seconds.
    pub fn svi(&self, seconds: i64) -> Svi {
        let bits = [self.a, self.b, self.rho, self.m, self.s];
        of_bits(bits.map(|value| (value * (1u64 << 48) as f64).round() as i64), seconds)
    }

    pub fn level(&self) -> f64 {
        self.a + self.b * self.s
    }

    /// Where moneyness is clamped.
    pub fn limit(&self) -> f64 {
        4.0 * self.level().sqrt()
    }

    /// The checked strikes of a slice, as moneyness.
    pub fn strikes(&self) -> impl Iterator<Item = f64> + '_ {
        let end = ((self.limit() + self.m.abs()) / self.s).asinh();
        let steps = (-SIDE..=SIDE).filter(|step| *step != 0);
        steps.map(move |step| self.m + self.s * (end * f64::from(step) / f64::from(SIDE)).sinh())
    }

    /// Total variance by the formula.
    pub fn variance(&self, k: f64) -> f64 {
        let x = k - self.m;
        self.a + self.b * (self.rho * x + x.hypot(self.s))
    }

    /// Total variance as it is priced.
    pub fn priced(&self, k: f64) -> f64 {
        self.variance(k.clamp(-self.limit(), self.limit()))
    }

    /// g / (1 + n).
    pub fn density(&self, k: f64) -> f64 {
        let (x, w) = (k - self.m, self.variance(k));
        let r = x.hypot(self.s);
        let slope = self.b * (self.rho + x / r);
        let n = slope * slope / 4.0 * (1.0 / w + 0.25);
        let curve = self.b * self.s * self.s / (r * r * r);
        ((1.0 - k * slope / (2.0 * w)).powi(2) - n + curve / 2.0) / (1.0 + n)
    }

    /// The least g / (1 + n) over the checked strikes.
    pub fn least(&self) -> f64 {
        self.strikes().map(|k| self.density(k)).fold(f64::INFINITY, f64::min)
    }

    /// What |k w'| / 2w + |w'| / 4 leaves of one less (Z + 3) / (Z^2 + 6 Z + 3), at the worse of the last strikes.
    pub fn ends(&self) -> f64 {
        let left = |side: f64| {
            let k = self.m + side * (self.limit() + self.m.abs());
            let (x, w) = (k - self.m, self.variance(k));
            let slope = self.b * (self.rho + x / x.hypot(self.s));
            if slope * side <= 0.0 {
                return 1.0;
            }
            let z = ((k.abs() + w / 2.0).powi(2) / w).min(512.0);
            1.0 - k * slope / (2.0 * w) - slope.abs() / 4.0 - (z + 3.0) / (z * z + 6.0 * z + 3.0)
        };
        left(-1.0).min(left(1.0))
    }

    /// Whether every parameter is inside its bounds by a thousandth.
    pub fn is_bounded(&self) -> bool {
        let (level, limit) = (self.level(), self.limit());
        let bottom = level - self.b * self.s * (1.0 - (1.0 - self.rho * self.rho).sqrt());
        let inside = |value: f64, low: f64, high: f64| low * 1.001 < value && value * 1.001 < high;
        inside(level, 2f64.powi(-32), 64.0)
            && inside(self.s, limit / 4096.0, 16.0 * limit)
            && inside(self.b, 0.0, (8.0 * limit).min(1024.0 * self.s).min(2.0 / (1.0 + self.rho.abs())))
            && inside(self.m.abs(), -1.0, 2.0 * limit)
            && inside(bottom, level / 64.0, f64::INFINITY)
            && self.rho.abs() < 1.0
    }
}

/// What must be said of a slice with these two numbers; nothing where either is within its tolerance.
pub fn verdict(least: f64, ends: f64, grain: f64) -> Option<Result<(), MarginError>> {
    let missed = |number: f64| number < -DENSITY - grain;
    match (least >= grain, ends >= grain) {
        (true, true) => Some(Ok(())),
        (true, false) if missed(ends) => Some(Err(MarginError::WingTooSteep)),
        (false, _) if missed(least) => Some(Err(MarginError::ButterflyArbitrage)),
        _ => None,
    }
}

/// A slice of parameters in 2^-48, at a time in seconds.
pub fn of_bits(bits: [i64; 5], seconds: i64) -> Svi {
    let [a, b, rho, m, s] = bits.map(SviNumber::from_bits);
    Svi { a, b, rho, m, s, forward: Price(100_000 * STEPS), years: Years::of_seconds(seconds) }
}

/// The least difference of two slices' variances over the checked moneynesses, as a share of level and slopes.
pub fn gap(earlier: &Shape, later: &Shape) -> f64 {
    let (near, far) = (earlier.limit(), later.limit());
    let bottom = later.m - later.rho * later.s / (1.0 - later.rho * later.rho).sqrt();
    let halves = (-2..=2).map(|part| f64::from(part) * near / 2.0);
    let quarters = (-4..=4).map(|part| f64::from(part) * far / 4.0);
    let places = halves.chain(quarters).chain([later.m, bottom]);
    let least = places.map(|k| later.priced(k) - earlier.priced(k)).fold(f64::INFINITY, f64::min);
    least / (earlier.level().max(later.level()) + near.max(far) * (earlier.b + later.b))
}
