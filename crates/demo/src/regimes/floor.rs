//! The floor on which a day is played again: holders, the street, the insurance, and the steps of the day.

use super::{
    board::Board,
    fault::Fault,
    holder::Holder,
    isolated::{divide, missing, pay_bought, Part, Parts},
    played::{exchange, held, sides, Played},
    street::{is_spot, Street},
    tally::{Outcome, Tally},
    terms::Terms,
    tokens::{worth_up, Banks},
};
use crate::{
    alone::{Scales, Weighing},
    tape::{Tape, Traded},
};
use ballast_interface::account::{quote_unit, TradeLeg};
use ballast_margin::{quote::QuoteDesk, Desk};

/// How accounts are margined and liquidated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Each position alone, closed whole.
    Isolated,
    /// Each account as one, closed by slices of all of its positions.
    Sliced,
    /// Nobody is liquidated, and everybody trades as he did: what the others are measured against.
    Never,
}

/// A day that is played again.
pub struct Floor<'a> {
    tape: &'a Tape,
    rule: Rule,
    /// People before this place are traders, and all that play.
    pub(super) holders: Vec<Holder>,
    pub(super) street: Street,
    pub(super) terms: Terms,
    pub(super) banks: Banks,
    pub(super) tally: Tally,
    pub(super) desk: Box<Desk>,
    pub(super) quotes: Box<QuoteDesk>,
    /// Steps of 10^-10 in a quote unit.
    pub(super) unit: i128,
}

/// Plays the day of a tape again: people before a place are its traders, and the insurance begins with so much.
pub fn play(tape: &Tape, traders: usize, insurance: i64, terms: Terms, rule: Rule) -> Result<Outcome, Fault> {
    let first = tape.views.first().ok_or(Fault::PlaceUnknown)?;
    let mut holders = Played::new(tape, rule == Rule::Isolated)?.holders;
    holders.truncate(traders);
    let floor = Floor {
        tape,
        rule,
        tally: Tally::begin(&Board::new(first), &holders, insurance)?,
        holders,
        street: Street::default(),
        terms,
        banks: Banks::of(tape),
        desk: Box::default(),
        quotes: Box::default(),
        unit: i128::from(quote_unit(first.group.quote_decimals)),
    };
    floor.day()
}

impl Floor<'_> {
    fn day(mut self) -> Result<Outcome, Fault> {
        let tape = self.tape;
        let mut played = Played::new(tape, false)?;
        let (mut scales, mut flow) = (Scales::new(&tape.model)?, tape.flow.as_slice());
        for (step, view) in tape.views.iter().enumerate() {
            let mut board = Board::new(view);
            let mut weighing = scales.at(view);
            played.refresh(&mut board)?;
            self.refresh(&mut board)?;
            let (now, later) = flow.split_at(flow.partition_point(|traded| traded.step <= step));
            flow = later;
            let mut touched = vec![false; self.holders.len()];
            let mut opened = touched.clone();
            for traded in now {
                self.trade(&mut board, &mut weighing, &mut played, traded, &mut touched, &mut opened)?;
            }
            if self.rule == Rule::Isolated {
                for person in (0..touched.len()).filter(|person| touched[*person]) {
                    self.divide(&mut weighing, &played, person, opened[person])?;
                }
            }
            // The closing's have the last step, too, and are no part of the day.
            let mut taken = tape.taken.iter().filter(|it| it.step == step && tape.is_of_day(it.time));
            taken.try_for_each(|taken| played.take(&mut board, taken))?;
            let mut borne = tape.borne.iter().filter(|it| it.step == step && tape.is_of_day(it.time));
            borne.try_for_each(|borne| played.bear(borne))?;
            self.liquidate(&mut board, &mut weighing)?;
            self.measure(&mut weighing)?;
        }
        self.end(&mut scales, &played)
    }

    fn refresh(&mut self, board: &mut Board) -> Result<(), Fault> {
        self.street.refresh(board)?;
        for person in 0..self.holders.len() {
            self.holders[person].refresh(board)?;
            self.cover(person, false);
        }
        Ok(())
    }

    /// Makes a trade as far as its sides can make it; the street takes what only one of them does.
    fn trade(
        &mut self,
        board: &mut Board,
        weighing: &mut Weighing,
        played: &mut Played,
        traded: &Traded,
        touched: &mut [bool],
        opened: &mut [bool],
    ) -> Result<(), Fault> {
        for (person, fee, legs) in sides(traded) {
            let before = played.holders.get(person).ok_or(Fault::PlaceUnknown)?;
            let mut part = Vec::new();
            if let Some(mine) = self.holders.get(person) {
                let (all, less) = wanted(board, &self.banks, (before, mine), &legs)?;
                let opens = all != less;
                let asked = legs.iter().zip(&all).map(|(leg, lots)| TradeLeg { lots: *lots, ..*leg });
                let may = !opens || self.may_open(board, weighing, person, asked)?;
                part = if may { all } else { less };
                touched[person] = true;
                opened[person] |= opens && may;
            }
            for (leg, lots) in legs.iter().zip(part.iter().copied().chain(std::iter::repeat(0))) {
                let (mine, rest) = (TradeLeg { lots, ..*leg }, TradeLeg { lots: leg.lots - lots, ..*leg });
                if lots != 0 {
                    exchange(&mut self.holders[person], board, &self.banks, &mine)?;
                }
                if rest.lots != 0 {
                    self.street_trade(board, &rest)?;
                }
            }
            self.charge(person, fee, &legs, &part)?;
        }
        played.trade(board, &self.banks, traded)
    }

    /// Takes a trade's fee, in proportion to what was traded of it, rounded down.
    fn charge(&mut self, person: usize, fee: i64, legs: &[TradeLeg], part: &[i64]) -> Result<(), Fault> {
        let Some(holder) = self.holders.get_mut(person) else { return Ok(()) };
        let (mut all, mut made) = (0i128, 0i128);
        for (leg, lots) in legs.iter().zip(part) {
            all += i128::from(leg.value()?).abs();
            made += i128::from(TradeLeg { lots: *lots, ..*leg }.value()?).abs();
        }
        let fee = (i128::from(fee) * made).checked_div(all).unwrap_or(0) as i64;
        holder.account.cash -= fee;
        self.tally.trading_fees += i128::from(fee);
        Ok(())
    }

    fn street_trade(&mut self, board: &mut Board, leg: &TradeLeg) -> Result<(), Fault> {
        if !is_spot(leg) {
            return self.street.trade(board, leg);
        }
        let amount = board.token_amount(self.banks.market(leg.number)?, leg.lots)?;
        self.street.change_tokens(leg.number, amount, -leg.value()?);
        Ok(())
    }

    /// Whether somebody's margin allows a trade that opens something: it leaves him initial margin, or makes his health no
    /// worse. Where positions stand alone, whoever was never liquidated brings what they ask for.
    fn may_open(
        &self,
        board: &mut Board,
        weighing: &mut Weighing,
        person: usize,
        trades: impl Iterator<Item = TradeLeg>,
    ) -> Result<bool, Fault> {
        match self.rule {
            Rule::Never => return Ok(true),
            Rule::Isolated if !self.tally.was_liquidated(person) => return Ok(true),
            Rule::Isolated | Rule::Sliced => {}
        }
        let mut tried = self.holders[person].clone();
        let before = self.stand(weighing, &mut tried)?;
        for trade in trades.filter(|trade| trade.lots != 0) {
            exchange(&mut tried, board, &self.banks, &trade)?;
        }
        let after = self.stand(weighing, &mut tried)?;
        Ok(after.value >= after.initial
            || after.value - after.maintenance >= before.value - before.maintenance)
    }

    /// What somebody's book is worth and needs in all.
    fn stand(&self, weighing: &mut Weighing, holder: &mut Holder) -> Result<Part, Fault> {
        if self.rule != Rule::Isolated {
            return Ok(Part::new(&weighing.whole(&holder.account)?, self.unit));
        }
        holder.free();
        pay_bought(holder);
        Ok(Parts::of(weighing, holder, self.unit)?.sum())
    }

    /// Divides somebody's money anew; he brings more if he has opened something, and was never liquidated.
    fn divide(
        &mut self,
        weighing: &mut Weighing,
        played: &Played,
        person: usize,
        opened: bool,
    ) -> Result<(), Fault> {
        let holder = &mut self.holders[person];
        holder.free();
        pay_bought(holder);
        let mut parts = Parts::of(weighing, holder, self.unit)?;
        if opened && !self.tally.was_liquidated(person) {
            let cross = weighing.whole(&played.holders[person].account)?;
            let cross = Part::new(&cross, self.unit);
            let more = missing(&parts, &cross);
            holder.account.cash += more;
            parts.purse.value += more;
            self.tally.bring(person, more);
        }
        divide(holder, &parts);
        Ok(())
    }

    fn liquidate(&mut self, board: &mut Board, weighing: &mut Weighing) -> Result<(), Fault> {
        for person in 0..self.holders.len() {
            let holder = &self.holders[person];
            if holder.legs().is_empty() && holder.account.cash >= 0 {
                continue;
            }
            match self.rule {
                Rule::Isolated => self.close_alone(board, weighing, person)?,
                Rule::Sliced => self.slice(board, weighing, person)?,
                Rule::Never => {}
            }
        }
        Ok(())
    }

    /// Lets the street take positions over, for a pay, beside what the insurance gets.
    pub(super) fn take(
        &mut self,
        board: &mut Board,
        person: usize,
        trades: &[TradeLeg],
        (pay, insurance): (i64, i64),
    ) -> Result<(), Fault> {
        let holder = &mut self.holders[person];
        for trade in trades {
            holder.trade(board, trade)?;
            self.street.trade(board, &trade.mirrored())?;
            self.tally.sold += i128::from(board.notional(trade.number, trade.lots)?);
        }
        if let Some(trade) = trades.first() {
            holder.pay(trade.instrument().place(), -pay - insurance);
        }
        self.street.cash += i128::from(pay);
        self.tally.paid(person, pay, insurance);
        Ok(())
    }

    /// Sells a part of somebody's tokens to the street.
    pub(super) fn sell(&mut self, board: &mut Board, person: usize, part: u32, of: u32) -> Result<(), Fault> {
        let before = self.holders[person].account.clone();
        let mut holder = self.holders[person].clone();
        let (worth, price) = self.sold(board, &mut holder, part, of)?;
        for token in before.collateral.iter().filter(|token| token.bank != 0) {
            let amount = i128::from(token.amount) - i128::from(holder.account.token_amount(token.bank));
            self.street.change_tokens(token.bank, amount, 0);
        }
        self.street.cash -= i128::from(price);
        self.holders[person] = holder;
        self.tally.sold += i128::from(worth);
        self.tally.paid(person, worth - price, 0);
        Ok(())
    }

    /// Takes a part of somebody's tokens for cash; returns what they are worth and what was paid for them.
    pub(super) fn sold(
        &self,
        board: &Board,
        holder: &mut Holder,
        part: u32,
        of: u32,
    ) -> Result<(i64, i64), Fault> {
        let (mut worth, mut paid) = (0, 0);
        let tokens = holder.account.collateral;
        for token in tokens.iter().filter(|token| token.bank != 0) {
            let amount = (u128::from(token.amount) * u128::from(part)).div_ceil(of.into()) as u64;
            let value = worth_up(board, token, amount)?;
            let price = self.terms.token_price_up(value) as i64;
            holder.change_tokens(token.bank, token.market, -i128::from(amount), price)?;
            (worth, paid) = (worth + value as i64, paid + price);
        }
        Ok((worth, paid))
    }

    /// Whether the feeds of all tokens of somebody let them be sold.
    pub(super) fn may_sell(&self, board: &Board, person: usize) -> Result<bool, Fault> {
        let tokens = self.holders[person].account.collateral;
        let mut tokens = tokens.iter().filter(|token| token.bank != 0);
        tokens.try_fold(true, |may, token| Ok(may && board.may_liquidate(token.market)?))
    }

    /// Lets the insurance, as far as it goes, and then others, stand for what somebody does not owe any more; for his debt,
    /// too, if he has nothing left.
    pub(super) fn cover(&mut self, person: usize, bare: bool) {
        let holder = &mut self.holders[person];
        let debt = if bare { holder.account.cash.min(0).saturating_neg() } else { 0 };
        self.tally.cover(debt + holder.owed);
        holder.account.cash += debt;
        holder.owed = 0;
    }

    fn measure(&mut self, weighing: &mut Weighing) -> Result<(), Fault> {
        let mut sum = 0i64;
        for holder in &self.holders {
            sum += match self.rule {
                Rule::Isolated => weighing.isolated(&holder.account)?,
                Rule::Sliced | Rule::Never => Part::new(&weighing.whole(&holder.account)?, self.unit).initial,
            };
        }
        self.tally.series.push(sum);
        Ok(())
    }

    fn end(self, scales: &mut Scales, played: &Played) -> Result<Outcome, Fault> {
        let Self { tape, rule, holders, street, tally, unit, .. } = self;
        let last = tape.views.last().ok_or(Fault::PlaceUnknown)?;
        let mut weighing = scales.at(last);
        let mut worth = |holder: &Holder| {
            let mut account = holder.account.clone();
            account.cash += holder.behind.iter().flat_map(|behind| behind.values()).sum::<i64>();
            Ok::<_, Fault>(Part::new(&weighing.whole(&account)?, unit).value)
        };
        let equity = holders.iter().map(&mut worth).collect::<Result<Vec<_>, _>>()?;
        let played = played.holders.iter().take(holders.len()).map(worth).collect::<Result<_, _>>()?;
        let mut under = 0;
        for (holder, equity) in holders.iter().zip(&equity) {
            under += if rule == Rule::Isolated {
                Parts::of(&mut weighing, holder, unit)?.under(*equity)
            } else {
                (*equity).min(0).saturating_neg()
            };
        }
        tally.outcome(tape, &holders, &street, (equity, played, under))
    }
}

/// What somebody wants of a trade, by leg: what he opens and closes, and what he closes alone. He closes no more than he
/// closed on the tape, and no more than he has.
fn wanted(
    board: &Board,
    banks: &Banks,
    (before, mine): (&Holder, &Holder),
    legs: &[TradeLeg],
) -> Result<(Vec<i64>, Vec<i64>), Fault> {
    let (mut all, mut less) = (Vec::new(), Vec::new());
    for leg in legs {
        let closes = |lots: i64| if lots.signum() == -leg.lots.signum() { lots.abs() } else { 0 };
        let closed = closes(held(before, board, banks, leg)?).min(leg.lots.abs());
        let opened = leg.lots.abs() - closed;
        let closed = closes(held(mine, board, banks, leg)?).min(closed);
        less.push(leg.lots.signum() * closed);
        all.push(leg.lots.signum() * (closed + opened));
    }
    Ok((all, less))
}
