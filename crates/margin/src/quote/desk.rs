//! Room for a quote.

use crate::charges::Held;
use crate::sheet::{Scratch, Sheet};
use core::mem::MaybeUninit;

/// Room to quote in: what [`crate::Desk`] has to price in, and a sheet more for what may be closed; below 24 KB together.
/// What weighing needs beside, a quote puts on its own stack.
#[derive(Clone, Debug)]
pub struct QuoteDesk {
    pub(crate) scratch: Scratch,
    pub(crate) sheet: Sheet,
    pub(crate) held: Held,
    pub(crate) set: Sheet,
}

impl QuoteDesk {
    /// An empty desk by value, for where there is stack enough.
    pub fn new() -> Self {
        Self::in_place(&mut MaybeUninit::uninit()).clone()
    }

    /// An empty desk in memory of the caller's choice: a program has no stack for one.
    #[allow(unsafe_code)]
    pub fn in_place(room: &mut MaybeUninit<Self>) -> &mut Self {
        // SAFETY: made of integers and of arrays and structs of them, all of which are valid when every byte is zero;
        // the rungs are those of a desk, whose own constructor says why theirs are.
        unsafe {
            core::ptr::write_bytes(room.as_mut_ptr(), 0, 1);
            room.assume_init_mut()
        }
    }
}

impl Default for QuoteDesk {
    fn default() -> Self {
        Self::new()
    }
}

/// A program's heap has 32 KB, of which some belongs to the accounts.
const _: () = assert!(core::mem::size_of::<QuoteDesk>() <= 24 << 10);
