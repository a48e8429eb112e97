//! Changes what governs a group.

use crate::{errors::AccountError, events::GroupRulesChanged};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, GroupRules};

/// Accounts of `change_group`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeGroup<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl ChangeGroup<'_> {
    /// Puts rules in force; interest is charged by the old ones up to now.
    pub fn change_group(ctx: Context<Self>, rules: GroupRules) -> Result<()> {
        {
            let group = &mut ctx.accounts.group.load_mut()?;
            group.require_authority(ctx.accounts.authority.key)?;
            require!(rules.is_sound(), AccountError::GroupRulesInvalid);
            group.change_rules(&rules, Clock::get()?.unix_timestamp);
            group.invariant()?;
        }
        emit_cpi!(GroupRulesChanged { group: ctx.accounts.group.key(), rules });
        Ok(())
    }
}
