//! Hands positions of an account under liquidation to another.

use super::{require_latched, require_rescuer};
use crate::{dealing::Parties, errors::AccountError, events::LegsMoved, given::Given};
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, MarginAccount, RescuePay, TradeLeg};

/// Accounts of `move_legs`; behind them, the markets of the legs and those in which either account has perps or
/// claims, and the banks of spot legs.
#[event_cpi]
#[derive(Accounts)]
pub struct MoveLegs<'info> {
    /// The group.
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
    /// Trades legs between the two at given prices; lots above zero are bought by the account under liquidation, which pays
    /// the other and the insurance beside them.
    pub fn move_legs(ctx: Context<'info, Self>, legs: Vec<TradeLeg>, pay: RescuePay) -> Result<()> {
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
        let [from, to] = parties.rescue(&legs, &pay, false)?;
        let (group, insurance) = (accounts.group.key(), pay.insurance);
        emit_cpi!(LegsMoved { group, nonce: 0, legs, insurance, from, to });
        Ok(())
    }
}
