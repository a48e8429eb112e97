//! Reads a mint of either token program, without their crates: two bytes are all that is needed.

use crate::errors::AccountError;
use anchor_lang::prelude::*;
use ballast_interface::account::Group;

const TOKEN: Pubkey = pubkey!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
const TOKEN_2022: Pubkey = pubkey!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

const MINT_LENGTH: usize = 82;
const DECIMALS: usize = 44;
const IS_INITIALISED: usize = 45;

// Token-2022 pads a mint with extensions to the length of a token account and marks its type behind that;
// it never gives a mint the length of a multisig, which carries no mark.
const KIND: usize = 165;
const KIND_MINT: u8 = 1;
const MULTISIG_LENGTH: usize = 355;

/// Decimal places of an initialised mint that Ballast can count in.
pub fn decimals(mint: &AccountInfo) -> Result<u8> {
    let data = mint.try_borrow_data()?;
    let plain = data.len() == MINT_LENGTH;
    let extended = data.len() != MULTISIG_LENGTH && data.get(KIND) == Some(&KIND_MINT);
    let is_mint = (*mint.owner == TOKEN && plain) || (*mint.owner == TOKEN_2022 && (plain || extended));
    require!(is_mint && data[IS_INITIALISED] == 1, AccountError::QuoteMintInvalid);
    require!(data[DECIMALS] <= Group::MAX_QUOTE_DECIMALS, AccountError::QuoteDecimalsTooMany);
    Ok(data[DECIMALS])
}
