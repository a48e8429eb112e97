//! One strike of a date, priced in every column for a weight of one.

#![allow(clippy::arithmetic_side_effects)] // As in the kernel, whose own steps these are.

use super::super::greeks::distance;
use super::super::strikes::{Strike, LEAST_DEVIATION};
use super::super::MARK;
use super::plan::Plan;
use crate::error::Result;
use crate::kernel::{excess, normal_and_density};
use crate::units::Price;
use alloc::vec::Vec;

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
    /// Prices a strike. Its probabilities less a half go behind those of others, in the order of the plan: first all of
    /// them under the underlying's own measure, then those of exercise.
    pub fn new(plan: &Plan, strike: Price, probabilities: &mut Vec<i64>) -> Result<Self> {
        let mut strike = Strike::new(&plan.clock, strike)?;
        let deviation = strike.deviation.max(LEAST_DEVIATION);
        let mut known = Self {
            log: strike.log,
            deviation,
            normal: normal_and_density(distance(strike.log, deviation) + (deviation >> 1)),
            dead: 0,
            neglected: 0,
        };
        let (mut laid, mut exercise) = (None, [0; MARK + 1]);
        for (column, slot) in plan.priced().iter().zip(&mut exercise) {
            if laid != Some(column.vol) {
                laid = Some(column.vol);
                let (dead, some) = plan.lay(&mut strike, column.vol);
                known.dead |= u8::from(dead) << column.vol;
                known.neglected |= u8::from(some) << column.vol;
            }
            let distance = ((strike.near + column.log) * strike.inverse) >> strike.places;
            probabilities.push(odd(distance + strike.half));
            *slot = odd(distance - strike.half);
        }
        probabilities.extend(exercise.iter().take(plan.priced().len()));
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
