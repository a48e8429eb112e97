//! Writing a program's bytes into a buffer: what is there already is left out, and what gets lost is sent again.

use super::state::BUFFER_HEAD;
use crate::plan::Part;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Error, Instruction, Keypair, Refusal, Result, Sender, Signature, Signer};
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_hash::Hash;
use solana_loader_v3_interface::instruction as loader;
use solana_message::{Message, VersionedMessage};
use solana_rpc_client_api::config::RpcSendTransactionConfig;
use solana_transaction::versioned::VersionedTransaction;
use std::{ops::Range, time::Duration};
use tokio::{
    task::JoinSet,
    time::{sleep, Instant},
};

/// Transactions that are sent at a time.
const AT_ONCE: usize = 16;
/// Signatures that one question may name.
const MOST_STATUSES: usize = 256;
/// Compute units of a write, generously.
const UNITS: u32 = 5_000;
/// Pause between two looks at what is under way.
const LOOK: Duration = Duration::from_millis(500);
/// Pause before what is not confirmed is sent again.
const AGAIN: Duration = Duration::from_secs(3);
/// How often what is missing is signed anew without any of it getting there.
const WAVES: usize = 5;
/// How long a node may be away, or behind.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes bytes until all of them are in the buffer.
pub(super) async fn write(
    sender: &Sender,
    authority: &Keypair,
    buffer: &Pubkey,
    bytes: &[u8],
    told: &mut dyn FnMut(Part),
) -> Result<()> {
    let writer = Writer { sender, authority, buffer, bytes, price: 0 };
    let price = sender.price(&[writer.instruction(0..0)], UNITS).await;
    let writer = Writer { price, ..writer };
    let length = writer.most()?;
    let chunks: Vec<_> =
        (0..bytes.len()).step_by(length).map(|at| at..(at + length).min(bytes.len())).collect();
    let (mut left, mut idle) = (usize::MAX, 0);
    loop {
        let missing = patiently(async || writer.missing(&chunks).await).await?;
        let before = chunks.len() - missing.len();
        told(Part { done: before, of: chunks.len() });
        if missing.is_empty() {
            return Ok(());
        }
        idle = if missing.len() < left { 0 } else { idle + 1 };
        if idle == WAVES {
            return Err(Error::Expired(WAVES));
        }
        left = missing.len();
        let mut more = |done| told(Part { done: before + done, of: chunks.len() });
        writer.wave(&missing, &mut more).await?;
    }
}

/// Asks until there is an answer, each time after a longer pause: only a node that stays away ends it.
async fn patiently<T>(question: impl AsyncFn() -> Result<T>) -> Result<T> {
    let (begun, mut pause) = (Instant::now(), LOOK);
    loop {
        let answer = question().await;
        let passing = matches!(&answer, Err(Error::Node(_) | Error::Rpc(_) | Error::Missing { .. }));
        if !passing || begun.elapsed() > PATIENCE {
            return answer;
        }
        sleep(pause).await;
        pause = (2 * pause).min(AGAIN);
    }
}

struct Writer<'a> {
    sender: &'a Sender,
    authority: &'a Keypair,
    buffer: &'a Pubkey,
    bytes: &'a [u8],
    /// Micro-lamports for each compute unit.
    price: u64,
}

impl Writer<'_> {
    fn instruction(&self, chunk: Range<usize>) -> Instruction {
        let at = chunk.start as u32;
        loader::write(self.buffer, &self.authority.pubkey(), at, self.bytes[chunk].to_vec())
    }

    fn message(&self, chunk: Range<usize>, hash: &Hash) -> VersionedMessage {
        let instructions = [
            ComputeBudgetInstruction::set_compute_unit_limit(UNITS),
            ComputeBudgetInstruction::set_compute_unit_price(self.price),
            self.instruction(chunk),
        ];
        VersionedMessage::Legacy(Message::new_with_blockhash(&instructions, Some(&self.sender.payer()), hash))
    }

    /// Most bytes that a transaction has room for.
    fn most(&self) -> Result<usize> {
        let empty = self.message(0..0, &Hash::default());
        let signatures = 1 + 64 * usize::from(empty.header().num_required_signatures);
        // The length of the instruction's data takes one byte more when there is some.
        let taken = signatures + empty.serialize().len() + 1;
        Sender::MOST_BYTES.checked_sub(taken).filter(|most| *most > 0).ok_or(Error::TooLarge(taken))
    }

    /// Chunks that are not in the buffer.
    async fn missing(&self, chunks: &[Range<usize>]) -> Result<Vec<Range<usize>>> {
        let gone = Error::Missing { what: "buffer", address: *self.buffer };
        let found = self.sender.chain().account(self.buffer).await?.ok_or(gone)?;
        let there = found.data.get(BUFFER_HEAD..).unwrap_or_default();
        let differs = |chunk: &&Range<usize>| there.get((*chunk).clone()) != self.bytes.get((*chunk).clone());
        Ok(chunks.iter().filter(differs).cloned().collect())
    }

    /// Sends chunks, and waits until they are confirmed or can no longer be.
    async fn wave(&self, chunks: &[Range<usize>], told: &mut dyn FnMut(usize)) -> Result<()> {
        let chain = self.sender.chain();
        let latest =
            async || Ok(chain.rpc().get_latest_blockhash_with_commitment(chain.commitment()).await?);
        let (hash, last) = patiently(latest).await?;
        let sign = |chunk: &Range<usize>| {
            let message = self.message(chunk.clone(), &hash);
            let signers = match self.sender.payer() == self.authority.pubkey() {
                true => vec![self.authority],
                false => vec![self.sender.key(), self.authority],
            };
            VersionedTransaction::try_new(message, &signers)
                .map_err(|error| Error::Unbuildable(error.to_string()))
        };
        let mut open: Vec<VersionedTransaction> = chunks.iter().map(sign).collect::<Result<_>>()?;
        let mut sent: Option<Instant> = None;
        let mut answered = Instant::now();
        while !open.is_empty() {
            if sent.is_none_or(|at| at.elapsed() >= AGAIN) {
                send(chain, &open).await;
                sent = Some(Instant::now());
            }
            // The height first: what is unknown although its last block has gone by will never be executed.
            match look(chain, &open).await {
                Ok((height, still)) => {
                    (open, answered) = (still, Instant::now());
                    told(chunks.len() - open.len());
                    if height > last {
                        return Ok(());
                    }
                }
                // A node that does not answer now may do so at the next look.
                Err(Error::Node(_) | Error::Rpc(_)) if answered.elapsed() < PATIENCE => {}
                Err(error) => return Err(error),
            }
            if !open.is_empty() {
                sleep(LOOK).await;
            }
        }
        Ok(())
    }
}

/// Sends transactions, some at a time. What a node says of them does not matter: only what is in the buffer does; but one
/// that wants fewer at a time is given more of it.
async fn send(chain: &Chain, transactions: &[VersionedTransaction]) {
    let config =
        RpcSendTransactionConfig { skip_preflight: true, max_retries: Some(0), ..Default::default() };
    let mut pause = Duration::ZERO;
    for some in transactions.chunks(AT_ONCE) {
        sleep(pause).await;
        let mut under_way = JoinSet::new();
        for transaction in some {
            let (chain, transaction) = (chain.clone(), transaction.clone());
            under_way
                .spawn(async move { chain.rpc().send_transaction_with_config(&transaction, config).await });
        }
        let mut refused = false;
        while let Some(answer) = under_way.join_next().await {
            refused |= !matches!(answer, Ok(Ok(_)));
        }
        pause = if refused { (2 * pause).clamp(LOOK, AGAIN) } else { pause / 2 };
    }
}

/// The height, and then those that are not confirmed yet.
async fn look(chain: &Chain, open: &[VersionedTransaction]) -> Result<(u64, Vec<VersionedTransaction>)> {
    let height = chain.rpc().get_block_height_with_commitment(chain.commitment()).await?;
    Ok((height, still_open(chain, open).await?))
}

/// Those that are not confirmed yet; one that was refused ends it.
async fn still_open(
    chain: &Chain,
    transactions: &[VersionedTransaction],
) -> Result<Vec<VersionedTransaction>> {
    let mut open = vec![];
    for some in transactions.chunks(MOST_STATUSES) {
        let signatures: Vec<Signature> = some.iter().map(|transaction| transaction.signatures[0]).collect();
        let statuses = chain.rpc().get_signature_statuses(&signatures).await?.value;
        for (transaction, status) in some.iter().zip(statuses) {
            match status {
                Some(status) if status.satisfies_commitment(chain.commitment()) => {
                    if let Some(reason) = status.err {
                        return Err(Error::Refused(Box::new(Refusal::new(reason, &[]))));
                    }
                }
                _ => open.push(transaction.clone()),
            }
        }
    }
    Ok(open)
}
