//! Whether volatility surfaces could be the prices of options: no butterfly and no calendar below zero.
//!
//! It is for whoever accepts surfaces, before an account is margined with them; `assess` does not ask again.
//! Every function takes any bits: what it cannot judge it refuses. `docs/margin.md` has the formulas, the
//! checked strikes, the tolerances and what all this costs.

mod butterfly;
mod calendar;
mod movement;
mod slice;

use crate::book::Svi;
use crate::error::{MarginError, Result};
use crate::units::Fraction;
pub use butterfly::STRIKES_A_SIDE;
use slice::Slice;
pub use slice::{
    LEAST_BOTTOM, LEAST_LEVEL, LEAST_ROUNDNESS, MOST_CURVATURE, MOST_LEVEL, MOST_OFFSET, MOST_ROUNDNESS,
    MOST_SLOPE, STEEPEST_WING,
};

/// Refuses a slice whose parameters mean nothing, whose wings are too steep, or whose density is negative at a
/// checked strike.
///
/// The density has the sign of g = (1 - k w' / 2w)^2 - n + w'' / 2, n = w'^2 / 4 (1/w + 1/4). A slice with g at zero
/// or above at every checked strike passes, one with g below -2^-15 (1 + n) at one does not. The strikes are
/// k = m +- s sinh(i h), i from 1 to [`STRIKES_A_SIDE`]; the last is as far from m as the further end of the clamp.
pub fn check_slice(svi: &Svi) -> Result<()> {
    butterfly::check(&Slice::new(svi)?)
}

/// Refuses two slices of which the later has less total variance than the earlier at a checked moneyness, both
/// as they are priced: clamped. Each is taken at its own time, so both must be of one moment.
///
/// A later slice that is nowhere below passes; one that is below by more than 2^-19 (the larger level + the wider
/// clamp x the sum of both b) does not. Moneyness counts from each slice's own forward. Wings beyond the clamp are
/// not compared: they are not priced.
pub fn check_calendar(earlier: &Svi, later: &Svi) -> Result<()> {
    neighbours(&Slice::new(earlier)?, &Slice::new(later)?)
}

/// Refuses a market's surface: slices in the order of time, each checked alone and against the one before.
pub fn check_surface<'a>(slices: impl IntoIterator<Item = &'a Svi>) -> Result<()> {
    let mut before = None;
    for svi in slices {
        let slice = Slice::new(svi)?;
        butterfly::check(&slice)?;
        if let Some(earlier) = &before {
            neighbours(earlier, &slice)?;
        }
        before = Some(slice);
    }
    Ok(())
}

/// Refuses a slice whose volatility is below or above bounds, both ends of which are allowed, at the forward, at the
/// ends of its clamp or half-way to them.
pub fn check_level(svi: &Svi, least: Fraction, most: Fraction) -> Result<()> {
    movement::level(&Slice::new(svi)?, least, most)
}

/// Refuses a slice whose volatility is more than the factor 1 + `most` above or below an older one's, at the
/// forward, at the ends of the older one's clamp or half-way to them. Moneyness counts from each slice's own
/// forward, and variance by each slice's own time.
pub fn check_move(older: &Svi, newer: &Svi, most: Fraction) -> Result<()> {
    movement::moved(&Slice::new(older)?, &Slice::new(newer)?, most)
}

fn neighbours(earlier: &Slice, later: &Slice) -> Result<()> {
    if earlier.years >= later.years {
        return Err(MarginError::BadSurface);
    }
    calendar::check(earlier, later)
}
