//! What one subscriber wants to hear, and how it is said.

use crate::{
    encode::AccountFormat,
    events::Event,
    filter::Filters,
    ledger::Record,
    rpc::{in_context, parse, AccountConfig, Params, ProgramConfig, RpcError},
};
use anchor_lang::prelude::Pubkey;
use serde::Deserialize;
use serde_json::{json, Value};
use solana_signature::Signature;

/// A subscription of some kind.
pub(crate) enum Subscription {
    Account(Pubkey, AccountFormat),
    Program(Pubkey, AccountFormat, Filters),
    /// Logs of all transactions, or of those that name an address.
    Logs(Option<Pubkey>),
    Signature(Signature),
    Slot,
    Root,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum LogsOf {
    All,
    AllWithVotes,
    Mentions(Vec<String>),
}

impl Subscription {
    /// What a method with parameters asks for; nothing when the method is none of these.
    pub fn new(method: &str, params: &Params) -> Option<Result<Self, RpcError>> {
        Some(match method {
            "accountSubscribe" => account(params),
            "programSubscribe" => program(params),
            "logsSubscribe" => logs(params),
            "signatureSubscribe" => params.parsed(0, "signature").map(Self::Signature),
            "slotSubscribe" => Ok(Self::Slot),
            "rootSubscribe" => Ok(Self::Root),
            _ => return None,
        })
    }

    /// Name of the method that its notifications call.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Account(..) => "accountNotification",
            Self::Program(..) => "programNotification",
            Self::Logs(_) => "logsNotification",
            Self::Signature(_) => "signatureNotification",
            Self::Slot => "slotNotification",
            Self::Root => "rootNotification",
        }
    }

    /// Whether it ends with its first notification.
    pub fn is_once(&self) -> bool {
        matches!(self, Self::Signature(_))
    }

    /// What an event means to it.
    pub fn notifications(&self, event: &Event) -> Vec<Value> {
        match (self, event) {
            (Self::Slot, Event::Slot { slot, parent }) => {
                vec![json!({ "slot": slot, "parent": parent, "root": slot })]
            }
            (Self::Root, Event::Slot { slot, .. }) => vec![json!(slot)],
            (Self::Account(address, format), Event::Written { slot, accounts, .. }) => accounts
                .iter()
                .filter(|(written, _)| written == address)
                .map(|(_, account)| in_context(*slot, format.account_or_note(account)))
                .collect(),
            // An account that was closed belongs to the system program: its old owner's subscribers hear nothing, as
            // on a validator.
            (Self::Program(owner, format, filters), Event::Written { slot, accounts, .. }) => accounts
                .iter()
                .filter(|(_, account)| account.owner == *owner && filters.pass(account))
                .map(|(address, account)| {
                    let account = format.account_or_note(account);
                    in_context(*slot, json!({ "pubkey": address.to_string(), "account": account }))
                })
                .collect(),
            (Self::Logs(of), Event::Written { slot, by: Some(record), .. })
                if of.is_none_or(|address| record.keys.contains(&address)) =>
            {
                let value = json!({
                    "signature": record.meta.signature.to_string(),
                    "err": record.error,
                    "logs": record.meta.logs,
                });
                vec![in_context(*slot, value)]
            }
            (Self::Signature(signature), Event::Written { by: Some(record), .. })
                if record.meta.signature == *signature =>
            {
                vec![executed(record)]
            }
            _ => vec![],
        }
    }
}

/// That a transaction was executed.
pub(crate) fn executed(record: &Record) -> Value {
    in_context(record.slot, json!({ "err": record.error }))
}

fn account(params: &Params) -> Result<Subscription, RpcError> {
    Ok(Subscription::Account(params.address(0)?, params.config::<AccountConfig>(1)?.format()))
}

fn program(params: &Params) -> Result<Subscription, RpcError> {
    let (format, filters) = params.config::<ProgramConfig>(1)?.split()?;
    Ok(Subscription::Program(params.address(0)?, format, filters))
}

fn logs(params: &Params) -> Result<Subscription, RpcError> {
    match params.required(0, "filter")? {
        LogsOf::All | LogsOf::AllWithVotes => Ok(Subscription::Logs(None)),
        LogsOf::Mentions(addresses) => match &addresses[..] {
            [address] => Ok(Subscription::Logs(Some(parse(address, "pubkey")?))),
            _ => Err(RpcError::params("Invalid Request: Only 1 address supported")),
        },
    }
}
