//! Everybody who is not on the tape: liquidators, and whoever stands in for a trader who cannot make his side of a trade.

use super::{
    board::Board,
    fault::Fault,
    holder::{Place, PERP},
};
use ballast_interface::{
    account::{Kind, Leg, TradeLeg},
    Fixed64,
};
use bytemuck::Zeroable;
use std::collections::BTreeMap;

/// All of them as one: with as much money as it takes, and no margin.
#[derive(Default)]
pub struct Street {
    /// What was got less what was paid; perps and futures are paid for in full.
    pub cash: i128,
    /// Lots by instrument, and the funding up to which they have paid.
    lots: BTreeMap<Place, (i64, Fixed64)>,
    /// Tokens by bank.
    pub tokens: BTreeMap<u16, i128>,
    /// How often funding was rounded.
    pub roundings: i64,
}

impl Street {
    /// Buys or sells lots of a position.
    pub fn trade(&mut self, board: &mut Board, trade: &TradeLeg) -> Result<(), Fault> {
        let funding = board.funding(trade.number)?;
        let (lots, paid_up_to) = self.lots.entry(trade.instrument().place()).or_default();
        if *lots == 0 {
            *paid_up_to = funding;
        }
        *lots = lots.checked_add(trade.lots).ok_or(Fault::TooLarge)?;
        self.cash -= i128::from(trade.value()?);
        Ok(())
    }

    /// Buys tokens of a bank for cash, or sells them, if below zero.
    pub fn change_tokens(&mut self, bank: u16, change: i128, cash: i64) {
        *self.tokens.entry(bank).or_default() += change;
        self.cash += i128::from(cash);
    }

    /// Brings funding up to date, and settles positions whose date's price is known.
    pub fn refresh(&mut self, board: &mut Board) -> Result<(), Fault> {
        for (place, (lots, paid_up_to)) in &mut self.lots {
            let (market, expiry, strike, kind) = *place;
            let funding = board.funding(market)?;
            if kind == PERP && funding != *paid_up_to && *lots != 0 {
                // Of 41 bits by 85, which a day's funding does not reach.
                let passed = funding.to_bits() - paid_up_to.to_bits();
                let got = passed.checked_mul(-i128::from(*lots)).ok_or(Fault::TooLarge)?;
                self.cash += got.div_euclid(1 << 64);
                self.roundings += 1;
            }
            *paid_up_to = funding;
            let leg = Leg { market, expiry, strike, kind, ..Leg::zeroed() };
            if let Some(price) = board.settlement(&leg)? {
                self.cash += i128::from(*lots) * i128::from(price);
                *lots = 0;
            }
        }
        Ok(())
    }

    /// What is held, by instrument.
    pub fn lots(&self) -> impl Iterator<Item = (Place, i64)> + '_ {
        self.lots.iter().map(|(place, (lots, _))| (*place, *lots))
    }
}

/// Whether a leg of a trade is of tokens.
pub fn is_spot(leg: &TradeLeg) -> bool {
    leg.kind == Kind::Spot as u8
}
