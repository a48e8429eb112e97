//! The program's events, which are the interface's.

pub use ballast_interface::liquidation::{
    CollateralSwapped, InsuranceEarned, Liquidated, LossBorne, RescueBegan, RescueEnded, RescueRulesChanged,
    StakeChanged,
};

#[cfg(feature = "idl-build")]
mod listed_in_the_idl {
    use anchor_lang::prelude::*;
    ballast_interface::declare_liquidation_events!();
}
