//! What can go wrong between a sender and a node; whatever does, nothing is done twice.

use crate::scene::Scene;
use ballast_client::{Build, Instruction};
use ballast_testkit::{Signer, Trader, DOLLAR};
use std::{thread, time::Duration};

/// A deposit of a dollar, and the account's cash before.
fn deposit(scene: &mut Scene) -> (Trader, Vec<Instruction>, i64) {
    let anna = scene.trader("anna");
    let exchange = scene.exchange();
    let account = scene.account(&anna.account);
    let steps = Build::new(&exchange).deposit(&account, 0, DOLLAR as u64, &anna.key.pubkey());
    (anna, steps.expect("built"), account.state.cash)
}

#[test]
fn a_transaction_that_a_node_forgot_is_broadcast_again() {
    let mut scene = Scene::new();
    let (anna, steps, before) = deposit(&mut scene);
    scene.node.handle().faults().swallow_transactions(2);
    scene.run(scene.sender(&anna.key).send(&steps, &[])).expect("sent in the end");
    assert_eq!(scene.account(&anna.account).state.cash, before + DOLLAR, "once");
}

#[test]
fn a_blockhash_that_ran_out_is_replaced() {
    let mut scene = Scene::new();
    let (anna, steps, before) = deposit(&mut scene);
    let handle = scene.node.handle();
    handle.faults().swallow_transactions(1);
    let spoiler = thread::spawn(move || {
        // While the first one is under way.
        thread::sleep(Duration::from_millis(300));
        handle.faults().expire_blockhashes();
    });
    scene.run(scene.sender(&anna.key).send(&steps, &[])).expect("sent with another blockhash");
    spoiler.join().expect("it did its work");
    assert_eq!(scene.account(&anna.account).state.cash, before + DOLLAR, "once");
}

#[test]
fn a_node_that_is_away_for_a_while_is_waited_for() {
    let mut scene = Scene::new();
    let (anna, steps, before) = deposit(&mut scene);
    let handle = scene.node.handle();
    // As soon as the transaction is under way.
    let spoiler = thread::spawn(move || {
        while !handle.faults().rpc_calls().contains_key("sendTransaction") {
            thread::sleep(Duration::from_millis(1));
        }
        handle.faults().drop_rpc(true);
        thread::sleep(Duration::from_secs(3));
        handle.faults().drop_rpc(false);
    });
    scene.run(scene.sender(&anna.key).send(&steps, &[])).expect("confirmed when the node is back");
    spoiler.join().expect("it did its work");
    assert_eq!(scene.account(&anna.account).state.cash, before + DOLLAR, "once");
}

#[test]
fn a_node_that_stays_away_is_named() {
    let mut scene = Scene::new();
    let (anna, steps, _) = deposit(&mut scene);
    scene.node.handle().faults().drop_rpc(true);
    let error = scene.run(scene.sender(&anna.key).send(&steps, &[])).expect_err("nobody answers");
    assert!(error.is_passing(), "{error}");
    assert!(error.to_string().starts_with("The node does not answer: "), "{error}");
}

#[test]
fn a_transaction_that_lands_late_is_known_and_not_made_again() {
    let mut scene = Scene::new();
    let (anna, steps, before) = deposit(&mut scene);
    let handle = scene.node.handle();
    // The node executes it, and is away until its last block has gone by.
    let spoiler = thread::spawn(move || {
        while !handle.faults().rpc_calls().contains_key("sendTransaction") {
            thread::sleep(Duration::from_millis(1));
        }
        handle.faults().drop_rpc(true);
        handle.faults().expire_blockhashes();
        // Two hundred blocks of fifty milliseconds.
        thread::sleep(Duration::from_secs(10));
        handle.faults().drop_rpc(false);
    });
    scene.run(scene.sender(&anna.key).send(&steps, &[])).expect("it was executed all along");
    spoiler.join().expect("it did its work");
    assert_eq!(scene.account(&anna.account).state.cash, before + DOLLAR, "once");
}

#[test]
fn a_node_that_is_behind_is_not_read() {
    let scene = Scene::new();
    let slot = scene.run(scene.chain.slot()).expect("a slot");
    let ahead = scene.chain.at_least(slot + 100_000);
    let refused = scene.run(ahead.account(&scene.group())).expect_err("it has not come that far");
    assert!(!refused.is_passing() && refused.to_string().starts_with("The node refuses: "), "{refused}");
    assert!(scene.run(scene.chain.at_least(slot).account(&scene.group())).expect("read").is_some());
}

#[test]
fn an_address_with_a_key_in_it_is_not_repeated() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = "http://secret:secret@127.0.0.1:9/secret?api-key=secret";
    let chain = ballast_client::Chain::new(
        url,
        ballast_client::CommitmentConfig::confirmed(),
        Duration::from_secs(1),
    );
    let error = runtime.block_on(chain.slot()).expect_err("nobody is there");
    assert!(error.is_passing() && !error.to_string().contains("secret"), "{error}");
    assert!(error.to_string().contains("127.0.0.1:9"), "{error}");
}
