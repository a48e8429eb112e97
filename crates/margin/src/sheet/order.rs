//! In which order columns are priced: by volatility, so that strikes are laid out once for each.

use super::{BASIS_DOWN, BASIS_UP, MARK, SLOW};
use crate::model::{Model, Vol};
use crate::units::Fraction;

/// Every volatility, in the order in which columns are priced; the mark comes with the first.
pub(super) const VOLS: [Vol; 5] = [Vol::Flat, Vol::Up, Vol::Down, Vol::Linear, Vol::Absolute];

/// Places of the columns that a model uses, grouped by volatility.
#[derive(Clone, Debug)]
pub(super) struct Order {
    places: [u8; MARK + 1],
    ends: [u8; VOLS.len()],
}

impl Order {
    /// The order of a model.
    #[cfg(feature = "memo")]
    pub fn of(model: &Model) -> Self {
        let mut order = Self { places: [0; MARK + 1], ends: [0; VOLS.len()] };
        order.arrange(model);
        order
    }

    /// Forgets the order of another model.
    pub fn clear(&mut self) {
        self.ends = [0; VOLS.len()];
    }

    /// Puts a model's columns in order, once: the mark, its rows, the forward contingency if it has one, the slow
    /// price.
    #[inline(always)]
    pub fn arrange(&mut self, model: &Model) {
        // The mark is always there.
        if self.ends[0] == 0 {
            self.arrange_anew(model);
        }
    }

    #[inline(never)]
    fn arrange_anew(&mut self, model: &Model) {
        let basis = model.basis.add != Fraction::ZERO || model.basis.per_year != Fraction::ZERO;
        let mut end = self.push(0, MARK);
        for (group, vol) in VOLS.into_iter().enumerate() {
            for (place, row) in model.rows.iter().enumerate() {
                if row.vol == vol {
                    end = self.push(end, place);
                }
            }
            if vol == Vol::Flat {
                for (place, wanted) in [(BASIS_UP, basis), (BASIS_DOWN, basis), (SLOW, true)] {
                    if wanted {
                        end = self.push(end, place);
                    }
                }
            }
            if let Some(slot) = self.ends.get_mut(group) {
                *slot = end;
            }
        }
    }

    /// Puts a column at the end; returns the new end.
    fn push(&mut self, end: u8, place: usize) -> u8 {
        if let Some(slot) = self.places.get_mut(end as usize) {
            *slot = place as u8;
        }
        end.saturating_add(1)
    }

    /// The groups, in the order of [`VOLS`].
    pub fn groups(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0usize;
        self.ends.iter().map(move |end| {
            let group = self.places.get(start..*end as usize).unwrap_or(&[]);
            start = *end as usize;
            group
        })
    }
}
