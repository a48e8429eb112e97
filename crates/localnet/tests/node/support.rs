//! A node with a client, and people on it.

use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use ballast_localnet::{Node, NodeClock, NodeOptions};
use ballast_testkit::{Keypair, Signer};
use futures_util::{Stream, StreamExt};
use solana_commitment_config::CommitmentConfig;
use solana_pubsub_client::nonblocking::pubsub_client::PubsubClient;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{
    client_error::{Error, ErrorKind},
    request::{RpcError, RpcResponseErrorData},
    response::RpcSimulateTransactionResult,
};
use solana_transaction::Transaction;
use std::time::Duration;
use tokio::time::timeout;

pub const SOL: u64 = 1_000_000_000;

/// Slots of these nodes are short, so that tests are.
pub const SLOT: Duration = Duration::from_millis(25);

pub struct Bench {
    pub node: Node,
    pub rpc: RpcClient,
}

impl Bench {
    pub async fn start() -> Self {
        Self::with_slots(SLOT).await
    }

    pub async fn with_slots(slot: Duration) -> Self {
        let options = NodeOptions {
            slot_millis: slot.as_millis() as u64,
            clock: NodeClock::Manual,
            ..NodeOptions::default()
        };
        let node = Node::start(options).await.expect("the node starts");
        let rpc = RpcClient::new_with_commitment(node.rpc_url(), CommitmentConfig::confirmed());
        Self { node, rpc }
    }

    pub async fn pubsub(&self) -> PubsubClient {
        PubsubClient::new(self.node.ws_url()).await.expect("the websocket opens")
    }

    /// Somebody new with ten SOL.
    pub async fn person(&self) -> Keypair {
        let person = Keypair::new();
        let airdrop = self.rpc.request_airdrop(&person.pubkey(), 10 * SOL).await.expect("the faucet gives");
        assert!(self.rpc.confirm_transaction(&airdrop).await.expect("the status is known"));
        person
    }

    /// A signed transfer with the newest blockhash.
    pub async fn transfer(&self, from: &Keypair, to: &Pubkey, lamports: u64) -> Transaction {
        let transfer = system_instruction::transfer(&from.pubkey(), to, lamports);
        let blockhash = self.rpc.get_latest_blockhash().await.expect("a blockhash");
        Transaction::new_signed_with_payer(&[transfer], Some(&from.pubkey()), &[from], blockhash)
    }

    /// Waits until so many more slots have begun.
    pub async fn slots(&self, count: u64) {
        let last = self.rpc.get_slot().await.expect("a slot") + count;
        while self.rpc.get_slot().await.expect("a slot") < last {
            tokio::time::sleep(SLOT).await;
        }
    }
}

/// The next notification, which must come soon.
pub async fn next<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> T {
    timeout(Duration::from_secs(5), stream.next()).await.expect("a notification").expect("an open stream")
}

/// Waits long enough for a notification that ought not to come.
pub async fn nothing<T>(stream: &mut (impl Stream<Item = T> + Unpin)) {
    assert!(timeout(SLOT * 6, stream.next()).await.is_err(), "a notification that nobody waits for");
}

/// Code and message of a refusal.
pub fn refusal(error: &Error) -> (i64, &str) {
    match error.kind() {
        ErrorKind::RpcError(RpcError::RpcResponseError { code, message, .. }) => (*code, message),
        other => panic!("not a refusal: {other:?}"),
    }
}

/// What a preflight found.
pub fn preflight(error: &Error) -> &RpcSimulateTransactionResult {
    match error.kind() {
        ErrorKind::RpcError(RpcError::RpcResponseError {
            data: RpcResponseErrorData::SendTransactionPreflightFailure(found),
            ..
        }) => found,
        other => panic!("not a preflight's refusal: {other:?}"),
    }
}
