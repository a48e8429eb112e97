//! Begins a draft of a model.

use super::require_authority;
use crate::{errors::RiskError, events::ModelChanged};
use anchor_lang::prelude::*;
use ballast_interface::{account::Group, risk::Model, seeds};

/// Accounts of `create_draft`.
#[event_cpi]
#[derive(Accounts)]
pub struct CreateDraft<'info> {
    /// Group of the model.
    pub group: AccountLoader<'info, Group>,
    /// The model in force, which the draft begins as.
    #[account(has_one = group @ RiskError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The draft to be.
    #[account(init, payer = payer, space = Model::SIZE, seeds = [seeds::DRAFT, group.key().as_ref()], bump)]
    pub draft: AccountLoader<'info, Model>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateDraft<'_> {
    /// Copies the model in force.
    pub fn create_draft(ctx: Context<Self>) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let (group, now) = (ctx.accounts.group.key(), Clock::get()?.unix_timestamp);
        {
            let model = ctx.accounts.model.load()?;
            require!(model.version == Model::VERSION, RiskError::ModelVersionUnknown);
            require!(model.draft == 0, RiskError::ModelIsDraft);
            let draft = &mut ctx.accounts.draft.load_init()?;
            draft.version = Model::VERSION;
            draft.bump = ctx.bumps.draft;
            draft.group = group;
            draft.draft = 1;
            draft.peg_market = model.peg_market;
            (draft.revision, draft.changed_at) = (1, now);
            draft.copy(&model);
        }
        emit_cpi!(ModelChanged { group, model: ctx.accounts.draft.key(), revision: 1, draft: true });
        Ok(())
    }
}
