//! The keeper's own account: what it may take over without coming near its own edge, takings under way counted.

use super::weigh::Weigh;
use crate::{
    scan::{Standing, Unfit},
    Settings,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::Held;
use ballast_interface::account::{MarginAccount, TradeLeg};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// For how long what takings cost is counted.
const DAY: Duration = Duration::from_secs(86_400);

/// What an account gets by a taking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Getting {
    /// Positions.
    pub legs: Vec<TradeLeg>,
    /// Tokens: bank, its market, amount.
    pub tokens: Option<(u16, u16, u64)>,
    /// Cash, or below zero what it pays.
    pub cash: i64,
}

/// The keeper's account with everything that is on its way to it.
pub struct Own {
    /// As it is on chain.
    pub held: Held<MarginAccount>,
    state: MarginAccount,
    room: i128,
}

impl Own {
    /// The account, brought up to date, and all that it gets.
    pub fn new(weigh: &Weigh, address: &Pubkey, coming: &[Getting]) -> Result<Self, Unfit> {
        let fresh = weigh.fresh(address)?;
        let mut state = fresh.state;
        for getting in coming {
            getting.add(weigh, &mut state)?;
        }
        let room = weigh.standing(&state)?.room;
        Ok(Self { held: fresh.held, state, room })
    }

    /// How it stands with something more.
    pub fn after(&self, weigh: &Weigh, getting: &Getting) -> Result<Standing, Unfit> {
        let mut state = self.state;
        getting.add(weigh, &mut state)?;
        weigh.standing(&state)
    }

    /// Whether it may get something more: enough of its value stays free, and no more of that goes than one taking may
    /// cost.
    pub fn may_get(&self, weigh: &Weigh, settings: &Settings, getting: &Getting) -> bool {
        let Ok(after) = self.after(weigh, getting) else { return false };
        let eases = after.room >= self.room;
        let free = after.room >= settings.own_floor.of(after.value.max(0));
        let small = self.room - after.room <= settings.max_risk.0;
        after.room >= 0 && (eases || free && small)
    }
}

impl Getting {
    fn add(&self, weigh: &Weigh, account: &mut MarginAccount) -> Result<(), Unfit> {
        if let Some((bank, market, amount)) = self.tokens {
            account.change_token(bank, market, amount.into())?;
        }
        weigh.trade(account, &self.legs, self.cash)
    }
}

/// Takings that are under way, and profits that were realised for a rescue's sake.
#[derive(Default)]
pub struct Desk {
    rows: Mutex<Rows>,
}

/// What a desk holds.
#[derive(Default)]
pub struct Rows {
    next: u64,
    coming: Vec<Row>,
    /// What takings cost: which, when, and how much, in 10^-10 quote.
    losses: Vec<(u64, Instant, i128)>,
    /// Bankrupt account, when its rescue began, winner and market, with the profit, in quote units; a lender whose cash was
    /// counted, with no market.
    realised: HashMap<(Pubkey, i64, Pubkey, u16), i64>,
}

/// Something on its way.
struct Row {
    number: u64,
    getting: Getting,
    /// Until when it is counted on, though nobody waits for it any more.
    until: Option<Instant>,
}

/// A taking that is under way, until this is dropped.
pub struct Coming<'a> {
    desk: &'a Desk,
    number: u64,
    /// Whether what it costs stays counted.
    lost: bool,
}

impl Desk {
    /// What is known, for as long as it is looked at: plans are made one by one, so that no two count on the same room.
    pub fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    /// What is on its way.
    pub fn coming(&self) -> Vec<Getting> {
        let now = Instant::now();
        let counts = |row: &&Row| row.until.is_none_or(|until| now < until);
        self.coming.iter().filter(counts).map(|row| row.getting.clone()).collect()
    }

    /// Takes note of something that is on its way.
    pub fn add<'a>(&mut self, desk: &'a Desk, getting: Getting) -> Coming<'a> {
        self.next += 1;
        let now = Instant::now();
        self.coming.retain(|row| row.until.is_none_or(|until| now < until));
        self.coming.push(Row { number: self.next, getting, until: None });
        Coming { desk, number: self.next, lost: false }
    }

    /// The same for a taking that costs something: that counts from now on, unless nothing comes of it.
    pub fn add_costing<'a>(&mut self, desk: &'a Desk, getting: Getting, loss: i128) -> Coming<'a> {
        let coming = self.add(desk, getting);
        let now = Instant::now();
        self.losses.retain(|(_, at, _)| now < *at + DAY);
        if loss > 0 {
            self.losses.push((coming.number, now, loss));
        }
        coming
    }

    /// What takings cost in the last day, in 10^-10 quote.
    pub fn lost(&self, now: Instant) -> i128 {
        self.losses.iter().filter(|(_, at, _)| now < *at + DAY).map(|(_, _, loss)| loss).sum()
    }

    /// What was realised in a market for a rescue that began then, in quote units.
    pub fn realised(&self, account: &Pubkey, began: i64, market: u16) -> i128 {
        let of = |key: &(Pubkey, i64, Pubkey, u16)| (key.0, key.1, key.3) == (*account, began, market);
        self.realised.iter().filter(|(key, _)| of(key)).map(|(_, profit)| i128::from(*profit)).sum()
    }

    /// Whether a winner's profit was realised for this rescue.
    pub fn is_realised(&self, of: &(Pubkey, i64, Pubkey, u16)) -> bool {
        self.realised.contains_key(of)
    }

    /// Takes note that it was, and how much.
    pub fn realise(&mut self, of: (Pubkey, i64, Pubkey, u16), profit: i64) {
        self.realised.insert(of, profit);
    }
}

impl Coming<'_> {
    /// It has come: it is in the account, and what it cost stays counted.
    pub fn arrived(mut self) {
        self.lost = true;
    }

    /// Counts on it until then: nobody knows what became of it.
    pub fn linger(mut self, until: Instant) {
        self.lost = true;
        let mut rows = self.desk.rows();
        rows.coming
            .iter_mut()
            .filter(|row| row.number == self.number)
            .for_each(|row| row.until = Some(until));
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        let mut rows = self.desk.rows();
        rows.coming.retain(|row| row.number != self.number || row.until.is_some());
        if !self.lost {
            rows.losses.retain(|(number, ..)| *number != self.number);
        }
    }
}
