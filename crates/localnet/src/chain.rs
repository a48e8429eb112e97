//! The SVM with its blocks and its history: the one place where anything changes.

use crate::{
    blocks::Blocks,
    events::{Event, Events},
    ledger::{Ledger, Record},
    node::{NodeClock, NodeOptions},
};
use anchor_lang::{
    prelude::{Clock, Pubkey},
    solana_program::system_instruction,
};
use ballast_testkit::{actor, Arch, Lite};
use litesvm::{types::TransactionMetadata, LiteSVM};
use solana_account::{Account, ReadableAccount};
use solana_epoch_schedule::EpochSchedule;
use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{v0::LoadedAddresses, AddressLoader, VersionedMessage};
use solana_sdk_ids::sysvar;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::{versioned::VersionedTransaction, Transaction};
use solana_transaction_error::TransactionError;
use std::{
    collections::HashSet,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Enough for everybody who ever asks.
const WEALTH: u64 = 1 << 57;

/// A chain that stands still until somebody sends or ticks.
pub(crate) struct Chain {
    pub svm: LiteSVM,
    pub blocks: Blocks,
    pub ledger: Ledger,
    pub events: Events,
    pub payer: Keypair,
    pub arch: Arch,
    faucet: Keypair,
    clock: NodeClock,
    /// Seconds that the chain's time is ahead of the wall clock, when it follows that.
    ahead: i64,
}

/// What a transaction did.
pub(crate) struct Executed {
    pub error: Option<TransactionError>,
    pub meta: TransactionMetadata,
}

/// What a transaction would do.
pub(crate) struct Simulated {
    pub error: Option<TransactionError>,
    pub meta: TransactionMetadata,
    /// Accounts after it; none when it fails.
    pub accounts: Vec<(Pubkey, Account)>,
    pub loaded: LoadedAddresses,
}

impl Chain {
    /// A chain with every program of the workspace.
    pub fn new(options: &NodeOptions) -> Self {
        let (svm, payer) = Lite::new(options.arch).into_parts();
        // LiteSVM knows one blockhash only, and cannot simulate without signatures: the node checks both itself, and
        // that nothing is executed twice.
        let mut svm = svm.with_blockhash_check(false).with_sigverify(false).with_transaction_history(0);
        let faucet = actor("faucet");
        for rich in [&payer, &faucet] {
            svm.set_account(rich.pubkey(), Account::new(WEALTH, 0, &Pubkey::default()))
                .expect("LiteSVM takes any account");
        }
        let clock: Clock = svm.get_sysvar();
        let blocks = Blocks::new(clock.slot, svm.latest_blockhash(), clock.unix_timestamp);
        let mut chain = Self {
            svm,
            blocks,
            ledger: Ledger::default(),
            events: Events::default(),
            payer,
            arch: options.arch,
            faucet,
            clock: options.clock,
            ahead: 0,
        };
        chain.tick();
        chain
    }

    /// The next slot begins.
    pub fn tick(&mut self) {
        let clock: Clock = self.svm.get_sysvar();
        let time = match self.clock {
            NodeClock::Real => wall_clock() + self.ahead,
            NodeClock::Manual => clock.unix_timestamp,
        };
        self.begin_slot(self.blocks.slot + 1, Clock { unix_timestamp: time, ..clock });
    }

    fn begin_slot(&mut self, slot: u64, mut clock: Clock) {
        let parent = self.blocks.slot;
        self.svm.expire_blockhash();
        self.blocks.advance(slot, self.svm.latest_blockhash(), clock.unix_timestamp);
        let schedule = self.epoch_schedule();
        (clock.slot, clock.epoch) = (slot, schedule.get_epoch(slot));
        clock.leader_schedule_epoch = schedule.get_leader_schedule_epoch(slot);
        self.svm.set_sysvar(&clock);
        self.svm.set_sysvar(&self.blocks.slot_hashes);
        self.events.tell(Event::Slot { slot, parent });
        self.written(&[sysvar::clock::ID, sysvar::slot_hashes::ID, sysvar::recent_blockhashes::ID], None);
    }

    /// The clock that programs see.
    pub fn clock(&self) -> Clock {
        self.svm.get_sysvar()
    }

    /// Sets the clock that programs see. Slots never go back: an earlier one is left out of account.
    pub fn set_clock(&mut self, clock: Clock) {
        self.ahead = clock.unix_timestamp - wall_clock();
        if clock.slot > self.blocks.slot {
            self.begin_slot(clock.slot, clock);
        } else {
            self.svm.set_sysvar(&Clock { slot: self.blocks.slot, ..clock });
            self.written(&[sysvar::clock::ID], None);
        }
    }

    /// How slots make epochs.
    pub fn epoch_schedule(&self) -> EpochSchedule {
        self.svm.get_sysvar()
    }

    /// The account at an address, if there is one.
    pub fn account(&self, address: &Pubkey) -> Option<Account> {
        self.svm.get_account(address).filter(|account| account.lamports > 0)
    }

    /// Puts an account in place past all rules.
    pub fn set_account(&mut self, address: &Pubkey, account: Account) {
        self.svm.set_account(*address, account).expect("LiteSVM takes any account");
        self.written(&[*address], None);
    }

    /// Tells that accounts were written, as they stand now.
    fn written(&mut self, addresses: &[Pubkey], by: Option<Arc<Record>>) {
        let read = |address: &Pubkey| (*address, self.account(address).unwrap_or_default());
        let accounts = addresses.iter().map(read).collect();
        self.events.tell(Event::Written { slot: self.blocks.slot, accounts, by });
    }

    /// A blockhash that no transaction had.
    fn fresh_blockhash(&mut self) -> Hash {
        self.svm.expire_blockhash();
        self.blocks.add_hash(self.svm.latest_blockhash());
        self.blocks.latest
    }

    /// Every blockhash that was handed out is invalid from now on.
    pub fn expire_blockhashes(&mut self) {
        self.blocks.forget_hashes();
        self.fresh_blockhash();
    }

    /// Executes instructions that a payer and others sign, with a fresh blockhash, so that the same can be sent twice.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Executed {
        let blockhash = self.fresh_blockhash();
        let payer = self.payer.pubkey();
        let signers: Vec<_> = [&[&self.payer], signers].concat();
        let transaction = Transaction::new_signed_with_payer(instructions, Some(&payer), &signers, blockhash);
        self.execute(transaction.into())
    }

    /// Gives lamports from the faucet.
    pub fn airdrop(&mut self, to: &Pubkey, lamports: u64) -> Executed {
        let blockhash = self.fresh_blockhash();
        let faucet = self.faucet.pubkey();
        let transfer = system_instruction::transfer(&faucet, to, lamports);
        let transaction =
            Transaction::new_signed_with_payer(&[transfer], Some(&faucet), &[&self.faucet], blockhash);
        self.execute(transaction.into())
    }

    /// Whether a transaction is neither old nor known.
    pub fn admit(&self, transaction: &VersionedTransaction) -> Result<(), TransactionError> {
        if !self.blocks.is_recent(transaction.message.recent_blockhash()) {
            return Err(TransactionError::BlockhashNotFound);
        }
        match self.ledger.get(&transaction.signatures[0]) {
            Some(_) => Err(TransactionError::AlreadyProcessed),
            None => Ok(()),
        }
    }

    /// What a transaction would do; signatures and blockhash are the caller's business.
    pub fn simulate(&self, transaction: VersionedTransaction) -> Simulated {
        let loaded = self.loaded(&transaction.message);
        let (error, meta, accounts) = match self.svm.simulate_transaction(transaction) {
            Ok(done) => (None, done.meta, done.post_accounts),
            Err(failed) => (Some(failed.err), failed.meta, vec![]),
        };
        let accounts = accounts.into_iter().map(|(address, account)| (address, account.into())).collect();
        Simulated { error, meta, accounts, loaded }
    }

    /// Executes a transaction, remembers it, and tells what it wrote.
    pub fn execute(&mut self, transaction: VersionedTransaction) -> Executed {
        if let Err(error) = verify(&transaction).and_then(|()| self.admit(&transaction)) {
            return Executed { error: Some(error), meta: TransactionMetadata::default() };
        }
        let loaded = self.loaded(&transaction.message);
        let keys: Vec<_> =
            [transaction.message.static_account_keys(), &loaded.writable, &loaded.readonly].concat();
        let before = self.balances(&keys);
        let (error, meta) = match self.svm.send_transaction(transaction.clone()) {
            Ok(meta) => (None, meta),
            Err(failed) => (Some(failed.err), failed.meta),
        };
        // LiteSVM names the signature only when the transaction was good enough for a block.
        if meta.signature == Signature::default() {
            return Executed { error, meta };
        }
        let executed = Executed { error: error.clone(), meta: meta.clone() };
        let writes: Vec<_> = keys
            .iter()
            .enumerate()
            // A failed transaction writes its payer's fee and nothing else.
            .filter(|(place, _)| *place == 0 || error.is_none() && is_writable(&transaction.message, *place))
            .map(|(_, key)| *key)
            .collect();
        let record = Arc::new(Record {
            slot: self.blocks.slot,
            time: self.clock().unix_timestamp,
            balances: [before, self.balances(&keys)],
            transaction,
            loaded,
            keys,
            error,
            meta,
        });
        self.ledger.add(record.clone());
        self.written(&writes, Some(record));
        executed
    }

    fn balances(&self, keys: &[Pubkey]) -> Vec<u64> {
        let accounts = self.svm.accounts_db();
        keys.iter().map(|key| accounts.get_account_ref(key).map_or(0, ReadableAccount::lamports)).collect()
    }

    /// What lookup tables bring.
    pub fn load(&self, message: &VersionedMessage) -> Result<LoadedAddresses, TransactionError> {
        let lookups = message.address_table_lookups().unwrap_or_default();
        Ok(self.svm.accounts_db().load_addresses(lookups)?)
    }

    /// What lookup tables bring; nothing when they do not hold, which the SVM will say itself.
    fn loaded(&self, message: &VersionedMessage) -> LoadedAddresses {
        self.load(message).unwrap_or_default()
    }
}

/// Whether a message may write the address at a place.
pub(crate) fn is_writable(message: &VersionedMessage, place: usize) -> bool {
    message.is_maybe_writable_with_reserved_addresses(place, None::<&HashSet<Pubkey>>)
}

/// Whether a transaction is well-formed and everybody has signed.
pub(crate) fn verify(transaction: &VersionedTransaction) -> Result<(), TransactionError> {
    transaction.sanitize().map_err(|_| TransactionError::SanitizeFailure)?;
    match transaction.verify_with_results().iter().all(|good| *good) {
        true => Ok(()),
        false => Err(TransactionError::SignatureFailure),
    }
}

fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is past 1970");
    since.as_secs() as i64
}
