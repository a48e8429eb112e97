//! The program's events, which are the interface's.

pub use ballast_interface::risk::{
    Assessed, CommitteeChanged, MarketRiskChanged, ModelChanged, MultiplierAttested, SurfacePosted,
};

#[cfg(feature = "idl-build")]
mod listed_in_the_idl {
    use anchor_lang::prelude::*;
    ballast_interface::declare_risk_events!();
}
