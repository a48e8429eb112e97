//! A feed for test validators: it is loaded at the address of Pyth's receiver program, owns price accounts that genesis put
//! there, and writes into one whatever the account's write authority signs. The real receiver takes prices that guardians
//! signed, so this one must never stand on a cluster that anybody trusts.
//!
//! It must not know what a price is: the account's bytes are the instruction's data.

use anchor_lang::{
    prelude::{AccountInfo, ProgramError, Pubkey},
    solana_program::entrypoint::ProgramResult,
};

#[cfg(target_os = "solana")]
anchor_lang::solana_program::entrypoint!(process);

/// Where a price account says who may write it: behind the discriminator.
const AUTHORITY: core::ops::Range<usize> = 8..40;

/// Handles one instruction: the price account and its write authority, who signs; the data is what the account shall hold.
pub fn process(program: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let [price, authority, ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    if price.owner != program {
        return Err(ProgramError::IncorrectProgramId);
    }
    let mut held = price.try_borrow_mut_data()?;
    if held.get(AUTHORITY) != Some(authority.key.as_ref()) || data.get(AUTHORITY) != held.get(AUTHORITY) {
        return Err(ProgramError::IncorrectAuthority);
    }
    if !authority.is_signer {
        return Err(ProgramError::MissingRequiredSignature);
    }
    if data.len() != held.len() {
        return Err(ProgramError::InvalidInstructionData);
    }
    held.copy_from_slice(data);
    Ok(())
}
