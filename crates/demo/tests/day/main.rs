//! A small day, played for real: what it reaches, what is checked, and that a seed decides all of it.

mod golden;

use ballast_demo::{
    play,
    record::{Options, Record},
    stage::dates,
    tape::Tape,
    Pace, Setting,
};
use ballast_interface::account::{Group, Market};
use std::{collections::BTreeSet, sync::OnceLock};

/// Sixteen traders, prices every quarter of an hour, and every minute in the crash.
const SMALL: Pace = Pace { calm: 900, brisk: 300, crash: 60 };

const fn options(seed: u64) -> Options {
    Options { seed, traders: 16, crash: 0.24, compare: false }
}

fn played(seed: u64) -> (Record, Tape) {
    let options = options(seed);
    let setting = Setting { pace: SMALL, ..Setting::default() };
    play(&options, &setting, &mut |_, _, _| {}).unwrap_or_else(|broken| panic!("{broken}"))
}

/// The day that most tests look at.
fn day() -> &'static (Record, Tape) {
    static DAY: OnceLock<(Record, Tape)> = OnceLock::new();
    DAY.get_or_init(|| played(3))
}

fn times(record: &Record, instruction: &str) -> u32 {
    let found = record.units.iter().find(|units| units.instruction == instruction);
    found.map_or(0, |units| units.times)
}

#[test]
fn every_kind_trades() {
    let (record, tape) = day();
    let traded: BTreeSet<_> = tape
        .flow
        .iter()
        .flat_map(|deal| [deal.first, deal.second])
        .map(|place| record.people[place].kind)
        .collect();
    let all: BTreeSet<_> =
        record.people.iter().map(|person| person.kind).filter(|kind| *kind != "keeper").collect();
    assert_eq!(all.len(), 8);
    assert_eq!(traded, all);
    for way in ["account.settle_fills", "account.block_trade"] {
        assert!(times(record, way) > 10, "{way}");
    }
}

#[test]
fn most_trades_and_rescues_leave_the_group_unwritten() {
    let (record, _) = day();
    let of = |name: &str| {
        let found = record.units.iter().find(|units| units.instruction == name);
        found.unwrap_or_else(|| panic!("there is no {name}"))
    };
    for name in ["account.settle_fills", "account.block_trade", "liquidation.begin", "liquidation.liquidate"]
    {
        let units = of(name);
        assert!(2 * units.beside > units.times, "{name}: {} of {}", units.beside, units.times);
        // Whatever wrote the group was sent twice; and what was sent twice was executed then, or refused.
        let written = units.times - units.beside;
        assert!((written..=written + units.refused).contains(&units.again), "{name}: {} again", units.again);
    }
    let again: u32 = record.units.iter().map(|units| units.again).sum();
    assert!(again > 0, "somebody trades away more than an eighth of what is counted");
    for name in ["account.deposit", "account.withdraw", "account.settle_account", "risk.refresh_price"] {
        assert_eq!((of(name).beside, of(name).again), (0, 0), "{name}");
    }
}

#[test]
fn the_first_date_is_settled_and_funding_moves() {
    let (record, tape) = day();
    assert_eq!(record.marks.iter().filter(|mark| mark.kind == "expiry").count(), 1);
    assert_eq!(times(record, "account.freeze_settlement"), 3);
    assert!(times(record, "account.settle_account") > 0);
    let today = dates()[0];
    let held = |market: &Market| market.dates().iter().any(|date| date.expiry == today && date.legs > 0);
    let (noon, last) = (&tape.views[tape.views.len() / 2], tape.views.last().expect("a last step"));
    assert!(noon.markets.iter().all(held) && !last.markets.iter().any(held));
    assert!(record.marks.iter().filter(|mark| mark.kind == "funding").count() >= 20);
    for (before, after) in tape.views[0].markets.iter().zip(&last.markets) {
        assert_ne!(before.funding_index, after.funding_index, "market {}", before.market);
    }
}

#[test]
fn somebody_is_rescued_and_is_well_afterwards() {
    let (record, _) = day();
    let begun = record.rescues.iter().filter(|step| step.hop == "begin").count();
    assert!(begun > 0);
    let taken: Vec<_> = record.rescues.iter().filter(|step| step.hop == "take").collect();
    assert!(!taken.is_empty());
    for step in taken {
        let health = |of: &ballast_demo::record::Standing| of.equity - of.maintenance;
        assert!(health(&step.after) > health(&step.before), "{}", step.what);
    }
    assert_eq!(record.steps.last().map(|step| step.latched), Some(0));
}

#[test]
fn everything_is_checked_at_every_step_and_holds() {
    let (record, _) = day();
    assert!(record.checks.len() >= 10);
    for check in &record.checks {
        assert!(check.times as usize >= record.steps.len(), "{}", check.name);
        assert!((check.allowed.0..=check.allowed.1).contains(&check.worst), "{}", check.name);
    }
    for step in &record.steps {
        assert_eq!(step.residuals.len(), record.checks.len());
    }
}

#[test]
fn the_day_ends_with_nothing_open_and_a_balance_of_zero() {
    let (record, _) = day();
    assert_eq!((record.close.residual, record.close.positions), (0, 0));
    assert_eq!(record.close.balance.iter().map(|(_, amount)| amount).sum::<i64>(), 0);
    assert!(record.close.transactions > 1_000);
    assert!(record.close.refused > 0);
}

#[test]
fn the_tape_has_a_view_of_every_step_and_trades_in_order() {
    let (record, tape) = day();
    assert_eq!(tape.views.len(), record.steps.len());
    assert!(tape.views.iter().zip(&record.steps).all(|(view, step)| view.time == step.time));
    assert!(tape.flow.windows(2).all(|pair| pair[0].time <= pair[1].time));
    assert_eq!(tape.starts.len(), record.people.len());
}

#[test]
fn a_seed_decides_everything() {
    let json = |record: &Record| serde_json::to_string(record).expect("a record is serialised");
    let (once, again, other) = (json(&day().0), json(&played(3).0), json(&played(4).0));
    assert!(once == again, "the same seed plays the same day to the byte");
    assert!(once != other, "another seed plays another one");
}

#[test]
fn a_unit_that_appears_from_nowhere_stops_the_day() {
    // Nobody's instruction, but what a broken program could do: the group counts a unit more than accounts have.
    let setting = Setting {
        pace: SMALL,
        meddle: Some(|step, world, group| {
            if step == 4 {
                let mut state: Group = world.typed(group);
                state.cash += 1;
                world.overwrite(group, &state);
            }
        }),
        ..Setting::default()
    };
    let broken = play(&options(3), &setting, &mut |_, _, _| {}).err().expect("the books do not add up");
    assert_eq!((broken.check.as_str(), broken.residual.abs(), broken.step), ("1 tokens: cash", 1, 4));
    assert!(!broken.instruction.is_empty(), "{broken}");
}

#[test]
fn a_deep_fall_goes_beyond_auctions_and_still_adds_up() {
    let options = Options { crash: 0.6, ..options(7) };
    let setting = Setting { pace: SMALL, ..Setting::default() };
    let (record, _) = play(&options, &setting, &mut |_, _, _| {}).unwrap_or_else(|broken| panic!("{broken}"));
    let beyond: Vec<_> =
        record.rescues.iter().filter(|step| ["insurance", "cut", "share"].contains(&step.hop)).collect();
    assert!(!beyond.is_empty());
    assert!(beyond.iter().any(|step| step.insurance < 0), "the insurance pays");
    // What it paid and what rescues paid to it are all that became of it.
    let row = |name: &str| {
        let found = record.close.balance.iter().find(|(row, _)| row == name);
        found.unwrap_or_else(|| panic!("there is no row {name:?}")).1
    };
    let changed = -row("the insurance fund, which stays") - row("dollars staked");
    assert_eq!(changed, record.rescues.iter().map(|step| step.insurance).sum::<i64>());
    assert_eq!((record.close.residual, record.close.positions), (0, 0));
    assert_eq!(record.close.balance.iter().map(|(_, amount)| amount).sum::<i64>(), 0);
}

#[test]
fn margins_move_before_the_fall() {
    let (record, _) = day();
    let rise: Vec<_> = record.steps.iter().filter(|step| step.phase == "rise").collect();
    let (first, last) = (rise[0], rise[rise.len() - 1]);
    for (before, after) in first.markets.iter().zip(&last.markets) {
        assert!(after.forecast > 1.1 * before.forecast, "{} -> {}", before.forecast, after.forecast);
    }
    let at = |kind: &str| record.marks.iter().filter(|mark| mark.kind == kind).map(|mark| mark.time).min();
    let (attested, jump) = (at("attestation"), at("jump"));
    assert!(attested.is_some_and(|attested| jump.is_some_and(|jump| attested < jump)));
    let told = record.steps.iter().find(|step| Some(step.time) == attested).expect("a step at that time");
    assert_eq!(told.phase, "rise", "nobody is warned by a quiet morning");
}

#[test]
fn a_day_without_a_fall_has_no_marks_of_one() {
    let options = Options { traders: 8, crash: 0.0, ..options(3) };
    let setting = Setting { pace: SMALL, ..Setting::default() };
    let (record, _) = play(&options, &setting, &mut |_, _, _| {}).unwrap_or_else(|broken| panic!("{broken}"));
    assert!(record.marks.iter().all(|mark| !["jump", "wick"].contains(&mark.kind)));
    assert_eq!(record.close.residual, 0);
}
