//! A trader's day: accounts, money, trades, orders.

use crate::bench::Bench;
use anchor_lang::AnchorDeserialize;
use ballast_client::{Build, SendOptions, Sender, Signature};
use ballast_interface::account::{Order, SettleFillsArgs};
use base64::{prelude::BASE64_STANDARD, Engine};
use serde_json::json;
use std::sync::Arc;

#[test]
fn accounts_are_opened_listed_and_shown() {
    let bench = Bench::new();
    let opened = bench.alice(&["account", "open", "--sub-id", "7", "--json"]).json();
    assert!(opened["signature"].as_str().is_some_and(|text| text.parse::<Signature>().is_ok()), "{opened}");
    let rent: f64 = opened["rent"].as_str().and_then(|text| text.parse().ok()).expect("a number");
    assert!(rent > 0.01, "the account and its record keep their rent: {opened}");
    let list = bench.alice(&["account", "list", "--json"]).json();
    let numbers: Vec<_> = list.as_array().expect("a list").iter().map(|it| it["sub_id"].clone()).collect();
    assert_eq!(numbers, [json!(0), json!(7)]);
    assert_eq!(list[0]["value"], "100000");
    let shown = bench.bob(&["account", "show", opened["facts"]["account"].as_str().expect("a text")]).fine();
    assert!(shown.contains("Number") && shown.contains('7') && shown.contains("open"), "{shown}");
    let sentence = bench.alice(&["account", "open", "--sub-id", "7"]).sentence(1);
    assert!(sentence.contains("already"), "{sentence}");
}

#[test]
fn money_comes_in_moves_and_leaves_to_the_last_unit() {
    let bench = Bench::new();
    bench.alice(&["account", "open", "--sub-id", "1"]).fine();
    let deposit = bench.alice(&["deposit", "100.500001", "--json"]).json();
    assert_eq!(deposit["accounts"][0]["before"]["value"], "100000");
    assert_eq!(deposit["accounts"][0]["after"]["value"], "100100.500001");
    let account = bench.alice.account;
    assert_eq!(bench.held(&account).state.cash, 100_100_500_001);
    assert_eq!(deposit["rent"], "0", "nothing new is opened");
    let moved = bench.alice(&["transfer", "50", "--to-sub-id", "1"]).fine();
    assert!(moved.contains("100,050.50") && moved.contains("Done: "), "{moved}");
    bench.alice(&["withdraw", "0.000001"]).fine();
    assert_eq!(bench.held(&account).state.cash, 100_050_500_000);
    let sentence = bench.alice(&["withdraw", "1.0000001"]).sentence(2);
    assert_eq!(sentence, "1.0000001: expected at most 6 decimal places");
    let sentence = bench.alice(&["withdraw", "200000"]).sentence(1);
    assert!(sentence.ends_with('.'), "{sentence}");
}

#[test]
fn what_the_programs_refuse_is_told_before_anybody_is_asked() {
    let bench = Bench::new();
    // Bob may not withdraw from Alice's account, nor trade for it.
    let alice = bench.alice.account.to_string();
    let sentence = bench.bob(&["withdraw", "5", &alice]).sentence(1);
    assert!(sentence.ends_with('.') && sentence.contains("owner"), "{sentence}");
    let signed = bench.bob(&["order", "sign", &alice, "--leg", "1-PERP +1", "--limit", "95000"]).sentence(1);
    assert!(signed.ends_with("may not trade for this account."), "{signed}");
    let legs = ["order", "sign", "--leg", "1-PERP +1 @ 5", "--limit", "95000"];
    assert_eq!(bench.alice(&legs).sentence(2), "5: an order has one limit for all of its legs");
    let venue = ["order", "sign", "--leg", "1-PERP +1", "--limit", "95000", "--venue", "9"];
    assert_eq!(bench.alice(&venue).sentence(2), "The group has no venue number 9.");
    let itself = bench.alice(&["transfer", "5", "--to-sub-id", "0"]).sentence(2);
    assert_eq!(itself, "Tokens cannot be moved from an account to itself.");
    let elsewhere = bench.alice(&["transfer", "5", "--to-sub-id", "3"]).sentence(1);
    assert!(elsewhere.starts_with("There is no margin account at "), "{elsewhere}");
    let other = ["account", "show", &alice, "--group", "11111111111111111111111111111112"];
    let mut command = bench.home.command(&other);
    let url = bench.chain.rpc().url();
    let sentence = crate::bench::finished(command.args(["--url", &url])).sentence(2);
    assert_eq!(sentence, format!("The account {alice} belongs to another group."));
    assert_eq!(bench.held(&bench.alice.account).state.cash, 100_000_000_000, "nothing was moved");
}

#[test]
fn a_block_trade_changes_both_sides() {
    let bench = Bench::new();
    let trade = bench.trade(&["1-PERP +0.5@95000"]).json();
    assert_eq!(trade["facts"]["value"], "47500");
    assert_eq!(trade["accounts"].as_array().map(Vec::len), Some(2));
    let shown = bench.bob(&["account", "show", "--json"]).json();
    assert_eq!(shown["positions"][0]["instrument"], "1-PERP");
    assert_eq!(shown["positions"][0]["contracts"], "-0.5");
    assert_eq!(shown["positions"][0]["entry"], "95000");
    let sentence = bench.trade(&["1-PERP +0.005 @ 95000"]).sentence(2);
    assert_eq!(sentence, "0.005: expected a multiple of 0.01 contracts, and not zero");
    let sentence = bench.trade(&["9-PERP +1 @ 95000"]).sentence(2);
    assert_eq!(sentence, "The group has no market number 9.");
}

#[test]
fn signed_orders_settle_at_a_venue_until_they_are_cancelled() {
    let bench = Bench::new();
    let order = |run: crate::bench::Run| {
        let value = run.json();
        let message = BASE64_STANDARD.decode(value["message"].as_str().expect("a text")).expect("base64");
        let order = Order::deserialize(&mut &message[..]).expect("an order");
        assert_eq!(order.message(), message);
        let signature: Signature = value["signature"].as_str().expect("a text").parse().expect("a signature");
        (order, <[u8; 64]>::from(signature))
    };
    let sign = |leg: &'static str, limit: &'static str| {
        ["order", "sign", "--leg", leg, "--limit", limit, "--units", "20", "--max-fee", "1"]
    };
    let (maker, first) = order(bench.alice(&sign("1-PERP +0.01", "951")));
    let (taker, second) = order(bench.bob(&sign("1-PERP -0.01", "-949")));
    let args = SettleFillsArgs {
        maker,
        taker,
        maker_units: 20,
        taker_units: 20,
        prices: vec![950_000_000],
        maker_fee: 0,
        taker_fee: 1_000_000,
    };
    let operator = Arc::new(bench.small.exchange.operator.insecure_clone());
    bench.wait(async {
        let sender = Sender::new(bench.chain.clone(), operator, SendOptions::default());
        // A venue's operator has no lamports yet.
        let asked = bench.chain.rpc().request_airdrop(&sender.payer(), 1_000_000_000).await;
        asked.expect("an airdrop");
    });
    let accounts = [bench.held(&bench.alice.account), bench.held(&bench.bob.account)];
    let exchange = bench.exchange();
    let keys = [&bench.alice.key, &bench.bob.key].map(ballast_client::Signer::pubkey);
    let operator = Arc::new(bench.small.exchange.operator.insecure_clone());
    let sent = bench.wait(async {
        let sender = Sender::new(bench.chain.clone(), operator, SendOptions::default());
        let steps = Build::new(&exchange).settle_fills(
            &sender.payer(),
            [&accounts[0], &accounts[1]],
            &args,
            [(keys[0], first), (keys[1], second)],
        );
        sender.send(&steps.expect("steps"), &[]).await
    });
    sent.expect("the fill is settled");
    assert_eq!(bench.held(&bench.alice.account).state.legs[0].quantity, 20);

    // The fee of a dollar left Bob's cash, which the group has not counted yet, and waits in the market.
    let bob = bench.bob(&["account", "show", "--json"]).json();
    assert_eq!((&bob["cash"], &bob["uncounted"]), (&json!("99999"), &json!("-1")));
    let page = bench.bob(&["account", "show"]).fine();
    let line = page.lines().find(|line| line.contains("Not counted yet")).expect("a line");
    assert!(line.contains("-1.00"), "{page}");
    let group = bench.alice(&["group", "show", "--json"]).json();
    let fee = |name: &str| -> f64 { group[name].as_str().and_then(|text| text.parse().ok()).expect(name) };
    // To the last of a million units, in two parts.
    assert_eq!(((fee("fees") + fee("venue_fees")) * 1e6).round(), 1e6, "{group}");
    assert_eq!(group["insurance_fees"], "0");
    let page = bench.alice(&["group", "show"]).fine();
    assert!(page.contains("Venues' fees not collected") && page.contains("Insurance's fees"), "{page}");
    // Alice's account is as the group has counted it, and Bob's is once a deposit has written the group.
    assert!(!bench.alice(&["account", "show"]).fine().contains("Not counted yet"));
    bench.bob(&["deposit", "5"]).fine();
    let bob = bench.bob(&["account", "show", "--json"]).json();
    assert_eq!((&bob["cash"], &bob["uncounted"]), (&json!("100004"), &json!("0")));

    bench.alice(&["order", "cancel"]).fine();
    let again = bench.alice(&["order", "sign", "--leg", "1-PERP +1", "--limit", "1", "--nonce", "1"]);
    assert_eq!(again.sentence(1), "An order of this nonce is cancelled already: choose a higher one.");
    let lower = bench.alice(&["order", "cancel", "--below", "5"]).sentence(1);
    assert_eq!(lower, "The watermark of cancelled orders only rises.");
}
