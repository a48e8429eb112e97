//! Moving a share of one sheet into another of the same book.

#![allow(clippy::arithmetic_side_effects)] // A share of a number is no larger than the number, so of one sign.

use super::{Date, Line, Sheet};
use crate::grains::Grains;
use crate::quote::Part;
use crate::units::Quote;

/// A share of money towards minus infinity: the high part's product is no larger than the amount.
const fn money_down(amount: i128, part: Part) -> i128 {
    let part = part.bits() as i128;
    (amount >> Part::BITS) * part + (((amount & (Part::ONE.bits() as i128 - 1)) * part) >> Part::BITS)
}

/// What replaces one share of a sheet by another. Every change is the difference of two numbers that depend
/// on one share alone: going there and back again leaves no trace.
#[derive(Clone, Copy)]
struct Move {
    from: Part,
    to: Part,
}

impl Move {
    /// For what is valued: the share rounded down.
    fn value(self, slot: &mut Grains, part: Grains) {
        slot.0 = slot.0.wrapping_add(self.number(part.0));
    }

    /// For what a requirement or an error grows with: the share rounded up.
    fn size(self, slot: &mut Grains, part: Grains) {
        slot.0 = slot.0.wrapping_sub(self.number(part.0.wrapping_neg()));
    }

    /// For errors of what was rounded down here, too: one more than the share rounded up.
    fn error(self, slot: &mut Grains, part: Grains) {
        self.size(slot, part);
        slot.0 = slot.0.wrapping_add(self.once());
    }

    /// How a number's share changes, each share rounded down. It is split below 2^20, where a share's own bits
    /// end: the high part's product is no larger than the number, and the low part's is below 2^40. Columns that
    /// no model asks for hold anything, and wrap unread.
    #[inline(always)]
    fn number(self, part: i64) -> i64 {
        let (from, to) = (self.from.bits() as i64, self.to.bits() as i64);
        let (high, low) = (part >> Part::BITS, part & (Part::ONE.bits() as i64 - 1));
        let low = ((low * to) >> Part::BITS) - ((low * from) >> Part::BITS);
        high.wrapping_mul(to - from).wrapping_add(low)
    }

    /// One as soon as there is any share.
    fn once(self) -> i64 {
        i64::from(self.to != Part::NONE) - i64::from(self.from != Part::NONE)
    }
}

impl Sheet {
    /// Makes room for another sheet's values in dates where this one has no options.
    pub fn open(&mut self) {
        for (date, values) in self.dates.iter().zip(&mut self.values).take(self.date_count) {
            if date.options == 0 {
                values.fill(0);
            }
        }
    }

    /// Replaces the share `from` of a sheet of the same book by the share `to`: values are rounded down, what
    /// requirements and errors grow with up.
    #[inline(never)]
    pub fn shift(&mut self, part: &Sheet, from: Part, to: Part) {
        let moved = Move { from, to };
        for (line, other) in self.lines.iter_mut().zip(&part.lines) {
            if other.perps_size > Grains::ZERO {
                shift_line(line, other, moved);
            }
        }
        let dates = self.dates.iter_mut().zip(&mut self.values).take(self.date_count);
        for ((date, values), (other, others)) in dates.zip(part.dates.iter().zip(&part.values)) {
            // Sizes are rounded up: no position is too small to be seen.
            if other.notional == Grains::ZERO {
                continue;
            }
            shift_date(date, other, moved);
            if let Some(line) = self.lines.get_mut(date.market as usize) {
                line.rounded = line.rounded.wrapping_add(moved.once());
            }
            if other.options > 0 {
                for (value, other) in values.iter_mut().zip(others) {
                    *value = value.wrapping_add(moved.number(*other));
                }
            }
        }
        for (net, other) in self.nets.iter_mut().zip(&part.nets) {
            *net = net.wrapping_add(moved.number(*other));
        }
        let unrealised = part.unrealised_share(to).0.wrapping_sub(part.unrealised_share(from).0);
        self.unrealised = Quote(self.unrealised.0.wrapping_add(unrealised));
    }

    /// Unrealised profit of a share of the sheet, rounded down.
    pub fn unrealised_share(&self, part: Part) -> Quote {
        Quote(money_down(self.unrealised.0, part))
    }

    /// What the options are worth beyond those of a share of the sheet, which count as in [`Sheet::shift`].
    pub fn premium_beyond(&self, part: Part) -> Grains {
        let dates = self.dates.iter().take(self.date_count);
        let moved = Move { from: part, to: Part::ONE };
        dates.fold(Grains::ZERO, |sum, date| sum.plus(Grains(moved.number(date.mark.0))))
    }
}

/// Moves a share of a market's perps.
fn shift_line(line: &mut Line, part: &Line, moved: Move) {
    moved.value(&mut line.perps, part.perps);
    moved.size(&mut line.perps_size, part.perps_size);
    line.contracts.0 = line.contracts.0.wrapping_add(moved.number(part.contracts.0));
    line.rounded = line.rounded.wrapping_add(moved.once());
}

/// Moves a share of an expiry's positions.
fn shift_date(date: &mut Date, part: &Date, moved: Move) {
    moved.value(&mut date.mark, part.mark);
    moved.value(&mut date.futures, part.futures);
    moved.value(&mut date.delta, part.delta);
    moved.value(&mut date.gamma, part.gamma);
    moved.value(&mut date.vega, part.vega);
    moved.value(&mut date.theta, part.theta);
    moved.value(&mut date.shocked_vega, part.shocked_vega);
    moved.value(&mut date.convexity, part.convexity);
    moved.size(&mut date.notional, part.notional);
    moved.size(&mut date.gross.0, part.gross.0);
    moved.size(&mut date.gross.1, part.gross.1);
    moved.size(&mut date.neglected, part.neglected);
    moved.error(&mut date.slack, part.slack);
    moved.error(&mut date.delta_slack, part.delta_slack);
    date.contracts.0 = date.contracts.0.wrapping_add(moved.number(part.contracts.0));
    // Each leg stands for some roundings: one more for those made here.
    let options = moved.number(part.options).wrapping_add(moved.once());
    date.options = date.options.wrapping_add(if part.options > 0 { options } else { 0 });
}
