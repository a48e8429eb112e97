//! A storm: who holds positions on little money is rescued by the keepers.

use crate::process::Net;
use ballast_client::{Event, Keypair, SendOptions, Sender, Signature, Signer};
use ballast_interface::{ids, seeds};
use ballast_testkit::actor;
use std::{
    collections::BTreeSet,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

#[test]
fn in_a_storm_keepers_rescue_traders() {
    // It breaks after a quarter of a minute.
    let net = Net::start(&["--weather", "storm=0.3", "--pace", "2400", "--every", "0.5", "--seed", "7"]);
    let authority = actor("authority").pubkey();
    assert_eq!(net.text("/group"), seeds::find_group(&authority, 1).0.to_string(), "the same at every start");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let traders: BTreeSet<_> = (1..=3).map(|place| net.text(&format!("/accounts/trader-{place}"))).collect();
    let keepers: BTreeSet<_> = (0..2).map(|place| net.text(&format!("/keepers/{place}/account"))).collect();
    let begun = Instant::now();
    loop {
        let takings = runtime.block_on(takings(&net));
        if let Some((account, taker)) = takings.first() {
            println!("{} takings, the first after {:.1} s", takings.len(), begun.elapsed().as_secs_f32());
            assert!(traders.contains(account) && keepers.contains(taker), "{takings:?}");
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(180), "nobody is rescued");
        thread::sleep(Duration::from_millis(500));
    }
    net.end("-TERM");
}

/// Whose positions were taken over, and by which account.
async fn takings(net: &Net) -> Vec<(String, String)> {
    let sender = Sender::new(net.chain.clone(), Arc::new(Keypair::new()), SendOptions::default());
    let listed = net.chain.rpc().get_signatures_for_address(&ids::LIQUIDATION).await.expect("listed");
    let mut all = vec![];
    for one in listed.iter().filter(|one| one.err.is_none()) {
        let signature: Signature = one.signature.parse().expect("a signature");
        for event in sender.events(&signature).await.expect("the transaction is known") {
            if let Event::Liquidated(event) = event {
                all.push((event.margin_account.to_string(), event.taker.to_string()));
            }
        }
    }
    all
}
