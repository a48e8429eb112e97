//! LiteSVM: the runtime alone, in the test's own thread.

use crate::{
    actor,
    artifact::{programs, read, Arch},
    svm::{events, Failure, Outcome, Svm, START},
};
use anchor_lang::prelude::{Clock, Pubkey};
use ballast_interface::{ids, risk::RECEIVERS};
use litesvm::{types::TransactionMetadata, LiteSVM};
use solana_account::{Account, ReadableAccount};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_transaction::Transaction;

/// A world in LiteSVM.
pub struct Lite {
    svm: LiteSVM,
    arch: Arch,
    payer: Keypair,
}

/// Who owns accounts that are made in a world.
const OWNERS: [Pubkey; 8] = [
    anchor_lang::system_program::ID,
    spl_token_interface::ID,
    TOKEN_2022,
    ids::ACCOUNT,
    ids::LIQUIDATION,
    ids::RISK,
    RECEIVERS[0],
    RECEIVERS[1],
];
const TOKEN_2022: Pubkey = Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

impl Clone for Lite {
    /// Another SVM that stands where this one stands; what happens in one does not happen in the other.
    fn clone(&self) -> Self {
        Self { svm: self.svm.clone(), arch: self.arch, payer: self.payer.insecure_clone() }
    }
}

impl Lite {
    /// An SVM with every program of the workspace and the token programs.
    pub fn new(arch: Arch) -> Self {
        Self::with(arch, &[])
    }

    /// The same at another time than every world's beginning.
    pub fn at(arch: Arch, now: i64) -> Self {
        let mut lite = Self::new(arch);
        let clock = lite.clock();
        lite.set_clock(Clock { unix_timestamp: now, ..clock });
        lite
    }

    /// For which instruction set its programs were built.
    pub fn arch(&self) -> Arch {
        self.arch
    }

    /// Every account that programs and people made: no programs, no sysvars, and not who pays here.
    pub fn accounts(&self) -> Vec<(Pubkey, Account)> {
        let ours = [self.payer.pubkey(), self.svm.airdrop_pubkey()];
        let all = self.svm.accounts_db().inner.iter();
        let made = all.filter(|(address, account)| {
            !ours.contains(address) && account.lamports() > 0 && OWNERS.contains(account.owner())
        });
        made.map(|(address, account)| (*address, account.clone().into())).collect()
    }

    /// The same, with some programs of other bytes than those that were built.
    pub fn with(arch: Arch, instead: &[(Pubkey, Vec<u8>)]) -> Self {
        let mut svm = LiteSVM::new();
        for (id, built) in programs(arch) {
            let other = instead.iter().find(|(address, _)| *address == id);
            let bytes = other.map_or(&built, |(_, bytes)| bytes);
            svm.add_program(id, bytes).unwrap_or_else(|error| panic!("{id} does not load: {error}"));
        }
        let payer = actor("payer");
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000).expect("LiteSVM's faucet gives");
        let mut lite = Self { svm, arch, payer };
        let clock = lite.clock();
        lite.set_clock(Clock { unix_timestamp: START, ..clock });
        lite
    }

    /// The SVM itself and the key of its payer, for whoever wants to serve them in another way.
    pub fn into_parts(self) -> (LiteSVM, Keypair) {
        (self.svm, self.payer)
    }

    /// Adds a program that is not one of Ballast's, by the name of its file.
    pub fn load(&mut self, name: &str) -> Pubkey {
        let id = actor(name).pubkey();
        let loaded = self.svm.add_program(id, &read(name, self.arch));
        loaded.unwrap_or_else(|error| panic!("{name} does not load: {error}"));
        id
    }
}

impl From<TransactionMetadata> for Outcome {
    fn from(meta: TransactionMetadata) -> Self {
        let inner = meta.inner_instructions.iter().flatten();
        Self {
            events: events(inner.map(|call| call.instruction.data.as_slice())),
            logs: meta.logs,
            compute_units: meta.compute_units_consumed,
            return_data: meta.return_data.data,
        }
    }
}

impl Svm for Lite {
    fn name(&self) -> String {
        format!("LiteSVM, {}", self.arch)
    }

    fn payer(&self) -> Pubkey {
        self.payer.pubkey()
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        // A fresh blockhash, so that the same instructions can be sent twice.
        self.svm.expire_blockhash();
        let signers: Vec<_> = [&[&self.payer], signers].concat();
        let blockhash = self.svm.latest_blockhash();
        let transaction =
            Transaction::new_signed_with_payer(instructions, Some(&self.payer()), &signers, blockhash);
        match self.svm.send_transaction(transaction) {
            Ok(meta) => Ok(meta.into()),
            Err(failed) => Err(Failure { reason: failed.err, logs: failed.meta.logs }),
        }
    }

    fn account(&mut self, address: &Pubkey) -> Option<Account> {
        self.svm.get_account(address).filter(|account| account.lamports > 0)
    }

    fn set_account(&mut self, address: &Pubkey, account: Account) {
        self.svm.set_account(*address, account).expect("LiteSVM takes any account");
    }

    fn rent(&mut self, length: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(length)
    }

    fn clock(&mut self) -> Clock {
        self.svm.get_sysvar()
    }

    fn set_clock(&mut self, clock: Clock) {
        self.svm.set_sysvar(&clock);
    }
}
