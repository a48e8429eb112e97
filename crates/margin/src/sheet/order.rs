//! In which order columns are priced: by volatility, so that strikes are laid out once for each.

use super::{BASIS_DOWN, BASIS_UP, COLUMNS, SLOW};
use crate::model::{Model, Vol};
use crate::units::Fraction;

/// Every volatility, in the order in which columns are priced; the mark comes with the first.
pub(super) const VOLS: [Vol; 5] = [Vol::Flat, Vol::Up, Vol::Down, Vol::Linear, Vol::Absolute];

/// Places of the columns that a model uses, grouped by volatility.
#[derive(Clone, Debug)]
pub(super) struct Order {
    places: [u8; COLUMNS],
    ends: [u8; VOLS.len()],
}

impl Order {
    /// Puts a model's columns in order: its rows, the forward contingency if it has one, the slow price.
    #[inline(never)]
    pub fn arrange(&mut self, model: &Model) {
        let basis = model.basis.add != Fraction::ZERO || model.basis.per_year != Fraction::ZERO;
        let extra = [(BASIS_UP, basis), (BASIS_DOWN, basis), (SLOW, true)];
        let mut end = 0u8;
        for (vol, group) in VOLS.into_iter().zip(&mut self.ends) {
            let rows =
                model.rows.iter().enumerate().filter(|(_, row)| row.vol == vol).map(|(place, _)| place);
            let flat =
                extra.iter().filter(|(_, wanted)| *wanted && vol == Vol::Flat).map(|(place, _)| *place);
            for place in rows.chain(flat) {
                if let Some(slot) = self.places.get_mut(end as usize) {
                    *slot = place as u8;
                    end = end.saturating_add(1);
                }
            }
            *group = end;
        }
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
