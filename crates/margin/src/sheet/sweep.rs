//! The hot loop: every strike of one expiry under one volatility, at one price.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::strikes::Strike;
use crate::kernel::{excess, scale};

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
pub(super) fn live(strikes: &[Strike], halves: (i64, i64), log: i64) -> Sums {
    let (mut at_forward, mut at_strike) = (0, 0);
    for strike in strikes {
        let distance = ((strike.near + log) * strike.inverse) >> strike.places;
        // Two paths, because a sign carried along costs more than a jump.
        let above = distance + strike.half;
        if above >= 0 {
            at_forward += part(strike.at_forward, excess(above as u64));
        } else {
            at_forward -= part(strike.at_forward, excess(-above as u64));
        }
        let below = distance - strike.half;
        if below >= 0 {
            at_strike += part(strike.at_strike, excess(below as u64));
        } else {
            at_strike -= part(strike.at_strike, excess(-below as u64));
        }
    }
    // Weights are 2^10 grains.
    Sums { forward: halves.0 + (at_forward >> 10), strike: halves.1 + (at_strike >> 10) }
}

/// Sums over the strikes that were left out, without time or volatility: what is in the money is exercised.
#[inline(never)]
pub(super) fn exercised(strikes: &[Strike], multiplier: i64) -> Sums {
    let (mut forward, mut strike) = (0, 0);
    for dated in strikes {
        // Weights are in proportion to the forward and the strike, whatever their sign.
        if dated.is_left_out() && scale(dated.at_forward.abs(), multiplier) > dated.at_strike.abs() {
            forward += dated.at_forward;
            strike += dated.at_strike;
        }
    }
    // Weights sum to at most 2^42.
    Sums { forward: forward << 10, strike: strike << 10 }
}
