//! A validator as the stories' SVM: every transaction goes by RPC, and is seen again in a confirmed block.

use super::{feed, Validator};
use crate::{
    actor,
    svm::{events, Failure, Outcome, Svm},
};
use anchor_lang::prelude::{Clock, Pubkey};
use ballast_interface::risk::RECEIVERS;
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use solana_account::Account;
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client_api::config::{RpcSendTransactionConfig, RpcTransactionConfig};
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::Transaction;
use solana_transaction_status_client_types::{
    UiInnerInstructions, UiInstruction, UiReturnDataEncoding, UiTransactionEncoding, UiTransactionReturnData,
};
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a transaction may take to be confirmed.
const PATIENCE: Duration = Duration::from_secs(60);
/// After how long without a sign of it a transaction is sent once more.
const AGAIN: Duration = Duration::from_secs(2);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// Most bytes of a transaction.
const MOST_BYTES: usize = 1_232;
/// Where a price account says who may write it.
const WRITER: std::ops::Range<usize> = 8..40;
/// Address of the clock.
const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

impl Svm for Validator {
    fn name(&self) -> String {
        format!("solana-test-validator {}", self.version())
    }

    fn payer(&self) -> Pubkey {
        self.payer.pubkey()
    }

    /// Sends a transaction as it is, without a simulation before, and waits until it is confirmed.
    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
        let transaction = self.sign(instructions, signers);
        let signature = transaction.signatures[0];
        self.confirm(&transaction);
        self.outcome(&signature)
    }

    fn account(&mut self, address: &Pubkey) -> Option<Account> {
        let asked = self.rpc.get_account_with_commitment(address, CommitmentConfig::confirmed());
        asked.expect("the validator answers").value.filter(|account| account.lamports > 0)
    }

    /// Writes a price account of genesis's by the test feed; nothing else can be written past the rules of a validator.
    fn set_account(&mut self, address: &Pubkey, account: Account) {
        assert!(RECEIVERS.contains(&account.owner), "on a validator, only price accounts can be set");
        let held = self.account(address).filter(|held| held.owner == account.owner);
        let held = held.unwrap_or_else(|| panic!("genesis has no price account {address}"));
        let writer = [self.key(), actor("pusher")]
            .into_iter()
            .find(|key| held.data.get(WRITER) == Some(key.pubkey().as_ref()))
            .unwrap_or_else(|| panic!("somebody else writes {address}"));
        let write = feed::write(address, &account.owner, &writer.pubkey(), account.data);
        self.send(&[write], &[&writer]).unwrap_or_else(|failure| panic!("the test feed: {failure:#?}"));
    }

    fn rent(&mut self, length: usize) -> u64 {
        self.rpc.get_minimum_balance_for_rent_exemption(length).expect("the validator answers")
    }

    fn clock(&mut self) -> Clock {
        let data = self.account(&CLOCK).expect("there is a clock").data;
        let number = |at: usize| u64::from_le_bytes(data[at..at + 8].try_into().expect("eight bytes"));
        Clock {
            slot: number(0),
            epoch_start_timestamp: number(8) as i64,
            epoch: number(16),
            leader_schedule_epoch: number(24),
            unix_timestamp: number(32) as i64,
        }
    }

    fn set_clock(&mut self, _: Clock) {
        panic!("a validator's clock cannot be set");
    }

    /// Waits: there is no other way.
    fn pass(&mut self, seconds: i64) {
        let until = self.now() + seconds;
        while self.now() < until {
            sleep(LOOK);
        }
    }
}

impl Validator {
    /// A transaction that was not sent before: the same instructions need another blockhash.
    fn sign(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Transaction {
        // Nobody signs twice.
        let mut all: Vec<&Keypair> = vec![&self.payer];
        for signer in signers {
            if all.iter().all(|other| other.pubkey() != signer.pubkey()) {
                all.push(signer);
            }
        }
        loop {
            let hash = self.rpc.get_latest_blockhash().expect("the validator answers");
            let payer = self.payer.pubkey();
            let transaction = Transaction::new_signed_with_payer(instructions, Some(&payer), &all, hash);
            let bytes = 1 + 64 * transaction.signatures.len() + transaction.message.serialize().len();
            assert!(bytes <= MOST_BYTES, "a transaction of {bytes} bytes is too large without lookup tables");
            if self.sent.insert(transaction.signatures[0]) {
                return transaction;
            }
            sleep(LOOK);
        }
    }

    fn confirm(&self, transaction: &Transaction) {
        let signature = transaction.signatures[0];
        let config = RpcSendTransactionConfig { skip_preflight: true, ..RpcSendTransactionConfig::default() };
        let (begun, mut last) = (Instant::now(), None::<Instant>);
        loop {
            if last.is_none_or(|last| last.elapsed() > AGAIN) {
                let sent = self.rpc.send_transaction_with_config(transaction, config);
                sent.unwrap_or_else(|error| panic!("the validator takes no such transaction: {error}"));
                last = Some(Instant::now());
            }
            let asked = self.rpc.get_signature_statuses(&[signature]).expect("the validator answers");
            let status = asked.value.into_iter().flatten().next();
            if status.is_some_and(|status| status.satisfies_commitment(CommitmentConfig::confirmed())) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{signature} is not confirmed");
            sleep(LOOK);
        }
    }

    /// What a confirmed transaction did.
    fn outcome(&self, signature: &Signature) -> Result<Outcome, Failure> {
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(CommitmentConfig::confirmed()),
            max_supported_transaction_version: Some(0),
        };
        let begun = Instant::now();
        // A block may be confirmed before it can be looked up.
        let found = loop {
            match self.rpc.get_transaction_with_config(signature, config) {
                Ok(found) => break found,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "{signature} is not kept: {error}"),
            }
            sleep(LOOK);
        };
        let meta = found.transaction.meta.expect("a confirmed transaction has its record");
        let logs = Option::<Vec<String>>::from(meta.log_messages).unwrap_or_default();
        if let Some(reason) = meta.err {
            return Err(Failure { reason: reason.into(), logs });
        }
        let inner = Option::<Vec<UiInnerInstructions>>::from(meta.inner_instructions).unwrap_or_default();
        let data: Vec<Vec<u8>> =
            inner.iter().flat_map(|calls| &calls.instructions).filter_map(data).collect();
        let returned = Option::<UiTransactionReturnData>::from(meta.return_data);
        Ok(Outcome {
            logs,
            compute_units: Option::<u64>::from(meta.compute_units_consumed).unwrap_or(0),
            return_data: returned.map(|returned| decode(&returned)).unwrap_or_default(),
            events: events(data.iter().map(Vec::as_slice)),
        })
    }
}

/// Data of a program's call.
fn data(call: &UiInstruction) -> Option<Vec<u8>> {
    match call {
        UiInstruction::Compiled(call) => bs58::decode(&call.data).into_vec().ok(),
        UiInstruction::Parsed(_) => None,
    }
}

fn decode(returned: &UiTransactionReturnData) -> Vec<u8> {
    let (data, UiReturnDataEncoding::Base64) = &returned.data;
    BASE64.decode(data).expect("the validator encodes in base64")
}
