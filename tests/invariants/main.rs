//! Random sequences of instructions by many people, and everything that must hold after each of them.

// Dollars, then the eight places of a price.
#![allow(clippy::inconsistent_digit_grouping)]

mod clocks;
mod flags;
mod healths;
mod history;
mod money;
mod planted;
mod play;
mod random;
mod rescue;
mod settling;
mod stage;
mod state;
mod steps;
mod sums;
mod trades;
mod withdrawals;

use ballast_testkit::Arch;
use play::{Counts, Play};
use stage::Stage;
use state::Broken;
use std::{env, time::Instant};
use steps::{steps, Step};

/// Sequences of an ordinary run.
const ORDINARY: u64 = 1_000;

/// Every instruction of the account program but those that only set the stage, where they were accepted:
/// `create_group`, `open_vault`, `create_bank`, `create_market` and `create_venue`.
const PLAYED: [&str; 30] = [
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
];

/// Plays steps from the beginning.
fn play(stage: &Stage, steps: &[Step]) -> (Result<(), Broken>, Counts, Vec<String>, i128) {
    let mut play = Play::new(stage);
    let mut end = Ok(());
    for step in steps {
        end = play.step(step);
        if end.is_err() {
            break;
        }
    }
    (end, play.counts, play.told, play.least_interest)
}

/// Drops steps for as long as the same invariant is still broken.
fn shrink(stage: &Stage, steps: &[Step], of: &Broken) -> Vec<Step> {
    let mut kept = steps.to_vec();
    let mut place = kept.len();
    while place > 0 {
        place -= 1;
        let mut fewer = kept.clone();
        fewer.remove(place);
        if matches!(play(stage, &fewer).0, Err(broken) if broken.name == of.name) {
            kept = fewer;
        }
    }
    kept
}

/// Plays the sequence of a seed, or says what is broken and by which steps.
fn sequence(stages: &[Stage; 2], seed: u64, counts: &mut Counts, least: &mut i128) {
    // Every tenth in the older instruction set.
    let stage = &stages[usize::from(seed % 10 == 0)];
    let steps = steps(seed);
    let (end, found, _, interest) = play(stage, &steps);
    *least = (*least).min(interest);
    for (name, count) in found {
        let sum = counts.entry(name).or_default();
        sum.accepted += count.accepted;
        sum.refused += count.refused;
        for (reason, times) in count.reasons {
            *sum.reasons.entry(reason).or_default() += times;
        }
    }
    if let Err(broken) = end {
        let fewest = shrink(stage, &steps, &broken);
        let (end, _, told, _) = play(stage, &fewest);
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
    let stages = [Arch::V3, Arch::V0].map(Stage::new);
    let (mut counts, mut least) = (Counts::new(), i128::MAX);
    if let Some(seed) = number("BALLAST_SEED") {
        let (end, _, told, _) = play(&stages[usize::from(seed % 10 == 0)], &steps(seed));
        println!("{}\n{end:?}", told.join("\n"));
        return sequence(&stages, seed, &mut counts, &mut least);
    }
    let (start, count) = (Instant::now(), number("BALLAST_SEQUENCES").unwrap_or(ORDINARY));
    let first = number("BALLAST_FIRST").unwrap_or(1);
    for seed in first..first + count {
        sequence(&stages, seed, &mut counts, &mut least);
    }
    println!(
        "{count} sequences in {:.0} s; interest left over: {least} at least",
        start.elapsed().as_secs_f64()
    );
    for (name, count) in &counts {
        println!(
            "{name:>20} {:>7} accepted {:>7} refused {:?}",
            count.accepted, count.refused, count.reasons
        );
    }
    for name in PLAYED {
        let accepted = counts.get(name).map_or(0, |count| count.accepted);
        assert!(accepted > 0, "{name} was never accepted: nothing was checked about it");
    }
}
