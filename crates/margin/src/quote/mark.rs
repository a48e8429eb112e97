//! What one contract of a leg changes hands at.

use crate::black::call;
use crate::book::{Kind, Leg, Snapshot};
use crate::error::{MarginError, Result};
use crate::kernel::{exp, ln, shift};
use crate::sheet::{expiry, market, FURTHEST};
use crate::smile::Smile;
use crate::units::{Price, Quote};

/// The mark of a leg's instrument: for perps the market's, for futures the forward, for options what the surface says,
/// discounted.
///
/// An assessment counts options by the same formula, and takes its own errors off; see `docs/margin.md`.
#[inline(never)]
pub fn mark(snapshot: &Snapshot, leg: &Leg) -> Result<Price> {
    let market = market(snapshot, leg.market)?;
    if leg.kind == Kind::Perp {
        return Ok(market.perp);
    }
    let expiry = expiry(market, leg)?;
    if leg.kind == Kind::Future {
        return Ok(expiry.forward);
    }
    let (forward, log_forward, log_strike) = (expiry.forward, ln(expiry.forward.0), ln(leg.strike.0));
    let log = log_forward.saturating_sub(log_strike);
    if log.unsigned_abs() > FURTHEST {
        return Err(MarginError::StrikeOutOfRange);
    }
    let deviation =
        if expiry.seconds > 0 { Smile::new(expiry, log_forward)?.deviation(log_strike) } else { 0 };
    let call = call(forward, leg.strike, log, deviation);
    let carry = (forward.0 as i128).saturating_sub(leg.strike.0 as i128);
    let Quote(value) = Quote(if leg.kind == Kind::Call { call } else { call.saturating_sub(carry) });
    let years = crate::book::Years::of_seconds(expiry.seconds).fraction_up();
    let discount =
        if expiry.rate.0 > 0 { exp(shift(expiry.rate.0, years.0, 32).saturating_neg()) } else { 1 << 40 };
    // No more than the forward or the strike: of 64 bits, by 40.
    let value = value.max(0).saturating_mul(discount as i128) >> 40;
    u64::try_from(value).map(Price).map_err(|_| MarginError::TooLarge)
}
