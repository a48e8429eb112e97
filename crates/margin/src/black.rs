//! One European option by Black-76, undiscounted, for one contract: the kernel of the rows, and logarithms in
//! full.

use crate::book::Years;
use crate::error::{MarginError, Result};
use crate::kernel::{density, ln, normal, shift};
use crate::sheet::{distance, FURTHEST, LEAST_DEVIATION};
use crate::smile::MOST;
use crate::units::{Fraction, Price, Quote};

/// Value and sensitivities of a call and a put of one contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Black {
    /// Value of the call, between its intrinsic value and the forward.
    pub call: Quote,
    /// Value of the put: the call less the forward plus the strike, exactly.
    pub put: Quote,
    /// Change of the call's value by that of the forward; the put's is one less.
    pub delta: Fraction,
    /// Gamma times the forward: the change of delta for a move of the forward by its own size.
    pub gamma: Fraction,
    /// Change of value for a whole unit of volatility.
    pub vega: Quote,
    /// Change of value in a year, the forward standing still.
    pub theta: Quote,
}

/// Prices a call and a put. Without time or volatility they are worth what they would be exercised for.
///
/// Values are within 2^-35 of the forward, 2^-38 of the strike and one step; see `docs/margin.md`.
pub fn price(forward: Price, strike: Price, sigma: Fraction, seconds: i64) -> Result<Black> {
    if forward.0 == 0 || strike.0 == 0 {
        return Err(MarginError::MissingPrice);
    }
    let log = ln(forward.0).saturating_sub(ln(strike.0));
    if log.unsigned_abs() > FURTHEST {
        return Err(MarginError::StrikeOutOfRange);
    }
    let years = Years::of_seconds(seconds);
    let root = years.root();
    let deviation = shift(root as i64, sigma.0.max(0), 56).min(MOST as i64);
    let least = forward.0.saturating_sub(strike.0) as i128;
    let carry = (forward.0 as i128).saturating_sub(strike.0 as i128);
    if deviation == 0 {
        let delta = if forward > strike { Fraction::ONE } else { Fraction::ZERO };
        let put = Quote(least.saturating_sub(carry));
        return Ok(Black { call: Quote(least), put, delta, ..Black::default() });
    }
    let counted = deviation.max(LEAST_DEVIATION);
    let above = distance(log, counted).saturating_add(counted >> 1);
    let (delta, exercise) = (normal(above), normal(above.saturating_sub(counted)));
    let call = value(forward, strike, delta, exercise);
    let bell = density(above);
    // The forward comes last: 2^64 times 2^42, and times 2^60.
    let vega = (forward.0 as i128).saturating_mul(shift(bell, (root >> 12) as i64, 40) as i128) >> 40;
    // F phi sigma / (2 sqrt T) = F phi s / (2 T).
    let decay = (forward.0 as i128).saturating_mul(shift(bell, counted >> 1, 20) as i128) >> 20;
    let theta = crate::wide::mul_div_up(decay.unsigned_abs(), 1 << 24, years.0.max(1) as u128)?;
    Ok(Black {
        call: Quote(call),
        put: Quote(call.saturating_sub(carry)),
        delta: Fraction(delta),
        gamma: Fraction(crate::wide::clamp(((bell as i128) << 36).checked_div(counted as i128).unwrap_or(0))),
        vega: Quote(vega),
        theta: Quote(i128::try_from(theta).map_err(|_| MarginError::TooLarge)?.saturating_neg()),
    })
}

/// Value of a call by two probabilities, in 2^-40: between what it would be exercised for and the forward.
fn value(forward: Price, strike: Price, delta: i64, exercise: i64) -> i128 {
    // Each product is below 2^64 times 2^40.
    let bought = (forward.0 as i128).saturating_mul(delta as i128);
    let paid = (strike.0 as i128).saturating_mul(exercise as i128);
    let least = forward.0.saturating_sub(strike.0) as i128;
    (bought.saturating_sub(paid) >> 40).clamp(least, forward.0 as i128)
}

/// Value of a call by ln(F/K) in 2^-48 and the deviation in 2^-36.
pub(crate) fn call(forward: Price, strike: Price, log: i64, deviation: i64) -> i128 {
    if deviation == 0 {
        return forward.0.saturating_sub(strike.0) as i128;
    }
    let deviation = deviation.max(LEAST_DEVIATION);
    let above = distance(log, deviation).saturating_add(deviation >> 1);
    value(forward, strike, normal(above), normal(above.saturating_sub(deviation)))
}
