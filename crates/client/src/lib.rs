//! What programs and people off chain use to work with Ballast: it reads and decodes accounts, finds every account that
//! an instruction needs, builds and signs transactions, sends them until they are confirmed or dead, and says in a
//! sentence why one was refused.
//!
//! It must not decide anything: whom to liquidate or what to trade is the caller's affair, and what a book needs the
//! engine's.

#![warn(missing_docs)]

mod chain;
mod error;
mod event;
mod exchange;
mod instructions;
mod layout;
mod needs;
mod refusal;
mod send;
mod stream;
mod tables;
pub mod tokens;

pub use chain::{Chain, Held};
pub use error::{Error, Result};
pub use event::Event;
pub use exchange::Exchange;
pub use instructions::{signatures, Build};
pub use layout::{decode, Layout, Record};
pub use needs::Needs;
pub use refusal::{sentence, Refusal};
pub use send::{SendOptions, Sender, Sent, Simulated};
pub use stream::{Stream, Update};
pub use tables::Tables;

pub use solana_account::Account;
pub use solana_commitment_config::CommitmentConfig;
pub use solana_instruction::Instruction;
pub use solana_keypair::Keypair;
pub use solana_signature::Signature;
pub use solana_signer::Signer;
