//! The engine's room to work in.

use crate::assess::holds;
use crate::book::MAX_MARKETS;
use crate::charges::Held;
use crate::cross::Products;
use crate::grains::Grains;
use crate::model::MAX_ROWS;
use crate::scan::{Ladder, Scan};
use crate::sheet::{Scratch, Sheet};
use crate::units::Quote;
use core::mem::MaybeUninit;

/// Room to work in, some twenty kilobytes: a program puts it on its heap, once, for as many assessments as
/// it makes.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) scratch: Scratch,
    pub(crate) sheet: Sheet,
    pub(crate) held: Held,
    pub(crate) working: Working,
}

/// What aggregation leaves behind.
#[derive(Clone, Debug)]
pub(crate) struct Working {
    pub ladders: [Ladder; MAX_MARKETS],
    pub scans: [Scan; MAX_MARKETS],
    pub products: Products,
}

impl Working {
    /// Nothing yet.
    pub const EMPTY: Self = Self {
        ladders: [[0; MAX_ROWS]; MAX_MARKETS],
        scans: [Scan::NONE; MAX_MARKETS],
        products: Products::NONE,
    };
}

impl Desk {
    /// An empty desk by value, for where there is stack enough.
    pub fn new() -> Self {
        Self::in_place(&mut MaybeUninit::uninit()).clone()
    }

    /// An empty desk in memory of the caller's choice: a program has no stack for one.
    #[allow(unsafe_code)]
    pub fn in_place(room: &mut MaybeUninit<Self>) -> &mut Self {
        // SAFETY: a desk is made of integers, of arrays and structs of them, and of `Worst` and `Move`, whose
        // representation as `u8` makes a zero tag their first variant; all are valid when every byte is zero.
        unsafe {
            core::ptr::write_bytes(room.as_mut_ptr(), 0, 1);
            room.assume_init_mut()
        }
    }

    /// Profit or loss of a market in a row of the last assessment, weighted, rounded down.
    pub fn row(&self, market: usize, row: usize) -> Quote {
        let rung = self.scratch.rungs.of_row(row);
        let pl =
            self.part_of(&self.working.ladders, market).zip(rung).and_then(|(ladder, rung)| ladder.get(rung));
        self.sheet.scale.to_quote_down(Grains(pl.copied().unwrap_or(0)))
    }

    /// Forward contingency of a market in the last assessment, rounded up.
    pub fn basis(&self, market: usize) -> Quote {
        let loss = self.part_of(&self.working.scans, market).map_or(Grains::ZERO, |scan| scan.basis);
        self.sheet.scale.to_quote_up(loss)
    }

    /// What stands at the place of a market, if the book holds something in it; others keep what was there.
    fn part_of<'a, T>(&self, all: &'a [T], market: usize) -> Option<&'a T> {
        all.get(market).filter(|_| holds(self.sheet.markets, market))
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}
