//! The insurance fund.

use anchor_lang::prelude::*;

/// A group's insurance: what stands between a bankrupt account and everybody else.
#[account("account", zero_copy)]
pub struct Fund {
    /// Version of this layout, `Fund::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// Group of the fund; part of the address.
    pub group: Pubkey,
    /// Token account that holds the fund's money.
    pub vault: Pubkey,
    /// What the fund owns, in quote units.
    pub assets: u64,
    /// Shares of all stakers.
    pub shares: u64,
    /// Shares that wait to be taken out.
    pub leaving: u64,
    /// Losses paid so far, in quote units.
    pub paid: u64,
    /// Zero; room for later versions.
    pub reserved: [u8; 144],
}

impl Fund {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(Fund::SIZE == 256);
const _: () = assert!(align_of::<Fund>() <= 8);
