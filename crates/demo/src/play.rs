//! Plays a day from options to a record.

use crate::{
    broken::Broken,
    day::Day,
    record::{Market, Options, Person, Record},
    schedule::Pace,
    stage::{Stage, MARKETS},
    standing::row_names,
    tape::Tape,
};
use anchor_lang::prelude::Pubkey;
use ballast_testkit::World;

/// What somebody does to the accounts behind everybody's back, told the step, before its books are audited: for tests of the
/// audit.
pub type Meddle = fn(usize, &mut World, &Pubkey);

/// How a day is played, beside what it is about.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// How often prices are published.
    pub pace: Pace,
    /// Programs of other bytes than those that were built, by address.
    pub instead: Vec<(Pubkey, Vec<u8>)>,
    /// Who meddles, if somebody does.
    pub meddle: Option<Meddle>,
}

/// Plays a day; `progress` is told the step, how many there are, and the part of the day.
pub fn play(
    options: &Options,
    setting: &Setting,
    progress: &mut dyn FnMut(usize, usize, &str),
) -> Result<(Record, Tape), Broken> {
    let mut day = Day::begin(options.seed, options.traders, options.crash, &setting.instead)?;
    let brought = day.people.iter().map(|person| value(&day.stage, &person.brought)).collect::<Vec<_>>();
    day.play(setting, progress)?;
    let steps = day.steps.len();
    progress(steps, steps, "closing the books");
    let (close, took) = day.close()?;
    let people = day.people.iter().enumerate().map(|(place, person)| Person {
        name: person.name.clone(),
        kind: person.kind.name(),
        account: person.account.to_string(),
        brought: brought[place],
        took: took[place],
        rescues: day.rescues.iter().filter(|step| step.person == place && step.hop == "begin").count() as u32,
    });
    let record = Record {
        options: *options,
        markets: MARKETS.map(|(number, name, _)| Market { number, name: name.to_owned() }).to_vec(),
        rows: row_names(&day.stage.state.exchange.model),
        people: people.collect(),
        steps: std::mem::take(&mut day.steps),
        marks: std::mem::take(&mut day.marks),
        rescues: std::mem::take(&mut day.rescues),
        units: day.stage.tally.units(),
        checks: day.checks.done(),
        close,
        regimes: vec![],
    };
    Ok((record, day.tape))
}

/// What dollars and coins are worth now.
fn value(stage: &Stage, brought: &[u64; 4]) -> i64 {
    let coins = (1..4u16).map(|bank| crate::close::worth(stage, bank, brought[usize::from(bank)]));
    brought[0] as i64 + coins.sum::<i64>()
}
