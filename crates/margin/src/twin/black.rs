//! Black-76 and the surface.

use super::convert::{from_parameter, from_price, from_years};
use super::erfc::{density, normal};
use crate::book::Svi;
use crate::units::Price;

/// Undiscounted prices of a call and a put, and the greeks, which but for delta they share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Black {
    /// Price of the call.
    pub call: f64,
    /// Price of the put.
    pub put: f64,
    /// Change of the call's price for a forward that is one higher.
    pub delta: f64,
    /// Change of delta for a forward that is one higher.
    pub gamma: f64,
    /// Change of price for a volatility that is one higher.
    pub vega: f64,
    /// Change of price in a year, from the passing of volatile time alone.
    pub theta: f64,
}

/// Black-76; without volatility or time, what exercise would bring.
pub fn black(forward: f64, strike: f64, sigma: f64, years: f64) -> Black {
    let deviation = sigma * years.max(0.0).sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return Black {
            call: (forward - strike).max(0.0),
            put: (strike - forward).max(0.0),
            delta: if forward > strike { 1.0 } else { 0.0 },
            ..Black::default()
        };
    }
    let d1 = (forward / strike).ln() / deviation + deviation / 2.0;
    let d2 = d1 - deviation;
    let bell = forward * density(d1);
    Black {
        call: forward * normal(d1) - strike * normal(d2),
        put: strike * normal(-d2) - forward * normal(-d1),
        delta: normal(d1),
        gamma: bell / (forward * forward * deviation),
        vega: bell * years.sqrt(),
        theta: -bell * sigma / (2.0 * years.sqrt()),
    }
}

/// The volatility that a slice of the surface gives to a strike.
pub fn sigma(svi: &Svi, strike: Price) -> f64 {
    let [a, b, rho, m, s] = [svi.a, svi.b, svi.rho, svi.m, svi.s].map(from_parameter);
    let bound = 4.0 * (a + b * s).max(0.0).sqrt();
    let k = (from_price(strike) / from_price(svi.forward)).ln().clamp(-bound, bound);
    let variance = a + b * (rho * (k - m) + ((k - m) * (k - m) + s * s).sqrt());
    (variance.max(0.0) / from_years(svi.years)).sqrt()
}
