//! One expiry's options in every column.

#![allow(clippy::arithmetic_side_effects)] // Part of the audited kernel; the bounds stand beside each step.

use super::clock::Clock;
use super::columns::Columns;
use super::order::{Order, VOLS};
use super::strikes::{Strike, LEAST_DEVIATION};
use super::sweep::{exercised, live};
use super::MARK;
use crate::book::MAX_LEGS;
use crate::grains::{Grains, Scale};
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
    /// Sums of the strikes' weights; see [`Bench::weigh`].
    weights: (i64, i64),
    /// Whether some strikes have no volatility at all.
    dead: bool,
    /// Half the weights of the rest less the puts', in grains.
    halves: (i64, i64),
    /// Weights at the forward whose volatility is too little to be priced exactly, in grains.
    pub neglected: i64,
}

impl Bench {
    /// Makes room for the next expiry.
    pub fn clear(&mut self) {
        (self.count, self.puts, self.neglected) = (0, (0, 0), 0);
    }

    /// Sums the weights, once all strikes are there; returns the sums of their sizes at the forward and at the
    /// strike, in grains. Weights sum to at most 2^42.
    #[inline(never)]
    pub fn weigh(&mut self) -> (Grains, Grains) {
        let (mut sums, mut sizes) = ((0, 0), (0, 0));
        for strike in &self.strikes[..self.count.min(MAX_LEGS)] {
            sums = (sums.0 + strike.at_forward, sums.1 + strike.at_strike);
            sizes = (sizes.0 + strike.at_forward.abs(), sizes.1 + strike.at_strike.abs());
        }
        self.weights = sums;
        (Grains(sizes.0 << Scale::SPARE), Grains(sizes.1 << Scale::SPARE))
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
        let strikes = &self.strikes[..self.count.min(MAX_LEGS)];
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
            let mut sums = live(strikes, self.halves, column.log);
            if self.dead {
                let exercised = exercised(strikes, column.multiplier);
                (sums.forward, sums.strike) =
                    (sums.forward + exercised.forward, sums.strike + exercised.strike);
            }
            // Below 2^52 grains, times a multiplier of at most 8.
            values[place] = scale(sums.forward, column.multiplier) - sums.strike;
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
        let (mut forward, mut at_strike) = self.weights;
        let (mut neglected, mut dead) = (0, false);
        let strikes = &mut self.strikes[..self.count.min(MAX_LEGS)];
        for strike in strikes.iter_mut() {
            let deviation = deviation(strike);
            if deviation >= LEAST_DEVIATION {
                strike.lay(deviation);
            } else {
                strike.leave_out();
                dead = true;
                forward -= strike.at_forward;
                at_strike -= strike.at_strike;
                if deviation > 0 {
                    neglected += strike.at_forward.abs() << Scale::SPARE;
                }
            }
        }
        (self.dead, self.neglected) = (dead, self.neglected + neglected);
        // Puts are calls less the forward plus the strike.
        let half = |sum: i64, puts: i64| (sum << (Scale::SPARE - 1)) - puts;
        self.halves = (half(forward, self.puts.0), half(at_strike, self.puts.1));
    }
}

/// For a forward contingency's column or the slow price's, the row of the same volatility that moves as far,
/// if there is one; rows come first.
#[inline(always)]
pub(super) fn twin_of(place: usize, multiplier: i64, columns: &Columns, places: &[u8]) -> Option<usize> {
    if place < MAX_ROWS || place == MARK {
        return None;
    }
    let rows = places.iter().map(|row| (*row as usize).min(MARK)).take_while(|row| *row != place);
    rows.into_iter().find(|row| columns[*row].multiplier == multiplier)
}
