//! The rows of a margin account's tables; a row of zeros is free.

use anchor_lang::prelude::*;

/// Somebody who may act for the owner, within a scope and until a time.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct Delegate {
    /// Who may act; the zero address marks a free row.
    pub key: Pubkey,
    /// Unix time in seconds from which the delegate may no longer act.
    pub expires_at: i64,
    /// What the delegate may do: 1 trade, 2 only reduce; no scope ever allows a withdrawal.
    pub scope: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

impl Delegate {
    /// Scope of a delegate who may trade.
    pub const TRADE: u8 = 1;
    /// Scope of a delegate who may only make positions smaller.
    pub const REDUCE: u8 = 2;
}

/// Tokens other than the quote token, deposited as collateral.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct Collateral {
    /// Deposited amount, in the smallest unit of the bank's token.
    pub amount: u64,
    /// Number of the bank in the group, counted from one; zero marks a free row.
    pub bank: u16,
    /// Number of the market that prices the bank's token.
    pub market: u16,
    /// Zero.
    pub reserved: [u8; 20],
}

/// What the account is owed by one market, or owes to it, from trades already closed.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct MarketBook {
    /// Realised profit that the market's pool has not paid yet, in quote units; below zero a loss that cash did not
    /// cover.
    pub unpaid_profit: i64,
    /// Number of the market in the group, counted from one; zero marks a free row.
    pub market: u16,
    /// Number of legs that the account holds in this market.
    pub legs: u16,
    /// The market's era of claims up to which cuts have reached the unpaid profit.
    pub claim_era: u32,
    /// The market's index of claims, likewise.
    pub claim_index: crate::Fixed64,
}

/// A position in one instrument, which the leg names in full: market, kind, expiry and strike.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct Leg {
    /// Signed position in lots of the market's contract size; above zero is long.
    pub quantity: i64,
    /// What the open position cost, in quote units; below zero for what a short position brought in.
    pub entry_value: i64,
    /// The perp's cumulative funding, in quote units a lot, up to which this leg has paid.
    pub funding_index: crate::Fixed64,
    /// Unix time in seconds at which the instrument expires; zero for a perp.
    pub expiry: i64,
    /// Strike in 10^-8 of a quote token for one unit of the underlying; zero unless an option.
    pub strike: u64,
    /// Number of the market in the group, counted from one; zero marks a free row.
    pub market: u16,
    /// Kind of instrument: 1 perp, 2 future, 3 call, 4 put; spot is held as collateral, so zero means none.
    pub kind: u8,
    /// Zero.
    pub reserved: [u8; 13],
}

impl Leg {
    /// The instrument, in the order in which legs stand.
    pub const fn place(&self) -> (u16, i64, u64, u8) {
        (self.market, self.expiry, self.strike, self.kind)
    }

    /// Whether it is a perp or a future.
    pub const fn is_linear(&self) -> bool {
        matches!(self.kind, 1 | 2)
    }

    /// What so many of its lots have cost, rounded up as when they are closed.
    pub fn cost_up(&self, lots: u64) -> i64 {
        super::trading::part_up(self.entry_value, lots, self.quantity.unsigned_abs())
    }
}

const _: () = assert!(size_of::<Delegate>() == 48);
const _: () = assert!(size_of::<Collateral>() == 32);
const _: () = assert!(size_of::<MarketBook>() == 32);
const _: () = assert!(size_of::<Leg>() == 64);
