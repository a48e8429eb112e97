//! Transactions that were executed.

use anchor_lang::prelude::Pubkey;
use litesvm::types::TransactionMetadata;
use solana_message::v0::LoadedAddresses;
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// Transactions that are remembered: far more than can have a recent blockhash.
pub const HISTORY: usize = 50_000;

/// A transaction that got into a block, and paid for it.
pub(crate) struct Record {
    pub slot: u64,
    pub time: i64,
    pub transaction: VersionedTransaction,
    /// Addresses that lookup tables brought.
    pub loaded: LoadedAddresses,
    /// All addresses, as instructions count them.
    pub keys: Vec<Pubkey>,
    pub error: Option<TransactionError>,
    pub meta: TransactionMetadata,
    /// Balances of all addresses, before and after.
    pub balances: [Vec<u64>; 2],
}

/// Records in the order of their execution.
#[derive(Default)]
pub(crate) struct Ledger {
    order: VecDeque<Arc<Record>>,
    records: HashMap<Signature, Arc<Record>>,
    count: u64,
}

impl Ledger {
    /// Remembers a transaction.
    pub fn add(&mut self, record: Arc<Record>) {
        self.count += 1;
        self.records.insert(record.meta.signature, record.clone());
        self.order.push_back(record);
        if self.order.len() > HISTORY {
            let oldest = self.order.pop_front().expect("it is not empty");
            self.records.remove(&oldest.meta.signature);
        }
    }

    /// The transaction with a signature.
    pub fn get(&self, signature: &Signature) -> Option<&Arc<Record>> {
        self.records.get(signature)
    }

    /// Transactions that name an address, the newest first.
    pub fn of<'a>(&'a self, address: &'a Pubkey) -> impl Iterator<Item = &'a Arc<Record>> {
        self.order.iter().rev().filter(move |record| record.keys.contains(address))
    }

    /// How many there were ever.
    pub fn count(&self) -> u64 {
        self.count
    }
}
