//! What can go wrong, goes wrong on demand.

use crate::support::{next, nothing, refusal, Bench, SLOT, SOL};
use ballast_testkit::{Keypair, Signer};
use futures_util::StreamExt;
use std::time::{Duration, Instant};
use tokio::time::timeout;

#[tokio::test]
async fn requests_are_refused() {
    let bench = Bench::start().await;
    let handle = bench.node.handle();
    handle.faults().drop_rpc(true);
    assert!(bench.rpc.get_slot().await.is_err());
    handle.faults().drop_rpc(false);
    assert!(bench.rpc.get_slot().await.is_ok());
    assert_eq!(handle.faults().rpc_calls()["getSlot"], 1);
}

#[tokio::test]
async fn a_websocket_falls_silent() {
    let bench = Bench::start().await;
    let pubsub = bench.pubsub().await;
    let (mut slots, _unsubscribe) = pubsub.slot_subscribe().await.unwrap();
    next(&mut slots).await;
    let handle = bench.node.handle();
    handle.faults().silence_websocket(true);
    // One may have been under way.
    tokio::time::sleep(SLOT * 2).await;
    while timeout(Duration::ZERO, slots.next()).await.is_ok() {}
    nothing(&mut slots).await;
    handle.faults().silence_websocket(false);
    next(&mut slots).await;
}

#[tokio::test]
async fn websockets_are_closed() {
    let bench = Bench::start().await;
    let pubsub = bench.pubsub().await;
    let (mut slots, _unsubscribe) = pubsub.slot_subscribe().await.unwrap();
    next(&mut slots).await;
    bench.node.handle().faults().close_websockets();
    let closed = timeout(Duration::from_secs(5), async { while slots.next().await.is_some() {} });
    closed.await.expect("the stream ends");
    let again = bench.pubsub().await;
    let (mut slots, _unsubscribe) = again.slot_subscribe().await.unwrap();
    next(&mut slots).await;
}

#[tokio::test]
async fn blockhashes_expire_at_once() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let old = bench.transfer(&from, &to, SOL).await;
    bench.node.handle().faults().expire_blockhashes();
    let error = bench.rpc.send_transaction(&old).await.unwrap_err();
    assert_eq!(refusal(&error), (-32002, "Transaction simulation failed: Blockhash not found"));
    let new = bench.transfer(&from, &to, SOL).await;
    bench.rpc.send_and_confirm_transaction(&new).await.expect("a new one is good");
}

#[tokio::test]
async fn transactions_are_swallowed() {
    let bench = Bench::start().await;
    let (from, to) = (bench.person().await, Keypair::new().pubkey());
    let transaction = bench.transfer(&from, &to, SOL).await;
    bench.node.handle().faults().swallow_transactions(1);
    let signature = bench.rpc.send_transaction(&transaction).await.expect("it looks sent");
    assert_eq!(bench.rpc.get_signature_status(&signature).await.unwrap(), None);
    assert_eq!(bench.rpc.send_transaction(&transaction).await.unwrap(), signature);
    assert_eq!(bench.rpc.get_balance(&to).await.unwrap(), SOL);
}

#[tokio::test]
async fn answers_take_their_time() {
    let bench = Bench::start().await;
    let handle = bench.node.handle();
    let delay = Duration::from_millis(150);
    handle.faults().delay(delay);
    let began = Instant::now();
    bench.rpc.get_slot().await.unwrap();
    assert!(began.elapsed() >= delay);
}
