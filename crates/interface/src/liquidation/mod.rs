//! What the liquidation program shows: its accounts, arguments, instructions, errors and events.

mod arguments;
mod auction;
mod errors;
mod events;
mod fund;
pub mod instructions;
mod rules;
mod solvency;

pub use arguments::{DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs};
pub use auction::{Auction, Bought, Hop};
pub use errors::LiquidationError;
pub use events::{
    CollateralSwapped, InsuranceEarned, Liquidated, LossBorne, RescueBegan, RescueEnded, RescueRulesChanged,
    StakeChanged,
};
pub use fund::{Cover, Fund, Stake, EXIT_SECONDS, LEAST_SHARES, MAX_COVERS, NOBODYS_SHARES};
pub use rules::RescueRules;
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

owned_by_liquidation_program!(Auction, Fund, Stake, SolvencyEpoch, SolvencyReport);
