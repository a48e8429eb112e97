//! What a group would lose in every row of its model, and what stands against that.
//!
//! Values are the engine's own, on accounts that are brought up to date as a refresh would; all money is in 10^-10 quote,
//! as in reports on chain.

mod opinion;
mod scale;

pub use opinion::Opinion;
pub use scale::{Scale, Standing};

use crate::Books;
use anchor_lang::prelude::Pubkey;

/// A group's solvency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solvency {
    /// What absorbs losses before winners and lenders do: what the insurance fund owns, as far as its vault holds it, and
    /// fees that wait in the group or in its markets to be paid over to it. Its cap by market, which spreads this over time, does
    /// not count, and neither do the group's other fees, which can be collected at any time.
    pub funds: i128,
    /// What accounts above water are worth at the mark.
    pub liabilities: i128,
    /// What accounts below water lack at the mark.
    pub bad_debt: i128,
    /// By row of the model, what accounts would lack in it, each account by itself: nobody's gain pays another's loss.
    pub shortfalls: Vec<i128>,
    /// The first row with the worst shortfall, and that; row zero and nothing if there is none.
    pub worst: (usize, i128),
    /// Funds over the worst shortfall; none if no row has any.
    pub index: Option<f64>,
    /// Accounts that cannot be weighed, and why, in a sentence: nothing above counts them.
    pub unknown: Vec<(Pubkey, String)>,
}

impl Solvency {
    /// Takes note of an account: its value, and its profit or loss by row.
    fn add(&mut self, standing: &Standing) {
        let value = standing.value;
        self.liabilities = self.liabilities.saturating_add(value.max(0));
        self.bad_debt = self.bad_debt.saturating_add(value.saturating_neg().max(0));
        for (sum, profit) in self.shortfalls.iter_mut().zip(&standing.ladder) {
            *sum = sum.saturating_add(value.saturating_add(*profit).saturating_neg().max(0));
        }
    }

    fn end(&mut self) {
        for (row, shortfall) in self.shortfalls.iter().enumerate() {
            if *shortfall > self.worst.1 {
                self.worst = (row, *shortfall);
            }
        }
        // A ratio for people and plots: a double's 53 bits are enough.
        self.index = (self.worst.1 > 0).then(|| self.funds as f64 / self.worst.1 as f64);
    }
}

/// What a group would lose in every row: shortfall of an account in a row is what its value at the mark and the profit of
/// its whole book in that row, weighted as the model weighs it, are together below zero.
pub fn solvency(books: &Books, opinion: &Opinion) -> Solvency {
    let mut scale = Scale::new(books, opinion);
    let rows = usize::from(opinion.model.row_count);
    let funds = funds(books).saturating_mul(books.unit());
    let mut solvency = Solvency { funds, shortfalls: vec![0; rows], ..Solvency::default() };
    for (key, account) in &books.accounts {
        match scale.weigh(account) {
            Ok(standing) => solvency.add(&standing),
            Err(why) => solvency.unknown.push((*key, why)),
        }
    }
    solvency.end();
    solvency
}

/// What absorbs losses, in quote units.
fn funds(books: &Books) -> i128 {
    let owned = books.fund.as_ref().map_or(0, |(fund, tokens)| fund.assets.min(*tokens));
    let waiting = books.markets.iter().map(|market| i128::from(market.waiting.insurance));
    i128::from(owned) + i128::from(books.group.insurance) + waiting.sum::<i128>()
}
