//! Drops a draft that nobody wants.

use super::require_authority;
use crate::errors::RiskError;
use anchor_lang::prelude::*;
use ballast_interface::{account::Group, risk::Model};

/// Accounts of `drop_draft`.
#[derive(Accounts)]
pub struct DropDraft<'info> {
    /// Group of the draft.
    pub group: AccountLoader<'info, Group>,
    /// The draft, which is closed.
    #[account(mut, close = refund, has_one = group @ RiskError::WrongGroup)]
    pub draft: AccountLoader<'info, Model>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who is given the draft's rent.
    #[account(mut)]
    pub refund: SystemAccount<'info>,
}

impl DropDraft<'_> {
    /// Closes the draft; the model in force is not asked.
    pub fn drop_draft(ctx: Context<Self>) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        require!(ctx.accounts.draft.load()?.draft == 1, RiskError::ModelIsDraft);
        Ok(())
    }
}
