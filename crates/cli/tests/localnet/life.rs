//! Fair weather: prices move, surfaces are young, keepers are at work, people hold positions.

use crate::{
    faucet,
    process::{ask, Net},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{risk::MarketRisk, seeds};
use serde_json::json;
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

/// The decimal of a market that the command shows.
fn shown(net: &Net, market: &str, name: &str) -> f64 {
    let value = net.run(&["market", "show", market]);
    value[name].as_str().expect("a text").parse().expect("a number")
}

#[test]
fn in_fair_weather_everything_moves_and_nothing_breaks() {
    let net = Net::start(&["--every", "0.5"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let since = runtime.block_on(net.chain.slot()).expect("a slot");
    let before = shown(&net, "1", "index");
    positions(&net);
    runtime.block_on(faucet::check(&net));
    let begun = Instant::now();
    while shown(&net, "1", "index") == before {
        assert!(begun.elapsed() < Duration::from_secs(120), "the price of {before} stands still");
        thread::sleep(Duration::from_millis(300));
    }
    let moved = (shown(&net, "1", "index") / before - 1.0).abs();
    assert!(moved < 0.05, "the weather is fair: {moved}");
    runtime.block_on(surfaces(&net));
    runtime.block_on(keepers(&net, since));
    net.end("-INT");
}

/// Traders hold positions from the beginning, and alice has a million.
fn positions(net: &Net) {
    for (name, least) in [("maker", 6), ("trader-1", 2), ("trader-2", 2), ("trader-3", 2)] {
        let shown = net.run(&["account", "show", &net.text(&format!("/accounts/{name}"))]);
        let held = shown["positions"].as_array().map_or(0, Vec::len);
        assert!(held >= least, "{name}: {shown}");
    }
    let alice = net.run(&["account", "show", "--keypair", &net.text("/keys/alice")]);
    assert_eq!(alice["cash"], "1000000", "{alice}");
}

/// Every listed date has a surface that is young and fresh.
async fn surfaces(net: &Net) {
    let group: Pubkey = net.text("/group").parse().expect("an address");
    let now = net.chain.now().await.expect("a clock");
    for market in 1..=3 {
        let risk: MarketRisk =
            net.chain.get(&seeds::find_market_risk(&group, market).0).await.expect("a market");
        assert_eq!(risk.dates().len(), 4, "market {market}: two days and two Fridays");
        for date in risk.dates() {
            let (age, left) = (now - date.valid_from, date.valid_until - now);
            assert!(age < 90 && left > 600, "market {market}: {age} s old, fresh for {left} s");
        }
    }
}

/// Since a slot, prices were refreshed by keepers and by nobody else.
async fn keepers(net: &Net, since: u64) {
    let group: Pubkey = net.text("/group").parse().expect("an address");
    let risk = seeds::find_market_risk(&group, 1).0;
    let known: BTreeSet<String> = ["/keepers/0/address", "/keepers/1/address"].map(|at| net.text(at)).into();
    let begun = Instant::now();
    loop {
        let listed = net.chain.rpc().get_signatures_for_address(&risk).await.expect("listed");
        let recent = listed.iter().filter(|one| one.slot > since);
        let refreshers = recent.map(|one| refresher(net, &one.signature)).filter(|(_, refreshes)| *refreshes);
        let payers: BTreeSet<String> = refreshers.map(|(payer, _)| payer).collect();
        assert!(payers.is_subset(&known), "{payers:?}, and keepers are {known:?}");
        if !payers.is_empty() {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "nobody refreshes prices");
        thread::sleep(Duration::from_millis(500));
    }
}

/// Who paid for a transaction, and whether it takes a price over.
fn refresher(net: &Net, signature: &str) -> (String, bool) {
    let options = json!({"encoding": "json", "maxSupportedTransactionVersion": 0});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "getTransaction", "params": [signature, options]});
    let found =
        ask("POST", &net.text("/rpc"), "content-type: application/json\r\n", &call.to_string()).json(200);
    let found = &found["result"];
    let logs = found["meta"]["logMessages"].as_array().expect("logs");
    let refreshes = logs.iter().filter_map(|line| line.as_str()).any(|line| line.contains("RefreshPrice"));
    let payer = found["transaction"]["message"]["accountKeys"][0].as_str().expect("an address");
    (payer.to_owned(), refreshes)
}
