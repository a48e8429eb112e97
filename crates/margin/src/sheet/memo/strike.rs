//! One strike of a date, priced in every column for a weight of one.

#![allow(clippy::arithmetic_side_effects)] // As in the kernel, whose own steps these are.

use super::super::greeks::distance;
use super::super::strikes::{Strike, LEAST_DEVIATION};
use super::plan::Plan;
use crate::error::Result;
use crate::kernel::{excess, normal_and_density};
use crate::units::Price;
use alloc::vec::Vec;

/// Probabilities less a half under the underlying's own measure, and of exercise.
pub(super) type Probabilities = [i64; 2];

/// What is known of a strike beside its probabilities.
pub(super) struct KnownStrike {
    /// ln(F/K) in 2^-48.
    pub log: i64,
    /// sigma sqrt(T) in 2^-36, the least at least.
    pub deviation: i64,
    /// The distribution at d1, and its density there.
    pub normal: (i64, i64),
    /// Bits of the volatilities, by their places, of which too little is left to be priced exactly ...
    pub dead: u8,
    /// ... and of those among them of which something is left.
    pub neglected: u8,
}

impl KnownStrike {
    /// Prices a strike; its probabilities go behind those of others, in the order of the plan.
    pub fn new(plan: &Plan, strike: Price, probabilities: &mut Vec<Probabilities>) -> Result<Self> {
        let mut strike = Strike::new(&plan.clock, strike)?;
        let deviation = strike.deviation.max(LEAST_DEVIATION);
        let mut known = Self {
            log: strike.log,
            deviation,
            normal: normal_and_density(distance(strike.log, deviation) + (deviation >> 1)),
            dead: 0,
            neglected: 0,
        };
        let mut laid = None;
        for column in plan.priced() {
            if laid != Some(column.vol) {
                laid = Some(column.vol);
                let (dead, some) = plan.lay(&mut strike, column.vol);
                known.dead |= u8::from(dead) << column.vol;
                known.neglected |= u8::from(some) << column.vol;
            }
            let distance = ((strike.near + column.log) * strike.inverse) >> strike.places;
            probabilities.push([odd(distance + strike.half), odd(distance - strike.half)]);
        }
        Ok(known)
    }
}

/// The part of the distribution that is odd in its argument.
fn odd(at: i64) -> i64 {
    let size = excess(at.unsigned_abs());
    if at < 0 {
        -size
    } else {
        size
    }
}

/// A weight times a probability less a half, in 2^-20 of a weight. The hot loop rounds the size of the probability's part
/// towards minus infinity, and so what is taken away towards plus infinity.
#[inline(always)]
pub(super) fn part(weight: i64, probability: i64) -> i64 {
    let up = (probability >> 63) & 0xf_ffff;
    ((weight as i128 * probability as i128 + up as i128) >> 20) as i64
}
