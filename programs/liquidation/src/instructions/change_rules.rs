//! Changes how a group's accounts are rescued.

use crate::{errors::LiquidationError, events::RescueRulesChanged};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::Group,
    liquidation::{Fund, RescueRules},
};

/// Accounts of `change_rules`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeRules<'info> {
    /// The group.
    #[account(has_one = authority @ LiquidationError::NotAuthority)]
    pub group: AccountLoader<'info, Group>,
    /// Its authority.
    pub authority: Signer<'info>,
    /// The fund.
    #[account(mut, has_one = group @ LiquidationError::WrongGroup)]
    pub fund: AccountLoader<'info, Fund>,
}

impl ChangeRules<'_> {
    /// Puts rules in force.
    pub fn change_rules(ctx: Context<Self>, rules: RescueRules) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require!(rules.is_sound(), LiquidationError::RulesInvalid);
        {
            let fund = &mut ctx.accounts.fund.load_mut()?;
            fund.change_rules(&rules, now);
            fund.invariant()?;
        }
        emit_cpi!(RescueRulesChanged { group: ctx.accounts.group.key(), rules });
        Ok(())
    }
}
