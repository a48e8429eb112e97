//! Puts a draft in force.

use super::require_authority;
use crate::{errors::RiskError, events::ModelChanged};
use anchor_lang::prelude::*;
use ballast_interface::{account::Group, risk::Model};

/// Accounts of `adopt_draft`.
#[event_cpi]
#[derive(Accounts)]
pub struct AdoptDraft<'info> {
    /// Group of the model.
    pub group: AccountLoader<'info, Group>,
    /// The model in force.
    #[account(mut, has_one = group @ RiskError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The draft, which is closed.
    #[account(mut, close = refund, has_one = group @ RiskError::WrongGroup)]
    pub draft: AccountLoader<'info, Model>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who is given the draft's rent.
    #[account(mut)]
    pub refund: SystemAccount<'info>,
}

impl AdoptDraft<'_> {
    /// Replaces the model in force, once the draft means something.
    pub fn adopt_draft(ctx: Context<Self>) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let revision = {
            let draft = ctx.accounts.draft.load()?;
            let model = &mut ctx.accounts.model.load_mut()?;
            require!(draft.version == Model::VERSION, RiskError::ModelVersionUnknown);
            require!(draft.draft == 1 && model.draft == 0, RiskError::ModelIsDraft);
            model.copy(&draft);
            model.peg_market = draft.peg_market;
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
