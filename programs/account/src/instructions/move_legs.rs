//! Hands positions of an account under liquidation to another.

use super::{require_latched, require_rescuer};
use crate::{
    dealing::{Deal, Parties},
    errors::AccountError,
    events::LegsMoved,
    given::Given,
};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, MarginAccount, TradeLeg};

/// Accounts of `move_legs`; behind them, the markets of the legs and those in which either account has perps, and the
/// banks of spot legs.
#[event_cpi]
#[derive(Accounts)]
pub struct MoveLegs<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account under liquidation.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub from: AccountLoader<'info, MarginAccount>,
    /// The account that takes over.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub to: AccountLoader<'info, MarginAccount>,
    /// The group's liquidation program, by its own address; it answers for prices, sizes and margins.
    pub rescuer: Signer<'info>,
}

impl<'info> MoveLegs<'info> {
    /// Trades legs between the two at given prices; lots above zero are bought by the account under liquidation.
    pub fn move_legs(ctx: Context<'info, Self>, legs: Vec<TradeLeg>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        require_rescuer(&accounts.group, &accounts.rescuer)?;
        require_latched(&accounts.from)?;
        let given = Given::new(ctx.remaining_accounts);
        let parties = Parties {
            group: &accounts.group,
            first: &accounts.from,
            second: &accounts.to,
            given: &given,
            now,
        };
        let deal = Deal { legs: &legs, fees: [0; 2], reduce_only: [false; 2], entrusted: [false; 2] };
        let [from, to] = parties.rescue(&deal)?;
        emit_cpi!(LegsMoved { group: accounts.group.key(), legs, from, to });
        Ok(())
    }
}
