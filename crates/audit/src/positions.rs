//! Positions of all accounts, by market.

use crate::Books;
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{Leg, MarginAccount, Market};
use std::collections::BTreeMap;

/// Rows of positions in use.
pub fn legs(account: &MarginAccount) -> impl Iterator<Item = Leg> + '_ {
    account.legs.iter().take_while(|leg| leg.market != 0).copied()
}

/// What a lot of an expired instrument is worth, in quote units.
pub fn worth(leg: &Leg, settlement: i128, market: &Market) -> i128 {
    let strike = i128::from(leg.strike).saturating_mul(100).saturating_mul(market.lot.into());
    let strike = (strike / 10_000_000_000).checked_div(market.unit.into()).unwrap_or(0);
    match leg.kind {
        3 => (settlement - strike).max(0),
        4 => (strike - settlement).max(0),
        _ => settlement,
    }
}

/// All positions.
#[derive(Default)]
pub(crate) struct Positions {
    by_market: BTreeMap<u16, Vec<(Pubkey, Leg)>>,
}

impl Positions {
    /// Sorts the positions of all accounts.
    pub fn of(books: &Books) -> Self {
        let mut all = Self::default();
        for (key, account) in &books.accounts {
            for leg in legs(account) {
                all.by_market.entry(leg.market).or_default().push((*key, leg));
            }
        }
        all
    }

    /// Those in a market.
    pub fn in_market(&self, number: u16) -> &[(Pubkey, Leg)] {
        self.by_market.get(&number).map_or(&[], Vec::as_slice)
    }

    /// All markets in which there are some.
    pub fn markets(&self) -> impl Iterator<Item = (u16, &[(Pubkey, Leg)])> {
        self.by_market.iter().map(|(number, legs)| (*number, legs.as_slice()))
    }
}
