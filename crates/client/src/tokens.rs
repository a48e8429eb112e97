//! Token accounts of wallets.

use crate::{Chain, Error, Result};
use anchor_lang::{
    prelude::{AccountMeta, Pubkey},
    solana_program::system_instruction,
    system_program,
};
use ballast_interface::account::instructions::TokenSide;
use solana_instruction::Instruction;

/// The program that gives every wallet an address for each token.
pub const ASSOCIATED: Pubkey = Pubkey::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
/// The token program.
pub const PROGRAM: Pubkey = spl_token_interface::ID;
/// Of its instructions, the one that creates an account unless it is there.
const CREATE_IDEMPOTENT: u8 = 1;
/// Where a token account holds its amount.
const AMOUNT_AT: usize = 64;
/// Bytes of a mint.
const MINT_LENGTH: u64 = 82;
/// Where a mint holds its decimals.
const DECIMALS_AT: usize = 44;

/// Where a wallet keeps a token.
pub fn purse(owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> TokenSide {
    let seeds = [owner.as_ref(), token_program.as_ref(), mint.as_ref()];
    let account = Pubkey::find_program_address(&seeds, &ASSOCIATED).0;
    TokenSide { account, mint: *mint, token_program: *token_program }
}

/// Opens a wallet's token account unless it is there.
pub fn open_purse(payer: &Pubkey, owner: &Pubkey, purse: &TokenSide) -> Instruction {
    let accounts = vec![
        AccountMeta::new(*payer, true),
        AccountMeta::new(purse.account, false),
        AccountMeta::new_readonly(*owner, false),
        AccountMeta::new_readonly(purse.mint, false),
        AccountMeta::new_readonly(system_program::ID, false),
        AccountMeta::new_readonly(purse.token_program, false),
    ];
    Instruction { program_id: ASSOCIATED, accounts, data: vec![CREATE_IDEMPOTENT] }
}

/// How many tokens, in the smallest unit, a token account holds; none if it is not there.
pub async fn balance(chain: &Chain, account: &Pubkey) -> Result<u64> {
    let found = chain.account(account).await?;
    Ok(found
        .and_then(|found| Some(u64::from_le_bytes(*found.data.get(AMOUNT_AT..)?.first_chunk()?)))
        .unwrap_or(0))
}

/// Creates a mint of the token program at a new address, which signs as well; the authority may make tokens.
pub async fn create_mint(
    chain: &Chain,
    payer: &Pubkey,
    mint: &Pubkey,
    authority: &Pubkey,
    decimals: u8,
) -> Result<Vec<Instruction>> {
    let rent = chain.rpc().get_minimum_balance_for_rent_exemption(MINT_LENGTH as usize).await?;
    let made = spl_token_interface::instruction::initialize_mint2(&PROGRAM, mint, authority, None, decimals);
    let made = made.map_err(|error| Error::Unbuildable(error.to_string()))?;
    Ok(vec![system_instruction::create_account(payer, mint, rent, MINT_LENGTH, &PROGRAM), made])
}

/// Makes tokens, in the smallest unit, for a token account; the mint's authority signs.
pub fn mint_to(purse: &TokenSide, authority: &Pubkey, amount: u64) -> Result<Instruction> {
    let (program, mint, to) = (&purse.token_program, &purse.mint, &purse.account);
    let made = spl_token_interface::instruction::mint_to(program, mint, to, authority, &[], amount);
    made.map_err(|error| Error::Unbuildable(error.to_string()))
}

/// Sends tokens, in the smallest unit, to another token account; the owner signs.
pub fn send(from: &TokenSide, to: &TokenSide, owner: &Pubkey, amount: u64) -> Result<Instruction> {
    let (program, from, to) = (&from.token_program, &from.account, &to.account);
    #[allow(deprecated)] // The checked one would ask for decimals, which both sides share.
    let made = spl_token_interface::instruction::transfer(program, from, to, owner, &[], amount);
    made.map_err(|error| Error::Unbuildable(error.to_string()))
}

/// Decimal places of a mint.
pub async fn decimals(chain: &Chain, mint: &Pubkey) -> Result<u8> {
    let missing = || Error::Missing { what: "mint", address: *mint };
    let found = chain.account(mint).await?.ok_or_else(missing)?;
    found.data.get(DECIMALS_AT).copied().ok_or_else(missing)
}
