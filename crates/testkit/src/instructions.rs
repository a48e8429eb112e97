//! Instructions of the programs with all their accounts, ready to send or to tamper with.

use anchor_lang::{prelude::Pubkey, system_program, InstructionData, ToAccountMetas};
use ballast_account::{accounts, instruction, instructions::*};
use ballast_interface::{ids, seeds};
use solana_instruction::Instruction;

/// Creates a group of `creator` over `quote_mint`.
pub fn create_group(
    creator: &Pubkey,
    payer: &Pubkey,
    quote_mint: &Pubkey,
    args: CreateGroupArgs,
) -> Instruction {
    let accounts = accounts::CreateGroup {
        group: seeds::find_group(creator, args.index).0,
        quote_mint: *quote_mint,
        creator: *creator,
        payer: *payer,
        system_program: system_program::ID,
        event_authority: seeds::find_event_authority(&ids::ACCOUNT).0,
        program: ids::ACCOUNT,
    };
    account_program(accounts, instruction::CreateGroup { args })
}

/// Opens `owner`'s account number `sub_id` in `group`.
pub fn open_account(group: &Pubkey, owner: &Pubkey, payer: &Pubkey, sub_id: u16) -> Instruction {
    let accounts = accounts::OpenAccount {
        margin_account: seeds::find_margin_account(group, owner, sub_id).0,
        group: *group,
        owner: *owner,
        payer: *payer,
        system_program: system_program::ID,
        event_authority: seeds::find_event_authority(&ids::ACCOUNT).0,
        program: ids::ACCOUNT,
    };
    account_program(accounts, instruction::OpenAccount { args: OpenAccountArgs { sub_id } })
}

fn account_program(accounts: impl ToAccountMetas, data: impl InstructionData) -> Instruction {
    Instruction { program_id: ids::ACCOUNT, accounts: accounts.to_account_metas(None), data: data.data() }
}
