//! How much a validator takes, and what holds it up.
//!
//! Loads of thousands of transactions, one kind after the other: signed before, sent as fast as the validator's RPC takes
//! them, and looked up in its blocks. docs/throughput.md says what the columns mean and what was found.

mod blocks;
mod crowd;
mod ledger;
mod load;
mod processor;
mod traffic;
mod wire;

use ballast_testkit::{
    validator::{Genesis, Validator},
    Arch, Lite, Svm, World,
};
use crowd::{Crowd, Fallen, Pair};
use load::{Done, Field, Ready};
use processor::{Busy, Clocks};
use serde_json::{json, Value};
use std::{
    any::Any,
    thread,
    time::{Duration, Instant},
};
use traffic::Way;
use wire::Wire;

/// How often everybody sends in one load: a record of orders has room for 64, and some pairs fill in three loads ...
const ROUNDS: u64 = 20;
/// ... and where they shall fill a whole block: 96 pairs' fills are then some 230 million compute units, of which a block of
/// 100 million lies in the middle whenever in its slot the first one came.
const LONGER: u64 = 40;
/// Fills for which others pay than the operator, and that read the group.
const BESIDE: Way = Way { rounds: ROUNDS, apart: true, written: false };
/// Deposits of everybody, of whom there are twice as many as pairs.
const DEPOSITS: u64 = 12;
/// Ticks of a slot as on mainnet, 400 milliseconds ...
const TICKS: u64 = 64;
/// ... and how much longer slots are in the second trial.
const SLOWER: u64 = 8;
/// How long a validator is looked at without a load.
const REST: Duration = Duration::from_secs(4);
/// How many kinds of threads are told.
const KINDS: usize = 4;
/// The feature that raises a block's limit from 60 to 100 million compute units, and an account's from 24 to 40.
const HIGHER_LIMITS: &str = "P1BCUMpAC7V2GRBRiJCNUgpMyWZhoqt3LKo712ePqsz";

/// A validator with a crowd.
struct Trial {
    world: World,
    crowd: Crowd,
    field: Field,
    /// Most compute units of a block, and of one account in it.
    limits: [u64; 2],
}

impl Trial {
    /// Puts a world into genesis, and starts a validator with it.
    fn new(world: World, crowd: Crowd, ticks: u64) -> Self {
        let begun = Instant::now();
        let ticks = ticks.to_string();
        let validator: Validator = Genesis::world(world).argument(["--ticks-per-slot", &ticks]).start();
        println!("{} runs after {:.0} s", validator.name(), begun.elapsed().as_secs_f64());
        let field = Field { url: validator.rpc_url(), process: validator.id() };
        let higher = Wire::new(&field.url).ask("getAccountInfo", json!([HIGHER_LIMITS]));
        let limits = match higher["value"] {
            Value::Null => [60_000_000, 24_000_000],
            _ => [100_000_000, 40_000_000],
        };
        let trial = Self { world: World::new(validator), crowd, field, limits };
        trial.rest();
        trial.head();
        trial
    }

    /// Runs a load with fresh prices.
    fn run(&mut self, name: &str, load: Vec<Ready>) -> Done {
        let quotes = self.crowd.quotes(&mut self.world);
        self.field.run(quotes);
        let done = self.field.run(load);
        self.row(name, &done);
        done
    }

    fn deposit(&mut self, name: &str, part: fn(&mut Crowd) -> &mut Vec<Pair>) {
        let pairs = std::mem::take(part(&mut self.crowd));
        let before = ledger::money(&mut self.world, &self.crowd, &pairs);
        self.run(name, traffic::deposits(&self.crowd, &pairs, DEPOSITS));
        let after = ledger::money(&mut self.world, &self.crowd, &pairs);
        let each: u64 = (0..DEPOSITS).map(|round| traffic::DEPOSIT + round).sum();
        let all = each * 2 * pairs.len() as u64;
        assert!(before.0.iter().zip(&after.0).all(|(before, after)| after - before == each as i64), "{name}");
        assert_eq!(after.1 - before.1, all, "{name}: what came into the vaults");
        *part(&mut self.crowd) = pairs;
    }

    fn fill(&mut self, name: &str, way: Way, part: fn(&mut Crowd) -> &mut Vec<Pair>) -> Done {
        let mut pairs = std::mem::take(part(&mut self.crowd));
        let now = self.world.svm.now();
        let fills = traffic::fills(&self.crowd, &mut pairs, now, way);
        let accounts: Vec<_> =
            pairs.iter().flat_map(|pair| pair.sides.each_ref().map(|side| side.account)).collect();
        let before = ledger::positions(&mut self.world, &pairs);
        let fees = ledger::fees(&mut self.world, &self.crowd);
        let others = ledger::uncounted(&mut self.world, &self.crowd, &accounts);
        let done = self.run(name, fills);
        let after = ledger::positions(&mut self.world, &pairs);
        let moved = way.rounds as i64;
        for ([bought, sold], before) in after.iter().zip(before) {
            assert_eq!([bought - before[0], sold - before[1]], [moved, -moved], "{name}: lots");
        }
        let paid: u64 = (0..way.rounds).map(|round| traffic::FEE + round).sum::<u64>() * pairs.len() as u64;
        assert_eq!(ledger::fees(&mut self.world, &self.crowd) - fees, paid, "{name}: fees");
        // Whether groups were written or not, they know to the unit what is beside all counted cash.
        let left = ledger::uncounted(&mut self.world, &self.crowd, &accounts);
        assert_eq!(left, others, "{name}: uncounted");
        *part(&mut self.crowd) = pairs;
        done
    }

    fn liquidate(&mut self, name: &str, part: usize) -> Done {
        let fallen = std::mem::take(&mut self.crowd.fallen[part]);
        let takers = std::mem::take(&mut self.crowd.takers[part]);
        let accounts = fallen.iter().map(|fallen| fallen.account);
        let accounts: Vec<_> = accounts.chain(takers.iter().map(|taker| taker.account)).collect();
        let (before, held) = ledger::taken(&mut self.world, &takers, &fallen);
        let others = ledger::uncounted(&mut self.world, &self.crowd, &accounts);
        let done = self.run(name, traffic::liquidations(&self.crowd, &takers, &fallen));
        let (after, holding) = ledger::taken(&mut self.world, &takers, &fallen);
        let given = |fallen: &[Fallen], market: u16| {
            let lots = before.iter().zip(&after).zip(fallen).filter(|(_, fallen)| fallen.market == market);
            lots.map(|((before, after), _)| before - after).sum::<i64>()
        };
        assert!(
            before.iter().zip(&after).all(|(before, after)| (0..*before).contains(after)),
            "{name}: all gave"
        );
        for market in crowd::MARKETS {
            let [before, after] = [&held, &holding].map(|held| held.get(&market).copied().unwrap_or(0));
            assert_eq!(after - before, given(&fallen, market), "{name}: what was taken over in {market}");
        }
        let left = ledger::uncounted(&mut self.world, &self.crowd, &accounts);
        assert_eq!(left, others, "{name}: uncounted");
        (self.crowd.fallen[part], self.crowd.takers[part]) = (fallen, takers);
        done
    }

    /// Ends the validator.
    fn into_crowd(self) -> Crowd {
        self.crowd
    }

    /// Tells what the columns are.
    fn head(&self) {
        let [block, account] = self.limits;
        let cores = thread::available_parallelism().map_or(0, usize::from);
        println!("\n{cores} cores; a block may count {block}, one account in it {account}.\n");
        let columns = [
            "load",
            "sent",
            "in s",
            "taken in s",
            "a second",
            "at best",
            "slot in s",
            "units",
            "asks",
            "counts",
            "a block",
            "an account",
            "validator",
            "executing",
            "busiest",
            "client",
            "the busiest threads",
        ];
        println!("| {} |\n|---|{}", columns.join(" | "), "---:|".repeat(columns.len() - 1));
    }

    /// Tells who is busy while nobody sends anything.
    fn rest(&self) {
        let before = Clocks::look(self.field.process);
        thread::sleep(REST);
        let busy = Clocks::look(self.field.process).since(&before);
        println!("At rest: {:.2} of the validator's, {}.", busy.validator, threads(&busy));
    }

    /// Tells what became of a load.
    fn row(&self, name: &str, done: &Done) {
        let (blocks, busy, [block, account]) = (&done.blocks, &done.busy, self.limits);
        let cells = [
            name.to_owned(),
            done.count.to_string(),
            format!("{:.1}", done.seconds),
            format!("{:.1}", done.accepted),
            format!("{:.0}", done.count as f64 / done.seconds),
            format!("{:.0}", blocks.sustained),
            format!("{:.2}", blocks.slot),
            blocks.units().to_string(),
            done.limit.to_string(),
            blocks.cost().to_string(),
            format!("{} %", blocks.most(|found| found.cost) * 100 / block),
            format!("{} %", blocks.most(|found| found.busiest.0) * 100 / account),
            format!("{:.2}", busy.validator),
            format!("{:.2}", busy.workers),
            format!("{:.2}", busy.busiest),
            format!("{:.2}", busy.client),
            threads(busy),
        ];
        println!("| {} |", cells.join(" | "));
    }
}

/// The busiest kinds of threads, and how many cores they take.
fn threads(busy: &Busy) -> String {
    let kinds = busy.kinds.iter().take(KINDS).map(|(kind, busy)| format!("{kind} {busy:.2}"));
    kinds.collect::<Vec<_>>().join(", ")
}

/// The same world once more.
fn copied(world: &World) -> World {
    let svm: &dyn Svm = &*world.svm;
    World::new((svm as &dyn Any).downcast_ref::<Lite>().expect("a world in LiteSVM").clone())
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn throughput_of_deposits_fills_and_liquidations() {
    let begun = Instant::now();
    let (world, crowd) = Crowd::new(Arch::V3);
    println!("the crowd stands after {:.0} s", begun.elapsed().as_secs_f64());
    let again = copied(&world);

    let mut trial = Trial::new(world, crowd, TICKS);
    trial.run("transfers of SOL", traffic::transfers(&trial.crowd, ROUNDS));
    trial.deposit("deposits in one group", |crowd| &mut crowd.spread);
    trial.deposit("deposits in eight groups", |crowd| &mut crowd.elsewhere);
    trial.fill("fills in one market", BESIDE, |crowd| &mut crowd.together);
    let operator = Way { apart: false, ..BESIDE };
    trial.fill("fills in eight markets, the operator pays", operator, |crowd| &mut crowd.spread);
    trial.fill("fills in eight markets", BESIDE, |crowd| &mut crowd.spread);
    let written = Way { written: true, ..BESIDE };
    trial.fill("fills in eight markets, the group written", written, |crowd| &mut crowd.spread);
    trial.fill("fills in eight groups", BESIDE, |crowd| &mut crowd.elsewhere);
    trial.liquidate("liquidations in one market", 0);
    trial.liquidate("liquidations in eight markets", 1);
    // Its validator ends here.
    let crowd = trial.into_crowd();

    println!("\nThe same with slots {SLOWER} times as long: blocks' limits are met before the processor's.");
    let mut trial = Trial::new(again, crowd, SLOWER * TICKS);
    let one = trial.fill("fills in one market", BESIDE, |crowd| &mut crowd.together);
    let held_up = trial.fill("fills in eight markets, the group written", written, |crowd| &mut crowd.spread);
    let many = Way { rounds: LONGER, ..BESIDE };
    let spread = trial.fill("fills in eight markets", many, |crowd| &mut crowd.spread);
    let rescues = trial.liquidate("liquidations in eight markets", 1);
    let [block, account] = trial.limits;
    // What all of them write is full before the block is: the market, or the group. Nine tenths, since transactions that
    // are under way count with what they ask for, 15 % more than they take.
    for (done, what) in [(one, "one market"), (held_up, "a group that they write")] {
        let (busiest, whole) =
            (done.blocks.most(|found| found.busiest.0), done.blocks.most(|found| found.cost));
        assert!(busiest >= account / 100 * 90 && whole <= account, "fills in {what} fill an account's limit");
    }
    // Nothing is written by all of them: they go to the block's own limit. Less of it is asserted: it closes when the next
    // transaction would not fit with what it asks for, and what is under way on four threads then counts 15 % more, too.
    let full = spread.blocks.fullest();
    assert!(full.cost >= block / 100 * 80, "one group's fills fill a block: {full:?}");
    // An eighth of a block's fills are in each market, if it takes from all alike; twice that is left to chance. The group,
    // or whoever else all of them write, would have all of it.
    for (done, what) in [(spread, "fills"), (rescues, "liquidations")] {
        let full = done.blocks.fullest();
        assert!(full.busiest.0 <= full.cost / 4, "{what} in eight markets share nothing: {full:?}");
    }
    println!("\nAll of it took {:.0} s.", begun.elapsed().as_secs_f64());
}
