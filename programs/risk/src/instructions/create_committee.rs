//! Seats a group's first committee.

use super::require_authority;
use crate::events::CommitteeChanged;
use anchor_lang::prelude::*;
use ballast_interface::{account::Group, risk::Committee, seeds};

/// Accounts of `create_committee`.
#[event_cpi]
#[derive(Accounts)]
pub struct CreateCommittee<'info> {
    /// Group that the committee is for.
    pub group: AccountLoader<'info, Group>,
    /// The committee to be.
    #[account(
        init,
        payer = payer,
        space = Committee::SIZE,
        seeds = [seeds::COMMITTEE, group.key().as_ref()],
        bump,
    )]
    pub committee: AccountLoader<'info, Committee>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateCommittee<'_> {
    /// Seats the attestors.
    pub fn create_committee(ctx: Context<Self>, attestors: Vec<Pubkey>, threshold: u8) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let group = ctx.accounts.group.key();
        let epoch = {
            let committee = &mut ctx.accounts.committee.load_init()?;
            committee.version = Committee::VERSION;
            committee.bump = ctx.bumps.committee;
            committee.group = group;
            committee.seat(&attestors, threshold)?;
            committee.epoch
        };
        emit_cpi!(CommitteeChanged { group, epoch, threshold, attestors });
        Ok(())
    }
}
