//! What is counted while a day is played again, and what comes of it.

use super::{
    board::Board,
    fault::Fault,
    holder::{Holder, Place},
    street::Street,
    tokens::worth_down,
};
use crate::{record::Regime, tape::Tape};
use std::collections::BTreeMap;

/// Counts and sums of a day.
pub struct Tally {
    /// Notional that was sold.
    pub sold: i128,
    /// Fees of trades.
    pub trading_fees: i128,
    /// Initial margin at every step.
    pub series: Vec<i64>,
    /// What everybody began with, tokens at the first prices, and brought later.
    brought: Vec<i64>,
    more: i64,
    liquidated: Vec<bool>,
    steps: u32,
    fees: i64,
    insurance: i64,
    insured: i64,
    bad_debt: i64,
    /// Cash that came in, the insurance's included.
    paid_in: i128,
}

/// A day as it went under another regime.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its sums, without a name.
    pub regime: Regime,
    /// By trader, what he brought: cash, and tokens at the first prices.
    pub brought: Vec<i64>,
    /// By trader, what he has in the end, tokens at the last prices.
    pub equity: Vec<i64>,
    /// By trader, what he has in the end by the tape, with what keepers took over.
    pub played: Vec<i64>,
    /// By trader, whether he was liquidated.
    pub liquidated: Vec<bool>,
    /// What the insurance has in the end.
    pub insurance: i64,
    /// Money in the end less money that came in: below zero, what funding was rounded down by.
    pub residual: i64,
}

impl Outcome {
    /// What somebody has won in the day, or lost if below zero.
    pub fn won(&self, person: usize) -> i64 {
        self.equity[person] - self.brought[person]
    }

    /// What being liquidated changed for those who were, against a day on which nobody is.
    pub fn changed(&self, never: &Self) -> Changed {
        let liquidated = (0..self.liquidated.len()).filter(|person| self.liquidated[*person]);
        Changed::of(liquidated.map(|person| self.won(person) - never.won(person)))
    }
}

/// What being liquidated changed: closing one of two positions that hedge each other is a bet, which some win.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// What those who are worse off lack, in sum.
    pub set_back: i64,
    /// What those who are better off have more, in sum.
    pub spared: i64,
}

impl Changed {
    /// Sums of changes, better off or worse.
    pub fn of(changes: impl Iterator<Item = i64>) -> Self {
        changes.fold(Self::default(), |sum, change| Self {
            set_back: sum.set_back - change.min(0),
            spared: sum.spared + change.max(0),
        })
    }
}

impl Tally {
    /// Begins to count.
    pub fn begin(board: &Board, holders: &[Holder], insurance: i64) -> Result<Self, Fault> {
        let brought = holders.iter().map(|holder| Ok(holder.account.cash + worth_down(board, holder)?));
        let cash: i128 = holders.iter().map(|holder| i128::from(holder.account.cash)).sum();
        Ok(Self {
            sold: 0,
            trading_fees: 0,
            series: Vec::new(),
            brought: brought.collect::<Result<_, Fault>>()?,
            more: 0,
            liquidated: vec![false; holders.len()],
            steps: 0,
            fees: 0,
            insurance,
            insured: 0,
            bad_debt: 0,
            paid_in: cash + i128::from(insurance),
        })
    }

    /// Whether somebody was liquidated before.
    pub fn was_liquidated(&self, person: usize) -> bool {
        self.liquidated[person]
    }

    /// Counts what somebody brings later.
    pub fn bring(&mut self, person: usize, more: i64) {
        self.brought[person] += more;
        self.more += more;
        self.paid_in += i128::from(more);
    }

    /// Counts a step of a liquidation.
    pub fn paid(&mut self, person: usize, pay: i64, insurance: i64) {
        self.liquidated[person] = true;
        self.steps += 1;
        self.fees += pay + insurance;
        self.insurance += insurance;
    }

    /// Counts what somebody does not owe any more.
    pub fn cover(&mut self, debt: i64) {
        let paid = debt.min(self.insurance);
        self.insurance -= paid;
        self.insured += paid;
        self.bad_debt += debt - paid;
    }

    /// Checks that nothing came from nowhere, and sums up: what everybody has in the end, what he has by the tape, and what
    /// books lack at the mark.
    pub fn outcome(
        self,
        tape: &Tape,
        holders: &[Holder],
        street: &Street,
        (equity, played, under): (Vec<i64>, Vec<i64>, i64),
    ) -> Result<Outcome, Fault> {
        let held: i128 = holders.iter().map(Holder::paper).sum();
        let sinks = street.cash + i128::from(self.insurance) + self.trading_fees;
        let residual = held + sinks - self.paid_in - i128::from(self.bad_debt);
        let roundings: i64 = holders.iter().map(|holder| holder.roundings).sum();
        let residual = i64::try_from(residual).map_err(|_| Fault::TooLarge)?;
        if !(-(roundings + street.roundings)..=0).contains(&residual) {
            return Err(Fault::Money(residual));
        }
        balance(tape, holders, street)?;
        let lost = |person: usize| self.brought[person] - equity[person];
        let liquidated = (0..equity.len()).filter(|person| self.liquidated[*person]);
        let regime = Regime {
            name: String::new(),
            played: false,
            locked: average(tape, &self.series),
            peak: self.series.iter().copied().max().unwrap_or(0),
            accounts: liquidated.clone().count() as u32,
            liquidations: self.steps,
            sold: i64::try_from(self.sold).map_err(|_| Fault::TooLarge)?,
            fees: self.fees,
            loss: liquidated.map(lost).sum(),
            set_back: 0,
            spared: 0,
            // What is under water at the mark counts as if it were closed there.
            bad_debt: self.bad_debt + under,
            insured: self.insured,
            brought: self.more,
            series: self.series,
        };
        let Self { brought, liquidated, insurance, .. } = self;
        Ok(Outcome { regime, brought, equity, played, liquidated, insurance, residual })
    }
}

/// The mean of what was found at the end of each step, by the time until the next.
pub fn average(tape: &Tape, series: &[i64]) -> i64 {
    let spans = tape.views.windows(2).map(|pair| i128::from(pair[1].time - pair[0].time));
    let (sum, time) = spans
        .zip(series)
        .fold((0i128, 0i128), |(sum, time), (span, value)| (sum + span * i128::from(*value), time + span));
    sum.checked_div(time).map_or(series.last().copied().unwrap_or(0), |mean| mean as i64)
}

/// Refuses positions without another side, and tokens that nobody brought.
fn balance(tape: &Tape, holders: &[Holder], street: &Street) -> Result<(), Fault> {
    let mut lots: BTreeMap<Place, i128> = BTreeMap::new();
    let mut tokens: BTreeMap<u16, i128> = street.tokens.clone();
    for (place, held) in street.lots() {
        *lots.entry(place).or_default() += i128::from(held);
    }
    for holder in holders {
        for leg in holder.legs() {
            *lots.entry(leg.place()).or_default() += i128::from(leg.quantity);
        }
        for token in holder.account.collateral.iter().filter(|token| token.bank != 0) {
            *tokens.entry(token.bank).or_default() += i128::from(token.amount);
        }
    }
    for start in tape.starts.iter().filter(|start| start.person < holders.len()) {
        for (bank, _, amount) in &start.tokens {
            *tokens.entry(*bank).or_default() -= i128::from(*amount);
        }
    }
    match lots.into_values().chain(tokens.into_values()).find(|sum| *sum != 0) {
        Some(sum) => Err(Fault::Lots(sum)),
        None => Ok(()),
    }
}
