//! Raises a market's scan range for a time, as the committee signed.

use crate::{
    events::MultiplierAttested,
    messages::{admit, Claim},
};
use anchor_lang::prelude::*;
use ballast_interface::risk::{AttestMultiplierArgs, Committee, MarketRisk};

/// Accounts of `attest_multiplier`.
#[event_cpi]
#[derive(Accounts)]
pub struct AttestMultiplier<'info> {
    /// Risk of the market that the attestation is for.
    #[account(mut)]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    /// Committee of the market's group.
    pub committee: AccountLoader<'info, Committee>,
    /// The transaction's instructions.
    /// CHECK: its address is checked where it is read.
    pub instructions: UncheckedAccount<'info>,
}

impl AttestMultiplier<'_> {
    /// Takes over the multiplier, which can only tighten.
    pub fn attest_multiplier(ctx: Context<Self>, args: AttestMultiplierArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        {
            let committee = ctx.accounts.committee.load()?;
            let risk = &mut ctx.accounts.market_risk.load_mut()?;
            let claim = Claim {
                market: (args.group, args.market),
                epoch: args.epoch,
                valid: (args.valid_from, args.valid_until),
            };
            let longest = risk.rules.attestation_seconds;
            admit(&claim, risk, &committee, &ctx.accounts.instructions, longest, now)?;
            risk.attest(&args, now)?;
        }
        emit_cpi!(MultiplierAttested {
            group: args.group,
            market: args.market,
            sequence: args.sequence,
            multiplier: args.multiplier,
            until: args.valid_until,
        });
        Ok(())
    }
}
