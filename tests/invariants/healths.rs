//! Invariant 3: no instruction but the passing of time and prices makes a healthy account unhealthy, and none that
//! lowers health leaves less than initial margin.

use crate::{
    stage::Cast,
    state::{broken, Broken, State},
};
use anchor_lang::prelude::Pubkey;
use ballast_audit::legs;
use ballast_interface::{
    account::{pause, MarginAccount},
    risk::{instructions as risk_program, Action, Assessment},
};
use ballast_testkit::{limit, Instruction, World};
use std::collections::BTreeMap;

/// Name of the invariant.
pub const GATE: &str = "3 the gate";

/// Instructions whose purpose is to change an account at prices that are what they are, or past the gate: expiry,
/// and a rescue, for which the liquidation program answers.
pub const EXEMPT: [&str; 20] = [
    "refresh_price",
    "post_surface",
    "freeze_settlement",
    "latch",
    "move_legs",
    "move_collateral",
    "move_cash",
    "absorb_loss",
    "share_loss",
    "fill_rescue",
    "cut_claims",
    "realise",
    "begin",
    "liquidate",
    "liquidate_to_order",
    "swap_collateral",
    "end",
    "deleverage",
    "resolve_bankruptcy",
    "realise_profit",
];

/// Instructions at the end of which stands the gate.
pub const GATED: [&str; 5] = ["withdraw", "transfer", "settle_fills", "block_trade", "execute_trigger"];

/// The markets that an assessment of an account needs.
pub fn markets_of(account: &MarginAccount) -> Vec<u16> {
    let mut markets: Vec<u16> = legs(account).map(|leg| leg.market).collect();
    markets.extend(account.collateral.iter().map(|row| row.market).filter(|market| *market != 0));
    markets.sort_unstable();
    markets.dedup();
    markets
}

/// Reports that were asked for last, by seat: what the seat held, and when. Prices must be as they were.
#[derive(Default)]
pub struct Reports {
    last: BTreeMap<usize, (MarginAccount, i64, Option<Assessment>)>,
}

impl Reports {
    /// Prices changed: nothing is known any more.
    pub fn forget(&mut self) {
        self.last.clear();
    }

    /// The risk program's report on a seat as it was in a state, once interest, funding and cuts are told; none if there is
    /// no account, or no report on it.
    pub fn of(&mut self, world: &mut World, cast: &Cast, state: &State, seat: usize) -> Option<Assessment> {
        let told = told(world, cast, state, seat)?;
        match self.last.get(&seat) {
            Some((last, at, report)) if *at == state.now && alike(last, &told) => *report,
            _ => {
                let report = ask(world, cast, &told, seat);
                self.last.insert(seat, (told, state.now, report));
                report
            }
        }
    }
}

fn alike(one: &MarginAccount, two: &MarginAccount) -> bool {
    bytemuck::bytes_of(one) == bytemuck::bytes_of(two)
}

/// An account with interest and funding up to the state's time, and all cuts of its claims.
pub fn told(world: &mut World, cast: &Cast, state: &State, seat: usize) -> Option<MarginAccount> {
    let mut told = **state.accounts[seat].as_ref()?;
    let mut group = *state.group;
    told.take_out(&mut group, state.now).ok()?;
    for market in &state.markets {
        let (mut market, risk) = (*market, world.market_risk(&cast.group(), market.market));
        market.accrue_by(&risk, state.now).ok()?;
        told.settle_claims(&mut market).ok()?;
        told.settle_funding(&mut market).ok()?;
    }
    told.put_back(&mut group).ok()?;
    Some(told)
}

/// Asks the risk program about an account that stands in a seat's place for as long as the question takes.
fn ask(world: &mut World, cast: &Cast, told: &MarginAccount, seat: usize) -> Option<Assessment> {
    let key = cast.seats[seat].account;
    let ask = risk_program::assess(&cast.group(), &key, &markets_of(told));
    Assessment::from_bytes(&answer(world, &key, told, ask)?)
}

/// What is answered to a question about an account that stands in another's place.
pub fn answer(world: &mut World, key: &Pubkey, told: &MarginAccount, ask: Instruction) -> Option<Vec<u8>> {
    let stands = world.svm.account(key)?;
    world.overwrite(key, told);
    let sent = world.svm.send(&[limit(), ask], &[]);
    world.svm.set_account(key, stands);
    Some(sent.ok()?.return_data)
}

/// What an accepted instruction did to a seat.
pub struct Change<'a> {
    pub by: &'a str,
    pub seat: usize,
    /// Whether the seat is the one that gives, in a withdrawal or a transfer.
    pub gives: bool,
    /// Whether expired positions were settled by it.
    pub expired: bool,
    pub before: &'a Assessment,
    pub after: &'a Assessment,
}

/// 3: judges it.
pub fn judge(change: &Change, before: &State, after: &State) -> Result<(), Broken> {
    let Change { by, seat, gives, expired, before: was, after: is } = change;
    let (health, room) = (is.health.get(), is.room.get());
    let fell = health < was.health.get();
    let tell = || {
        let (was_room, was_health) = (was.room.get(), was.health.get());
        format!("seat {seat} by {by}: health {was_health} to {health}, room {was_room} to {room}")
    };
    if EXEMPT.contains(by) || *expired {
        return Ok(());
    }
    if was.health.get() >= 0 && health < 0 {
        return broken(GATE, format!("healthy no more: {}", tell()));
    }
    let Some(account) = after.accounts[*seat].as_ref() else { return Ok(()) };
    if !GATED.contains(by) {
        // A deposit, a settlement, a delegate: nothing that may cost anything.
        if fell && was.health.get() - health > 10_000 * 4 {
            return broken(GATE, format!("health falls without a gate: {}", tell()));
        }
        return Ok(());
    }
    if !account.has_liabilities() || matches!(*by, "transfer") && !gives {
        return Ok(());
    }
    if room < 0 && (fell || *gives) {
        return broken(GATE, format!("less than initial margin: {}", tell()));
    }
    let what = if *gives { pause::WITHDRAW } else { pause::INCREASE };
    let stopped = before.group.is_paused(what, before.now);
    let doubtful = !Action::Increase.is_in(is.permitted);
    if (account.liquidation_since != 0 || stopped || doubtful) && (fell || *gives) {
        return broken(GATE, format!("latched, stopped or doubtful: {}", tell()));
    }
    Ok(())
}
