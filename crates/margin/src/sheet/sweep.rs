//! The hot loop: every strike of one expiry under one volatility, at one price.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::strikes::Strike;
use crate::kernel::{excess, scale};

/// One strike under one volatility.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    /// ln(F/K) in 2^-30; at most 2^35 with a row's logarithm added.
    pub log: i64,
    /// One by the deviation: y `inverse` >> `places` is y by the deviation, in 2^-36. Below 2^28.
    pub inverse: i64,
    /// See `inverse`.
    pub places: u32,
    /// Half the deviation, sigma sqrt(T) / 2, in 2^-36.
    pub half: i64,
    /// Quantity at the forward.
    pub forward: i64,
    /// Quantity at the strike.
    pub strike: i64,
}

/// Sums of weights times probabilities: calls are worth `forward` times the multiplier less `strike`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Weight at the forward times the probability under the underlying's own measure, in grains.
    pub forward: i64,
    /// Weight at the strike times the probability of exercise, in grains.
    pub strike: i64,
}

/// A weight times a probability less a half, in 2^-20 of a weight: split, because the product has 82 bits.
/// Weights sum to at most 2^42 and the high part is at most 2^19, so that sums over a book stay below 2^62.
#[inline(always)]
fn part(weight: i64, probability: i64) -> i64 {
    weight * (probability >> 20) + ((weight * (probability & 0xf_ffff)) >> 20)
}

/// Sums over the strikes of a live expiry, the forward moved by a factor of logarithm `log` (2^-30);
/// `halves` are half the sums of the weights, in grains.
#[inline(always)]
pub(super) fn live(cells: &[Cell], halves: (i64, i64), log: i64) -> Sums {
    let (mut forward, mut strike) = (0, 0);
    for cell in cells {
        let distance = ((cell.log + log) * cell.inverse) >> cell.places;
        // Two paths, because a sign carried along costs more than a jump.
        let above = distance + cell.half;
        if above >= 0 {
            forward += part(cell.forward, excess(above as u64));
        } else {
            forward -= part(cell.forward, excess(-above as u64));
        }
        let below = distance - cell.half;
        if below >= 0 {
            strike += part(cell.strike, excess(below as u64));
        } else {
            strike -= part(cell.strike, excess(-below as u64));
        }
    }
    // Weights are 2^10 grains.
    Sums { forward: halves.0 + (forward >> 10), strike: halves.1 + (strike >> 10) }
}

/// Sums over the strikes with a bit in `dead`, without time or volatility: what is in the money is exercised.
#[inline(never)]
pub(super) fn exercised(strikes: &[Strike], dead: u64, multiplier: i64) -> Sums {
    let (mut forward, mut strike) = (0, 0);
    for (place, dated) in strikes.iter().enumerate() {
        let is_dead = (dead >> place) & 1 == 1;
        // Weights are in proportion to the forward and the strike, whatever their sign.
        if is_dead && scale(dated.at_forward.abs(), multiplier) > dated.at_strike.abs() {
            forward += dated.at_forward;
            strike += dated.at_strike;
        }
    }
    // Weights sum to at most 2^42.
    Sums { forward: forward << 10, strike: strike << 10 }
}
