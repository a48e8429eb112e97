//! Puts a preset in force.

use super::{preset, require_authority};
use crate::{errors::RiskError, events::ModelChanged};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::Group,
    risk::{Model, Preset},
};

/// Accounts of `load_preset`.
#[event_cpi]
#[derive(Accounts)]
pub struct LoadPreset<'info> {
    /// Group of the model.
    pub group: AccountLoader<'info, Group>,
    /// Its model.
    #[account(mut, has_one = group @ RiskError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl LoadPreset<'_> {
    /// Replaces rows, correlations and parameters; the quote token's market stays.
    pub fn load_preset(ctx: Context<Self>, name: Preset) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let revision = {
            let model = &mut ctx.accounts.model.load_mut()?;
            require!(model.draft == 0, RiskError::ModelIsDraft);
            model.take(preset(name))?;
            model.revision = model.revision.saturating_add(1);
            model.changed_at = Clock::get()?.unix_timestamp;
            model.invariant()?;
            model.revision
        };
        let (group, model) = (ctx.accounts.group.key(), ctx.accounts.model.key());
        emit_cpi!(ModelChanged { group, model, revision, draft: false });
        Ok(())
    }
}
