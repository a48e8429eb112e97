//! Registers a venue.

use crate::{errors::AccountError, events::VenueSet};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{CreateVenueArgs, Group, Venue, VenueTerms},
    seeds,
};

/// Accounts of `create_venue`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: CreateVenueArgs)]
pub struct CreateVenue<'info> {
    /// Group of the venue.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The venue to be.
    #[account(
        init,
        payer = payer,
        space = Venue::SIZE,
        seeds = [seeds::VENUE, group.key().as_ref(), &args.venue.to_le_bytes()],
        bump,
    )]
    pub venue: AccountLoader<'info, Venue>,
    /// The group's authority.
    pub authority: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateVenue<'_> {
    /// Registers the venue; it can settle only what traders signed.
    pub fn create_venue(ctx: Context<Self>, args: CreateVenueArgs) -> Result<()> {
        let key = ctx.accounts.group.key();
        {
            let group = &mut ctx.accounts.group.load_mut()?;
            group.require_authority(ctx.accounts.authority.key)?;
            require!(Some(args.venue) == group.venue_count.checked_add(1), AccountError::NumberTaken);
            group.venue_count = args.venue;
            group.invariant()?;
            let venue = &mut ctx.accounts.venue.load_init()?;
            (venue.version, venue.bump) = (Venue::VERSION, ctx.bumps.venue);
            (venue.group, venue.venue) = (key, args.venue);
            write(venue, &args.terms);
            venue.invariant()?;
        }
        emit_cpi!(VenueSet { group: key, venue: args.venue, terms: args.terms });
        Ok(())
    }
}

/// Puts terms in force.
pub fn write(venue: &mut Venue, terms: &VenueTerms) {
    (venue.operator, venue.fee_owner) = (terms.operator, terms.fee_owner);
    (venue.fee_cap, venue.suspended) = (terms.fee_cap, terms.suspended.into());
}
