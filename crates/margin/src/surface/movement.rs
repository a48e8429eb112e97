//! How high a surface is, and how far it moved since the last one.

use super::calendar::Curve;
use super::slice::{Slice, Unit};
use crate::error::{MarginError, Result};
use crate::units::Fraction;

/// Refuses a slice whose volatility lies outside bounds at a checked moneyness: the forward, and the ends and halves
/// of the clamp.
#[allow(clippy::arithmetic_side_effects)] // Line by line.
pub(super) fn level(slice: &Slice, least: Fraction, most: Fraction) -> Result<()> {
    let unit = Unit::of(slice.limit);
    let curve = Curve::new(slice, unit);
    // Variances in 2^-32 of the unit's square, which is 2^-(16 + 2 e) with 2 e + 22 places: from -22 to 16.
    let places = 38 - unit.square_places();
    // The square of a bound in 2^-40, below 2^48, by years in 2^-60, below 2^64: in 2^-64.
    let bound = |sigma: Fraction| {
        let sigma = sigma.0.clamp(0, 16 << 40) as u128;
        (((sigma * sigma) >> 40) * slice.years.0 as u128) >> 36
    };
    let (least, most) = (bound(least), bound(most));
    let within = |k: i64| {
        // Below 2^43, by 38 places at most; what is below zero is far too low.
        let variance = (curve.variance(k).max(0) as u128) << places;
        (least..=most).contains(&variance)
    };
    if curve.places().into_iter().all(within) {
        Ok(())
    } else {
        Err(MarginError::SurfaceLevel)
    }
}

/// Refuses a slice whose volatility is more than so much above or below an older one's at a checked moneyness: the
/// forward, and the ends and halves of the older one's clamp. The older one's time may be another.
#[allow(clippy::arithmetic_side_effects)] // Line by line.
pub(super) fn moved(older: &Slice, newer: &Slice, most: Fraction) -> Result<()> {
    let unit = Unit::of(older.limit.max(newer.limit));
    let (old, new) = (Curve::new(older, unit), Curve::new(newer, unit));
    // The square of the factor in 2^-16, below 2^25, rounded down.
    let factor = Fraction::ONE.0 as u128 + most.0.clamp(0, 16 << 40) as u128;
    let square = (factor * factor) >> 64;
    // Years in 2^-48, below 2^52, by variances below 2^44: products below 2^121.
    let (before, now) = ((older.years.0 >> 12) as u128, (newer.years.0 >> 12) as u128);
    let near = |k: i64| {
        let variance = |curve: &Curve| curve.variance(k).max(0) as u128;
        // By each other's time, so that both are yearly.
        let (old, new) = (variance(&old) * now, variance(&new) * before);
        new << 16 <= old * square && old << 16 <= new * square
    };
    if old.places().into_iter().all(near) {
        Ok(())
    } else {
        Err(MarginError::SurfaceJump)
    }
}
