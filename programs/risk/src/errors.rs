//! The program's errors, which are the interface's.

pub use ballast_interface::risk::RiskError;

#[cfg(feature = "idl-build")]
mod listed_in_the_idl {
    use anchor_lang::prelude::*;
    use ballast_interface::declare_risk_errors;
    declare_risk_errors!();
}
