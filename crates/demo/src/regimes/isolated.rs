//! Isolated margin: each position with its own share of money, and closed whole when that is not enough.
//!
//! Whoever trades divides all his money anew, in the proportion of what each part needs alone; between trades nothing moves.
//! The parts are the positions, and tokens together with what is owed against them. Options that were bought are no part:
//! they are paid for in full, need nothing else, and are never liquidated.

use super::{
    board::Board,
    fault::Fault,
    floor::Floor,
    holder::{closing, Holder, Place},
    terms::price,
};
use crate::alone::Weighing;
use ballast_interface::account::{Kind, Leg, TradeLeg};
use ballast_margin::{book::Book, quote::Margins, units::Quote, Desk};

/// What a part of somebody's book is worth and needs, in quote units.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Value, rounded down.
    pub value: i64,
    /// Initial margin, rounded up.
    pub initial: i64,
    /// Maintenance margin, rounded up.
    pub maintenance: i64,
}

/// The parts among which somebody's money is divided.
pub struct Parts {
    /// Tokens and cash.
    pub purse: Part,
    /// Positions, but for options that were bought.
    pub positions: Vec<(Place, Part)>,
}

/// The most of initial margin that money is brought for, whatever cross margin leaves free.
pub const MOST_SHARES: i128 = 3;

impl Part {
    /// Margins in quote units.
    pub fn new(margins: &Margins, unit: i128) -> Self {
        let up = |amount: Quote| amount.0.saturating_neg().div_euclid(unit).saturating_neg() as i64;
        Self {
            value: margins.value.0.div_euclid(unit) as i64,
            initial: up(margins.initial),
            maintenance: up(margins.maintenance),
        }
    }
}

impl Parts {
    /// The parts of a book.
    pub fn of(weighing: &mut Weighing, holder: &Holder, unit: i128) -> Result<Self, Fault> {
        let found = weighing.open(&holder.account, |it| {
            let purse = Part::new(&it.purse()?, unit);
            let mut positions = Vec::new();
            for (place, leg) in holder.legs().iter().enumerate().filter(|(_, leg)| !is_bought(leg)) {
                let cash = Quote(i128::from(holder.behind(leg.place())) * unit);
                positions.push((leg.place(), Part::new(&it.alone(place, cash)?, unit)));
            }
            Ok::<_, Fault>(Self { purse, positions })
        });
        found?
    }

    /// What parts lack at the mark, each by itself, in a book that is worth so much: its bought options go with the purse.
    pub fn under(&self, equity: i64) -> i64 {
        let values = self.positions.iter().map(|(_, part)| part.value);
        let rest = equity - values.clone().sum::<i64>();
        values.chain([rest]).map(|value| value.min(0).saturating_neg()).sum()
    }

    /// All of them in sum.
    pub fn sum(&self) -> Part {
        let positions = self.positions.iter().map(|(_, part)| part);
        positions.fold(self.purse, |sum, part| Part {
            value: sum.value + part.value,
            initial: sum.initial + part.initial,
            maintenance: sum.maintenance + part.maintenance,
        })
    }
}

/// Whether a position is an option that was bought.
pub fn is_bought(leg: &Leg) -> bool {
    leg.kind >= Kind::Call as u8 && leg.quantity > 0
}

/// What somebody has to bring so that he has as much money for each dollar of initial margin as under cross margin.
pub fn missing(parts: &Parts, cross: &Part) -> i64 {
    let (sum, initial) = (parts.sum(), i128::from(cross.initial.max(0)));
    let value = i128::from(cross.value).clamp(initial, initial * MOST_SHARES);
    // Nothing needed at all leaves as much free as anybody counts.
    let (value, initial) = if initial == 0 { (MOST_SHARES, 1) } else { (value, initial) };
    // Of 63 bits by 64, rounded up.
    let wanted = (i128::from(sum.initial) * value).saturating_neg().div_euclid(initial).saturating_neg();
    (wanted - i128::from(sum.value)).max(0) as i64
}

/// Pays in full for options that were bought, or takes what they were sold for.
pub fn pay_bought(holder: &mut Holder) {
    let bought: Vec<Place> = holder.legs().iter().filter(|leg| is_bought(leg)).map(Leg::place).collect();
    for place in bought {
        let behind = holder.behind(place);
        holder.pay(place, -behind);
        holder.account.cash += behind;
    }
}

/// Divides somebody's money among the parts, in the proportion of initial margins.
pub fn divide(holder: &mut Holder, parts: &Parts) {
    let sum = parts.sum();
    if sum.initial <= 0 || sum.value <= 0 {
        return;
    }
    for (place, part) in &parts.positions {
        let share = i128::from(sum.value) * i128::from(part.initial) / i128::from(sum.initial);
        let change = share as i64 - part.value;
        holder.pay(*place, change);
        holder.account.cash -= change;
    }
}

/// A position that is to be closed whole, and what is paid for that.
struct Closing {
    trade: TradeLeg,
    pay: i64,
    insurance: i64,
}

impl Floor<'_> {
    /// Closes every position of somebody that the money behind it does not carry, and sells his tokens if what they stand
    /// for is more than they carry.
    pub(super) fn close_alone(
        &mut self,
        board: &mut Board,
        weighing: &mut Weighing,
        person: usize,
    ) -> Result<(), Fault> {
        let unit = self.unit;
        let holder = &self.holders[person];
        let (terms, desk) = (self.terms, &mut self.desk);
        let found = weighing.open(&holder.account, |it| {
            let mut found = Vec::new();
            for (place, leg) in holder.legs().iter().enumerate().filter(|(_, leg)| !is_bought(leg)) {
                let margins = it.alone(place, Quote(i128::from(holder.behind(leg.place())) * unit))?;
                if margins.health().0 >= 0 || !board.may_liquidate(leg.market)? || board.is_over(leg) {
                    continue;
                }
                let legs = &it.book.legs[place..=place];
                let alone = Book { cash: Quote(0), unpaid: Quote(0), collateral: &[], legs };
                let risk = risk(desk, it, &alone)?;
                let (pay, insurance) = terms.pay(risk, margins.value);
                let price = price(board, it.snapshot, &legs[0], leg)?;
                let trade = closing(leg, leg.quantity.unsigned_abs(), price);
                let units = |amount: Quote| amount.0.div_euclid(unit) as i64;
                found.push(Closing { trade, pay: units(pay), insurance: units(insurance) });
            }
            let purse = it.purse()?;
            Ok::<_, Fault>((found, purse.health().0 < 0))
        });
        let (found, purse_short) = found??;
        for Closing { trade, pay, insurance } in found {
            self.take(board, person, &[trade], (pay, insurance))?;
        }
        let owes = self.holders[person].account.cash < 0;
        if purse_short && owes && self.holders[person].has_tokens() && self.may_sell(board, person)? {
            self.sell(board, person, 1, 1)?;
        }
        self.holders[person].free();
        // Options that were bought are worth something: what is owed beside them stays owed.
        let holder = &self.holders[person];
        let bare = !holder.has_tokens() && !holder.legs().iter().any(is_bought);
        self.cover(person, bare);
        Ok(())
    }
}

/// Scan loss of a book.
fn risk(desk: &mut Desk, it: &crate::alone::Opened, book: &Book) -> Result<Quote, Fault> {
    let report = ballast_margin::assess(desk, it.rules, it.snapshot, book)?;
    Ok(report.components.scan)
}
