//! Changes a venue's terms.

use super::create_venue::write;
use crate::{errors::AccountError, events::VenueSet};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, Venue, VenueTerms};

/// Accounts of `change_venue`.
#[event_cpi]
#[derive(Accounts)]
pub struct ChangeVenue<'info> {
    /// Group of the venue.
    pub group: AccountLoader<'info, Group>,
    /// The venue.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub venue: AccountLoader<'info, Venue>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl ChangeVenue<'_> {
    /// Puts terms in force.
    pub fn change_venue(ctx: Context<Self>, terms: VenueTerms) -> Result<()> {
        ctx.accounts.group.load()?.require_authority(ctx.accounts.authority.key)?;
        let number = {
            let venue = &mut ctx.accounts.venue.load_mut()?;
            write(venue, &terms);
            venue.invariant()?;
            venue.venue
        };
        emit_cpi!(VenueSet { group: ctx.accounts.group.key(), venue: number, terms });
        Ok(())
    }
}
