//! What the keeper knows of the chain.

use crate::scan::Scanner;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Exchange, Held};
use ballast_interface::{
    account::{MarginAccount, OrderRecord},
    liquidation::Auction,
};
use std::collections::HashMap;

/// A group, its accounts and their standing, as of the last update.
pub struct State {
    /// The group with its markets, banks and rules.
    pub exchange: Exchange,
    /// All margin accounts and how they stand.
    pub scanner: Scanner,
    /// Auctions under way, by the account under liquidation.
    pub auctions: HashMap<Pubkey, Auction>,
    /// Records with orders and triggers, by margin account.
    pub records: HashMap<Pubkey, OrderRecord>,
    /// The newest slot that anything is known of.
    pub slot: u64,
    /// Seconds by which the chain's clock is ahead of this machine's.
    pub ahead: i64,
}

impl State {
    /// A margin account with its address.
    pub fn held(&self, address: &Pubkey) -> Option<Held<MarginAccount>> {
        self.scanner.account(address).map(|state| Held { address: *address, state: *state })
    }
}
