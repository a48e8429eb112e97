//! A model's rows as one assessment goes through them: a market's ladder has a rung for each, or one for several
//! that cannot differ.

use crate::kernel::scale;
use crate::model::{Basis, Model, Row, Vol, MAX_ROWS};
use crate::units::Fraction;

/// Least multiplier of a price.
pub(crate) const LEAST: i64 = Fraction::ONE.0 >> 10;
/// Highest multiplier of a price.
pub(crate) const HIGHEST: i64 = Fraction::ONE.0 << 3;
/// Most ranges of a move, and widest range: further moves are cut at the highest multiplier anyway.
const MOST_MOVE: i64 = Fraction::ONE.0 << 5;

/// How a row moves prices.
#[repr(u8)] // So that zeros are a move by nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    /// By a multiplier.
    By(i64),
    /// By so many scan ranges, in 2^-12.
    Ranges(i64),
    /// By so many scan ranges, in 2^-40.
    Parts(i64),
    /// As the row before does.
    Same,
}

impl Move {
    /// The move of a multiplier as a model gives it.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Between -31 and 33, less one.
    fn of(multiplier: Fraction, scaled: bool) -> Self {
        if !scaled {
            return Self::By(multiplier.0.clamp(LEAST, HIGHEST));
        }
        let moved = multiplier.0.clamp(Fraction::ONE.0 - MOST_MOVE, Fraction::ONE.0 + MOST_MOVE);
        let moved = moved - Fraction::ONE.0;
        if moved & ((1 << 28) - 1) == 0 {
            Self::Ranges(moved >> 28)
        } else {
            Self::Parts(moved)
        }
    }

    /// The move of a row.
    #[inline(always)]
    fn of_row(row: &Row) -> Self {
        if is_tilted(row) {
            Self::By(Fraction::ONE.0)
        } else {
            Self::of(row.multiplier, row.scaled)
        }
    }

    /// The multiplier where a scan range is so wide and the row before has the multiplier `last`: at most two units
    /// below the exact one.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // A move has 45 bits, and so has a range.
    pub fn multiplier(self, range: Range, last: i64) -> i64 {
        let moved = match self {
            Self::By(multiplier) => return multiplier,
            Self::Same => return last,
            // What `scale` gives for a number whose low part is zero: 2^17 by 2^45.
            Self::Ranges(moved) => (moved * range.0) >> 12,
            Self::Parts(moved) => scale(moved, range.0),
        };
        (Fraction::ONE.0 + moved).clamp(LEAST, HIGHEST)
    }
}

/// A market's scan range, between nothing and the widest.
#[derive(Clone, Copy)]
pub(crate) struct Range(i64);

impl Range {
    /// The nearest range.
    pub fn of(range: Fraction) -> Self {
        Self(range.0.clamp(0, MOST_MOVE))
    }
}

/// One row, or several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rung {
    /// How it moves prices.
    pub moved: Move,
    /// Place of the first row.
    pub row: u8,
    /// What its profit or loss is multiplied by.
    pub weight: i64,
    /// Sum of the rows' probabilities.
    pub mass: i64,
}

/// Whether a row is a skew, which moves no price.
fn is_tilted(row: &Row) -> bool {
    matches!(row.vol, Vol::Linear | Vol::Absolute)
}

/// Whether two rows move prices alike.
#[inline(always)]
fn are_alike(row: &Row, other: &Row) -> bool {
    row.multiplier == other.multiplier && row.scaled == other.scaled && is_tilted(row) == is_tilted(other)
}

/// Some of the rungs, by their places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    places: [u8; MAX_ROWS],
    count: usize,
}

impl Places {
    fn push(&mut self, place: usize) {
        if let Some(slot) = self.places.get_mut(self.count) {
            (*slot, self.count) = (place as u8, self.count.wrapping_add(1));
        }
    }

    /// The places in their order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.places.get(..self.count).unwrap_or(&[]).iter().map(|place| *place as usize)
    }
}

/// All rungs.
#[derive(Clone, Debug)]
pub(crate) struct Rungs {
    rungs: [Rung; MAX_ROWS],
    count: usize,
    /// How many rows they stand for.
    rows: usize,
    /// Skews: whichever way the surface tilts, the change counts as a loss.
    pub tilted: Places,
    /// Those of another weight than one.
    pub weighted: Places,
    /// The first that has a mass, and the first behind all that have.
    pub massed: (usize, usize),
    /// The forward contingency's moves up and down.
    pub basis: [Move; 2],
}

impl Rungs {
    /// Takes a model's rows in: where they are `alike`, because nothing sees a volatility, those that follow each
    /// other and differ in volatility and mass alone become one rung.
    ///
    /// They have one profit: so the worst case is as bad and its first row the same, and a mean of the worst rows
    /// has the same terms, of which some are added up before they are multiplied.
    #[inline(never)]
    pub fn climb(&mut self, model: &Model, alike: bool) {
        let Basis { up, down, scaled, .. } = model.basis;
        self.basis = [Move::of(up, scaled), Move::of(down, scaled)];
        (self.tilted.count, self.weighted.count) = (0, 0);
        let (mut rungs, mut count, mut place) = (self.rungs.iter_mut(), 0usize, 0u8);
        let mut last: Option<(&mut Rung, &Row)> = None;
        for row in model.rows {
            let mut moved = None;
            if let Some((rung, last)) = last.as_mut() {
                if are_alike(last, row) {
                    if alike && rung.weight == row.weight.0 {
                        // Masses of a sound model sum to one.
                        rung.mass = rung.mass.wrapping_add(row.mass.0);
                        place = place.wrapping_add(1);
                        continue;
                    }
                    moved = Some(Move::Same);
                }
            }
            let moved = moved.unwrap_or_else(|| Move::of_row(row));
            let Some(rung) = rungs.next() else { break };
            *rung = Rung { moved, row: place, weight: row.weight.0, mass: row.mass.0 };
            place = place.wrapping_add(1);
            if is_tilted(row) {
                self.tilted.push(count);
            }
            if row.weight != Fraction::ONE {
                self.weighted.push(count);
            }
            count = count.wrapping_add(1);
            last = Some((rung, row));
        }
        (self.count, self.rows) = (count, model.rows.len());
        self.massed = self.massed_among();
    }

    /// The first rung that has a mass, and the first behind all that have.
    fn massed_among(&self) -> (usize, usize) {
        let has = |rung: &Rung| rung.mass != 0;
        let end = self.all().iter().rposition(has).map_or(0, |last| last.wrapping_add(1));
        (self.all().iter().position(has).unwrap_or(0), end)
    }

    /// The rungs.
    #[inline(always)]
    pub fn all(&self) -> &[Rung] {
        self.rungs.get(..self.count).unwrap_or(&[])
    }

    /// The rung of a row, if the model has that.
    pub fn of_row(&self, row: usize) -> Option<usize> {
        if row >= self.rows {
            return None;
        }
        self.all().iter().rposition(|rung| rung.row as usize <= row)
    }
}
