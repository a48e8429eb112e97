//! A venue: somebody who matches traders' orders.

use anchor_lang::prelude::*;

/// A registered matcher, who can settle only what both traders signed.
#[account("account", zero_copy)]
pub struct Venue {
    /// Version of this layout, `Venue::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Number of the venue in the group, from one; part of the address.
    pub venue: u16,
    /// Bit set of switches; no bit has a meaning yet.
    pub flags: u32,
    /// Group of the venue; part of the address.
    pub group: Pubkey,
    /// Key that submits fills.
    pub operator: Pubkey,
    /// Owner of the account that the venue's fees go to.
    pub fee_account: Pubkey,
    /// Highest fee of either side, as a share of notional, in 2^-40.
    pub fee_cap: i64,
    /// Zero; room for later versions.
    pub reserved: [u8; 136],
}

impl Venue {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(Venue::SIZE == 256);
const _: () = assert!(align_of::<Venue>() <= 8);
