//! One sequence under way: every transaction is sent from here, and everything that is promised is looked at after it.

use crate::{
    books,
    clocks::Clocks,
    flags, forms,
    healths::{self, Change, Reports, EXEMPT, GATED},
    history::{event, History},
    rescues::insurance,
    stage::{Cast, Recorded, Stage},
    state::{addresses, broken, Broken, State},
    withdrawals::Ledger,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{AccountSettled, LossShared, MarginAccount, Order, SettleFillsArgs};
use ballast_testkit::{Failure, Instruction, Keypair, Random, World};
use std::collections::BTreeMap;

/// Name of the invariant that failure changes nothing.
pub const NOTHING: &str = "10 failure changes nothing";
/// Name of the promise that nobody acts for somebody else.
pub const THIEF: &str = "nobody signs for another";

/// How many of a hundred instructions that only read the group are compared with those that write it.
const TWINS: u64 = 3;
/// How many of a hundred of those that are refused must be refused likewise where they write it.
const REFUSED_TWICE: u64 = 10;
/// Steps of a rescue that can read the group, by the liquidation program's stand-in and by itself.
const OF_A_RESCUE: [&str; 9] = [
    "move_legs",
    "fill_rescue",
    "move_cash",
    "realise",
    "liquidate",
    "liquidate_to_order",
    "swap_collateral",
    "deleverage",
    "realise_profit",
];

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
    /// Decides forms of instructions and nothing else; every step begins it anew.
    pub forms: Random,
    /// Why the last instruction was refused that was.
    pub reason: String,
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
            forms: Random::new(16),
            reason: String::new(),
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

    /// Sends instructions of which the last is meant, about a seat first of all. Whether it was accepted. Two times of
    /// three they only read the group, where they can; where it has to be written after all, they do that next.
    pub fn act(
        &mut self,
        by: &'static str,
        seat: usize,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<bool, Broken> {
        let read = forms::read_form(instructions).filter(|_| self.forms.chance(67));
        let Some(read) = read else { return self.act_as_built(by, seat, instructions, signers) };
        let twin = self.forms.chance(TWINS).then(|| World::new(self.at.copied()));
        if self.attempt(by, seat, &read, signers, true)? {
            if let Some(twin) = twin {
                self.compare_with(twin, by, instructions, signers)?;
            }
            return Ok(true);
        }
        let reason = self.reason.clone();
        let once_more = forms::ONCE_MORE.contains(&reason.as_str());
        if once_more || self.forms.chance(REFUSED_TWICE) {
            let done = self.act_as_built(by, seat, instructions, signers)?;
            if !once_more && (done || self.reason != reason) {
                let now = if done { "nothing" } else { &self.reason };
                let what = format!("{by} is refused for {reason} where it reads, for {now} where it writes");
                return broken(forms::FORMS, what);
            }
            return Ok(done);
        }
        Ok(false)
    }

    /// The same, always with the group written where the instructions say so.
    pub fn act_as_built(
        &mut self,
        by: &'static str,
        seat: usize,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<bool, Broken> {
        self.attempt(by, seat, instructions, signers, false)
    }

    /// Does in a copy of before, with the group written, what was accepted where it only read it.
    fn compare_with(
        &mut self,
        mut twin: World,
        by: &'static str,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<(), Broken> {
        let mut signers = signers.to_vec();
        signers.dedup_by_key(|key| key.to_bytes());
        match twin.svm.send(instructions, &signers) {
            Ok(_) => {
                let written = State::read(&mut twin, self.cast, &self.addresses);
                self.mark_if(true, "both forms are compared");
                forms::agree(&self.state, &written, by)
            }
            Err(failure) => {
                let what = format!(
                    "{by} is accepted where it reads, refused for {} where it writes",
                    reason(&failure)
                );
                broken(forms::FORMS, what)
            }
        }
    }

    fn attempt(
        &mut self,
        by: &'static str,
        seat: usize,
        instructions: &[Instruction],
        signers: &[&Keypair],
        reads: bool,
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
                self.reason = reason(&failure);
                *count.reasons.entry(self.reason.clone()).or_default() += 1;
                self.refused(by, &before, &failure)?;
                self.mark_refusal(by, reads);
                Ok(false)
            }
            Ok(_) => {
                count.accepted += 1;
                self.told.push(format!("    {by}{}", if reads { ", reading" } else { "" }));
                let flows = self.history.flows.len();
                self.accepted(by, seat, &before, &heard)?;
                if reads {
                    forms::unwritten(&before, &self.state, by, self.cast)?;
                } else {
                    forms::counted(&self.state, by, &self.history.flows[flows..])?;
                }
                self.mark_forms(by, &before, reads);
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
        forms::near(&self.state)?;
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

    fn mark_refusal(&mut self, by: &str, reads: bool) {
        let uncounted = self.reason == "CashUncounted";
        self.mark_if(uncounted && reads, "cash is refused as uncounted");
        self.mark_if(self.reason == "FeesUnplaced", "fees are refused as unplaced");
        self.mark_if(uncounted && matches!(by, "latch" | "end"), "a release is refused as uncounted");
    }

    /// What came up by the form in which an accepted instruction was sent.
    fn mark_forms(&mut self, by: &str, before: &State, reads: bool) {
        let seats = before.accounts.iter().zip(&self.state.accounts);
        let counts = seats.into_iter().any(|(was, is)| {
            let beside = |account: &Option<Box<_>>| account.as_deref().map_or(0, uncounted);
            beside(was) != 0 && beside(is) == 0
        });
        let latched = self.state.open().any(|(_, account)| {
            let worth = account.cash - account.uncounted;
            account.liquidation_since != 0 && account.uncounted.abs() > worth.abs() / 8
        });
        let waited = [before, &self.state].map(|state| state.waiting().iter().sum::<i128>());
        self.mark_if(reads && by == "settle_fills", "a fill only reads the group");
        self.mark_if(reads && OF_A_RESCUE.contains(&by), "a rescue only reads the group");
        self.mark_if(waited[1] > waited[0], "fees wait in a market");
        self.mark_if(waited[1] < waited[0], "waiting fees are collected");
        self.mark_if(counts && by == "settle_account", "settle_account counts cash");
        self.mark_if(latched, "much is uncounted under liquidation");
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

fn uncounted(account: &MarginAccount) -> i64 {
    account.uncounted
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
