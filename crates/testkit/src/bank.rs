//! solana-program-test: a validator's own bank behind its banks server.

use crate::{
    actor,
    artifact::{programs, Arch},
    svm::{events, Failure, Outcome, Svm, START},
};
use anchor_lang::prelude::{Clock, Pubkey};
use solana_account::Account;
use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_program_test::{BanksClientError, ProgramTest, ProgramTestContext};
use solana_signer::Signer;
use solana_transaction::Transaction;
use std::{future::Future, time::Duration};
use tokio::runtime::Runtime;

/// A world in solana-program-test.
pub struct Bank {
    // Dropped before the runtime on which its server runs.
    context: ProgramTestContext,
    runtime: Runtime,
    arch: Arch,
    payer: Keypair,
    used: Hash,
}

impl Bank {
    /// An SVM with every program of the workspace and the token programs.
    pub fn new(arch: Arch) -> Self {
        let mut test = ProgramTest::default();
        // The bank logs every program line to stderr otherwise; failures carry their logs anyway.
        agave_logger::setup_with("off");
        for (id, data) in programs(arch) {
            let lamports = 1_000_000_000;
            let owner = solana_sdk_ids::bpf_loader::ID;
            test.add_account(id, Account { lamports, data, owner, executable: true, rent_epoch: 0 });
        }
        let payer = actor("payer");
        test.add_account(payer.pubkey(), Account::new(1_000_000_000_000, 0, &Pubkey::default()));

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a thread for the bank");
        let context = runtime.block_on(test.start_with_context());
        let mut bank = Self { context, runtime, arch, payer, used: Hash::default() };
        let clock = bank.clock();
        bank.set_clock(Clock { unix_timestamp: START, ..clock });
        bank
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, BanksClientError>>) -> T {
        self.runtime.block_on(work).expect("the bank answers")
    }

    /// A blockhash that no transaction had, so that the same instructions can be sent twice.
    fn fresh_blockhash(&mut self) -> Hash {
        loop {
            let latest = self.wait(self.context.banks_client.get_latest_blockhash());
            if latest != self.used {
                self.used = latest;
                return latest;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Svm for Bank {
    fn name(&self) -> String {
        format!("solana-program-test, {}", self.arch)
    }

    fn payer(&self) -> Pubkey {
        self.payer.pubkey()
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        let blockhash = self.fresh_blockhash();
        let signers: Vec<_> = [&[&self.payer], signers].concat();
        let transaction =
            Transaction::new_signed_with_payer(instructions, Some(&self.payer()), &signers, blockhash);

        // Only a simulation shows inner instructions, and so the events; only the real run changes anything.
        let client = &self.context.banks_client;
        let seen = self.wait(client.simulate_transaction(transaction.clone())).simulation_details;
        let inner = seen.and_then(|seen| seen.inner_instructions).unwrap_or_default();
        let done = self.wait(client.process_transaction_with_metadata(transaction));
        let (logs, compute_units, returned) = match done.metadata {
            Some(meta) => (meta.log_messages, meta.compute_units_consumed, meta.return_data),
            None => Default::default(),
        };
        match done.result {
            Err(reason) => Err(Failure { reason, logs }),
            Ok(()) => Ok(Outcome {
                logs,
                compute_units,
                return_data: returned.map(|returned| returned.data).unwrap_or_default(),
                events: events(inner.iter().flatten().map(|call| call.instruction.data.as_slice())),
            }),
        }
    }

    fn account(&mut self, address: &Pubkey) -> Option<Account> {
        self.wait(self.context.banks_client.get_account(*address))
    }

    fn set_account(&mut self, address: &Pubkey, account: Account) {
        self.context.set_account(address, &account.into());
    }

    fn rent(&mut self, length: usize) -> u64 {
        self.wait(self.context.banks_client.get_rent()).minimum_balance(length)
    }

    fn clock(&mut self) -> Clock {
        self.wait(self.context.banks_client.get_sysvar())
    }

    fn set_clock(&mut self, clock: Clock) {
        self.context.set_sysvar(&clock);
    }
}
