//! Settles an account with its markets: funding, expired positions, profits and losses.

use crate::{
    books,
    errors::AccountError,
    events::AccountSettled,
    gate::{Change, Gate},
    given::{Given, Markets, Risks},
    ledger::Ledger,
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{pause, Flow, Group, MarginAccount},
    ids,
    risk::Model,
};

/// Accounts of `settle_account`; behind them, the markets to settle with, and, if losses beyond the account's cash shall
/// become debt, the risks of all markets that its margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct SettleAccount<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's model.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub model: AccountLoader<'info, Model>,
    /// The risk program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::RISK @ AccountError::RiskProgramWrong)]
    pub risk_program: UncheckedAccount<'info>,
}

/// What was settled.
struct Settled {
    legs: u16,
    flow: Flow,
    /// Whether losses are left.
    owes: bool,
    /// Whether cash was not counted before.
    counts: bool,
}

impl<'info> SettleAccount<'info> {
    #[inline(never)]
    fn settle(&self, given: &Given, risks: &Risks, now: i64) -> Result<Settled> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        group.invariant()?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        let (address, counts) = (self.margin_account.key(), account.uncounted != 0);
        let (legs, flow) = books::settle_account(account, address, group, &mut markets, risks, now)?;
        let owes = markets.iter().any(|market| account.unpaid(market.market) < 0);
        Ok(Settled { legs, flow, owes, counts })
    }

    /// Turns losses that cash does not cover into debt, as far as the group lends. It is a loan like any other and passes
    /// the gate: debt that nobody pays would be the lenders' loss, and what it paid into a pool somebody else's gain.
    #[inline(never)]
    fn borrow(&self, given: &Given, flow: &mut Flow, now: i64) -> Result<()> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        // An account is healthy only with its funding and its cuts, which a market that is not given would hide.
        books::require_known_markets(account, &markets)?;
        group.open(account, now)?;
        // By now all cash above zero is paid.
        let most = u128::from(group.rules.borrow_cap);
        let room =
            most.saturating_sub(group.borrowed()).saturating_sub(account.cash.min(0).unsigned_abs().into());
        let mut room = i64::try_from(room).unwrap_or(i64::MAX);
        for market in markets.iter_mut() {
            let owed = account.unpaid(market.market).min(0).saturating_neg().min(room);
            if owed > 0 {
                pay(account, market, group, flow, owed)?;
                room = room.saturating_sub(owed);
            }
        }
        group.close(account)?;
        flow.cash = account.cash;
        account.invariant()
    }

    /// Settles, and counts all cash; anybody may ask for that, and in which order accounts are settled does not matter.
    pub fn settle_account(ctx: Context<'info, Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let given = Given::new(ctx.remaining_accounts);
        let group = accounts.group.key();
        let risks = given.risks(&group)?;
        let Settled { legs, mut flow, owes, counts } = accounts.settle(&given, &risks, now)?;
        if owes && !risks.is_empty() {
            accounts.borrow(&given, &mut flow, now)?;
            let gate = Gate { group: &accounts.group, model: &accounts.model, risks: &risks, now };
            let change = Change { before: None, reduced: false, stop: pause::WITHDRAW, entrusted: false };
            gate.pass(&accounts.margin_account, change)?;
        }
        require!(counts || legs > 0 || !flow.markets.is_empty(), AccountError::NothingToSettle);
        emit_cpi!(AccountSettled { group, legs, flow });
        Ok(())
    }
}

fn pay(
    account: &mut MarginAccount,
    market: &mut <Markets as IntoIterator>::Item,
    group: &mut Ledger,
    flow: &mut Flow,
    owed: i64,
) -> Result<()> {
    let before = market.pool;
    account.pay_pool(market, owed.saturating_neg())?;
    group.count(before, market.pool)?;
    let flow = flow.market(market.market);
    flow.settled = flow.settled.saturating_sub(owed);
    Ok(())
}
