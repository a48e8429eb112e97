//! A venue: somebody who matches traders' orders.

use super::AccountError;
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
    /// One if the venue may settle nothing for now, else zero.
    pub suspended: u8,
    /// Zero.
    pub padding: [u8; 3],
    /// Group of the venue; part of the address.
    pub group: Pubkey,
    /// Key that submits fills.
    pub operator: Pubkey,
    /// Owner of the token account to which the venue's fees are paid.
    pub fee_owner: Pubkey,
    /// Highest fee of either side, as a share of the value that is traded, in 2^-40.
    pub fee_cap: i64,
    /// Fees that are not collected yet, in quote units.
    pub fees: u64,
    /// Zero; room for later versions.
    pub reserved: [u8; 128],
}

impl Venue {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Highest fee that any venue may ask of a side: five per cent of the value that is traded.
    pub const HIGHEST_FEE: i64 = (1 << 40) / 20;

    /// What must hold after every instruction that writes a venue.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::VenueVersionUnknown);
        let named = self.operator != Pubkey::default() && self.fee_owner != Pubkey::default();
        let fee = (0..=Self::HIGHEST_FEE).contains(&self.fee_cap);
        require!(self.venue != 0 && self.suspended <= 1 && named && fee, AccountError::VenueInvalid);
        Ok(())
    }
}

const _: () = assert!(Venue::SIZE == 256);
const _: () = assert!(align_of::<Venue>() <= 8);
