//! Methods that send, simulate and find transactions.

use super::{cluster, in_context, parse, Answer, Params, RpcError};
use crate::{
    chain::{verify, Chain, Simulated},
    encode::{self, AccountFormat, Encoding},
    faults::Faults,
    ledger::Record,
};
use anchor_lang::prelude::Pubkey;
use base64::{prelude::BASE64_STANDARD, Engine};
use litesvm::types::TransactionMetadata;
use serde::{de::DeserializeOwned, Deserialize};
use serde_json::{json, Value};
use solana_message::{v0::LoadedAddresses, VersionedMessage};
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use std::sync::Arc;

/// Bytes that a packet has room for.
const PACKET: usize = 1232;
/// Signatures whose status one call may ask for.
const MOST_STATUSES: usize = 256;
/// Transactions that one call may list.
const MOST_LISTED: usize = 1_000;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SendConfig {
    encoding: Option<Encoding>,
    skip_preflight: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SimulateConfig {
    encoding: Option<Encoding>,
    sig_verify: bool,
    replace_recent_blockhash: bool,
    inner_instructions: bool,
    accounts: Option<WantedAccounts>,
}

#[derive(Deserialize)]
struct WantedAccounts {
    encoding: Option<Encoding>,
    addresses: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ListConfig {
    limit: Option<usize>,
    before: Option<String>,
    until: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ShowConfig {
    encoding: Option<Encoding>,
    max_supported_transaction_version: Option<u8>,
}

pub(super) fn send(chain: &mut Chain, params: &Params, faults: &Faults) -> Answer {
    let config: SendConfig = params.config(1)?;
    let transaction = read(chain, params, config.encoding)?;
    let signature = json!(transaction.signatures[0].to_string());
    if faults.swallows() {
        return Ok(signature);
    }
    if !config.skip_preflight {
        signed(&transaction)?;
        let simulated = admitted(chain, transaction.clone());
        if let Some(error) = &simulated.error {
            let refused = RpcError::new(-32002, format!("Transaction simulation failed: {error}"));
            return Err(refused.with(shown(&simulated)));
        }
    }
    // Whoever asked for no preflight learns the result by the signature, as on a cluster.
    chain.execute(transaction);
    Ok(signature)
}

pub(super) fn airdrop(chain: &mut Chain, params: &Params) -> Answer {
    let given = chain.airdrop(&params.address(0)?, params.required(1, "lamports")?);
    match given.error {
        None => Ok(json!(given.meta.signature.to_string())),
        Some(error) => Err(RpcError::new(-32603, format!("The faucet failed: {error}"))),
    }
}

pub(super) fn simulate(chain: &Chain, params: &Params) -> Answer {
    let config: SimulateConfig = params.config(1)?;
    let mut transaction = read(chain, params, config.encoding)?;
    if config.sig_verify && config.replace_recent_blockhash {
        return Err(RpcError::params("sigVerify may not be used with replaceRecentBlockhash"));
    }
    if config.sig_verify {
        signed(&transaction)?;
    }
    let simulated = if config.replace_recent_blockhash {
        transaction.message.set_recent_blockhash(chain.blocks.latest);
        chain.simulate(transaction.clone())
    } else {
        admitted(chain, transaction.clone())
    };
    let mut value = shown(&simulated);
    if config.replace_recent_blockhash {
        value["replacementBlockhash"] = cluster::blockhash(chain);
    }
    if config.inner_instructions {
        let loaded = &simulated.loaded;
        let keys = [transaction.message.static_account_keys(), &loaded.writable, &loaded.readonly].concat();
        value["innerInstructions"] = encode::inner_of_simulation(&simulated.meta, &keys);
    }
    if let Some(wanted) = config.accounts {
        value["accounts"] = accounts_after(chain, &simulated, &wanted)?;
    }
    Ok(in_context(chain.blocks.slot, value))
}

/// Accounts as a simulation left them; none of a failed one's.
fn accounts_after(chain: &Chain, simulated: &Simulated, wanted: &WantedAccounts) -> Answer {
    let format = AccountFormat { encoding: wanted.encoding.unwrap_or(Encoding::Base64), slice: None };
    let read = |address: &String| {
        let address: Pubkey = parse(address, "pubkey")?;
        let changed = simulated.accounts.iter().find(|(changed, _)| *changed == address);
        let account = match changed {
            _ if simulated.error.is_some() => None,
            Some((_, account)) => Some(account.clone()).filter(|account| account.lamports > 0),
            None => chain.account(&address),
        };
        account.map(|account| format.account(&account)).transpose()
    };
    Ok(json!(wanted.addresses.iter().map(read).collect::<Result<Vec<_>, _>>()?))
}

/// Simulates what would be let into a block.
fn admitted(chain: &Chain, transaction: VersionedTransaction) -> Simulated {
    match chain.admit(&transaction) {
        Ok(()) => chain.simulate(transaction),
        Err(error) => Simulated {
            error: Some(error),
            meta: TransactionMetadata::default(),
            accounts: vec![],
            loaded: LoadedAddresses::default(),
        },
    }
}

/// A simulation as answers show it.
fn shown(simulated: &Simulated) -> Value {
    json!({
        "err": simulated.error,
        "logs": simulated.meta.logs,
        "accounts": null,
        "unitsConsumed": simulated.meta.compute_units_consumed,
        "returnData": encode::return_data(&simulated.meta),
        "innerInstructions": null,
        "replacementBlockhash": null,
        "fee": simulated.meta.fee,
        "loadedAddresses": encode::loaded_addresses(&simulated.loaded),
    })
}

pub(super) fn fee(chain: &Chain, params: &Params) -> Answer {
    let message: VersionedMessage = decode(&params.required::<String>(0, "message")?, Encoding::Base64)?;
    let fee = chain.blocks.is_recent(message.recent_blockhash()).then(|| {
        let signatures = vec![Signature::default(); usize::from(message.header().num_required_signatures)];
        // The SVM counts signatures of precompiles and the priority too.
        chain.simulate(VersionedTransaction { signatures, message }).meta.fee
    });
    Ok(in_context(chain.blocks.slot, json!(fee)))
}

pub(super) fn statuses(chain: &Chain, params: &Params) -> Answer {
    let signatures: Vec<String> = params.required(0, "signatures")?;
    if signatures.len() > MOST_STATUSES {
        return Err(RpcError::params(format!("Too many inputs provided; max {MOST_STATUSES}")));
    }
    let status = |signature: &String| {
        let record = chain.ledger.get(&parse(signature, "signature")?);
        Ok(record.map(|record| encode::status(record.slot, &record.error)))
    };
    let statuses = signatures.iter().map(status).collect::<Result<Vec<_>, RpcError>>()?;
    Ok(in_context(chain.blocks.slot, json!(statuses)))
}

pub(super) fn of_address(chain: &Chain, params: &Params) -> Answer {
    let address = params.address(0)?;
    let config: ListConfig = params.config(1)?;
    let limit = config.limit.unwrap_or(MOST_LISTED);
    if !(1..=MOST_LISTED).contains(&limit) {
        return Err(RpcError::params(format!("Invalid limit; max {MOST_LISTED}")));
    }
    let signature =
        |text: Option<String>| text.map(|text| parse::<Signature>(&text, "signature")).transpose();
    let (before, until) = (signature(config.before)?, signature(config.until)?);
    let mut records = chain.ledger.of(&address);
    if let Some(before) = before {
        records.find(|record| record.meta.signature == before);
    }
    let listed = records.take_while(|record| Some(record.meta.signature) != until).take(limit);
    let show = |record: &Arc<Record>| {
        json!({
            "signature": record.meta.signature.to_string(),
            "slot": record.slot,
            "err": record.error,
            "memo": null,
            "blockTime": record.time,
            "confirmationStatus": "finalized",
        })
    };
    Ok(listed.map(show).collect())
}

pub(super) fn one(chain: &Chain, params: &Params) -> Answer {
    let signature: Signature = params.parsed(0, "signature")?;
    let config: ShowConfig = params.config(1)?;
    let Some(record) = chain.ledger.get(&signature) else { return Ok(Value::Null) };
    let versions = config.max_supported_transaction_version;
    if versions.is_none() && !matches!(record.transaction.message, VersionedMessage::Legacy(_)) {
        return Err(RpcError::new(
            -32015,
            "Transaction version (0) is not supported by the requesting client. Please try the request again \
             with the following configuration parameter: \"maxSupportedTransactionVersion\": 0",
        ));
    }
    Ok(encode::transaction(record, config.encoding.unwrap_or(Encoding::Json), versions.is_some()))
}

/// The transaction of a call, well-formed and with lookup tables that hold.
fn read(
    chain: &Chain,
    params: &Params,
    encoding: Option<Encoding>,
) -> Result<VersionedTransaction, RpcError> {
    let text: String = params.required(0, "transaction")?;
    let transaction: VersionedTransaction = decode(&text, encoding.unwrap_or(Encoding::Base58))?;
    let sound = transaction.sanitize().map_err(|_| TransactionError::SanitizeFailure);
    let loaded = sound.and_then(|()| chain.load(&transaction.message));
    loaded.map_err(|error| RpcError::params(format!("invalid transaction: {error}")))?;
    Ok(transaction)
}

/// Reads what fits into a packet.
fn decode<T: DeserializeOwned>(text: &str, encoding: Encoding) -> Result<T, RpcError> {
    let bytes = match encoding {
        Encoding::Binary | Encoding::Base58 => {
            bs58::decode(text).into_vec().map_err(|error| format!("invalid base58 encoding: {error:?}"))
        }
        Encoding::Base64 => {
            BASE64_STANDARD.decode(text).map_err(|error| format!("invalid base64 encoding: {error:?}"))
        }
        other => Err(format!("unsupported encoding: {other:?}. Supported encodings: base58, base64")),
    };
    let bytes = bytes.map_err(RpcError::params)?;
    if bytes.len() > PACKET {
        let length = bytes.len();
        return Err(RpcError::params(format!(
            "decoded transaction too large: {length} bytes (max: {PACKET} bytes)"
        )));
    }
    bincode::deserialize(&bytes)
        .map_err(|error| RpcError::params(format!("failed to deserialize transaction: {error}")))
}

fn signed(transaction: &VersionedTransaction) -> Result<(), RpcError> {
    match verify(transaction) {
        Err(TransactionError::SignatureFailure) => {
            Err(RpcError::new(-32003, "Transaction signature verification failure"))
        }
        // Whatever else is wrong, reading the transaction has refused already.
        _ => Ok(()),
    }
}
