//! Creates a group's model from a preset.

use super::{preset, require_authority};
use crate::events::ModelChanged;
use anchor_lang::prelude::*;
use ballast_interface::{
    account::Group,
    risk::{CreateModelArgs, Model},
    seeds,
};

/// Accounts of `create_model`.
#[event_cpi]
#[derive(Accounts)]
pub struct CreateModel<'info> {
    /// Group that the model is for.
    pub group: AccountLoader<'info, Group>,
    /// The model to be.
    #[account(init, payer = payer, space = Model::SIZE, seeds = [seeds::MODEL, group.key().as_ref()], bump)]
    pub model: AccountLoader<'info, Model>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateModel<'_> {
    /// Creates the model.
    pub fn create_model(ctx: Context<Self>, args: CreateModelArgs) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let (group, now) = (ctx.accounts.group.key(), Clock::get()?.unix_timestamp);
        {
            let model = &mut ctx.accounts.model.load_init()?;
            model.version = Model::VERSION;
            model.bump = ctx.bumps.model;
            model.group = group;
            model.peg_market = args.peg_market;
            (model.revision, model.changed_at) = (1, now);
            model.take(preset(args.preset))?;
            model.invariant()?;
        }
        emit_cpi!(ModelChanged { group, model: ctx.accounts.model.key(), revision: 1, draft: false });
        Ok(())
    }
}
