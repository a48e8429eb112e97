//! From a part of some legs to quantities.

use super::terms::Part;
use crate::book::Leg;
use crate::error::{MarginError, Result};
use crate::units::Contracts;
use crate::wide::mul_div_up;

/// The quantity to close of a position: its part, rounded away from zero to whole lots, and never more than
/// the position, of which an odd rest goes with the last lot. A lot of zero counts as one step.
pub fn quantity(position: Contracts, closed: Part, lot: Contracts) -> Contracts {
    let size = position.0.unsigned_abs();
    let lot = lot.0.unsigned_abs().max(1);
    // Below 2^63 times 2^20, by 2^20 lots: the division is exact in 128 bits, and the result no larger than
    // the lots that cover the position.
    let lots = (lot as u128).wrapping_shl(Part::BITS);
    let lots = mul_div_up(size as u128, closed.bits() as u128, lots).unwrap_or(0);
    let closed = lots.saturating_mul(lot as u128).min(size as u128);
    let closed = i64::try_from(closed).unwrap_or(i64::MAX);
    Contracts(if position.0 < 0 { closed.saturating_neg() } else { closed })
}

/// Writes what to close of every leg, nothing for those that were not chosen; `lot` says in which lots a leg
/// is traded.
pub fn quantities(
    legs: &[Leg],
    chosen: u64,
    closed: Part,
    lot: impl Fn(&Leg) -> Contracts,
    out: &mut [Contracts],
) -> Result<()> {
    if out.len() != legs.len() {
        return Err(MarginError::TooMany);
    }
    for (place, (slot, leg)) in out.iter_mut().zip(legs).enumerate() {
        let wanted = chosen & 1u64.checked_shl(place as u32).unwrap_or(0) != 0;
        *slot = if wanted { quantity(leg.quantity, closed, lot(leg)) } else { Contracts(0) };
    }
    Ok(())
}
