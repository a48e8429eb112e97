//! A Ballast world in a few lines: mints, groups, traders, feeds, surfaces and time, on every SVM the tests run on.
//!
//! It must not know what the programs ought to answer: expected values belong to the stories that use it.

mod actor;
mod artifact;
#[cfg(feature = "bank")]
mod bank;
mod exchange;
mod feed;
mod largest;
mod lite;
#[cfg(feature = "bank")]
mod matrix;
mod random;
mod rescue;
mod risk;
mod signing;
mod svm;
mod tokens;
#[cfg(feature = "validator")]
pub mod validator;
mod weather;
mod world;

pub use actor::actor;
pub use artifact::Arch;
#[cfg(feature = "bank")]
pub use bank::Bank;
pub use exchange::{group_rules, limit, market_terms, sign_order, sign_orders, Exchange, Trader, DOLLAR};
pub use feed::{Level, PriceUpdate};
pub use largest::{fridays, Shape, BROAD, FRIDAYS, LARGEST, PRICES};
pub use lite::Lite;
pub use random::Random;
pub use rescue::{rescue_rules, Form};
pub use risk::{dollars, feed_id, fraction, price_account, rules, slice, RiskSpec, BTC, ETH, SOL};
pub use signing::{signed, signed_by, SignatureCheck};
pub use svm::{Failure, Outcome, Svm, START};
pub use weather::{Climate, Moment, Phase, Quote, Weather, JUMP, WICK};
pub use world::{GroupSpec, World};

pub use ballast_interface::{
    account::instructions as account_program, liquidation::instructions as liquidation_program,
    risk::instructions as risk_program,
};

pub use solana_account::Account;
pub use solana_instruction::{AccountMeta, Instruction};
pub use solana_keypair::Keypair;
pub use solana_signer::Signer;
