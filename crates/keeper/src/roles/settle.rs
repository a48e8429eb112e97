//! Settles accounts: positions of dates whose price is frozen, profits that a pool can pay now, and losses that cash can
//! pay or, of a healthy account, a loan; and counts cash that trades have moved without writing the group.

use super::attempt_all;
use crate::{scan::Unfit, Job, Keeper, Role, State};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Held, Instruction, Result};
use ballast_interface::{
    account::{pause, MarginAccount, Market},
    risk::Action,
};
use serde::Deserialize;
use std::{cmp::Reverse, collections::BTreeMap, future::Future, pin::Pin, time::Duration};

/// How accounts are settled.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds between two looks.
    pub pause: u64,
    /// Most accounts that are settled at one look.
    pub most: usize,
    /// Least quote units that must move, or be beside what is counted, where no position is settled; less is left until
    /// somebody trades.
    pub least: u64,
    /// Whether losses of healthy accounts are made debts while somebody waits for the money.
    pub loans: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pause: 10, most: 32, least: 1_000_000, loans: true }
    }
}

/// The role.
pub struct Settle {
    settings: Settings,
}

impl Settle {
    /// With these settings.
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

/// One account that can be settled.
struct Task {
    address: Pubkey,
    /// Whether positions are settled, and not only money moves.
    dated: bool,
    /// Quote units that it pays into pools, or owes to them and borrows.
    pays: u64,
    /// What pools would pay it for claims that it has already, by market.
    claims: Vec<(u16, u64)>,
    /// Quote units that change, all counted as if above zero: what the order goes by.
    moved: u64,
    /// Quote units that the group has not counted of its cash.
    beside: u64,
    loan: bool,
    /// Whether something is owed that nobody lends: a settlement that asked for a loan would be refused.
    short: bool,
}

impl Task {
    /// Whether there is enough to be done, once those before it have paid into the pools and been paid out of them.
    fn draws(&self, pools: &mut BTreeMap<u16, u64>, least: u64) -> bool {
        let mut drawn = 0u64;
        for (market, claim) in &self.claims {
            let pool = pools.entry(*market).or_default();
            let part = (*claim).min(*pool);
            *pool -= part;
            drawn = drawn.saturating_add(part);
        }
        self.dated || self.pays.max(drawn).max(self.beside) >= least.max(1)
    }
}

/// Whether a position's date has a price by which it can be settled.
fn holds_frozen(state: &State, account: &MarginAccount) -> bool {
    let frozen = |market: &Market, expiry: i64| {
        market.dates().iter().any(|date| date.expiry == expiry && date.settled_at != 0)
    };
    let legs = account.legs.iter().take_while(|leg| leg.market != 0).filter(|leg| leg.expiry != 0);
    let mut legs = legs.filter_map(|leg| Some((state.exchange.markets.get(&leg.market)?, leg.expiry)));
    legs.any(|(market, expiry)| frozen(market, expiry))
}

/// Whether the group lends to an account now, as the gate would judge it.
fn may_borrow(state: &State, account: &Held<MarginAccount>, now: i64) -> bool {
    let group = &state.exchange.group;
    let lends =
        group.borrowed() < u128::from(group.rules.borrow_cap) && !group.is_paused(pause::WITHDRAW, now);
    // As of now, and not as of the last scan: health may have gone since.
    let healthy = || {
        state
            .scanner
            .assessment(&account.address, now)
            .is_ok_and(|report| report.room.get() >= 0 && Action::Increase.is_in(report.permitted))
    };
    lends && account.state.liquidation_since == 0 && healthy()
}

/// Looks closer at an account with frozen dates, claims, losses, or cash that is not counted.
fn task(
    state: &State,
    settings: &Settings,
    key: &Pubkey,
    now: i64,
) -> std::result::Result<Option<Task>, Unfit> {
    let Some(held) = state.held(key) else { return Ok(None) };
    let before = &held.state;
    let (dated, beside) = (holds_frozen(state, before), before.uncounted.unsigned_abs());
    if !dated && beside == 0 && before.markets.iter().all(|book| book.unpaid_profit == 0) {
        return Ok(None);
    }
    // As a settlement would leave it, with the pools as they are.
    let after = state.scanner.refreshed(key, now)?;
    let gone =
        |number: u16| (before.unpaid(number), after.unpaid(number).saturating_sub(before.unpaid(number)));
    let numbers = || before.markets.iter().map(|book| book.market).filter(|number| *number != 0);
    let claims = numbers().filter(|number| gone(*number).0 > 0);
    let claims = claims.map(|number| (number, gone(number).1.min(0).unsigned_abs())).collect();
    let paid = before.cash.saturating_sub(after.cash).max(0).unsigned_abs();
    let losses = numbers().filter(|number| gone(*number).0 < 0);
    let losses = losses.map(|number| gone(number).1.max(0).unsigned_abs()).sum();
    let mut pays = if dated { paid } else { losses };
    let mut moved: u64 = before.cash.abs_diff(after.cash);
    moved = numbers().fold(moved, |sum, number| sum.saturating_add(gone(number).1.unsigned_abs()));
    let owed = || after.markets.iter().filter(|book| book.unpaid_profit < 0);
    let awaited = |number: u16| {
        state.exchange.markets.get(&number).is_some_and(|market| dated || market.unpaid > market.pool)
    };
    let wanted = settings.loans && owed().any(|book| awaited(book.market));
    let loan = wanted && may_borrow(state, &held, now);
    if loan {
        let lent: u64 = owed().map(|book| book.unpaid_profit.unsigned_abs()).sum();
        (pays, moved) = (pays.saturating_add(lent), moved.saturating_add(lent));
    }
    let short = !loan && owed().next().is_some();
    moved = moved.saturating_add(beside);
    Ok(Some(Task { address: *key, dated, pays, claims, moved, beside, loan, short }))
}

fn steps(state: &State, task: &Task) -> Result<Vec<Instruction>> {
    let Some(held) = state.held(&task.address) else { return Ok(vec![]) };
    let build = Build::new(&state.exchange);
    if task.short {
        return build.refresh_account(&held);
    }
    build.settle_account(&held)
}

/// Settlements that are due: first of those who pay, since others can be paid by it, and among each the biggest first.
/// Profits count as far as the pool goes after those who come before.
pub fn due(state: &State, settings: &Settings, now: i64) -> Vec<Job> {
    let keys = state.scanner.keys();
    let mut tasks: Vec<Task> =
        keys.filter_map(|key| task(state, settings, key, now).ok().flatten()).collect();
    tasks.sort_by_key(|task| (task.pays == 0, Reverse(task.moved), task.address));
    let markets = state.exchange.markets.iter();
    let mut pools: BTreeMap<u16, u64> = markets.map(|(number, market)| (*number, market.pool)).collect();
    tasks.retain(|task| task.draws(&mut pools, settings.least));
    tasks.truncate(settings.most);
    let job = |task: &Task| {
        let steps = steps(state, task).ok().filter(|steps| !steps.is_empty())?;
        let what = if task.loan { "settle, with a loan" } else { "settle" };
        // Else a refresh would leave beside what is counted what it finds there, and be due again.
        let as_is = task.beside >= settings.least.max(1);
        Some(Job { target: format!("account {}", task.address), what: what.into(), steps, as_is })
    };
    tasks.iter().filter_map(job).collect()
}

impl Role for Settle {
    fn name(&self) -> &'static str {
        "settle"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(self.settings.pause)
    }

    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let now = keeper.now().await;
            let jobs = due(&*keeper.state.read().await, &self.settings, now);
            attempt_all(keeper, self.name(), &jobs).await
        })
    }
}
