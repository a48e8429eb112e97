//! A program around the others: what a gate does, what a forwarder of signed messages would try, and what a
//! liquidation program does with an address of its own.
//!
//! The last account is the program that is called. With data, they are an instruction of it, sent on as they are with
//! all other accounts; where this program's own address for the first account's group stands among them, it signs.
//! Without data, the other accounts are those of `assess`: the report is asked for by the interface's builder and
//! returned as this program's own.

use anchor_lang::{
    prelude::{AccountInfo, AccountMeta, ProgramError, Pubkey},
    solana_program::{
        entrypoint::ProgramResult,
        instruction::Instruction,
        program::{invoke_signed, set_return_data},
    },
};
use ballast_interface::{risk::calling, seeds};

#[cfg(target_os = "solana")]
anchor_lang::solana_program::entrypoint!(process);

/// Handles one instruction.
pub fn process(program: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let (called, accounts) = accounts.split_last().ok_or(ProgramError::NotEnoughAccountKeys)?;
    if !data.is_empty() {
        return forward(program, called.key, accounts, data);
    }
    let [group, model, margin_account, markets @ ..] = accounts else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let report = calling::assess(group, model, margin_account, markets)?;
    set_return_data(report.bytes());
    Ok(())
}

fn forward(program: &Pubkey, called: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let group = accounts.first().ok_or(ProgramError::NotEnoughAccountKeys)?.key;
    let (rescuer, bump) = seeds::find_rescuer(group, program);
    let meta = |info: &AccountInfo| AccountMeta {
        pubkey: *info.key,
        is_signer: info.is_signer || *info.key == rescuer,
        is_writable: info.is_writable,
    };
    let metas = accounts.iter().map(meta).collect();
    let call = Instruction { program_id: *called, accounts: metas, data: data.to_vec() };
    invoke_signed(&call, accounts, &[&[seeds::RESCUER, group.as_ref(), &[bump]]])
}
