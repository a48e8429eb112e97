//! One sequence under way: every transaction is sent from here, and everything that is promised is looked at after it.

use crate::{
    books,
    clocks::Clocks,
    flags,
    healths::{self, Change, Reports, EXEMPT, GATED},
    history::{event, History},
    rescues::insurance,
    stage::{Cast, Recorded, Stage},
    state::{addresses, broken, Broken, State},
    withdrawals::Ledger,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{AccountSettled, LossShared, Order, SettleFillsArgs};
use ballast_testkit::{Failure, Instruction, Keypair, Random, World};
use std::collections::BTreeMap;

/// Name of the invariant that failure changes nothing.
pub const NOTHING: &str = "10 failure changes nothing";
/// Name of the promise that nobody acts for somebody else.
pub const THIEF: &str = "nobody signs for another";

/// How often each instruction was accepted and refused, and why.
#[derive(Clone, Default, Debug)]
pub struct Count {
    pub accepted: u64,
    pub refused: u64,
    pub reasons: BTreeMap<String, u64>,
}

/// Counts by instruction.
pub type Counts = BTreeMap<&'static str, Count>;

/// Counts of what came up.
pub type Marks = BTreeMap<&'static str, u64>;

/// Two orders that fit each other, with who signed them.
#[derive(Clone)]
pub struct Pair {
    pub seats: [usize; 2],
    pub orders: [Order; 2],
    pub prices: Vec<u64>,
    pub left: u64,
}

impl Pair {
    /// A fill of some units of both.
    pub fn fill(&self, units: u64, fees: [u64; 2]) -> SettleFillsArgs {
        SettleFillsArgs {
            maker: self.orders[0].clone(),
            taker: self.orders[1].clone(),
            maker_units: units,
            taker_units: units,
            prices: self.prices.clone(),
            maker_fee: fees[0],
            taker_fee: fees[1],
        }
    }
}

/// A sequence under way.
pub struct Play<'a> {
    pub cast: &'a Cast,
    pub world: World,
    pub at: Recorded,
    pub state: State,
    addresses: Vec<Pubkey>,
    /// Prices in 10^-8 dollars.
    pub prices: [i64; 2],
    pub nonces: Vec<u64>,
    pub pairs: Vec<Pair>,
    pub history: History,
    clocks: Clocks,
    pub reports: Reports,
    pub ledger: Ledger,
    pub counts: Counts,
    /// What was done, for people.
    pub told: Vec<String>,
    /// Decides coalitions and nothing else.
    coalitions: Random,
    /// How often what a check is about came up: where that never happens, nothing is checked.
    pub marks: Marks,
    /// Least that interest charged exceeded interest credited by.
    pub least_interest: i128,
    /// What there was before the last accepted transaction, and the events of it.
    pub before: Option<State>,
    pub heard: Vec<Vec<u8>>,
    /// What was staked so far, less what was paid out.
    pub staked: i128,
}

impl<'a> Play<'a> {
    /// Begins on a copy of a stage.
    pub fn new(stage: &'a Stage) -> Self {
        let (mut world, at) = stage.world();
        let cast = &stage.cast;
        let addresses = addresses(cast);
        let state = State::read(&mut world, cast, &addresses);
        let mut history = History::default();
        for bytes in &stage.heard {
            history.hear(bytes).unwrap_or_else(|broken| panic!("the stage: {broken:?}"));
        }
        history.compare(&state, cast).unwrap_or_else(|broken| panic!("the stage: {broken:?}"));
        let ledger = Ledger::new(&state);
        let staked = state.insurance.as_ref().map_or(0, |insurance| insurance.fund.assets.into());
        Self {
            cast,
            world,
            at,
            state,
            addresses,
            prices: [95_000_00000000, 3_500_00000000],
            nonces: vec![1; cast.seats.len()],
            pairs: vec![],
            history,
            clocks: Clocks::default(),
            reports: Reports::default(),
            ledger,
            counts: Counts::new(),
            told: vec![],
            coalitions: Random::new(6),
            marks: Marks::new(),
            least_interest: i128::MAX,
            before: None,
            heard: vec![],
            staked,
        }
    }

    /// Takes note that something came up that a check is about.
    pub fn mark_if(&mut self, holds: bool, what: &'static str) {
        *self.marks.entry(what).or_default() += u64::from(holds);
    }

    /// Reads everything anew: after something past all rules, or after time has passed.
    pub fn look(&mut self) {
        self.state = State::read(&mut self.world, self.cast, &self.addresses);
    }

    /// Sends instructions of which the last is meant, about a seat first of all. Whether it was accepted.
    pub fn act(
        &mut self,
        by: &'static str,
        seat: usize,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<bool, Broken> {
        let _ = self.at.heard();
        let mut signers = signers.to_vec();
        signers.dedup_by_key(|key| key.to_bytes());
        let sent = self.world.svm.send(instructions, &signers);
        let heard = self.at.heard();
        let after = State::read(&mut self.world, self.cast, &self.addresses);
        let before = std::mem::replace(&mut self.state, after);
        let count = self.counts.entry(by).or_default();
        match sent {
            Err(failure) => {
                count.refused += 1;
                *count.reasons.entry(reason(&failure)).or_default() += 1;
                self.refused(by, &before, &failure)?;
                Ok(false)
            }
            Ok(_) => {
                count.accepted += 1;
                self.told.push(format!("    {by}"));
                self.accepted(by, seat, &before, &heard)?;
                (self.before, self.heard) = (Some(before), heard);
                Ok(true)
            }
        }
    }

    fn refused(&mut self, by: &str, before: &State, failure: &Failure) -> Result<(), Broken> {
        if failure.code().is_none() && !reason(failure).contains("Missing") {
            let text = format!("{:?} {:#?}", failure.reason, failure.logs);
            return broken("programs refuse in their own words", format!("{by}: {text}"));
        }
        for (key, account) in &before.bytes {
            if self.state.bytes.get(key) != Some(account) {
                return broken(NOTHING, format!("{key} changed by a refused {by}"));
            }
        }
        Ok(())
    }

    fn accepted(
        &mut self,
        by: &'static str,
        seat: usize,
        before: &State,
        heard: &[Vec<u8>],
    ) -> Result<(), Broken> {
        let flows = self.history.flows.len();
        for bytes in heard {
            self.history.hear(bytes)?;
        }
        self.least_interest = self.least_interest.min(books::hold(&self.state)?);
        flags::flags(before, &self.state, by)?;
        self.history.compare(&self.state, self.cast)?;
        let new = &self.history.flows[flows..];
        let shared = heard.iter().any(|bytes| event::<LossShared>(bytes).is_some());
        self.clocks.look(before, &self.state, new, self.cast, shared)?;
        self.note(flows);
        self.ledger.note(before, &self.state, by, seat);
        self.ledger.check(&self.state, &mut self.coalitions)?;
        if self.cast.rescued {
            insurance::money(before, &self.state, by, &mut self.staked, self.cast)?;
        }
        self.healths(by, seat, before, heard)
    }

    /// The health of every account that is not what it was.
    fn healths(&mut self, by: &str, seat: usize, before: &State, heard: &[Vec<u8>]) -> Result<(), Broken> {
        if matches!(by, "refresh_price" | "post_surface") {
            self.reports.forget();
        }
        if EXEMPT.contains(&by) {
            return Ok(());
        }
        let expired = heard.iter().filter_map(|bytes| event::<AccountSettled>(bytes)).any(|e| e.legs > 0);
        for touched in self.state.changed_seats(before, self.cast) {
            // No instruction changes both an account and what it is judged by: the report of before can be asked for now.
            let was = self.reports.of(&mut self.world, self.cast, before, touched);
            let is = self.reports.of(&mut self.world, self.cast, &self.state, touched);
            let there = [before, &self.state].map(|state| state.accounts[touched].is_some());
            if there != [true; 2] {
                continue;
            }
            let (Some(was), Some(is)) = (was, is) else {
                return broken(healths::GATE, format!("no report on seat {touched} after {by}"));
            };
            let gives = matches!(by, "withdraw" | "transfer") && touched == seat;
            let change = Change { by, seat: touched, gives, expired, before: &was, after: &is };
            healths::judge(&change, before, &self.state)?;
            let account = self.state.accounts[touched].as_ref().expect("it is there");
            let (fell, owes) = (is.health.get() < was.health.get(), account.has_liabilities());
            let (latched, gated) = (account.liquidation_since != 0, GATED.contains(&by));
            self.mark_if(was.health.get() >= 0 && owes && !expired, "a healthy account changes");
            self.mark_if(was.health.get() < 0 && !expired, "an unhealthy account changes");
            self.mark_if(fell && owes && gated, "health falls at the gate");
            self.mark_if(is.room.get() < 0 && gated, "the gate lets pass without room");
            self.mark_if(latched && gated, "the gate lets pass under liquidation");
        }
        Ok(())
    }

    /// What this instruction brought up.
    fn note(&mut self, flows: usize) {
        let flows = self.history.flows[flows..].to_vec();
        let parts = || flows.iter().flat_map(|flow| &flow.markets);
        self.mark_if(flows.iter().any(|flow| flow.interest > 0), "interest is credited");
        self.mark_if(flows.iter().any(|flow| flow.interest < 0), "interest is charged");
        self.mark_if(parts().any(|part| part.funding > 0), "funding is got");
        self.mark_if(parts().any(|part| part.funding < 0), "funding is owed");
        self.mark_if(parts().any(|part| part.settled > 0), "a pool pays");
        self.mark_if(parts().any(|part| part.settled < 0), "a pool is paid");
        self.mark_if(parts().any(|part| part.cut > 0), "a claim is cut");
        let markets = &self.state.markets;
        let (unpaid, owed) =
            (markets.iter().any(|market| market.unpaid > 0), markets.iter().any(|market| market.owed > 0));
        let untold = markets.iter().any(|market| market.cut > 0);
        self.mark_if(unpaid, "a pool has too little");
        self.mark_if(owed, "a loss is not paid");
        self.mark_if(untold, "a cut has not reached all claims");
        let debt = self.state.open().any(|(_, account)| account.cash < 0);
        self.mark_if(debt, "somebody owes cash");
    }

    /// Sends what must be refused.
    pub fn forbidden(
        &mut self,
        by: &'static str,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<(), Broken> {
        if self.act(by, 0, instructions, signers)? {
            return broken(THIEF, format!("a thief's {by} was accepted"));
        }
        Ok(())
    }
}

/// Why something was refused, in a word: two programs number their errors alike, so the log has to name it.
fn reason(failure: &Failure) -> String {
    let named = failure.logs.iter().find_map(|line| line.split_once("Error Code: "));
    let name = named.and_then(|(_, rest)| rest.split_once('.')).map(|(name, _)| name.to_owned());
    match (name, failure.code()) {
        (Some(name), _) => name,
        (None, Some(code)) => format!("{code}"),
        (None, None) => format!("{:?}", failure.reason),
    }
}
