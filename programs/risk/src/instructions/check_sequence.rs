//! Fails the transaction unless an account is as it was seen.

use crate::errors::RiskError;
use anchor_lang::prelude::*;
use ballast_interface::account::MarginAccount;

/// Accounts of `check_sequence`.
#[derive(Accounts)]
pub struct CheckSequence<'info> {
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

impl CheckSequence<'_> {
    /// Succeeds or fails, and does nothing else.
    pub fn check_sequence(ctx: Context<Self>, sequence: u64) -> Result<()> {
        let account = ctx.accounts.margin_account.load()?;
        require!(account.version == MarginAccount::VERSION, RiskError::AccountVersionUnknown);
        require!(account.sequence == sequence, RiskError::SequenceChanged);
        Ok(())
    }
}
