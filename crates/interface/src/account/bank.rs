//! A bank: one token that a group takes as collateral.

use super::AccountError;
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
    /// What a lot of spot is, in the token's smallest unit; zero if a lot is not whole, and spot cannot be traded.
    pub lot_amount: u64,
    /// Zero; room for later versions.
    pub reserved: [u8; 320],
}

impl Bank {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Longest ramp of a cap: a year.
    pub const LONGEST_RAMP: u32 = 365 * 86_400;

    /// Most that may be deposited now, rounded down.
    pub fn cap_down(&self, now: i64) -> u64 {
        let length = self.ramp_ends.saturating_sub(self.ramp_begins);
        let passed = now.saturating_sub(self.ramp_begins);
        if passed >= length || self.cap <= self.cap_from {
            return self.cap;
        }
        let rise = u128::from(self.cap.saturating_sub(self.cap_from));
        let rise = rise.saturating_mul(passed.max(0).unsigned_abs().into());
        // Less than the whole rise, since less than the whole time has passed.
        let rise = rise.checked_div(length.unsigned_abs().into()).unwrap_or(0) as u64;
        self.cap_from.saturating_add(rise)
    }

    /// Sets another cap: a higher one is reached by a ramp from what may be deposited now, a lower one holds at once.
    pub fn set_cap(&mut self, cap: u64, ramp_seconds: u32, now: i64) {
        self.cap_from = self.cap_down(now).min(cap);
        self.cap = cap;
        self.ramp_begins = now;
        self.ramp_ends = now.saturating_add(ramp_seconds.into());
    }

    /// Takes note of tokens that came in.
    pub fn add(&mut self, amount: u64, now: i64) -> Result<()> {
        let deposits = self.deposits.checked_add(amount).ok_or(AccountError::NumberTooLarge)?;
        require!(deposits <= self.cap_down(now), AccountError::DepositCapReached);
        self.deposits = deposits;
        Ok(())
    }

    /// Takes note of tokens that went out.
    pub fn remove(&mut self, amount: u64) -> Result<()> {
        self.deposits = self.deposits.checked_sub(amount).ok_or(AccountError::BankBroken)?;
        Ok(())
    }

    /// What must hold after every instruction that writes a bank.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::BankVersionUnknown);
        let ramp = self.ramp_ends.saturating_sub(self.ramp_begins);
        let sound = self.bank != 0
            && self.market != 0
            && self.cap_from <= self.cap
            && (0..=i64::from(Self::LONGEST_RAMP)).contains(&ramp);
        require!(sound, AccountError::BankBroken);
        Ok(())
    }
}

const _: () = assert!(Bank::SIZE == 512);
const _: () = assert!(align_of::<Bank>() <= 8);
