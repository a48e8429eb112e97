//! What the keeper knows of the chain.

use crate::scan::Scanner;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Account, Exchange, Held, Record};
use ballast_interface::{
    account::{MarginAccount, OrderRecord},
    liquidation::Auction,
    seeds::find_auction,
};
use std::collections::{HashMap, HashSet};

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
    /// By address, of which slot an account is known that is no margin account.
    slots: HashMap<Pubkey, u64>,
    /// Addresses of auctions and records, with the margin accounts that they are about.
    about: HashMap<Pubkey, Pubkey>,
}

impl State {
    /// A group as it was in a slot, of whose accounts nothing is known yet.
    pub fn new(exchange: Exchange, slot: u64) -> Self {
        let mut scanner = Scanner::new(exchange.address, *exchange.group, *exchange.model);
        exchange.markets.values().for_each(|market| scanner.set_market(**market));
        exchange.risks.values().for_each(|risk| scanner.set_risk(**risk));
        let (auctions, records) = (HashMap::new(), HashMap::new());
        let (slots, about) = (HashMap::new(), HashMap::new());
        Self { exchange, scanner, auctions, records, slot, ahead: 0, slots, about }
    }

    /// A margin account with its address.
    pub fn held(&self, address: &Pubkey) -> Option<Held<MarginAccount>> {
        self.scanner.account(address).map(|state| Held { address: *address, state: *state })
    }

    /// Takes an account over as it was in a slot; one without lamports is closed. Whatever is older than what is known, or
    /// belongs to another group, is left. Says whether anything was taken.
    pub fn take(&mut self, slot: u64, address: &Pubkey, account: &Account) -> bool {
        self.slot = self.slot.max(slot);
        if account.lamports == 0 || account.data.is_empty() {
            return self.remove(slot, address);
        }
        match Record::read(account) {
            Some(record) => self.take_record(slot, address, &record),
            None => false,
        }
    }

    /// The same for an account that is decoded.
    pub fn take_record(&mut self, slot: u64, address: &Pubkey, record: &Record) -> bool {
        if let Record::MarginAccount(account) = record {
            return self.take_account(slot, address, account);
        }
        if self.slots.get(address).is_some_and(|known| slot < *known) {
            return false;
        }
        let taken = match record {
            Record::Auction(auction) if auction.group == self.exchange.address => {
                self.about.insert(*address, auction.margin_account);
                self.auctions.insert(auction.margin_account, **auction);
                true
            }
            // Records do not name their group: those of accounts that are not known are others'.
            Record::OrderRecord(record) if self.scanner.account(&record.margin_account).is_some() => {
                self.about.insert(*address, record.margin_account);
                self.records.insert(record.margin_account, **record);
                true
            }
            record => self.take_common(address, record),
        };
        if taken {
            self.slots.insert(*address, slot);
        }
        taken
    }

    /// Takes a margin account over. When it is released its auction is gone, which no stream tells.
    fn take_account(&mut self, slot: u64, address: &Pubkey, account: &MarginAccount) -> bool {
        let taken = self.scanner.set_account(*address, *account, slot);
        if taken && account.liquidation_since == 0 && self.auctions.contains_key(address) {
            let auction = find_auction(address).0;
            if self.slots.get(&auction).is_some_and(|known| slot > *known) {
                self.remove(slot, &auction);
            }
        }
        taken
    }

    /// Takes over what all accounts have in common.
    fn take_common(&mut self, address: &Pubkey, record: &Record) -> bool {
        if !self.exchange.take(address, record) {
            return false;
        }
        match record {
            Record::Group(group) => self.scanner.set_group(**group),
            Record::Model(model) => self.scanner.set_model(**model),
            Record::Market(market) => self.scanner.set_market(**market),
            Record::MarketRisk(risk) => self.scanner.set_risk(**risk),
            _ => {}
        }
        true
    }

    /// Forgets an account that was closed in a slot, unless what is known is newer; says whether there was one.
    pub fn remove(&mut self, slot: u64, address: &Pubkey) -> bool {
        if self.slots.get(address).is_some_and(|known| slot < *known) {
            return false;
        }
        if self.scanner.account(address).is_some() {
            self.scanner.remove_account(address, slot);
            return self.scanner.account(address).is_none();
        }
        let Some(about) = self.about.remove(address) else { return false };
        // What was before it was closed must not bring it back.
        self.slots.insert(*address, slot);
        if find_auction(&about).0 == *address {
            self.auctions.remove(&about);
        } else {
            self.records.remove(&about);
        }
        true
    }

    /// Forgets the accounts that were not among all that there were in a slot.
    pub fn retain(&mut self, slot: u64, there: &HashSet<Pubkey>) {
        let known = self.scanner.keys().chain(self.about.keys());
        let gone: Vec<Pubkey> = known.filter(|address| !there.contains(address)).copied().collect();
        for address in gone {
            self.remove(slot, &address);
        }
    }
}
