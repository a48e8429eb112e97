//! What a story asks of an SVM.

use anchor_lang::{
    event::EVENT_IX_TAG_LE,
    prelude::{Clock, Pubkey},
    solana_program::system_instruction,
};
use solana_account::Account;
use solana_instruction::{error::InstructionError, Instruction};
use solana_keypair::Keypair;
use solana_transaction_error::TransactionError;
use std::any::Any;

/// Unix time at which every world begins: 2026-11-02 00:00:00 UTC, a Monday.
pub const START: i64 = 1_793_577_600;

/// What a transaction did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Log of the transaction.
    pub logs: Vec<String>,
    /// Compute units that it took.
    pub compute_units: u64,
    /// What its last program returned; empty when nothing.
    pub return_data: Vec<u8>,
    /// Events that programs emitted by calling themselves: discriminator, then fields.
    pub events: Vec<Vec<u8>>,
}

/// Why a transaction was refused.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The runtime's reason.
    pub reason: TransactionError,
    /// Log of the transaction.
    pub logs: Vec<String>,
}

impl Failure {
    /// The program's own error number, when a program refused.
    pub fn code(&self) -> Option<u32> {
        match self.reason {
            TransactionError::InstructionError(_, InstructionError::Custom(code)) => Some(code),
            _ => None,
        }
    }

    /// Place of the instruction that was refused, from zero, when one was.
    pub fn place(&self) -> Option<usize> {
        match self.reason {
            TransactionError::InstructionError(place, _) => Some(place.into()),
            _ => None,
        }
    }
}

/// A Solana runtime that holds accounts and executes transactions, one at a time.
pub trait Svm: Any {
    /// Its name, for people.
    fn name(&self) -> String;

    /// Who pays the fees of every transaction; nothing else should depend on this account.
    fn payer(&self) -> Pubkey;

    /// Executes the instructions as one transaction, signed by the payer and `signers`.
    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure>;

    /// The account at an address, if there is one.
    fn account(&mut self, address: &Pubkey) -> Option<Account>;

    /// Puts an account in place past all rules, for states that no transaction can reach.
    fn set_account(&mut self, address: &Pubkey, account: Account);

    /// Lamports that an account of `length` bytes must hold.
    fn rent(&mut self, length: usize) -> u64;

    /// The clock that programs see.
    fn clock(&mut self) -> Clock;

    /// Sets the clock that programs see.
    fn set_clock(&mut self, clock: Clock);

    /// Unix time that programs see.
    fn now(&mut self) -> i64 {
        self.clock().unix_timestamp
    }

    /// Lets `seconds` pass; slots do not move, since nothing in Ballast may count them.
    fn pass(&mut self, seconds: i64) {
        let mut clock = self.clock();
        clock.unix_timestamp += seconds;
        self.set_clock(clock);
    }

    /// Gives `lamports` to an address.
    fn fund(&mut self, address: &Pubkey, lamports: u64) {
        let transfer = system_instruction::transfer(&self.payer(), address, lamports);
        self.send(&[transfer], &[]).expect("the payer is rich");
    }
}

/// The events among the data of inner instructions.
pub(crate) fn events<'a>(inner: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    inner.filter_map(|data| data.strip_prefix(EVENT_IX_TAG_LE)).map(<[u8]>::to_vec).collect()
}
