//! Methods that read accounts.

use super::{in_context, parse, tokens, Answer, Params, RpcError};
use crate::{
    chain::Chain,
    encode::{AccountFormat, Encoding, Slice},
    filter::{Filters, RawFilter},
};
use anchor_lang::prelude::Pubkey;
use serde::Deserialize;
use serde_json::{json, Value};
use solana_account::Account;

/// Accounts that one call may ask for.
const MOST_ACCOUNTS: usize = 100;

/// How accounts are wanted.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AccountConfig {
    encoding: Option<Encoding>,
    data_slice: Option<Slice>,
}

impl AccountConfig {
    pub fn format(&self) -> AccountFormat {
        let encoding = self.encoding.unwrap_or(Encoding::Binary);
        AccountFormat { encoding, slice: self.data_slice }
    }
}

/// Which accounts of a program are wanted, and how.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ProgramConfig {
    encoding: Option<Encoding>,
    data_slice: Option<Slice>,
    filters: Option<Vec<RawFilter>>,
    with_context: Option<bool>,
}

impl ProgramConfig {
    pub fn split(self) -> Result<(AccountFormat, Filters), RpcError> {
        let format = AccountConfig { encoding: self.encoding, data_slice: self.data_slice }.format();
        Ok((format, Filters::new(self.filters.unwrap_or_default())?))
    }
}

/// An account, parsed where that is wanted and known how.
fn shown(chain: &Chain, format: AccountFormat, account: &Account) -> Answer {
    let mut value = format.account(account)?;
    if let Some(parsed) = tokens::parsed(chain, account).filter(|_| format.encoding == Encoding::JsonParsed) {
        value["data"] = parsed;
    }
    Ok(value)
}

/// The same with its address.
pub(super) fn keyed(chain: &Chain, format: AccountFormat, address: &Pubkey, account: &Account) -> Answer {
    Ok(json!({ "pubkey": address.to_string(), "account": shown(chain, format, account)? }))
}

pub(super) fn one(chain: &Chain, params: &Params) -> Answer {
    let format = params.config::<AccountConfig>(1)?.format();
    let account = chain.account(&params.address(0)?);
    let account = account.map(|account| shown(chain, format, &account)).transpose()?;
    Ok(in_context(chain.blocks.slot, json!(account)))
}

pub(super) fn multiple(chain: &Chain, params: &Params) -> Answer {
    let addresses: Vec<String> = params.required(0, "pubkeys")?;
    if addresses.len() > MOST_ACCOUNTS {
        return Err(RpcError::params(format!("Too many inputs provided; max {MOST_ACCOUNTS}")));
    }
    let format = params.config::<AccountConfig>(1)?.format();
    let read = |address: &String| {
        let account = chain.account(&parse::<Pubkey>(address, "pubkey")?);
        account.map(|account| shown(chain, format, &account)).transpose()
    };
    let accounts = addresses.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(in_context(chain.blocks.slot, json!(accounts)))
}

pub(super) fn of_program(chain: &Chain, params: &Params) -> Answer {
    let program = params.address(0)?;
    let config: ProgramConfig = params.config(1)?;
    let with_context = config.with_context == Some(true);
    let (format, filters) = config.split()?;
    let accounts = chain.svm.get_program_accounts(&program);
    let passed = accounts.iter().filter(|(_, account)| filters.pass(account));
    let shown: Value =
        passed.map(|(address, account)| keyed(chain, format, address, account)).collect::<Result<_, _>>()?;
    Ok(if with_context { in_context(chain.blocks.slot, shown) } else { shown })
}

pub(super) fn balance(chain: &Chain, params: &Params) -> Answer {
    let account = chain.account(&params.address(0)?);
    Ok(in_context(chain.blocks.slot, json!(account.map_or(0, |account| account.lamports))))
}

pub(super) fn rent(chain: &Chain, params: &Params) -> Answer {
    Ok(json!(chain.svm.minimum_balance_for_rent_exemption(params.required(0, "data length")?)))
}
