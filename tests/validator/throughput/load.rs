//! A load: many transactions of a kind, signed with a fresh blockhash, sent all at once by several threads, and waited for.

use super::{
    blocks::{Blocks, Slots},
    processor::{Busy, Clocks},
    wire::Wire,
};
use ballast_testkit::{Instruction, Keypair, Signer};
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use serde_json::{json, Value};
use solana_transaction::Transaction;
use std::{
    collections::HashMap,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// Threads that send, each over its own connection.
const SENDERS: usize = 8;
/// Transactions of which the compute units are measured before, evenly among all.
const SAMPLES: usize = 12;
/// What a client leaves above what was measured, in hundredths, as in `crates/client`.
const ROOM: u64 = 115;
/// Most bytes of a transaction.
const MOST_BYTES: usize = 1_232;
/// How long all of them may take: a blockhash lives for about a minute.
const PATIENCE: Duration = Duration::from_secs(55);
/// Pause between two looks at what has landed.
const LOOK: Duration = Duration::from_millis(100);

/// A transaction before it is signed; who pays the fee stands first among the signers.
pub struct Ready {
    /// Instructions, without the limit of compute units if `limited` is not set.
    pub steps: Vec<Instruction>,
    /// Who signs.
    pub signers: Vec<Arc<Keypair>>,
    /// Whether the first instruction is a limit of compute units, to be set as measured.
    pub limited: bool,
}

/// What became of a load.
pub struct Done {
    /// How many there were.
    pub count: usize,
    /// The limit of compute units that each asked for.
    pub limit: u64,
    /// From the first one sent until all had landed, in seconds.
    pub seconds: f64,
    /// How long it took until the validator's RPC had taken all of them.
    pub accepted: f64,
    /// The blocks that they landed in.
    pub blocks: Blocks,
    /// Who was busy.
    pub busy: Busy,
}

/// A validator under load.
pub struct Field {
    /// Address of its JSON-RPC.
    pub url: String,
    /// Number of its process.
    pub process: u32,
}

impl Field {
    /// Sends a load and waits until every transaction has landed, without an error.
    pub fn run(&self, mut load: Vec<Ready>) -> Done {
        let mut wire = Wire::new(&self.url);
        let limit = measure(&mut wire, &load);
        for ready in load.iter_mut().filter(|ready| ready.limited) {
            // The number of this instruction, then the limit.
            ready.steps[0].data[1..5].copy_from_slice(&(limit as u32).to_le_bytes());
        }
        let signed = sign(&load, &blockhash(&mut wire));
        let requests: Vec<String> = signed.iter().map(request).collect();
        let slots = Slots::watch(&self.url);
        let known = landed(&mut wire);
        let (before, begun) = (Clocks::look(self.process), Instant::now());
        thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (mine, url) = (requests.iter().skip(sender).step_by(SENDERS), &self.url);
                scope.spawn(move || {
                    let mut wire = Wire::new(url);
                    for request in mine {
                        let answer = wire.post(request);
                        let taken = answer.windows(8).any(|bytes| bytes == b"\"result\"");
                        assert!(taken, "it was refused: {}", String::from_utf8_lossy(&answer));
                    }
                });
            }
        });
        let accepted = begun.elapsed().as_secs_f64();
        // The validator's own votes are counted, too: then blocks tell.
        while landed(&mut wire) < known + load.len() as u64 {
            assert!(begun.elapsed() < PATIENCE, "{} transactions do not land", load.len());
            thread::sleep(LOOK);
        }
        let wanted: HashMap<String, usize> =
            signed.iter().enumerate().map(|(place, sent)| (sent.signatures[0].to_string(), place)).collect();
        let (mut busy, mut seconds) =
            (Clocks::look(self.process).since(&before), begun.elapsed().as_secs_f64());
        let mut blocks = Blocks::default();
        while blocks.landed() < load.len() {
            assert!(begun.elapsed() < PATIENCE, "{} of {} have landed", blocks.landed(), load.len());
            if blocks.read(&mut wire, slots.first(), &wanted, &load) {
                (busy, seconds) = (Clocks::look(self.process).since(&before), begun.elapsed().as_secs_f64());
            }
            thread::sleep(LOOK);
        }
        blocks.time(slots.end());
        Done { count: load.len(), limit, seconds, accepted, blocks, busy }
    }
}

/// Transactions that the validator has executed so far.
fn landed(wire: &mut Wire) -> u64 {
    wire.ask("getTransactionCount", json!([{ "commitment": "processed" }])).as_u64().expect("a count")
}

/// A recent blockhash, as text.
fn blockhash(wire: &mut Wire) -> String {
    let found = wire.ask("getLatestBlockhash", json!([{ "commitment": "processed" }]));
    found["value"]["blockhash"].as_str().expect("a blockhash").to_owned()
}

/// What the dearest of some takes, and fifteen hundredths more.
fn measure(wire: &mut Wire, load: &[Ready]) -> u64 {
    let hash = blockhash(wire);
    let sample = load.iter().step_by(load.len().div_ceil(SAMPLES));
    let units = sample.map(|ready| {
        let config = json!({ "encoding": "base64", "commitment": "processed" });
        let found = wire.ask("simulateTransaction", json!([encoded(&transaction(ready, &hash)), config]));
        let value = &found["value"];
        assert_eq!(value["err"], Value::Null, "{value:#}");
        value["unitsConsumed"].as_u64().expect("units")
    });
    units.max().expect("some transactions") * ROOM / 100
}

fn transaction(ready: &Ready, hash: &str) -> Transaction {
    let signers: Vec<&Keypair> = ready.signers.iter().map(AsRef::as_ref).collect();
    let payer = signers[0].pubkey();
    let hash = hash.parse().expect("a blockhash");
    let transaction = Transaction::new_signed_with_payer(&ready.steps, Some(&payer), &signers, hash);
    let bytes = 1 + 64 * transaction.signatures.len() + transaction.message.serialize().len();
    assert!(bytes <= MOST_BYTES, "a transaction of {bytes} bytes");
    transaction
}

/// Signs all of them; both cores help.
fn sign(load: &[Ready], hash: &str) -> Vec<Transaction> {
    let half = load.len().div_ceil(2);
    let signed = |part: &[Ready]| part.iter().map(|ready| transaction(ready, hash)).collect::<Vec<_>>();
    thread::scope(|scope| {
        let parts: Vec<_> = load.chunks(half).map(|part| scope.spawn(move || signed(part))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("they are signed")).collect()
    })
}

/// As it goes over the wire: behind one byte, since there are fewer than 128, the signatures, then the message.
fn encoded(transaction: &Transaction) -> String {
    let mut bytes = vec![transaction.signatures.len() as u8];
    transaction.signatures.iter().for_each(|signature| bytes.extend(signature.as_ref()));
    bytes.extend(transaction.message.serialize());
    BASE64.encode(bytes)
}

fn request(transaction: &Transaction) -> String {
    let config = json!({ "encoding": "base64", "skipPreflight": true });
    let params = json!([encoded(transaction), config]);
    json!({ "jsonrpc": "2.0", "id": 1, "method": "sendTransaction", "params": params }).to_string()
}
