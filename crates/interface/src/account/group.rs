//! The group: one margin system with one quote token.

use super::AccountError;
use anchor_lang::prelude::*;

/// One margin system: everything in it shares a quote token, an authority and a set of rules.
#[account("account", zero_copy)]
pub struct Group {
    /// Version of this layout, `Group::VERSION`.
    pub version: u8,
    /// Bump of the group's address.
    pub bump: u8,
    /// Number of the group among its creator's; part of the group's address.
    pub index: u16,
    /// Decimal places of the quote token: one token is 10^this quote units.
    pub quote_decimals: u8,
    /// Zero; puts the addresses on eight-byte boundaries.
    pub padding: [u8; 3],
    /// Who created the group; part of its address and without power afterwards.
    pub creator: Pubkey,
    /// Who may change the group, through a timelock wherever a change loosens it.
    pub authority: Pubkey,
    /// Who may tighten the group at once and cancel waiting changes, and nothing else.
    pub guardian: Pubkey,
    /// Mint of the quote token, in which cash, debt, margin and profit are counted.
    pub quote_mint: Pubkey,
    /// Token program that owns the quote mint.
    pub quote_token_program: Pubkey,
    /// Program whose assessment the gate follows.
    pub risk_program: Pubkey,
    /// Program whose address may rescue accounts that fall short.
    pub liquidation_program: Pubkey,
    /// Zero; room for fees, switches, outflow meter, insurance and interest.
    pub reserved: [u8; 784],
}

/// Steps of 10^-10 quote, in which margin is counted, in a quote unit.
pub fn quote_unit(decimals: u8) -> u64 {
    power_of_ten(10u32.saturating_sub(decimals.into()))
}

/// Ten to a power of nineteen at most; from a table, which is a hundred times cheaper on chain than products.
pub(crate) fn power_of_ten(power: u32) -> u64 {
    const POWERS: [u64; 20] = {
        let mut powers = [1; 20];
        let mut place = 1;
        while place < 20 {
            powers[place] = powers[place.wrapping_sub(1)] * 10;
            place += 1;
        }
        powers
    };
    POWERS.get(power as usize).copied().unwrap_or(u64::MAX)
}

impl Group {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Most decimal places of a quote token; an `i64` of quote units then still holds nine billion tokens.
    pub const MAX_QUOTE_DECIMALS: u8 = 9;

    /// What must hold after every instruction that writes a group.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::GroupVersionUnknown);
        let sound = self.quote_decimals <= Self::MAX_QUOTE_DECIMALS
            && self.authority != Pubkey::default()
            && self.guardian != Pubkey::default()
            && self.guardian != self.authority
            && self.risk_program != self.liquidation_program;
        require!(sound, AccountError::GroupBroken);
        Ok(())
    }
}

const _: () = assert!(Group::SIZE == 1_024);
const _: () = assert!(align_of::<Group>() <= 8);
