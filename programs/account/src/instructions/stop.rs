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
    /// Stops things until a time that lapses by itself. The guardian can add to a stop but not prolong it, and has to
    /// rest for as long as the longest one lasts; only the authority lets go earlier.
    pub fn stop(ctx: Context<Self>, what: u32, seconds: u32) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let by = ctx.accounts.guardian.key();
        let (paused, until) = {
            let group = &mut ctx.accounts.group.load_mut()?;
            group.invariant()?;
            require!(by == group.guardian || by == group.authority, AccountError::NotGuardian);
            require!(what & !pause::ALL == 0, AccountError::GroupRulesInvalid);
            require!(i64::from(seconds) <= pause::LONGEST, AccountError::PauseTooLong);
            let until = now.saturating_add(seconds.into());
            if by == group.authority {
                (group.paused, group.paused_until) = (what, until);
            } else if now < group.paused_until {
                group.paused |= what;
            } else {
                let rested = now.saturating_sub(group.paused_until) >= pause::LONGEST;
                require!(rested, AccountError::PauseTooLong);
                (group.paused, group.paused_until) = (what, until);
            }
            (group.paused, group.paused_until)
        };
        emit_cpi!(Stopped { group: ctx.accounts.group.key(), by, paused, until });
        Ok(())
    }
}
