//! The program.

use crate::{answer, Request};
use solana_account_info::AccountInfo;
use solana_cpi::set_return_data;
use solana_program_entrypoint::{entrypoint, ProgramResult};
use solana_program_error::ProgramError;
use solana_pubkey::Pubkey;

entrypoint!(process);

fn process(_program: &Pubkey, _accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let request = Request::from_bytes(data).ok_or(ProgramError::InvalidInstructionData)?;
    let mut reply = answer(&request).to_le_bytes().to_vec();
    reply.push(1); // Return data loses zeros at its end.
    set_return_data(&reply);
    Ok(())
}
