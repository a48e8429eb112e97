//! What the day was under Ballast: played on the programs, and summed up here.

use super::{
    board::Board,
    fault::Fault,
    tally::{average, Changed, Outcome},
    tokens::worth_up,
};
use crate::{
    record::{Record, Regime},
    tape::Tape,
};
use ballast_interface::account::Collateral;
use bytemuck::Zeroable;
use std::collections::BTreeSet;

/// Hops of a rescue in which others bear a loss.
const BORNE: [&str; 2] = ["cut", "share"];

/// Sums of the day as it was played; `never` is the day on which nobody is liquidated.
pub fn ballast(record: &Record, tape: &Tape, never: &Outcome) -> Result<Regime, Fault> {
    let series: Vec<i64> = record.steps.iter().map(|step| step.portfolio).collect();
    let (mut sold, mut fees) = (0i64, 0i64);
    for taken in &tape.taken {
        let mut board = Board::new(tape.views.get(taken.step).ok_or(Fault::PlaceUnknown)?);
        for leg in &taken.legs {
            sold += board.notional(leg.number, leg.lots)?;
        }
        let token = taken.tokens.map_or(Ok(0), |(bank, market, amount)| {
            worth_up(&board, &Collateral { bank, market, amount, ..Collateral::zeroed() }, amount)
        })?;
        // What was paid for tokens is below zero.
        let token = i64::try_from(token).map_err(|_| Fault::TooLarge)?;
        sold += token;
        fees += token + taken.paid + taken.insurance;
    }
    let liquidated: BTreeSet<usize> = tape.taken.iter().map(|taken| taken.person).collect();
    let people = liquidated.iter().map(|person| record.people.get(*person).ok_or(Fault::PlaceUnknown));
    let lost = people.map(|person| person.map(|person| person.brought - person.took));
    let borne = record.rescues.iter().filter(|rescue| BORNE.contains(&rescue.hop));
    let borne: i64 = borne.map(|rescue| rescue.after.equity - rescue.before.equity).sum();
    let insured = record.rescues.iter().map(|rescue| rescue.insurance.min(0).saturating_neg()).sum();
    // By the ledger, as in the other regimes; nothing is known of anybody but traders.
    let change = |person: &usize| Some(never.played.get(*person)? - never.equity.get(*person)?);
    let Changed { set_back, spared } = Changed::of(liquidated.iter().filter_map(change));
    Ok(Regime {
        name: "Ballast".into(),
        played: true,
        locked: average(tape, &series),
        peak: series.iter().copied().max().unwrap_or(0),
        accounts: liquidated.len() as u32,
        liquidations: tape.taken.len() as u32,
        sold,
        fees,
        loss: lost.sum::<Result<i64, Fault>>()?,
        set_back,
        spared,
        insured,
        bad_debt: borne + record.steps.last().map_or(0, |step| step.bad_debt),
        brought: 0,
        series,
    })
}
