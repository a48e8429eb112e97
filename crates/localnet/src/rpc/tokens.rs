//! Methods that know what a token account looks like, which both token programs agree on.

use super::{
    accounts::{keyed, AccountConfig},
    in_context, parse, Answer, Params, RpcError,
};
use crate::chain::Chain;
use anchor_lang::prelude::{pubkey, Pubkey};
use serde::Deserialize;
use serde_json::{json, Value};
use solana_account::Account;

const TOKEN_PROGRAMS: [Pubkey; 2] = [
    pubkey!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
    pubkey!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"),
];
/// Names by which a validator knows them.
const PROGRAM_NAMES: [&str; 2] = ["spl-token", "spl-token-2022"];
/// Length of a token account without extensions; behind it stands what kind of account it is.
const LENGTH: usize = 165;
/// That kind, for a token account.
const KIND: u8 = 2;
/// Length of a mint without them.
const MINT_LENGTH: usize = 82;
/// Where a mint keeps its decimals.
const DECIMALS: usize = 44;
/// Where it says that it is one.
const INITIALISED: usize = 45;
/// Where a token account keeps its state.
const STATE: usize = 108;

/// A token account's first fields.
struct Token {
    mint: Pubkey,
    owner: Pubkey,
    amount: u64,
}

impl Token {
    fn of(account: &Account) -> Option<Self> {
        let data = &account.data;
        let kind = data.get(LENGTH).copied().unwrap_or(KIND);
        if !TOKEN_PROGRAMS.contains(&account.owner) || data.len() < LENGTH || kind != KIND {
            return None;
        }
        let address = |from: usize| Pubkey::try_from(&data[from..from + 32]).ok();
        let amount = u64::from_le_bytes(data[64..72].try_into().ok()?);
        Some(Self { mint: address(0)?, owner: address(32)?, amount })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Which {
    Mint(String),
    ProgramId(String),
}

pub(super) fn balance(chain: &Chain, params: &Params) -> Answer {
    let account = chain.account(&params.address(0)?);
    let account = account.ok_or_else(|| RpcError::params("Invalid param: could not find account"))?;
    let token = Token::of(&account).ok_or_else(|| RpcError::params("Invalid param: not a Token account"))?;
    let mint = chain.account(&token.mint);
    let decimals = mint.and_then(|mint| mint.data.get(DECIMALS).copied());
    let decimals = decimals.ok_or_else(|| RpcError::params("Invalid param: could not find mint"))?;
    Ok(in_context(chain.blocks.slot, amount(token.amount, decimals)))
}

fn amount(amount: u64, decimals: u8) -> Value {
    json!({
        "amount": amount.to_string(),
        "decimals": decimals,
        "uiAmount": amount as f64 / 10f64.powi(i32::from(decimals)),
        "uiAmountString": with_point(amount, usize::from(decimals)),
    })
}

/// A mint or a token account without extensions, as a validator parses it; nothing if it is neither.
pub(super) fn parsed(chain: &Chain, account: &Account) -> Option<Value> {
    let place = TOKEN_PROGRAMS.iter().position(|program| *program == account.owner)?;
    let space = account.data.len();
    let (kind, info) = match space {
        MINT_LENGTH => ("mint", mint_info(&account.data)?),
        LENGTH => ("account", account_info(chain, account)?),
        _ => return None,
    };
    Some(json!({
        "program": PROGRAM_NAMES[place], "parsed": {"info": info, "type": kind}, "space": space,
    }))
}

fn mint_info(data: &[u8]) -> Option<Value> {
    (*data.get(INITIALISED)? == 1).then_some(())?;
    Some(json!({
        "mintAuthority": optional(data, 0)?.map(|key| key.to_string()),
        "supply": number(data, 36)?.to_string(),
        "decimals": data.get(DECIMALS)?,
        "isInitialized": true,
        "freezeAuthority": optional(data, 46)?.map(|key| key.to_string()),
    }))
}

fn account_info(chain: &Chain, account: &Account) -> Option<Value> {
    let (token, data) = (Token::of(account)?, &account.data);
    let decimals = chain.account(&token.mint)?.data.get(DECIMALS).copied()?;
    let state = *["uninitialized", "initialized", "frozen"].get(usize::from(*data.get(STATE)?))?;
    let mut info = json!({
        "mint": token.mint.to_string(),
        "owner": token.owner.to_string(),
        "tokenAmount": amount(token.amount, decimals),
        "state": state,
        "isNative": data.get(109..113)? == [1, 0, 0, 0],
    });
    if let Some(delegate) = optional(data, 72)? {
        info["delegate"] = delegate.to_string().into();
        info["delegatedAmount"] = amount(number(data, 121)?, decimals);
    }
    if let Some(closer) = optional(data, 129)? {
        info["closeAuthority"] = closer.to_string().into();
    }
    Some(info)
}

/// An address behind four bytes that say whether it is there; nothing if there are no such bytes.
fn optional(data: &[u8], from: usize) -> Option<Option<Pubkey>> {
    let (there, address) = data.get(from..from + 36)?.split_at(4);
    let address = Pubkey::try_from(address).ok()?;
    Some((there == [1, 0, 0, 0]).then_some(address))
}

fn number(data: &[u8], from: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*data.get(from..)?.first_chunk()?))
}

pub(super) fn by_owner(chain: &Chain, params: &Params) -> Answer {
    let owner = params.address(0)?;
    let format = params.config::<AccountConfig>(2)?.format();
    let (programs, mint) = match params.required(1, "mint or programId")? {
        Which::Mint(mint) => (TOKEN_PROGRAMS.to_vec(), Some(parse::<Pubkey>(&mint, "mint")?)),
        Which::ProgramId(program) => (vec![parse(&program, "programId")?], None),
    };
    let accounts = programs.iter().flat_map(|program| chain.svm.get_program_accounts(program));
    let wanted = accounts.filter(|(_, account)| {
        Token::of(account)
            .is_some_and(|token| token.owner == owner && mint.is_none_or(|mint| token.mint == mint))
    });
    let shown: Value = wanted
        .map(|(address, account)| keyed(chain, format, &address, &account))
        .collect::<Result<_, _>>()?;
    Ok(in_context(chain.blocks.slot, shown))
}

/// An amount with a point in it, and no zeros behind that mean nothing.
fn with_point(amount: u64, decimals: usize) -> String {
    if decimals == 0 {
        return amount.to_string();
    }
    let digits = format!("{amount:0>width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    format!("{whole}.{part}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
