//! What the day was under Ballast: played on the programs, and summed up here.

use super::{
    board::Board,
    fault::Fault,
    tally::{average, Changed, Outcome},
    tokens::worth_up,
};
use crate::{
    record::{Record, Regime},
    tape::{Bearer, Tape},
};
use ballast_interface::account::Collateral;
use bytemuck::Zeroable;
use std::collections::BTreeSet;

/// Sums of the day as it was played, up to its last step; `never` is the day on which nobody is liquidated.
pub fn ballast(record: &Record, tape: &Tape, never: &Outcome) -> Result<Regime, Fault> {
    let series: Vec<i64> = record.steps.iter().map(|step| step.portfolio).collect();
    let (mut sold, mut fees) = (0i64, 0i64);
    let mut liquidations = 0;
    let mut liquidated = BTreeSet::new();
    for taken in tape.taken.iter().filter(|taken| tape.is_of_day(taken.time)) {
        liquidations += 1;
        liquidated.insert(taken.person);
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
    let (mut insured, mut borne) = (0, 0);
    for it in tape.borne.iter().filter(|it| tape.is_of_day(it.time)) {
        *(if it.by == Bearer::Insurance { &mut insured } else { &mut borne }) += it.amount;
    }
    // By the ledger, as in the other regimes; nothing is known of anybody but traders.
    let lost = |person: &usize| Some(never.brought.get(*person)? - never.played.get(*person)?);
    let change = |person: &usize| Some(never.played.get(*person)? - never.equity.get(*person)?);
    let Changed { set_back, spared } = Changed::of(liquidated.iter().filter_map(change));
    Ok(Regime {
        name: "Ballast".into(),
        played: true,
        locked: average(tape, &series),
        peak: series.iter().copied().max().unwrap_or(0),
        accounts: liquidated.len() as u32,
        liquidations,
        sold,
        fees,
        loss: liquidated.iter().filter_map(lost).sum(),
        set_back,
        spared,
        insured,
        // What others bore, and what is under water at the mark in the end.
        bad_debt: borne + record.steps.last().map_or(0, |step| step.bad_debt),
        brought: 0,
        series,
    })
}
