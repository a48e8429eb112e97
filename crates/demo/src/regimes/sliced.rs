//! Cross margin with pro-rata slices: one margin for the account, and the same share of every position closed, hedges
//! included, until it is at its target.
//!
//! The share is the smallest that suffices, found by the engine's own quote: the best that slicing can do.

use super::{
    board::Board,
    fault::Fault,
    floor::Floor,
    holder::closing,
    terms::{price, Terms},
};
use crate::alone::{Opened, Weighing};
use ballast_interface::{account::TradeLeg, risk::Action};
use ballast_margin::{
    quote::{quantities, quote, QuoteDesk},
    units::Contracts,
    MarginError,
};

/// Tokens are sold in so many parts at most.
const PARTS: u32 = 64;

/// A slice, and what it costs.
struct Slice {
    trades: Vec<TradeLeg>,
    pay: i64,
    insurance: i64,
    restores: bool,
}

impl Floor<'_> {
    /// Closes slices of an account below its maintenance margin until it is at its target; then sells tokens, if need be.
    pub(super) fn slice(
        &mut self,
        board: &mut Board,
        weighing: &mut Weighing,
        person: usize,
    ) -> Result<(), Fault> {
        let holder = &self.holders[person];
        let (unit, terms, desk) = (self.unit, self.terms, &mut self.quotes);
        let found = weighing.open(&holder.account, |it| {
            let short = it.whole()?.health().0 < 0 && Action::Liquidate.is_in(it.permitted);
            let open = holder.legs().iter().any(|leg| !board.is_over(leg));
            let slice = if short && open { slice(desk, it, holder, board, &terms, unit)? } else { None };
            Ok::<_, Fault>((short, slice))
        });
        let (short, slice) = found??;
        if !short {
            return Ok(());
        }
        let restored = slice.as_ref().is_some_and(|slice| slice.restores);
        if let Some(Slice { trades, pay, insurance, .. }) = slice {
            self.take(board, person, &trades, (pay, insurance))?;
        }
        if !restored && self.holders[person].has_tokens() && self.may_sell(board, person)? {
            let part = self.least_sale(board, weighing, person)?;
            self.sell(board, person, part, PARTS)?;
        }
        let bare = !self.holders[person].has_tokens() && self.holders[person].legs().is_empty();
        self.cover(person, bare);
        Ok(())
    }

    /// The smallest part of all tokens that brings an account to its target, or all of them.
    fn least_sale(
        &mut self,
        board: &mut Board,
        weighing: &mut Weighing,
        person: usize,
    ) -> Result<u32, Fault> {
        let (mut short, mut enough) = (0, PARTS);
        while enough - short > 1 {
            let part = short + (enough - short) / 2;
            let mut tried = self.holders[person].clone();
            self.sold(board, &mut tried, part, PARTS)?;
            let above = weighing.whole(&tried.account)?.above(self.terms.target)?;
            (short, enough) = if above.0 < 0 { (part, enough) } else { (short, part) };
        }
        Ok(enough)
    }
}

/// The smallest share of all positions that brings an account to its target, or comes nearest; nothing if none helps.
fn slice(
    desk: &mut QuoteDesk,
    it: &Opened,
    holder: &super::holder::Holder,
    board: &mut Board,
    terms: &Terms,
    unit: i128,
) -> Result<Option<Slice>, Fault> {
    // What has expired waits for its settlement.
    let open = holder.legs().iter().enumerate().filter(|(_, leg)| !board.is_over(leg));
    let chosen = open.fold(0u64, |bits, (place, _)| bits | 1 << place);
    let found = match quote(desk, it.rules, it.snapshot, &it.book, chosen, &terms.engine()) {
        Err(MarginError::NoRelief | MarginError::AboveTarget) => return Ok(None),
        found => found?,
    };
    let mut closed = vec![Contracts(0); it.book.legs.len()];
    let lots = holder.legs().iter().map(|leg| Ok(board.market(leg.market)?.lot as i64));
    let lots: Vec<i64> = lots.collect::<Result<_, Fault>>()?;
    let lot = |leg: &ballast_margin::book::Leg| {
        let place = it.book.legs.iter().position(|other| other == leg);
        Contracts(place.map_or(1, |place| lots[place]))
    };
    quantities(it.book.legs, chosen, found.closed, lot, &mut closed)?;
    let mut trades = Vec::new();
    for (((held, leg), closed), lot) in holder.legs().iter().zip(it.book.legs).zip(&closed).zip(&lots) {
        let lots = closed.0.unsigned_abs() / lot.unsigned_abs().max(1);
        if lots > 0 {
            trades.push(closing(held, lots, price(board, it.snapshot, leg, held)?));
        }
    }
    let units = |amount: i128| amount.div_euclid(unit) as i64;
    let (pay, insurance) = (units(found.transfer.0), units(found.fee.0));
    Ok(Some(Slice { trades, pay, insurance, restores: found.restores }))
}
