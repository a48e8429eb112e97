//! One expiry's options in every column.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::clock::Clock;
use super::columns::{Column, Columns};
use super::order::{Order, VOLS};
use super::strikes::{Strike, LEAST_DEVIATION};
use super::sweep::{exercised, live, Cell};
use super::{Date, COLUMNS};
use crate::book::MAX_LEGS;
use crate::grains::{Grains, Scale};
use crate::kernel::scale;
use crate::model::Vol;
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

    /// Prices the strikes in every column that the model has.
    #[inline(never)]
    pub fn price(
        &mut self,
        date: &mut Date,
        values: &mut [i64; COLUMNS],
        clock: &Clock,
        columns: &Columns,
        order: &Order,
    ) {
        for (vol, places) in VOLS.into_iter().zip(order.groups()) {
            if vol != Vol::Flat && places.is_empty() {
                continue;
            }
            self.lay(clock, vol);
            if vol == Vol::Flat {
                date.mark = Grains(self.value(clock, &Column::STILL));
            }
            for place in places {
                let place = *place as usize;
                if let (Some(value), Some(column)) = (values.get_mut(place), columns.get(place)) {
                    let still = vol == Vol::Flat && column.log == 0;
                    *value = if still { date.mark.0 } else { self.value(clock, column) };
                }
            }
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
        let (mut halves, mut dead) = ((0, 0), 0);
        for (place, (cell, strike)) in self.cells.iter_mut().zip(&self.strikes).take(self.count).enumerate() {
            let deviation = deviation(strike);
            if deviation < LEAST_DEVIATION {
                if deviation > 0 {
                    self.neglected += strike.at_forward.abs() << Scale::SPARE;
                }
                dead |= 1 << place;
                *cell = Cell::default();
                continue;
            }
            halves.0 += strike.at_forward;
            halves.1 += strike.at_strike;
            // Even, so that its half is exact.
            *cell = strike.cell(deviation & !1);
        }
        self.dead = dead;
        self.halves = (halves.0 << (Scale::SPARE - 1), halves.1 << (Scale::SPARE - 1));
    }

    /// The value at one price: below 2^52 grains, times a multiplier of at most 8.
    fn value(&self, clock: &Clock, column: &Column) -> i64 {
        let cells = self.cells.get(..self.count).unwrap_or(&[]);
        let mut sums = live(cells, self.halves, column.log);
        if self.dead != 0 {
            let exercised = exercised(&self.strikes, self.dead, column.log);
            (sums.forward, sums.strike) = (sums.forward + exercised.forward, sums.strike + exercised.strike);
        }
        let value = scale(sums.forward - self.puts.0, column.multiplier) - (sums.strike - self.puts.1);
        if clock.discount == Fraction::ONE {
            value
        } else {
            scale(value, clock.discount.0)
        }
    }
}
