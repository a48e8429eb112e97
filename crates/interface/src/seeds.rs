//! Seeds of every program-derived address, and the addresses that follow from them.

use crate::ids;
use anchor_lang::prelude::Pubkey;

/// First seed of a group.
pub const GROUP: &[u8] = b"group";

/// First seed of a margin account.
pub const MARGIN_ACCOUNT: &[u8] = b"account";

/// Only seed of the address with which a program signs its own events; Anchor fixes it.
pub const EVENT_AUTHORITY: &[u8] = b"__event_authority";

/// Address and bump of a creator's group; the creator is in the seeds so that nobody can take its place.
pub fn find_group(creator: &Pubkey, index: u16) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[GROUP, creator.as_ref(), &index.to_le_bytes()], &ids::ACCOUNT)
}

/// Address and bump of an owner's margin account in a group.
pub fn find_margin_account(group: &Pubkey, owner: &Pubkey, sub_id: u16) -> (Pubkey, u8) {
    let seeds = [MARGIN_ACCOUNT, group.as_ref(), owner.as_ref(), &sub_id.to_le_bytes()];
    Pubkey::find_program_address(&seeds, &ids::ACCOUNT)
}

/// Address and bump of the signer of a program's events.
pub fn find_event_authority(program: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[EVENT_AUTHORITY], program)
}
