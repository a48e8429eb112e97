//! What the liquidation program will show: its accounts.

mod auction;
mod errors;
mod fund;
mod solvency;

pub use auction::Auction;
pub use errors::LiquidationError;
pub use fund::Fund;
pub use solvency::{SolvencyEpoch, SolvencyReport};

use crate::ids;
use anchor_lang::prelude::{Owner, Pubkey};

// As in the account program's module: the macro would name this crate's own id as owner.
macro_rules! owned_by_liquidation_program {
    ($($layout:ty),*) => {$(
        impl Owner for $layout {
            fn owner() -> Pubkey {
                ids::LIQUIDATION
            }
        }
    )*};
}

owned_by_liquidation_program!(Auction, Fund, SolvencyEpoch, SolvencyReport);
