//! Random sequences of instructions by many people, and everything that must hold after each of them.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod books;
mod clocks;
mod flags;
mod forms;
mod healths;
mod history;
mod home;
mod money;
mod planted;
mod play;
mod rescue;
mod rescues;
mod settling;
mod stage;
mod state;
mod steps;
mod trades;
mod withdrawals;

use ballast_testkit::Arch;
use play::{Count, Counts, Marks, Play};
use stage::Stage;
use state::Broken;
use std::{env, time::Instant};
use steps::{steps, Kind, Step};

/// Sequences of an ordinary run.
const ORDINARY: u64 = 1_000;

/// Every instruction of the account program but those that only set the stage, where they were accepted:
/// `create_group`, `open_vault`, `create_bank`, `create_market` and `create_venue`.
const PLAYED: [&str; 35] = [
    "open_account",
    "change_group",
    "stop",
    "change_bank",
    "change_market",
    "list_expiry",
    "change_venue",
    "collect_fees",
    "close_account",
    "open_orders",
    "set_delegate",
    "deposit",
    "withdraw",
    "transfer",
    "settle_fills",
    "block_trade",
    "cancel_orders",
    "place_trigger",
    "cancel_trigger",
    "execute_trigger",
    "post_mark",
    "update_funding",
    "freeze_settlement",
    "settle_account",
    "latch",
    "move_legs",
    "move_collateral",
    "move_cash",
    "absorb_loss",
    "share_loss",
    "refresh_account",
    "fill_rescue",
    "realise",
    "cut_claims",
    "pay_insurance",
];

/// What the checks are about, and must come up.
const REACHED: [&str; 27] = [
    "a healthy account changes",
    "an unhealthy account changes",
    "health falls at the gate",
    "the gate lets pass without room",
    "the gate lets pass under liquidation",
    "interest is credited",
    "interest is charged",
    "funding is got",
    "funding is owed",
    "a pool pays",
    "a pool is paid",
    "a pool has too little",
    "a loss is not paid",
    "a claim is cut",
    "a cut has not reached all claims",
    "somebody owes cash",
    "two orders of settlement",
    "two orders of settlement that pay all",
    "an order is filled in parts",
    "a fill only reads the group",
    "a rescue only reads the group",
    "both forms are compared",
    "cash is refused as uncounted",
    "fees are refused as unplaced",
    "a release is refused as uncounted",
    "waiting fees are collected",
    "settle_account counts cash",
];

/// What a sequence came to.
struct Played {
    end: Result<(), Broken>,
    found: Found,
    told: Vec<String>,
}

/// What came up in some sequences.
struct Found {
    counts: Counts,
    marks: Marks,
    /// Least that interest charged exceeded interest credited by.
    interest: i128,
}

impl Found {
    fn nothing() -> Self {
        Self { counts: Counts::new(), marks: Marks::new(), interest: i128::MAX }
    }

    fn add(&mut self, more: Self) {
        self.interest = self.interest.min(more.interest);
        for (what, times) in more.marks {
            *self.marks.entry(what).or_default() += times;
        }
        for (name, count) in more.counts {
            let sum = self.counts.entry(name).or_default();
            sum.accepted += count.accepted;
            sum.refused += count.refused;
            for (reason, times) in count.reasons {
                *sum.reasons.entry(reason).or_default() += times;
            }
        }
    }

    /// Tells everything.
    fn tell(&self) {
        for (name, count) in &self.counts {
            let Count { accepted, refused, reasons } = count;
            println!("{name:>20} {accepted:>7} accepted {refused:>7} refused {reasons:?}");
        }
        for (what, times) in &self.marks {
            println!("{times:>10} times: {what}");
        }
        println!("interest charged exceeded interest credited by {} at least", self.interest);
    }

    /// Refuses a run in which something never came up.
    fn require_all(&self) {
        for name in PLAYED {
            let accepted = self.counts.get(name).map_or(0, |count| count.accepted);
            assert!(accepted > 0, "{name} was never accepted: nothing was checked about it");
        }
        for what in REACHED {
            let times = self.marks.get(what).copied().unwrap_or(0);
            assert!(times > 0, "it never came up that {what}: nothing was checked about it");
        }
    }
}

/// Plays steps from the beginning.
fn play(stage: &Stage, steps: &[Step]) -> Played {
    let mut play = Play::new(stage);
    let mut end = Ok(());
    for step in steps {
        end = play.step(step);
        if end.is_err() {
            break;
        }
    }
    if end.is_ok() {
        end = play.go_home();
    }
    let found = Found { counts: play.counts, marks: play.marks, interest: play.least_interest };
    Played { end, found, told: play.told }
}

/// Drops steps, from the last one on, for as long as what is left still fails.
fn shrink<S: Clone>(steps: &[S], fails: impl Fn(&[S]) -> bool) -> Vec<S> {
    let mut kept = steps.to_vec();
    for place in (0..steps.len()).rev() {
        let mut fewer = kept.clone();
        fewer.remove(place);
        if fails(&fewer) {
            kept = fewer;
        }
    }
    kept
}

#[test]
fn steps_that_do_not_matter_are_dropped() {
    let jump = |step: &Step| step.kind == Kind::Jump;
    let trade = |step: &Step| step.kind == Kind::Block;
    // Whatever fails by a trade after a jump.
    let fails = |steps: &[Step]| {
        let first = steps.iter().position(jump);
        first.is_some_and(|first| steps[first..].iter().any(trade))
    };
    let all = (1..).map(steps).find(|steps| steps.len() > 20 && fails(steps)).expect("some sequence");
    let [first, second] = shrink(&all, fails)[..] else { panic!("two steps are enough") };
    assert!(jump(&first) && trade(&second));
}

/// Plays the sequence of a seed, or says what is broken and by which steps.
fn sequence(stages: &[Stage; 2], seed: u64, all: &mut Found) {
    // Every tenth in the older instruction set.
    let stage = &stages[usize::from(seed.is_multiple_of(10))];
    let steps = steps(seed);
    let Played { end, found, told } = play(stage, &steps);
    if env::var("BALLAST_SEED").is_ok() {
        println!("{}\n", told.join("\n"));
    }
    all.add(found);
    if let Err(broken) = end {
        let fails =
            |steps: &[Step]| matches!(play(stage, steps).end, Err(found) if found.name == broken.name);
        let fewest = shrink(&steps, fails);
        let Played { end, told, .. } = play(stage, &fewest);
        let end = end.expect_err("the shrunk sequence fails likewise");
        panic!(
            "BALLAST_SEED={seed}: {}: {}\nfirst: {}\n{}",
            end.name,
            end.what,
            broken.what,
            told.join("\n")
        );
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[test]
fn sequences() {
    let (stages, mut found) = ([Arch::V3, Arch::V0].map(Stage::new), Found::nothing());
    if let Some(seed) = number("BALLAST_SEED") {
        return sequence(&stages, seed, &mut found);
    }
    let (start, count) = (Instant::now(), number("BALLAST_SEQUENCES").unwrap_or(ORDINARY));
    let first = number("BALLAST_FIRST").unwrap_or(1);
    for seed in first..first + count {
        sequence(&stages, seed, &mut found);
    }
    println!("{count} sequences in {:.0} s", start.elapsed().as_secs_f64());
    found.tell();
    found.require_all();
}
