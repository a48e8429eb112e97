//! Methods that know what a token account looks like, which both token programs agree on.

use super::{accounts::AccountConfig, in_context, parse, Answer, Params, RpcError};
use crate::chain::Chain;
use anchor_lang::prelude::{pubkey, Pubkey};
use serde::Deserialize;
use serde_json::{json, Value};
use solana_account::Account;

const TOKEN_PROGRAMS: [Pubkey; 2] = [
    pubkey!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
    pubkey!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"),
];
/// Length of a token account without extensions; behind it stands what kind of account it is.
const LENGTH: usize = 165;
/// That kind, for a token account.
const KIND: u8 = 2;
/// Where a mint keeps its decimals.
const DECIMALS: usize = 44;

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
    let value = json!({
        "amount": token.amount.to_string(),
        "decimals": decimals,
        "uiAmount": token.amount as f64 / 10f64.powi(i32::from(decimals)),
        "uiAmountString": with_point(token.amount, usize::from(decimals)),
    });
    Ok(in_context(chain.blocks.slot, value))
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
    let shown: Value =
        wanted.map(|(address, account)| format.keyed(&address, &account)).collect::<Result<_, _>>()?;
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
