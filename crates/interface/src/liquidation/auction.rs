//! The auction of an account under liquidation.

use anchor_lang::prelude::*;

/// What is offered of one account, and since when.
#[account("account", zero_copy)]
pub struct Auction {
    /// Version of this layout, `Auction::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Last hop of the waterfall that was made.
    pub hop: u8,
    /// Zero.
    pub padding: [u8; 5],
    /// Group of the account.
    pub group: Pubkey,
    /// Account under liquidation; part of the address.
    pub margin_account: Pubkey,
    /// Who began it, and is paid for it.
    pub beginner: Pubkey,
    /// When it began, in unix time.
    pub began_at: i64,
    /// When something was last taken over.
    pub taken_at: i64,
    /// Count of takings.
    pub takings: u64,
    /// Discounts given so far, in quote units.
    pub discounts: u64,
    /// Zero; room for later versions.
    pub reserved: [u8; 112],
}

impl Auction {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(Auction::SIZE == 256);
const _: () = assert!(align_of::<Auction>() <= 8);
