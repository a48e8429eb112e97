//! The account program's instructions with all their accounts, ready to send or to tamper with.

use super::{CreateGroupArgs, OpenAccountArgs};
use crate::{ids, seeds};
use anchor_lang::{
    prelude::{borsh, AccountMeta, AnchorSerialize, Pubkey},
    solana_program::instruction::Instruction,
    system_program,
};

/// First eight bytes of each instruction's data: the hash of "global:" and its name.
pub mod tags {
    /// Of `create_group`.
    pub const CREATE_GROUP: [u8; 8] = [79, 60, 158, 134, 61, 199, 56, 248];
    /// Of `open_account`.
    pub const OPEN_ACCOUNT: [u8; 8] = [101, 152, 91, 243, 176, 36, 189, 101];
}

/// Creates a group of `creator` over `quote_mint`.
pub fn create_group(
    creator: &Pubkey,
    payer: &Pubkey,
    quote_mint: &Pubkey,
    args: &CreateGroupArgs,
) -> Instruction {
    let accounts = vec![
        AccountMeta::new(seeds::find_group(creator, args.index).0, false),
        AccountMeta::new_readonly(*quote_mint, false),
        AccountMeta::new_readonly(*creator, true),
        AccountMeta::new(*payer, true),
        AccountMeta::new_readonly(system_program::ID, false),
    ];
    instruction(accounts, tags::CREATE_GROUP, args)
}

/// Opens `owner`'s account number `sub_id` in `group`.
pub fn open_account(group: &Pubkey, owner: &Pubkey, payer: &Pubkey, sub_id: u16) -> Instruction {
    let accounts = vec![
        AccountMeta::new(seeds::find_margin_account(group, owner, sub_id).0, false),
        AccountMeta::new_readonly(*group, false),
        AccountMeta::new_readonly(*owner, true),
        AccountMeta::new(*payer, true),
        AccountMeta::new_readonly(system_program::ID, false),
    ];
    instruction(accounts, tags::OPEN_ACCOUNT, &OpenAccountArgs { sub_id })
}

/// An instruction of the account program, whose two accounts for events come last.
fn instruction(mut accounts: Vec<AccountMeta>, tag: [u8; 8], args: &impl AnchorSerialize) -> Instruction {
    accounts.push(AccountMeta::new_readonly(seeds::find_event_authority(&ids::ACCOUNT).0, false));
    accounts.push(AccountMeta::new_readonly(ids::ACCOUNT, false));
    let mut data = tag.to_vec();
    // Writing to memory never fails.
    let _ = borsh::to_writer(&mut data, args);
    Instruction { program_id: ids::ACCOUNT, accounts, data }
}
