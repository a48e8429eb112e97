//! A small Solana node in process: LiteSVM behind JSON-RPC and a websocket, with a Ballast world in it.
//!
//! It is for end-to-end tests of programs that talk to a cluster, with faults injected, and for developers who
//! want a cluster at hand. Official clients, web3.js, Kit and wallets can use it.
//!
//! It must not know what the programs mean: it moves accounts and transactions, and only [`world`] builds something
//! of Ballast's.
//!
//! What differs from a real validator:
//!
//! * A transaction is executed when it is sent, in the slot that is current, and is final at once: all commitments
//!   see the same state, the root is the current slot, and there are no forks, votes, leaders or stakes.
//! * `SlotHashes` has the current slot too, so that a lookup table can be made of whatever `getSlot` answers.
//! * One transaction runs at a time. There are no limits on a block, and no rate limits.
//! * Durable nonces are not accepted in place of a blockhash.
//! * Base fee and priority fee are charged, and go nowhere. `getRecentPrioritizationFees` is always zero.
//! * `base64+zstd` accounts are answered in `base64`, and so are `jsonParsed` ones, as a validator does with what it cannot
//!   parse, but for mints and token accounts without extensions that are asked for (not subscribed to).
//! * `jsonParsed` transactions have no instruction parsed. Balances of tokens are not part of a transaction's meta.
//! * Rents, fees and features are those of LiteSVM's mainnet set. Epochs only count slots.
//! * Transactions with a bad lookup table are refused, and those without preflight are dropped in silence when they
//!   would not get into a block, as on a validator; but a dropped one is never tried again.
//! * A subscriber who falls far behind is disconnected, rather than losing notifications without knowing it.
//! * History is of the last [`HISTORY`] transactions. There are no blocks to read: `getBlock` is not known.

mod blocks;
mod chain;
mod encode;
mod events;
mod faults;
mod filter;
mod handle;
mod host;
mod http;
mod ledger;
mod node;
mod rpc;
mod subscription;
mod websocket;
pub mod world;

pub use faults::Faults;
pub use handle::NodeHandle;
pub use host::only_here;
pub use ledger::HISTORY;
pub use node::{Node, NodeClock, NodeOptions};
