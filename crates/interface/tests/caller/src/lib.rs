//! A program around the risk program: what a gate does, and what a forwarder of signed messages would try.
//!
//! The last account is the risk program. With data, they are an instruction of it, sent on as they are with all other
//! accounts. Without data, the other accounts are those of `assess`: the report is asked for by the interface's
//! builder and returned as this program's own.

use anchor_lang::{
    prelude::{AccountInfo, AccountMeta, ProgramError, Pubkey},
    solana_program::{
        entrypoint::ProgramResult,
        instruction::Instruction,
        program::{invoke, set_return_data},
    },
};
use ballast_interface::{ids, risk::calling};

#[cfg(target_os = "solana")]
anchor_lang::solana_program::entrypoint!(process);

/// Handles one instruction.
pub fn process(_program: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let (_, accounts) = accounts.split_last().ok_or(ProgramError::NotEnoughAccountKeys)?;
    if !data.is_empty() {
        return forward(accounts, data);
    }
    let [group, model, margin_account, markets @ ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let report = calling::assess(group, model, margin_account, markets)?;
    set_return_data(report.bytes());
    Ok(())
}

fn forward(accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let meta = |info: &AccountInfo| AccountMeta {
        pubkey: *info.key,
        is_signer: info.is_signer,
        is_writable: info.is_writable,
    };
    let metas = accounts.iter().map(meta).collect();
    invoke(&Instruction { program_id: ids::RISK, accounts: metas, data: data.to_vec() }, accounts)
}
