//! Stops what lets risk grow, for a few hours.

use crate::{errors::AccountError, events::Stopped};
use anchor_lang::prelude::*;
use ballast_interface::account::{pause, Group};

/// Accounts of `stop`.
#[event_cpi]
#[derive(Accounts)]
pub struct Stop<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The group's guardian or its authority.
    pub guardian: Signer<'info>,
}

impl Stop<'_> {
    /// Stops things until a time that lapses by itself. The guardian only adds; only the authority lets go earlier.
    pub fn stop(ctx: Context<Self>, what: u32, seconds: u32) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let by = ctx.accounts.guardian.key();
        let (paused, until) = {
            let group = &mut ctx.accounts.group.load_mut()?;
            group.invariant()?;
            require!(by == group.guardian || by == group.authority, AccountError::NotGuardian);
            let until = now.saturating_add(seconds.into());
            require!(what & !pause::ALL == 0, AccountError::GroupRulesInvalid);
            require!(i64::from(seconds) <= pause::LONGEST, AccountError::PauseTooLong);
            if by == group.authority {
                (group.paused, group.paused_until) = (what, until);
            } else {
                let held = if now < group.paused_until { group.paused } else { 0 };
                (group.paused, group.paused_until) = (held | what, group.paused_until.max(until));
            }
            (group.paused, group.paused_until)
        };
        emit_cpi!(Stopped { group: ctx.accounts.group.key(), by, paused, until });
        Ok(())
    }
}
