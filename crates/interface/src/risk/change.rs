//! A change that loosens, announced before it may be made.

use anchor_lang::prelude::*;

/// An announced change: an instruction's data by its hash, which may be sent once the wait is over.
#[account("account", zero_copy)]
pub struct Change {
    /// Version of this layout, `Change::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// Group that the change is for; part of its address.
    pub group: Pubkey,
    /// Program that the instruction is for.
    pub program: Pubkey,
    /// Account that the instruction would write; part of the address.
    pub target: Pubkey,
    /// SHA-256 of the instruction's data; part of the address.
    pub hash: [u8; 32],
    /// When it was announced, in unix time.
    pub announced_at: i64,
    /// From when on it may be made.
    pub ready_at: i64,
    /// From when on it may no longer be made.
    pub lapses_at: i64,
    /// Zero; room for later versions.
    pub reserved: [u8; 88],
}

impl Change {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(Change::SIZE == 256);
const _: () = assert!(align_of::<Change>() <= 8);
