//! What became of an account's signed orders.

use anchor_lang::prelude::*;

/// Most orders of an account that are filled in part at one time.
pub const MAX_ORDERS: usize = 64;

/// One order that is filled in part; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct OrderFill {
    /// Nonce of the order.
    pub nonce: u64,
    /// When the order expires, in unix time.
    pub expires_at: i64,
    /// Lots filled so far.
    pub filled: u64,
}

/// The orders of one account that were signed off chain.
#[account("account", zero_copy)]
pub struct OrderRecord {
    /// Version of this layout, `OrderRecord::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// Account whose orders these are; part of the address.
    pub margin_account: Pubkey,
    /// Orders of a lower nonce are cancelled.
    pub watermark: u64,
    /// Orders that are filled in part.
    pub orders: [OrderFill; MAX_ORDERS],
    /// Zero; room for later versions.
    pub reserved: [u8; 456],
}

impl OrderRecord {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(OrderRecord::SIZE == 2_048);
const _: () = assert!(align_of::<OrderRecord>() <= 8);
