//! Indices by which what many own is cut in proportion.
//!
//! One that has become too small to divide by is raised by a power of two, and an era begins: what was owned in an earlier
//! one is worth less by as much. So no history of cuts, however long, makes the next one coarse.

/// How an index is raised.
pub(super) struct Falling {
    /// Least index that is not.
    pub least: u128,
    /// Binary places by which each era raises it.
    pub places: u32,
}

impl Falling {
    /// The index when so much of all is left, rounded down, and by how many eras it was raised; zero when nothing is. Of an
    /// index of 65 bits and amounts of 63.
    pub fn cut_down(&self, index: u128, left: u128, all: u128) -> (u128, u32) {
        let divide = |by: u128| (by.checked_div(all).unwrap_or(0), by.checked_rem(all).unwrap_or(0));
        let (mut index, mut rest) = divide(index.saturating_mul(left));
        let mut eras = 0u32;
        while index < self.least && (index > 0 || rest > 0) {
            // What is left of the division gives the places that are new.
            let (more, still) = divide(rest.wrapping_shl(self.places));
            index = index.wrapping_shl(self.places).saturating_add(more);
            (rest, eras) = (still, eras.saturating_add(1));
        }
        (index, eras)
    }

    /// What something is worth so many eras later, but for the index, rounded down.
    pub fn later_down(&self, worth: u128, eras: u32) -> u128 {
        worth.checked_shr(self.places.saturating_mul(eras)).unwrap_or(0)
    }

    /// The same, rounded up.
    pub fn later_up(&self, worth: u128, eras: u32) -> u128 {
        let down = self.later_down(worth, eras);
        let whole = down.checked_shl(self.places.saturating_mul(eras)).unwrap_or(0);
        down.saturating_add(u128::from(whole < worth))
    }
}
