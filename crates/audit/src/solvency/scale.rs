//! Weighing one account after another.

use super::Opinion;
use crate::Books;
use anchor_lang::error::Error;
use ballast_interface::{
    account::{Group, MarginAccount, Market},
    risk::{Assessment, LegRoom, MarketRisk, Reading},
};
use ballast_margin::Desk;
use std::collections::BTreeMap;

/// Where an account stands; money is in 10^-10 quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What the book is worth at the mark.
    pub value: i128,
    /// Initial margin.
    pub initial: i128,
    /// Maintenance margin.
    pub maintenance: i128,
    /// Profit or loss of the whole book by row of the model, weighted as the model weighs it, all markets and the tokens
    /// that move with them in sum, rounded down.
    pub ladder: Vec<i128>,
}

/// A group and its markets at one moment, to weigh accounts by.
pub struct Scale<'a> {
    now: i64,
    opinion: &'a Opinion,
    group: Group,
    markets: BTreeMap<u16, Market>,
    desk: Box<Desk>,
}

impl<'a> Scale<'a> {
    /// A scale with interest and funding up to the books' time.
    pub fn new(books: &Books, opinion: &'a Opinion) -> Self {
        let now = books.now;
        let mut group = *books.group;
        group.accrue_interest(now);
        let accrued = books.markets.iter().filter_map(|market| {
            let mut market = *market;
            if let Some(risk) = opinion.risk(market.market) {
                // Funding that cannot be counted leaves the market out, and whoever holds something in it unknown.
                market.accrue_by(risk, now).ok()?;
            }
            Some((market.market, market))
        });
        Self { now, opinion, group, markets: accrued.collect(), desk: Box::default() }
    }

    /// Weighs an account as a refresh would leave it; or says in a sentence why it cannot be weighed.
    pub fn weigh(&mut self, account: &MarginAccount) -> Result<Standing, String> {
        let account = self.refreshed(account)?;
        let given = self.given(&account)?;
        let (model, desk) = (&*self.opinion.model, &mut *self.desk);
        let (mut room, mut report) = (LegRoom::EMPTY, Assessment::default());
        let reading = Reading::new(&self.group, model, &account, &given, self.now, &mut room);
        let reading = reading.map_err(sentence)?;
        reading.assess(desk, &mut report).map_err(sentence)?;
        let places = reading.markets().len();
        let row = |row| (0..places).map(|place| desk.row(place, row).0).sum();
        Ok(Standing {
            value: report.value.get(),
            initial: report.initial.get(),
            maintenance: report.maintenance.get(),
            ladder: (0..usize::from(model.row_count)).map(row).collect(),
        })
    }

    /// A copy with interest, funding and cuts told, and dates and pools settled. What it changes in the sums is forgotten:
    /// accounts do not depend on each other.
    fn refreshed(&self, account: &MarginAccount) -> Result<MarginAccount, String> {
        let (mut account, mut group) = (*account, self.group);
        account.take_out(&mut group, self.now).map_err(sentence)?;
        let mut numbers = account.markets.map(|row| row.market);
        numbers.sort_unstable();
        for number in numbers.into_iter().filter(|number| *number != 0) {
            let mut market = *self.markets.get(&number).ok_or(format!("Market {number} is not known."))?;
            account.settle_claims(&mut market).map_err(sentence)?;
            account.settle_funding(&mut market).map_err(sentence)?;
            account.settle_expired(&mut market).map_err(sentence)?;
            account.settle_pool(&mut market).map_err(sentence)?;
        }
        account.put_back(&mut group).map_err(sentence)?;
        Ok(account)
    }

    /// The risks that a reading of an account takes, by rising number: of its positions, of what prices and what moves its
    /// tokens, and of the quote token.
    fn given(&self, account: &MarginAccount) -> Result<Vec<&'a MarketRisk>, String> {
        let opinion = self.opinion;
        let peg = Some(opinion.model.peg_market).filter(|peg| *peg != 0);
        let held = account.markets.iter().filter(|row| row.legs > 0).map(|row| row.market);
        let mut numbers: Vec<u16> = held.chain(peg).collect();
        for token in account.collateral.iter().filter(|token| token.bank != 0) {
            let moved_by = opinion.risk(token.market).map_or(0, |risk| risk.rules.moves_like);
            numbers.extend([token.market, moved_by].into_iter().filter(|number| *number != 0));
        }
        numbers.sort_unstable();
        numbers.dedup();
        let risk =
            |number: u16| opinion.risk(number).ok_or(format!("The risk of market {number} is not known."));
        numbers.into_iter().map(risk).collect()
    }
}

/// A refusal in words.
fn sentence(error: Error) -> String {
    match error {
        Error::AnchorError(error) => error.error_msg,
        Error::ProgramError(error) => error.program_error.to_string(),
    }
}
