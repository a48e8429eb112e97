//! The node from the inside: a test's hand on it.

use crate::{
    chain::{Chain, Executed},
    faults::{lock, Faults},
    node::NodeOptions,
};
use anchor_lang::prelude::{Clock, Pubkey};
use ballast_testkit::{Failure, Outcome, Svm};
use solana_account::Account;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::sync::{Arc, Mutex, MutexGuard};

/// A hand on a node. What it changes goes the way of every transaction, so that subscribers see it.
#[derive(Clone)]
pub struct NodeHandle {
    chain: Arc<Mutex<Chain>>,
    faults: Arc<Faults>,
}

impl NodeHandle {
    pub(crate) fn new(options: &NodeOptions) -> Self {
        let chain = Arc::new(Mutex::new(Chain::new(options)));
        Self { faults: Arc::new(Faults::new(chain.clone())), chain }
    }

    /// What can go wrong.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(crate) fn chain(&self) -> MutexGuard<'_, Chain> {
        lock(&self.chain)
    }
}

impl Svm for NodeHandle {
    fn name(&self) -> String {
        format!("a node over LiteSVM, {}", self.chain().arch)
    }

    fn payer(&self) -> Pubkey {
        self.chain().payer.pubkey()
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        let Executed { error, meta } = self.chain().send(instructions, signers);
        match error {
            None => Ok(meta.into()),
            Some(reason) => Err(Failure { reason, logs: meta.logs }),
        }
    }

    fn account(&mut self, address: &Pubkey) -> Option<Account> {
        self.chain().account(address)
    }

    fn set_account(&mut self, address: &Pubkey, account: Account) {
        self.chain().set_account(address, account);
    }

    fn rent(&mut self, length: usize) -> u64 {
        self.chain().svm.minimum_balance_for_rent_exemption(length)
    }

    fn clock(&mut self) -> Clock {
        self.chain().clock()
    }

    /// Sets the clock; a slot that has gone by already is left out of account, since slots tick meanwhile.
    fn set_clock(&mut self, clock: Clock) {
        self.chain().set_clock(clock);
    }

    fn pass(&mut self, seconds: i64) {
        // In one step: a slot that ticked between reading and writing would be undone.
        let mut chain = self.chain();
        let mut clock = chain.clock();
        clock.unix_timestamp += seconds;
        chain.set_clock(clock);
    }
}
