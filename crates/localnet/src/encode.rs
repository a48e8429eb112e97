//! Accounts and transactions as JSON.

use crate::{chain::is_writable, ledger::Record, rpc::RpcError};
use anchor_lang::prelude::Pubkey;
use base64::{prelude::BASE64_STANDARD, Engine};
use litesvm::types::TransactionMetadata;
use serde::Deserialize;
use serde_json::{json, Value};
use solana_account::Account;
use solana_message::{
    compiled_instruction::CompiledInstruction, inner_instruction::InnerInstruction, v0::LoadedAddresses,
    VersionedMessage,
};
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;

/// Bytes that a validator is willing to write in base58.
const BASE58_BYTES: usize = 128;

/// How bytes are written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Encoding {
    /// Base58 without saying so, the oldest and the default for accounts.
    Binary,
    Base58,
    Base64,
    #[serde(rename = "base64+zstd")]
    Base64Zstd,
    Json,
    JsonParsed,
}

/// A part of an account's data.
#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Slice {
    offset: usize,
    length: usize,
}

/// How accounts are written.
#[derive(Clone, Copy)]
pub(crate) struct AccountFormat {
    pub encoding: Encoding,
    pub slice: Option<Slice>,
}

impl AccountFormat {
    /// An account; its data may be too long for base58.
    pub fn account(&self, account: &Account) -> Result<Value, RpcError> {
        let data = match self.slice {
            None => &account.data[..],
            Some(Slice { offset, length }) => {
                let from = offset.min(account.data.len());
                &account.data[from..from.saturating_add(length).min(account.data.len())]
            }
        };
        let data = match self.encoding {
            Encoding::Binary | Encoding::Base58 if data.len() > BASE58_BYTES => {
                return Err(RpcError::new(
                    -32600,
                    "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.",
                ));
            }
            Encoding::Binary => json!(bs58::encode(data).into_string()),
            Encoding::Base58 => json!([bs58::encode(data).into_string(), "base58"]),
            Encoding::Base64 | Encoding::Base64Zstd | Encoding::Json | Encoding::JsonParsed => {
                base64_pair(data)
            }
        };
        Ok(json!({
            "lamports": account.lamports,
            "data": data,
            "owner": account.owner.to_string(),
            "executable": account.executable,
            "rentEpoch": account.rent_epoch,
            "space": account.data.len(),
        }))
    }

    /// An account, with a note in place of data that is too long, for those who cannot be refused any more.
    pub fn account_or_note(&self, account: &Account) -> Value {
        self.account(account).unwrap_or_else(|_| {
            let short = Account { data: vec![], ..account.clone() };
            let mut shown = self.account(&short).unwrap_or_default();
            shown["data"] = json!("error: data too large for bs58 encoding");
            shown["space"] = json!(account.data.len());
            shown
        })
    }
}

/// A transaction with what it did. Without `version`, none is told.
pub(crate) fn transaction(record: &Record, encoding: Encoding, version: bool) -> Value {
    let mut encoded = json!({
        "slot": record.slot,
        "blockTime": record.time,
        "transaction": body(record, encoding),
        "meta": meta(record, encoding),
    });
    if version {
        encoded["version"] = match record.transaction.message {
            VersionedMessage::Legacy(_) => json!("legacy"),
            _ => json!(0),
        };
    }
    encoded
}

fn body(record: &Record, encoding: Encoding) -> Value {
    let transaction = &record.transaction;
    let bytes = || bincode::serialize(transaction).expect("it came over the wire, or could have");
    match encoding {
        Encoding::Binary => json!(bs58::encode(bytes()).into_string()),
        Encoding::Base58 => json!([bs58::encode(bytes()).into_string(), "base58"]),
        Encoding::Base64 | Encoding::Base64Zstd => base64_pair(&bytes()),
        Encoding::Json | Encoding::JsonParsed => json!({
            "signatures": transaction.signatures.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "message": message(transaction, record, encoding),
        }),
    }
}

fn message(transaction: &VersionedTransaction, record: &Record, encoding: Encoding) -> Value {
    let message = &transaction.message;
    let header = message.header();
    let keys = message.static_account_keys();
    let mut encoded = json!({ "recentBlockhash": message.recent_blockhash().to_string() });
    let shown = message.instructions().iter();
    if encoding == Encoding::JsonParsed {
        let key = |(place, key): (usize, &Pubkey)| {
            json!({
                "pubkey": key.to_string(),
                "signer": message.is_signer(place),
                "writable": is_writable(message, place),
                "source": if place < keys.len() { "transaction" } else { "lookupTable" },
            })
        };
        encoded["accountKeys"] = record.keys.iter().enumerate().map(key).collect();
        encoded["instructions"] = shown.map(|step| partly_decoded(step, 1, &record.keys)).collect();
    } else {
        encoded["header"] = json!({
            "numRequiredSignatures": header.num_required_signatures,
            "numReadonlySignedAccounts": header.num_readonly_signed_accounts,
            "numReadonlyUnsignedAccounts": header.num_readonly_unsigned_accounts,
        });
        encoded["accountKeys"] = addresses(keys);
        encoded["instructions"] = shown.map(|step| compiled(step, 1)).collect();
    }
    if let Some(lookups) = message.address_table_lookups() {
        let lookup = |lookup: &solana_message::v0::MessageAddressTableLookup| {
            json!({
                "accountKey": lookup.account_key.to_string(),
                "writableIndexes": lookup.writable_indexes,
                "readonlyIndexes": lookup.readonly_indexes,
            })
        };
        encoded["addressTableLookups"] = lookups.iter().map(lookup).collect();
    }
    encoded
}

fn meta(record: &Record, encoding: Encoding) -> Value {
    let inner = match encoding {
        Encoding::JsonParsed => {
            inner(&record.meta, |call, height| partly_decoded(call, height, &record.keys))
        }
        _ => inner(&record.meta, compiled),
    };
    let mut encoded = json!({
        "err": record.error,
        "status": result(&record.error),
        "fee": record.meta.fee,
        "preBalances": record.balances[0],
        "postBalances": record.balances[1],
        "innerInstructions": inner,
        "logMessages": record.meta.logs,
        "preTokenBalances": [],
        "postTokenBalances": [],
        "rewards": [],
        "computeUnitsConsumed": record.meta.compute_units_consumed,
    });
    // Keys of tables are among the keys already where those are parsed.
    if encoding != Encoding::JsonParsed {
        encoded["loadedAddresses"] = loaded_addresses(&record.loaded);
    }
    if let Some(data) = return_data(&record.meta) {
        encoded["returnData"] = data;
    }
    encoded
}

/// Inner instructions of a simulation, as a validator shows those that it cannot parse.
pub(crate) fn inner_of_simulation(meta: &TransactionMetadata, keys: &[Pubkey]) -> Value {
    inner(meta, |call, height| partly_decoded(call, height, keys))
}

fn inner(meta: &TransactionMetadata, show: impl Fn(&CompiledInstruction, u8) -> Value) -> Value {
    let calls = meta.inner_instructions.iter().enumerate().filter(|(_, calls)| !calls.is_empty());
    let show_call = |call: &InnerInstruction| show(&call.instruction, call.stack_height);
    calls
        .map(|(index, calls)| {
            let calls: Vec<_> = calls.iter().map(show_call).collect();
            json!({ "index": index, "instructions": calls })
        })
        .collect()
}

fn compiled(instruction: &CompiledInstruction, height: u8) -> Value {
    json!({
        "programIdIndex": instruction.program_id_index,
        "accounts": instruction.accounts,
        "data": bs58::encode(&instruction.data).into_string(),
        "stackHeight": height,
    })
}

fn partly_decoded(instruction: &CompiledInstruction, height: u8, keys: &[Pubkey]) -> Value {
    let key = |place: &u8| keys.get(usize::from(*place)).map(ToString::to_string);
    json!({
        "programId": key(&instruction.program_id_index),
        "accounts": instruction.accounts.iter().map(key).collect::<Vec<_>>(),
        "data": bs58::encode(&instruction.data).into_string(),
        "stackHeight": height,
    })
}

/// What the last program returned, if anything.
pub(crate) fn return_data(meta: &TransactionMetadata) -> Option<Value> {
    let returned = &meta.return_data;
    (!returned.data.is_empty())
        .then(|| json!({ "programId": returned.program_id.to_string(), "data": base64_pair(&returned.data) }))
}

/// Addresses that lookup tables brought.
pub(crate) fn loaded_addresses(loaded: &LoadedAddresses) -> Value {
    json!({ "writable": addresses(&loaded.writable), "readonly": addresses(&loaded.readonly) })
}

/// How a transaction stands.
pub(crate) fn status(slot: u64, error: &Option<TransactionError>) -> Value {
    json!({
        "slot": slot,
        "confirmations": null,
        "status": result(error),
        "err": error,
        "confirmationStatus": "finalized",
    })
}

fn result(error: &Option<TransactionError>) -> Value {
    match error {
        Some(error) => json!({ "Err": error }),
        None => json!({ "Ok": null }),
    }
}

fn addresses(keys: &[Pubkey]) -> Value {
    keys.iter().map(|key| json!(key.to_string())).collect()
}

fn base64_pair(bytes: &[u8]) -> Value {
    json!([BASE64_STANDARD.encode(bytes), "base64"])
}
