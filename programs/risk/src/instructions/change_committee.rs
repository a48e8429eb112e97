//! Seats another committee.

use super::require_authority;
use crate::{errors::RiskError, events::CommitteeChanged};
use anchor_lang::prelude::*;
use ballast_interface::{account::Group, risk::Committee};

/// Accounts of `change_committee`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeCommittee<'info> {
    /// Group of the committee.
    pub group: AccountLoader<'info, Group>,
    /// Its committee.
    #[account(mut, has_one = group @ RiskError::WrongGroup)]
    pub committee: AccountLoader<'info, Committee>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl ChangeCommittee<'_> {
    /// Begins a new term: what was signed in the last one is worth nothing from now on.
    pub fn change_committee(ctx: Context<Self>, attestors: Vec<Pubkey>, threshold: u8) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let epoch = {
            let committee = &mut ctx.accounts.committee.load_mut()?;
            committee.seat(&attestors, threshold)?;
            committee.epoch
        };
        emit_cpi!(CommitteeChanged { group: ctx.accounts.group.key(), epoch, threshold, attestors });
        Ok(())
    }
}
