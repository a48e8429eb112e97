//! Room for a quote.

use crate::desk::Desk;
use crate::sheet::Sheet;
use core::mem::MaybeUninit;

/// Room to quote in: a [`Desk`], and a sheet more for what may be closed; below 32 KB together.
#[derive(Clone, Debug)]
pub struct QuoteDesk {
    pub(crate) desk: Desk,
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
        // SAFETY: a sheet is made of integers and of arrays and structs of them, and a desk is valid when
        // every byte is zero, as its own constructor says.
        unsafe {
            core::ptr::write_bytes(room.as_mut_ptr(), 0, 1);
            room.assume_init_mut()
        }
    }

    /// The desk to assess with; a quote leaves nothing of use in it.
    pub fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
}

impl Default for QuoteDesk {
    fn default() -> Self {
        Self::new()
    }
}

/// A program's heap has 32 KB, of which some belongs to the accounts.
const _: () = assert!(core::mem::size_of::<QuoteDesk>() <= 28 << 10);
