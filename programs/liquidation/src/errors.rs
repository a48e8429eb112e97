//! The program's errors, which are the interface's.

pub use ballast_interface::liquidation::LiquidationError;

#[cfg(feature = "idl-build")]
mod listed_in_the_idl {
    use anchor_lang::prelude::*;
    ballast_interface::declare_liquidation_errors!();
}
