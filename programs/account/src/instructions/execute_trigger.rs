//! Executes an order whose price has come: whoever does takes the other side.

use crate::{
    books,
    dealing::{Deal, Parties},
    errors::AccountError,
    events::{Traded, TriggerSet},
    given::Given,
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{ExecuteTriggerArgs, Group, MarginAccount, OrderRecord, TradeLeg},
    ids,
    risk::Model,
};

/// Accounts of `execute_trigger`; behind them, the market that is traded and those in which either account has perps or
/// claims, and the risks of all markets that either margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteTrigger<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account whose trigger it is.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Its record of orders.
    #[account(mut, has_one = margin_account @ AccountError::RecordMissing)]
    pub order_record: AccountLoader<'info, OrderRecord>,
    /// The account that takes the other side.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub keeper: AccountLoader<'info, MarginAccount>,
    /// Its owner, or a delegate who may trade.
    pub trader: Signer<'info>,
    /// The group's model.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK @ AccountError::RiskProgramWrong)]
    pub risk_program: UncheckedAccount<'info>,
}

impl<'info> ExecuteTrigger<'info> {
    /// Refuses a trigger that waits, and a price or fee that it does not allow. Returns the leg, and the lots that are
    /// left.
    #[inline(never)]
    fn fire(&self, args: &ExecuteTriggerArgs, given: &Given, now: i64) -> Result<(TradeLeg, i64)> {
        let group = self.group.load()?;
        group.invariant()?;
        require!(self.keeper.load()?.may_trade(self.trader.key, false, now), AccountError::NotAllowed);
        let key = self.group.key();
        let record = &mut *self.order_record.load_mut()?;
        let number = record.trigger(args.place)?.market;
        let risks = given.risks(&key)?;
        let risk = risks.good(number, now)?.ok_or(AccountError::TriggerWaits)?;
        let markets = given.markets(&key)?;
        let market =
            markets.iter().find(|market| market.market == number).ok_or(AccountError::MarketMissing)?;
        let index = risk.price.index;
        record.fire(args, index, market.per_lot_down(index)?, now)
    }

    /// Executes all or some of a trigger's lots: the account's positions become smaller, the keeper's account passes
    /// the gate like everybody else's.
    pub fn execute_trigger(ctx: Context<'info, Self>, args: ExecuteTriggerArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let given = Given::new(ctx.remaining_accounts);
        let (leg, lots) = accounts.fire(&args, &given, now)?;
        let parties = Parties {
            group: &accounts.group,
            first: &accounts.margin_account,
            second: &accounts.keeper,
            given: &given,
            now,
        };
        let fee = books::signed(args.fee)?;
        let deal = Deal {
            legs: &[leg],
            fees: [fee, fee.saturating_neg()],
            reduce_only: [true, false],
            entrusted: [false; 2],
        };
        let [first, second] = parties.deal(&deal, &accounts.model)?;
        let (group, margin_account) = (accounts.group.key(), accounts.margin_account.key());
        let legs = vec![leg];
        emit_cpi!(Traded { group, venue: 0, nonces: [0; 2], legs, first, second, group_fee: 0 });
        emit_cpi!(TriggerSet { group, margin_account, place: args.place, market: leg.number, lots });
        Ok(())
    }
}
