//! Lets shares of the insurance fund leave, after a while.

use super::stake::changed;
use crate::errors::LiquidationError;
use anchor_lang::prelude::*;
use ballast_interface::liquidation::{Fund, Stake};

/// Accounts of `unstake`.
#[event_cpi]
#[derive(Accounts)]
pub struct Unstake<'info> {
    /// The fund.
    pub fund: AccountLoader<'info, Fund>,
    /// The owner's stake.
    #[account(
        mut,
        has_one = fund @ LiquidationError::WrongGroup,
        has_one = owner @ LiquidationError::NotAllowed,
    )]
    pub stake: AccountLoader<'info, Stake>,
    /// Whose stake it is.
    pub owner: Signer<'info>,
}

impl Unstake<'_> {
    /// Begins the cooldown of so many shares; zero lets all of them stay. They bear losses until they have left.
    pub fn unstake(ctx: Context<Self>, shares: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let event = {
            let fund = ctx.accounts.fund.load()?;
            fund.invariant()?;
            let stake = &mut ctx.accounts.stake.load_mut()?;
            stake.follow(&fund);
            stake.leave(shares, &fund.rules, now)?;
            stake.invariant()?;
            changed(&fund, stake, 0)?
        };
        emit_cpi!(event);
        Ok(())
    }
}
