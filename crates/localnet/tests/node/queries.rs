//! Questions about the chain as a whole.

use crate::support::Bench;
use ballast_localnet::{Node, NodeClock, NodeOptions};
use ballast_testkit::{Svm, START};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use std::time::{SystemTime, UNIX_EPOCH};

#[tokio::test]
async fn the_chain_tells_about_itself() {
    let bench = Bench::start().await;
    let rpc = &bench.rpc;
    rpc.get_health().await.expect("it is well");
    assert_eq!(rpc.get_version().await.unwrap().solana_core, "4.2.1");
    let info = rpc.get_epoch_info().await.unwrap();
    let schedule = rpc.get_epoch_schedule().await.unwrap();
    assert_eq!(schedule.get_epoch_and_slot_index(info.absolute_slot), (info.epoch, info.slot_index));
    assert!(info.block_height < info.absolute_slot, "a height is not a slot");
    assert_eq!(rpc.get_block_time(info.absolute_slot).await.unwrap(), START);
    assert!(rpc.get_first_available_block().await.unwrap() <= info.absolute_slot);
    assert!(rpc.minimum_ledger_slot().await.unwrap() <= info.absolute_slot);
    assert_eq!(rpc.get_minimum_balance_for_rent_exemption(0).await.unwrap(), 890_880);
    assert!(!rpc.get_recent_prioritization_fees(&[]).await.unwrap().is_empty());
    assert_ne!(rpc.get_genesis_hash().await.unwrap(), Default::default());
    rpc.get_identity().await.expect("an identity");
    rpc.supply().await.expect("a supply");
    rpc.get_transaction_count().await.expect("a count");
    let calls = bench.node.handle().faults().rpc_calls();
    assert_eq!(calls["getVersion"], 1);
}

#[tokio::test]
async fn time_stands_still_or_follows_the_wall() {
    let bench = Bench::start().await;
    bench.slots(2).await;
    let mut handle = bench.node.handle();
    assert_eq!(handle.now(), START);
    handle.pass(60);
    bench.slots(2).await;
    assert_eq!(handle.now(), START + 60);

    let options = NodeOptions { slot_millis: 25, clock: NodeClock::Real, ..NodeOptions::default() };
    let node = Node::start(options).await.expect("the node starts");
    let wall = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let mut handle = node.handle();
    assert!((wall() - handle.now()).abs() <= 1);
    handle.pass(3_600);
    let rpc = RpcClient::new(node.rpc_url());
    let slot = rpc.get_slot().await.unwrap();
    while rpc.get_slot().await.unwrap() < slot + 2 {}
    assert!((wall() + 3_600 - handle.now()).abs() <= 1, "it runs on from where it was set");
}
