//! JSON-RPC methods.

mod accounts;
mod cluster;
mod params;
mod tokens;
mod transactions;

use crate::{chain::Chain, handle::NodeHandle};
pub(crate) use accounts::{AccountConfig, ProgramConfig};
pub(crate) use params::{parse, Params};
use serde_json::{json, Value};

/// The release whose answers these are.
pub(crate) const VERSION: &str = "4.2.1";

/// A refusal of a request.
#[derive(Debug)]
pub(crate) struct RpcError {
    code: i64,
    message: String,
    data: Option<Value>,
}

impl RpcError {
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// Parameters that mean nothing.
    pub fn params(message: impl Into<String>) -> Self {
        Self::new(-32602, message)
    }

    pub fn method() -> Self {
        Self::new(-32601, "Method not found")
    }

    pub fn request() -> Self {
        Self::new(-32600, "Invalid request")
    }

    pub fn with(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }

    /// As it stands in an answer.
    pub fn value(self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = self.data {
            error["data"] = data;
        }
        error
    }
}

type Answer = Result<Value, RpcError>;

/// An answer that says of which slot it is.
pub(crate) fn in_context(slot: u64, value: Value) -> Value {
    json!({ "context": { "slot": slot, "apiVersion": VERSION }, "value": value })
}

/// Answers one call.
pub(crate) fn answer(node: &NodeHandle, method: &str, params: &Params) -> Answer {
    let mut chain = node.chain();
    let slot = chain.blocks.slot;
    if params.least_slot().is_some_and(|least| least > slot) {
        let late = RpcError::new(-32016, "Minimum context slot has not been reached");
        return Err(late.with(json!({ "contextSlot": slot })));
    }
    if method == "sendTransaction" {
        return transactions::send(&mut chain, params, node.faults());
    }
    if method == "requestAirdrop" {
        return transactions::airdrop(&mut chain, params);
    }
    read(&chain, method, params)
}

/// Answers what changes nothing.
fn read(chain: &Chain, method: &str, params: &Params) -> Answer {
    match method {
        "getAccountInfo" => accounts::one(chain, params),
        "getMultipleAccounts" => accounts::multiple(chain, params),
        "getProgramAccounts" => accounts::of_program(chain, params),
        "getBalance" => accounts::balance(chain, params),
        "getMinimumBalanceForRentExemption" => accounts::rent(chain, params),
        "getTokenAccountBalance" => tokens::balance(chain, params),
        "getTokenAccountsByOwner" => tokens::by_owner(chain, params),
        "getLatestBlockhash" => cluster::latest_blockhash(chain),
        "isBlockhashValid" => cluster::is_blockhash_valid(chain, params),
        "getFeeForMessage" => transactions::fee(chain, params),
        "getRecentPrioritizationFees" => cluster::priority_fees(chain),
        "getSlot" => Ok(json!(chain.blocks.slot)),
        "getBlockHeight" => Ok(json!(chain.blocks.height)),
        "getBlockTime" => cluster::block_time(chain, params),
        "getEpochInfo" => cluster::epoch_info(chain),
        "getEpochSchedule" => cluster::epoch_schedule(chain),
        "getFirstAvailableBlock" | "minimumLedgerSlot" => Ok(json!(chain.blocks.first_slot())),
        "getGenesisHash" => Ok(json!(cluster::genesis_hash())),
        "getHealth" => Ok(json!("ok")),
        "getIdentity" => Ok(json!({ "identity": cluster::identity() })),
        "getVersion" => Ok(json!({ "solana-core": VERSION, "feature-set": 0 })),
        "getSupply" => cluster::supply(chain),
        "getTransactionCount" => Ok(json!(chain.ledger.count())),
        "simulateTransaction" => transactions::simulate(chain, params),
        "getSignatureStatuses" => transactions::statuses(chain, params),
        "getSignaturesForAddress" => transactions::of_address(chain, params),
        "getTransaction" => transactions::one(chain, params),
        _ => Err(RpcError::method()),
    }
}
