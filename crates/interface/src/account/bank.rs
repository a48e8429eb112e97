//! A bank: one token that a group takes as collateral.

use anchor_lang::prelude::*;

/// One token beside the quote token, deposit only.
#[account("account", zero_copy)]
pub struct Bank {
    /// Version of this layout, `Bank::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Number of the bank in the group, from one; part of the address.
    pub bank: u16,
    /// Number of the market whose risk prices the token, haircuts it and moves it in scenarios.
    pub market: u16,
    /// Decimal places of the token.
    pub decimals: u8,
    /// Bit set of switches; no bit has a meaning yet.
    pub flags: u8,
    /// Group of the bank; part of the address.
    pub group: Pubkey,
    /// Mint of the token.
    pub mint: Pubkey,
    /// Token program that owns the mint.
    pub token_program: Pubkey,
    /// Token account that holds all deposits.
    pub vault: Pubkey,
    /// Sum of all accounts' deposits, in the token's smallest unit.
    pub deposits: u64,
    /// Most that may be deposited when the ramp ends.
    pub cap: u64,
    /// Most that may be deposited when the ramp begins.
    pub cap_from: u64,
    /// When the ramp begins, in unix time.
    pub ramp_begins: i64,
    /// When it ends.
    pub ramp_ends: i64,
    /// Zero; room for later versions.
    pub reserved: [u8; 328],
}

impl Bank {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(Bank::SIZE == 512);
const _: () = assert!(align_of::<Bank>() <= 8);
