//! A market without options: its profit follows the price in a straight line.

use super::Least;
use crate::grains::{product, short_product, Grains};
use crate::rungs::Rung;
use crate::sheet::Multipliers;
use crate::units::Fraction;

/// Fills in the rungs; they gain on one side of the price as it is, and lose on the other.
///
/// `linear` is at most [`super::MOST_LINEAR`], and a multiplier at most 8.
#[inline(never)]
#[allow(clippy::arithmetic_side_effects)]
pub(super) fn fill(rungs: &[Rung], slots: &mut [i64], multipliers: &Multipliers, linear: Grains) -> Least {
    let (mut worst, mut row) = (0i64, 0u8);
    let rungs = rungs.get(..slots.len()).unwrap_or(&[]);
    for (place, rung) in rungs.iter().enumerate() {
        let mut pl = short_product(linear.0, multipliers[place] - Fraction::ONE.0);
        if rung.weight != Fraction::ONE.0 {
            pl = product(pl, rung.weight);
        }
        slots[place] = pl;
        if pl < worst {
            (worst, row) = (pl, rung.row);
        }
    }
    // No product with a multiplier above one is below zero if the factor is not, and no loss rounds to zero.
    if linear > Grains::ZERO {
        Least { up: 0, down: worst, row }
    } else {
        Least { up: worst, down: 0, row }
    }
}
