//! A Ballast world in a few lines: mints, groups, traders and time, on every SVM the tests run on.
//!
//! It must not know what the programs ought to answer: expected values belong to the stories that use it.

mod actor;
mod artifact;
mod bank;
pub mod instructions;
mod lite;
mod matrix;
mod svm;
mod world;

pub use actor::actor;
pub use artifact::Arch;
pub use bank::Bank;
pub use lite::Lite;
pub use svm::{Failure, Outcome, Svm, START};
pub use world::{GroupSpec, World};

pub use solana_account::Account;
pub use solana_instruction::{AccountMeta, Instruction};
pub use solana_keypair::Keypair;
pub use solana_signer::Signer;
