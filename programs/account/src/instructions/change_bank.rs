//! Changes how much of a token a group takes.

use super::create_bank::event;
use crate::errors::AccountError;
use anchor_lang::prelude::*;
use ballast_interface::account::{Bank, Group};

/// Accounts of `change_bank`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeBank<'info> {
    /// Group of the bank.
    pub group: AccountLoader<'info, Group>,
    /// The bank.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub bank: AccountLoader<'info, Bank>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl ChangeBank<'_> {
    /// Sets another cap. What is deposited above it stays.
    pub fn change_bank(ctx: Context<Self>, cap: u64, ramp_seconds: u32) -> Result<()> {
        ctx.accounts.group.load()?.require_authority(ctx.accounts.authority.key)?;
        require!(ramp_seconds <= Bank::LONGEST_RAMP, AccountError::RampInvalid);
        let event = {
            let bank = &mut ctx.accounts.bank.load_mut()?;
            bank.set_cap(cap, ramp_seconds, Clock::get()?.unix_timestamp);
            bank.invariant()?;
            event(bank)
        };
        emit_cpi!(event);
        Ok(())
    }
}
