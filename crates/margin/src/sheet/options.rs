//! One expiry's options in every column.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::clock::Clock;
use super::columns::Columns;
use super::order::{Order, VOLS};
use super::strikes::{Strike, LEAST_DEVIATION};
use super::sweep::{exercised, live, Cell};
use super::MARK;
use crate::book::MAX_LEGS;
use crate::grains::Scale;
use crate::kernel::scale;
use crate::model::{Vol, MAX_ROWS};
use crate::units::Fraction;

/// Room for one expiry's work.
#[derive(Clone, Debug)]
pub(super) struct Bench {
    pub strikes: [Strike; MAX_LEGS],
    pub count: usize,
    /// Put weights at the forward and at the strike, in grains.
    pub puts: (i64, i64),
    /// The strikes under one volatility; those without any weigh nothing here, and have a bit in `dead`.
    cells: [Cell; MAX_LEGS],
    dead: u64,
    /// Half the weights of the rest, in grains.
    halves: (i64, i64),
    /// Weights at the forward whose volatility is too little to be priced exactly, in grains.
    pub neglected: i64,
}

impl Bench {
    /// Makes room for the next expiry.
    pub fn clear(&mut self) {
        (self.count, self.puts, self.neglected) = (0, (0, 0), 0);
    }

    /// Prices the strikes in every column that the model has, the mark first.
    #[inline(never)]
    pub fn price(&mut self, values: &mut [i64; MARK + 1], clock: &Clock, columns: &Columns, order: &Order) {
        for (vol, places) in VOLS.into_iter().zip(order.groups()) {
            if !places.is_empty() {
                self.lay(clock, vol);
                self.sweep(values, clock, columns, places, vol);
            }
        }
    }

    /// Prices the strikes as laid out in some columns.
    #[inline(never)]
    fn sweep(&self, values: &mut [i64; MARK + 1], clock: &Clock, columns: &Columns, places: &[u8], vol: Vol) {
        let cells = &self.cells[..self.count.min(MAX_LEGS)];
        let puts = self.puts;
        for place in places {
            let place = (*place as usize).min(MARK);
            let column = columns[place];
            if vol == Vol::Flat && column.log == 0 && place != MARK {
                values[place] = values[MARK];
                continue;
            }
            if let Some(row) = twin_of(place, column.multiplier, columns, places) {
                values[place] = values[row];
                continue;
            }
            let mut sums = live(cells, self.halves, column.log);
            if self.dead != 0 {
                let exercised = exercised(&self.strikes, self.dead, column.multiplier);
                (sums.forward, sums.strike) =
                    (sums.forward + exercised.forward, sums.strike + exercised.strike);
            }
            // Below 2^52 grains, times a multiplier of at most 8.
            let value = scale(sums.forward - puts.0, column.multiplier) - (sums.strike - puts.1);
            values[place] = value;
        }
        if clock.discount != Fraction::ONE {
            Self::discount(values, clock.discount, places);
        }
    }

    /// Discounts some columns, once all of them are known.
    #[inline(never)]
    fn discount(values: &mut [i64; MARK + 1], discount: Fraction, places: &[u8]) {
        for place in places {
            let value = &mut values[(*place as usize).min(MARK)];
            *value = scale(*value, discount.0);
        }
    }

    /// Lays the strikes out under one volatility, in a loop of its own for each.
    fn lay(&mut self, clock: &Clock, vol: Vol) {
        match vol {
            _ if !clock.live => self.lay_with(|_| 0),
            Vol::Flat => self.lay_with(|strike| strike.deviation),
            Vol::Up => self.lay_with(|strike| clock.up(strike.deviation)),
            Vol::Down => self.lay_with(|strike| clock.down(strike.deviation)),
            Vol::Linear => self.lay_with(|strike| clock.linear(strike.deviation, strike.log)),
            Vol::Absolute => self.lay_with(|strike| clock.absolute(strike.deviation, strike.log)),
        }
    }

    /// Weights sum to at most 2^42, so that no sum of them in grains, 2^10 to a unit, leaves 2^52.
    #[inline(always)]
    fn lay_with(&mut self, deviation: impl Fn(&Strike) -> i64) {
        let (mut forward, mut at_strike, mut dead, mut bit) = (0, 0, 0, 1u64);
        let count = self.count.min(MAX_LEGS);
        for (cell, strike) in self.cells[..count].iter_mut().zip(&self.strikes[..count]) {
            let deviation = deviation(strike);
            if deviation < LEAST_DEVIATION {
                if deviation > 0 {
                    self.neglected += strike.at_forward.abs() << Scale::SPARE;
                }
                dead |= bit;
                *cell = Cell::default();
            } else {
                forward += strike.at_forward;
                at_strike += strike.at_strike;
                // Even, so that its half is exact.
                strike.lay(cell, deviation & !1);
            }
            bit <<= 1;
        }
        self.dead = dead;
        self.halves = (forward << (Scale::SPARE - 1), at_strike << (Scale::SPARE - 1));
    }
}

/// For a forward contingency's column or the slow price's, the row of the same volatility that moves as far,
/// if there is one; rows come first.
#[inline(always)]
fn twin_of(place: usize, multiplier: i64, columns: &Columns, places: &[u8]) -> Option<usize> {
    if place < MAX_ROWS || place == MARK {
        return None;
    }
    let rows = places.iter().map(|row| (*row as usize).min(MARK)).take_while(|row| *row != place);
    rows.into_iter().find(|row| columns[*row].multiplier == multiplier)
}
