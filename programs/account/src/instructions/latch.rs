//! Puts an account under liquidation, or releases it.

use super::require_rescuer;
use crate::{books, errors::AccountError, events::LiquidationSet};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, MarginAccount};

/// Accounts of `latch`.
#[event_cpi]
#[derive(Accounts)]
pub struct Latch<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's liquidation program, by its own address.
    pub rescuer: Signer<'info>,
}

impl Latch<'_> {
    /// Latches with the time of now, or releases.
    pub fn latch(ctx: Context<Self>, on: bool) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        let (sequence, since) = {
            let account = &mut ctx.accounts.margin_account.load_mut()?;
            let latched = account.liquidation_since != 0;
            require!(!on || !latched, AccountError::UnderLiquidation);
            require!(on || latched, AccountError::NotUnderLiquidation);
            if !on {
                account.require_near_counted()?;
            }
            account.liquidation_since = if on { now } else { 0 };
            books::touch(account)?;
            account.invariant()?;
            (account.sequence, account.liquidation_since)
        };
        let (group, margin_account) = (ctx.accounts.group.key(), ctx.accounts.margin_account.key());
        emit_cpi!(LiquidationSet { group, margin_account, sequence, since });
        Ok(())
    }
}
