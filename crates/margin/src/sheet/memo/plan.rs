//! Which columns of a date are priced, and which are the same as others.

use super::super::clock::Clock;
use super::super::columns::{of_share, Column, Columns};
use super::super::options::twin_of;
use super::super::order::VOLS;
use super::super::strikes::{Strike, LEAST_DEVIATION};
use super::super::MARK;
use super::date::Moves;
use crate::book::Expiry;
use crate::error::Result;
use crate::model::Vol;
use crate::units::Fraction;

/// One column that is priced.
#[derive(Clone, Copy, Default)]
pub(super) struct Priced {
    /// Its price multiplier, in 2^-40.
    pub multiplier: i64,
    /// The multiplier's logarithm, in 2^-30.
    pub log: i64,
    /// Its place among all.
    pub place: u8,
    /// Place of its volatility in [`VOLS`].
    pub vol: u8,
}

/// Price multipliers in 2^-40, in two parts: what is above 2^20, and what is below.
pub(super) struct Factors {
    pub whole: [i64; MARK + 1],
    pub rest: [i64; MARK + 1],
}

/// The columns of a date's options, grouped by volatility.
pub(super) struct Plan {
    pub clock: Clock,
    pub factors: Factors,
    priced: [Priced; MARK + 1],
    count: usize,
    /// Pairs of places: the second's value is the first's as well.
    copies: [(u8, u8); MARK + 1],
    copy_count: usize,
}

impl Plan {
    /// The columns that the sweep of an assessment goes through, in its order.
    pub fn new(expiry: &Expiry, varying: Fraction, moves: &Moves) -> Result<Self> {
        let mut columns: Columns = [Column::STILL; MARK + 1];
        of_share(&mut columns, moves.whole, varying);
        let mut plan = Self {
            clock: Clock::new(moves.model, expiry)?,
            factors: Factors { whole: [0; MARK + 1], rest: [0; MARK + 1] },
            priced: [Priced::default(); MARK + 1],
            count: 0,
            copies: [(0, 0); MARK + 1],
            copy_count: 0,
        };
        for (vol, (of, places)) in VOLS.into_iter().zip(moves.order.groups()).enumerate() {
            for place in places {
                let moved = columns.get(*place as usize).copied().unwrap_or(Column::STILL);
                if of == Vol::Flat && moved.log == 0 && *place as usize != MARK {
                    plan.copy(*place, MARK as u8);
                } else if let Some(row) = twin_of((*place).into(), moved.multiplier, &columns, places) {
                    plan.copy(*place, row as u8);
                } else if let Some(slot) = plan.priced.get_mut(plan.count) {
                    let Column { multiplier, log } = moved;
                    *slot = Priced { multiplier, log, place: *place, vol: vol as u8 };
                    plan.count = plan.count.saturating_add(1);
                }
            }
        }
        let Factors { whole, rest } = &mut plan.factors;
        for ((column, whole), rest) in plan.priced.iter().zip(whole).zip(rest) {
            (*whole, *rest) = (column.multiplier >> 20, column.multiplier & 0xf_ffff);
        }
        Ok(plan)
    }

    fn copy(&mut self, to: u8, from: u8) {
        if let Some(slot) = self.copies.get_mut(self.copy_count) {
            (*slot, self.copy_count) = ((to, from), self.copy_count.saturating_add(1));
        }
    }

    /// The columns that are priced.
    pub fn priced(&self) -> &[Priced] {
        self.priced.get(..self.count).unwrap_or(&[])
    }

    /// The columns that are not, with those whose values they have.
    pub fn copies(&self) -> &[(u8, u8)] {
        self.copies.get(..self.copy_count).unwrap_or(&[])
    }

    /// Puts a strike under one of [`VOLS`], by its place; says whether too little volatility is left to be priced
    /// exactly, and whether there is any.
    pub fn lay(&self, strike: &mut Strike, vol: u8) -> (bool, bool) {
        let (clock, own) = (&self.clock, strike.deviation);
        let deviation = match VOLS.get(vol as usize) {
            _ if !clock.live => 0,
            Some(Vol::Up) => clock.up(own),
            Some(Vol::Down) => clock.down(own),
            Some(Vol::Linear) => clock.linear(own, strike.log),
            Some(Vol::Absolute) => clock.absolute(own, strike.log),
            Some(Vol::Flat) | None => own,
        };
        if deviation >= LEAST_DEVIATION {
            strike.lay(deviation);
            return (false, false);
        }
        strike.leave_out();
        (true, deviation > 0)
    }
}
