//! Posts a surface that the committee signed.

use crate::{
    events::SurfacePosted,
    messages::{admit, Claim},
};
use anchor_lang::prelude::*;
use ballast_interface::risk::{Committee, MarketRisk, PostSurfaceArgs};

/// Accounts of `post_surface`.
#[event_cpi]
#[derive(Accounts)]
pub struct PostSurface<'info> {
    /// Risk of the market that the surface is for.
    #[account(mut)]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    /// Committee of the market's group.
    pub committee: AccountLoader<'info, Committee>,
    /// The transaction's instructions.
    /// CHECK: its address is checked where it is read.
    pub instructions: UncheckedAccount<'info>,
}

impl PostSurface<'_> {
    /// Takes over forwards and slices that hold no arbitrage, and move no faster than the market allows.
    pub fn post_surface(ctx: Context<Self>, args: PostSurfaceArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        {
            let committee = ctx.accounts.committee.load()?;
            let risk = &mut ctx.accounts.market_risk.load_mut()?;
            let claim = Claim {
                market: (args.group, args.market),
                epoch: args.epoch,
                valid: (args.valid_from, args.valid_until),
            };
            let longest = risk.rules.surface_seconds;
            admit(&claim, risk, &committee, &ctx.accounts.instructions, longest, now)?;
            risk.post_surface(&args, now)?;
        }
        emit_cpi!(SurfacePosted {
            group: args.group,
            market: args.market,
            sequence: args.sequence,
            expiries: args.slices.iter().map(|slice| slice.expiry).collect(),
            valid_until: args.valid_until,
        });
        Ok(())
    }
}
