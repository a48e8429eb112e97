//! Changes by websocket.

use crate::scene::Scene;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, CommitmentConfig, Record, Stream, Update};
use ballast_interface::ids;
use ballast_testkit::{Signer, DOLLAR};
use std::time::Duration;
use tokio::time::timeout;

/// Waits for a kind of update.
fn wait<T>(scene: &Scene, stream: &mut Stream, what: impl Fn(Update) -> Option<T>) -> T {
    let found = async {
        loop {
            let update = stream.next().await.expect("the stream goes on");
            if let Some(found) = what(update) {
                return found;
            }
        }
    };
    scene.run(async { timeout(Duration::from_secs(20), found).await }).expect("in time")
}

/// The cash of an account in an update.
fn cash(of: Pubkey) -> impl Fn(Update) -> Option<i64> {
    move |update| match update {
        Update::Account { address, account, .. } if address == of => match Record::read(&account)? {
            Record::MarginAccount(account) => Some(account.cash),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn changes_are_told_and_a_lost_connection_is_made_again() {
    let mut scene = Scene::new();
    let anna = scene.trader("anna");
    let (exchange, sender) = (scene.exchange(), scene.sender(&anna.key));
    let account = scene.account(&anna.account);
    let build = Build::new(&exchange);
    let steps = build.deposit(&account, 0, DOLLAR as u64, &anna.key.pubkey()).expect("built");
    let url = scene.node.ws_url();
    let mut stream =
        scene.run(async { Stream::start(url, vec![ids::ACCOUNT, ids::RISK], CommitmentConfig::confirmed()) });
    let connected = |update| matches!(update, Update::Connected).then_some(());
    wait(&scene, &mut stream, connected);
    scene.run(sender.send(&steps, &[])).expect("sent");
    assert_eq!(wait(&scene, &mut stream, cash(anna.account)), account.state.cash + DOLLAR);
    wait(&scene, &mut stream, |update| matches!(update, Update::Slot(_)).then_some(()));

    scene.node.handle().faults().close_websockets();
    wait(&scene, &mut stream, |update| matches!(update, Update::Lost(_)).then_some(()));
    wait(&scene, &mut stream, connected);
    scene.run(sender.send(&steps, &[])).expect("sent");
    assert_eq!(wait(&scene, &mut stream, cash(anna.account)), account.state.cash + 2 * DOLLAR);
}
