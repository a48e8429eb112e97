//! Why the liquidation program says no.

use anchor_lang::prelude::*;

/// Declares `LiquidationError` where it is invoked, as the other programs' errors are declared.
#[macro_export]
macro_rules! declare_liquidation_errors {
    () => {
        /// Every refusal of the liquidation program, as a sentence for the person who asked.
        #[error_code]
        #[derive(PartialEq, Eq)]
        pub enum LiquidationError {
            /// An account was written by another version of the program.
            #[msg("This account was written by another version of Ballast and cannot be used by this one.")]
            VersionUnknown,
        }
    };
}

declare_liquidation_errors!();
