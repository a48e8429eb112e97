//! Random rescues by the liquidation program itself, and everything that must hold after each step of them.

mod alive;
mod checks;
mod dealing;
mod deeds;
pub mod insurance;
mod planted;
mod staking;
mod steps;
mod trading;

use crate::{number, play::Play, shrink, stage::Stage, state::Broken, Found, Played};
use ballast_testkit::Arch;
use std::{env, time::Instant};
use steps::{steps, Step};

/// Sequences of an ordinary run.
const ORDINARY: u64 = 200;

/// Instructions, and how often at least each must have been accepted in an ordinary run.
const PLAYED: [(&str, u64); 16] = [
    ("begin", 100),
    ("liquidate", 80),
    ("liquidate_to_order", 10),
    ("swap_collateral", 66),
    ("end", 10),
    ("deleverage", 8),
    ("resolve_bankruptcy", 33),
    ("realise_profit", 6),
    ("collect_insurance", 133),
    ("stake", 33),
    ("unstake", 13),
    ("withdraw_stake", 2),
    ("deposit", 66),
    ("withdraw", 20),
    ("block_trade", 533),
    ("settle_account", 53),
];

/// What the checks are about, and must come up.
const REACHED: [&str; 17] = [
    "a claim is cut",
    "an end by deleveraging",
    "a rescue ends",
    "a bankruptcy ends",
    "a taking ends at the target",
    "a small account is closed",
    "somebody worth less than nothing",
    "a coalition acts in its own rescue",
    "a latched account is reduced by its owner",
    "a latched account gets a deposit",
    "a rescue comes to its end by itself",
    "positions expire in a rescue",
    "a rescue only reads the group",
    "both forms are compared",
    "cash is refused as uncounted",
    "a release waits until cash is counted",
    "waiting fees are collected",
];

/// Plays steps from the beginning; at the end, every rescue must be able to end.
fn play(stage: &Stage, steps: &[Step]) -> Played {
    let mut play = Play::new(stage);
    let mut end = Ok(());
    for step in steps {
        end = play.rescue_step(step);
        if end.is_err() {
            break;
        }
    }
    if end.is_ok() {
        end = play.all_end();
    }
    if end.is_ok() {
        end = play.go_home();
    }
    let found = Found { counts: play.counts, marks: play.marks, interest: play.least_interest };
    Played { end, found, told: play.told }
}

/// Plays the sequence of a seed, or says what is broken and by which steps.
fn sequence(stage: &Stage, seed: u64, all: &mut Found) {
    let steps = steps(seed);
    let Played { end, found, told } = play(stage, &steps);
    if env::var("BALLAST_SEED").is_ok() {
        println!("{}\n", told.join("\n"));
    }
    if found.marks.contains_key(alive::STUCK_SHORT) && found.marks[alive::STUCK_SHORT] > 0 {
        println!("BALLAST_SEED={seed}: {}", alive::STUCK_SHORT);
    }
    all.add(found);
    let Err(broken) = end else { return };
    println!("BALLAST_SEED={seed}: {}: {}", broken.name, broken.what);
    let fails = |steps: &[Step]| matches!(play(stage, steps).end, Err(found) if found.name == broken.name);
    let fewest = shrink(&steps, fails);
    let Played { end, told, .. } = play(stage, &fewest);
    let end: Broken = end.expect_err("the shrunk sequence fails likewise");
    let (name, what, first, told) = (end.name, end.what, broken.what, told.join("\n"));
    panic!("BALLAST_SEED={seed}: {name}: {what}\nfirst: {first}\n{told}");
}

#[test]
fn rescues() {
    let (stages, mut found) = ([Arch::V3, Arch::V0].map(Stage::with_rescues), Found::nothing());
    let stage = |seed: u64| &stages[usize::from(seed.is_multiple_of(10))];
    if let Some(seed) = number("BALLAST_SEED") {
        return sequence(stage(seed), seed, &mut found);
    }
    let (start, count) = (Instant::now(), number("BALLAST_RESCUES").unwrap_or(ORDINARY));
    let first = number("BALLAST_FIRST").unwrap_or(1);
    for seed in first..first + count {
        sequence(stage(seed), seed, &mut found);
    }
    println!("{count} sequences of rescues in {:.0} s", start.elapsed().as_secs_f64());
    found.tell();
    for (name, least) in PLAYED {
        let accepted = found.counts.get(name).map_or(0, |count| count.accepted);
        let least = (least * count / ORDINARY).max(1);
        assert!(count < 100 || accepted >= least, "{name} was accepted {accepted} times, not {least}");
    }
    for what in REACHED {
        let times = found.marks.get(what).copied().unwrap_or(0);
        assert!(count < 100 || times > 0, "it never came up that {what}: nothing was checked about it");
    }
}
