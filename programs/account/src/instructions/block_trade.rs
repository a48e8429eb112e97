//! A trade that both traders agree to by signing the transaction.

use crate::{
    dealing::{Deal, Parties},
    errors::AccountError,
    events::Traded,
    given::Given,
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Group, MarginAccount, TradeLeg},
    ids,
    risk::Model,
};

/// Accounts of `block_trade`; behind them, the markets that are traded and those in which either account has perps or
/// claims, the banks of spot legs, and the risks of all markets that either margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct BlockTrade<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account whose lots are counted.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub first: AccountLoader<'info, MarginAccount>,
    /// Its owner, or a delegate who may trade.
    pub first_trader: Signer<'info>,
    /// The account on the other side.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub second: AccountLoader<'info, MarginAccount>,
    /// Its owner, or a delegate who may trade.
    pub second_trader: Signer<'info>,
    /// The group's model.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK @ AccountError::RiskProgramWrong)]
    pub risk_program: UncheckedAccount<'info>,
}

impl<'info> BlockTrade<'info> {
    /// Who signs with a delegate's scope to reduce, can only reduce.
    fn reduce_only(&self, now: i64) -> Result<[bool; 2]> {
        let mut only = [false; 2];
        let sides = [(&self.first, &self.first_trader), (&self.second, &self.second_trader)];
        for ((account, trader), only) in sides.into_iter().zip(&mut only) {
            let account = account.load()?;
            *only = !account.may_trade(trader.key, false, now);
            require!(account.may_trade(trader.key, *only, now), AccountError::NotAllowed);
        }
        Ok(only)
    }

    /// Trades up to eight legs at once; both accounts pass the gate once, at the end.
    pub fn block_trade(ctx: Context<'info, Self>, legs: Vec<TradeLeg>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let given = Given::new(ctx.remaining_accounts);
        let parties = Parties {
            group: &accounts.group,
            first: &accounts.first,
            second: &accounts.second,
            given: &given,
            now,
        };
        let reduce_only = accounts.reduce_only(now)?;
        let [first, second] = parties.deal(
            &Deal { legs: &legs, fees: [0; 2], reduce_only, entrusted: reduce_only },
            &accounts.model,
        )?;
        let group = accounts.group.key();
        emit_cpi!(Traded { group, venue: 0, nonces: [0; 2], legs, first, second, group_fee: 0 });
        Ok(())
    }
}
