//! The same day under other regimes: the same books, prices and trades, the same engine for the risk of a book, the same
//! pay for a risk taken over; only what is margined together, and how much of it is closed, differs.
//!
//! `docs/regimes.md` tells what is compared, what is assumed and what is not shown.

mod ballast;
mod board;
mod fault;
mod floor;
mod holder;
mod isolated;
mod played;
mod sliced;
mod street;
mod tally;
mod terms;
mod tokens;

pub use fault::Fault;
pub use floor::{play, Rule};
pub use tally::{Changed, Outcome};
pub use terms::Terms;

use crate::{
    record::{Record, Regime},
    tape::Tape,
};
use ballast_interface::liquidation::RescueRules;

/// The day under isolated margin, under cross margin with pro-rata slices, and as it was played.
///
/// Liquidators are paid in all three what Ballast's rules pay at the mean age of the auctions in which keepers took something
/// over; the insurance begins with what it had at the first step.
pub fn compare(record: &Record, tape: &Tape, rules: &RescueRules) -> Result<Vec<Regime>, Fault> {
    let traders = record.people.iter().take_while(|person| person.kind != "keeper").count();
    let insurance = record.steps.first().map_or(0, |step| step.insurance);
    let taken = record.rescues.iter().filter(|rescue| tape.is_of_day(rescue.time));
    let taken = taken.filter(|rescue| ["take", "sell"].contains(&rescue.hop));
    let (seconds, count) = taken.fold((0, 0), |(sum, count), rescue| (sum + rescue.seconds, count + 1));
    let terms = Terms::of(rules, seconds.checked_div(count).unwrap_or(0));
    let play = |rule| play(tape, traders, insurance, terms, rule);
    let never = play(Rule::Never)?;
    let computed = |rule, name: &str| {
        let outcome = play(rule)?;
        let Changed { set_back, spared } = outcome.changed(&never);
        Ok::<_, Fault>(Regime { name: name.into(), set_back, spared, ..outcome.regime })
    };
    Ok(vec![
        computed(Rule::Isolated, "isolated margin, full liquidation")?,
        computed(Rule::Sliced, "cross margin, pro-rata slices")?,
        ballast::ballast(record, tape, &never)?,
    ])
}
