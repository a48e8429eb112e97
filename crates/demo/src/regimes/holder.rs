//! A trader's book under another regime: positions and tokens, and where the money for them stands.
//!
//! Positions change by the account program's own arithmetic. Profits are settled in cash at once: there are no pools, and no
//! interest.

use super::{board::Board, fault::Fault};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{Leg, MarginAccount, TradeLeg};
use bytemuck::Zeroable;
use std::collections::BTreeMap;

/// An instrument, in the order in which positions stand.
pub type Place = (u16, i64, u64, u8);

/// Somebody's positions, tokens and money.
#[derive(Clone)]
pub struct Holder {
    /// Positions and tokens; its cash stands behind no position alone.
    pub account: Box<MarginAccount>,
    /// Money behind each position, if each stands alone.
    pub behind: Option<BTreeMap<Place, i64>>,
    /// What positions that are gone have lost beyond the money behind them: others have to stand for it.
    pub owed: i64,
    /// How often funding was rounded.
    pub roundings: i64,
}

impl Holder {
    /// A holder of cash in a group, whose positions will stand alone or not.
    pub fn new(group: Pubkey, cash: i64, alone: bool) -> Self {
        let mut account = Box::new(MarginAccount::zeroed());
        (account.version, account.group, account.owner) = (MarginAccount::VERSION, group, group);
        account.cash = cash;
        Self { account, behind: alone.then(BTreeMap::new), owed: 0, roundings: 0 }
    }

    /// The positions.
    pub fn legs(&self) -> &[Leg] {
        let count = self.account.legs.iter().take_while(|leg| leg.market != 0).count();
        &self.account.legs[..count]
    }

    /// Whether there are tokens.
    pub fn has_tokens(&self) -> bool {
        self.account.collateral.iter().any(|token| token.bank != 0)
    }

    /// Lots of an instrument.
    pub fn lots(&self, place: Place) -> i64 {
        self.legs().iter().find(|leg| leg.place() == place).map_or(0, |leg| leg.quantity)
    }

    /// Adds money to what stands behind a position, or takes it if below zero.
    pub fn pay(&mut self, place: Place, change: i64) {
        match &mut self.behind {
            Some(behind) => *behind.entry(place).or_default() += change,
            None => self.account.cash += change,
        }
    }

    /// Money behind a position that stands alone.
    pub fn behind(&self, place: Place) -> i64 {
        self.behind.as_ref().and_then(|behind| behind.get(&place)).copied().unwrap_or(0)
    }

    /// Buys or sells lots of a position.
    pub fn trade(&mut self, board: &mut Board, trade: &TradeLeg) -> Result<(), Fault> {
        let cash = self.account.cash;
        self.account.trade(board.market(trade.number)?, trade)?;
        self.settle();
        let change = self.account.cash - cash;
        self.account.cash = cash;
        self.pay(trade.instrument().place(), change);
        Ok(())
    }

    /// Adds tokens of a bank that a market prices for cash, or takes them, if below zero.
    pub fn change_tokens(&mut self, bank: u16, market: u16, change: i128, cash: i64) -> Result<(), Fault> {
        self.account.change_token(bank, market, change)?;
        self.account.cash += cash;
        Ok(())
    }

    /// Brings funding up to date, and settles positions whose date's price is known.
    pub fn refresh(&mut self, board: &mut Board) -> Result<(), Fault> {
        for leg in self.legs().to_vec() {
            if leg.kind == PERP && board.funding(leg.market)? != leg.funding_index {
                let cash = self.account.cash;
                self.account.settle_funding(board.market(leg.market)?)?;
                self.settle();
                let change = self.account.cash - cash;
                self.account.cash = cash;
                self.pay(leg.place(), change);
                self.roundings += 1;
            }
            if let Some(price) = board.settlement(&leg)? {
                self.trade(board, &closing(&leg, leg.quantity.unsigned_abs(), price))?;
            }
        }
        self.free();
        Ok(())
    }

    /// Gives back the money behind positions that are gone; what is missing there is owed.
    pub fn free(&mut self) {
        let Some(behind) = &mut self.behind else { return };
        let legs = self.account.legs;
        let (cash, owed) = (&mut self.account.cash, &mut self.owed);
        behind.retain(|place, money| {
            let held = legs.iter().any(|leg| leg.market != 0 && leg.place() == *place);
            if !held {
                *cash += (*money).max(0);
                *owed += (*money).min(0).saturating_neg();
            }
            held
        });
    }

    /// Cash, less what perps and futures have cost: trades between two holders leave the sum of both as it is.
    pub fn paper(&self) -> i128 {
        let cost = self.legs().iter().filter(|leg| leg.is_linear());
        let cost: i128 = cost.map(|leg| i128::from(leg.entry_value)).sum();
        let behind: i128 = self.behind.iter().flat_map(BTreeMap::values).map(|cash| i128::from(*cash)).sum();
        i128::from(self.account.cash) + behind - i128::from(self.owed) - cost
    }

    /// Takes realised profits and losses over into cash.
    fn settle(&mut self) {
        for book in self.account.markets.iter_mut() {
            self.account.cash += std::mem::take(&mut book.unpaid_profit);
            if book.legs == 0 {
                *book = Zeroable::zeroed();
            }
        }
    }
}

/// Kind of a perp.
pub const PERP: u8 = 1;

/// The trade that closes so many lots of a position at a price a lot.
pub fn closing(leg: &Leg, lots: u64, price: u64) -> TradeLeg {
    // A position has 2^40 lots at most.
    let lots = (lots as i64) * -leg.quantity.signum();
    TradeLeg { number: leg.market, kind: leg.kind, expiry: leg.expiry, strike: leg.strike, lots, price }
}
