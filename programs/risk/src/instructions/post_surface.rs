//! Posts a surface that the committee signed.

use crate::{
    errors::RiskError,
    events::SurfacePosted,
    messages::{require_quorum, require_timely},
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
            let ours = (risk.group, risk.market) == (args.group, args.market);
            require!(ours && committee.group == risk.group, RiskError::WrongGroup);
            committee.invariant()?;
            require!(args.epoch == committee.epoch, RiskError::EpochWrong);
            require_quorum(&ctx.accounts.instructions, &committee)?;
            require_timely(now, args.valid_from, args.valid_until, risk.rules.surface_seconds)?;
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
