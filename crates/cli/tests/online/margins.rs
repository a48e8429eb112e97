//! What an account needs, to the last bit of the program's own answer.

use crate::bench::Bench;
use ballast_client::{Build, Keypair, SendOptions, Sender};
use ballast_interface::{account::instructions::refresh_account, risk::Assessment};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// A text of the exact decimal of an amount in 10^-10.
fn exact(amount: i128) -> String {
    let (whole, part) = (amount.unsigned_abs() / 10_000_000_000, amount.unsigned_abs() % 10_000_000_000);
    let text = format!("{}{whole}.{part:010}", if amount < 0 { "-" } else { "" });
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The program's own assessment of Alice's account.
fn assessed(bench: &Bench) -> Assessment {
    let (exchange, held) = (bench.exchange(), bench.held(&bench.alice.account));
    let payer = Arc::new(Keypair::new_from_array(*bench.alice.key.secret_bytes()));
    bench.wait(async {
        let sender = Sender::new(bench.chain.clone(), payer, SendOptions::default());
        let build = Build::new(&exchange);
        let needs = build.needs(&[&held], &[]).expect("numbers");
        let refresh = refresh_account(&exchange.address, &held.address, &needs.numbers());
        let simulated = sender.simulate(&[refresh, build.assess(&held)]).await.expect("an answer");
        Assessment::from_bytes(&simulated.returned).expect("a report")
    })
}

/// Alice's books: a perp against options of two dates, and a future of another market.
fn booked() -> (Bench, [String; 2]) {
    let bench = Bench::new();
    let market = bench.alice(&["market", "show", "1"]).fine();
    let dates: Vec<String> = market
        .lines()
        .filter(|line| line.contains("UTC"))
        .map(|line| line.split_whitespace().next().expect("a date").to_owned())
        .collect();
    let [near, far] = [dates[0].clone(), dates[1].clone()];
    let legs = [
        "1-PERP +0.3 @ 95000".to_owned(),
        format!("1-{near}-100000-C -0.5 @ 900"),
        format!("1-{far}-85000-P -0.2 @ 700"),
        format!("2-{far} -4 @ 3400"),
    ];
    let legs: Vec<_> = legs.iter().map(String::as_str).collect();
    bench.trade(&legs).json();
    (bench, [near, far])
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
}

#[test]
fn the_numbers_are_the_programs_own() {
    let (bench, _) = booked();
    // Time passes on the node; the same second must be met.
    for _ in 0..20 {
        let shown = bench.alice(&["margin", "show", "--json"]).json();
        let report = assessed(&bench);
        if shown["assessed_at"] != report.assessed_at {
            std::thread::sleep(Duration::from_millis(100));
            continue;
        }
        for (name, amount) in [
            ("value", report.value),
            ("maintenance", report.maintenance),
            ("initial", report.initial),
            ("health", report.health),
            ("room", report.room),
        ] {
            assert_eq!(shown[name], exact(amount.get()), "{name}");
        }
        assert_eq!(shown["components"]["scan"], exact(report.parts.scan.get()));
        assert_eq!(shown["markets"][0]["greeks"]["delta"], exact(report.markets[0].delta.into()));
        assert_eq!(shown["markets"][1]["greeks"]["vega"], exact(report.markets[1].vega.get()));
        assert!(!text(&shown, "/worst").is_empty());
        return;
    }
    panic!("the command and the program never met in one second");
}

#[test]
fn a_person_sees_why() {
    let (bench, [near, far]) = booked();
    let page = bench.alice(&["margin", "show"]).fine();
    for words in [
        "Maintenance margin",
        "Room",
        "healthy",
        "Worst case",
        "Liquidation below",
        "Liquidation above",
        "Delta",
        "Vega for a point",
        "perp",
        &near,
        &far,
        "all",
        "scan",
        "Feed",
        "good",
        "Profit or loss",
        "│",
        "█",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("market 1 ") && page.contains("vol "), "{page}");
    let pages = [
        bench.alice(&["market", "list"]).fine(),
        bench.alice(&["market", "show", "2"]).fine(),
        bench.alice(&["surface", "show", "1"]).fine(),
        bench.alice(&["group", "show"]).fine(),
    ];
    for (page, words) in pages.iter().zip(["Index", "multiples of 1", "60.", "Insurance fund"]) {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn greeks_by_expiry_add_up_and_liquidation_prices_lie_around_the_index() {
    let (bench, _) = booked();
    let shown = bench.alice(&["margin", "show", "--json"]).json();
    let number = |value: &Value| value.as_str().expect("a text").parse::<f64>().expect("a number");
    for market in shown["markets"].as_array().expect("markets") {
        let parts = market["by_expiry"].as_array().expect("dates");
        for greek in ["delta", "gamma", "vega", "theta"] {
            let sum: f64 = parts.iter().map(|part| number(&part[greek])).sum();
            let whole = number(&market["greeks"][greek]);
            assert!((sum - whole).abs() <= 1e-6 * whole.abs().max(1.0), "{greek}: {sum}, {whole}");
        }
        let index = number(&market["index"]);
        let below = market["liquidation_below"].as_str().map(|text| text.parse::<f64>().expect("a price"));
        let above = market["liquidation_above"].as_str().map(|text| text.parse::<f64>().expect("a price"));
        assert!(below.is_none_or(|price| price < index) && above.is_none_or(|price| price > index));
    }
    let sides = |name: &str| shown["markets"][1][name].clone();
    // Four ether sold forward: only a rise can hurt.
    assert!(sides("liquidation_below").is_null() && sides("liquidation_above").is_string(), "{shown}");
}

#[test]
fn what_if_is_what_a_trade_would_do() {
    let bench = Bench::new();
    let idle = bench.alice(&["margin", "show", "--json"]).json();
    assert_eq!((text(&idle, "/value"), text(&idle, "/initial")), ("100000", "0"));
    let would = bench.alice(&["margin", "show", "--json", "--with", "1-PERP +0.5 @ 95000"]).json();
    let marked = bench.alice(&["margin", "show", "--json", "--with", "1-PERP +0.5"]).json();
    for name in ["value", "maintenance", "initial", "worst"] {
        assert_eq!(would[name], marked[name], "the index is 95 000");
    }
    bench.trade(&["1-PERP +0.5 @ 95000"]).json();
    let does = bench.alice(&["margin", "show", "--json"]).json();
    for name in ["value", "maintenance", "initial", "components", "worst"] {
        assert_eq!(would[name], does[name], "{name}");
    }
    let two = bench.alice(&["margin", "show", "--with", "1-PERP +0.1", "--with", "2-PERP -1"]).fine();
    assert!(two.contains("Market 1") && two.contains("Market 2"), "{two}");
    let ruined = bench.alice(&["margin", "show", "--check", "--with", "1-PERP +50"]);
    assert_eq!(ruined.code, Some(1), "{}", ruined.stderr);
    assert!(ruined.stdout.contains("can be liquidated"), "{}", ruined.stdout);
    assert_eq!(bench.alice(&["margin", "show", "--check"]).code, Some(0));
}

#[test]
fn accounts_of_others_can_be_looked_at() {
    let bench = Bench::new();
    let address = bench.alice.account.to_string();
    let theirs = bench.bob(&["margin", "show", &address, "--json"]).json();
    assert_eq!(theirs["account"], address);
    let owner = crate::bench::address(&bench.alice.key);
    let again = bench.bob(&["margin", "show", "--owner", &owner, "--json"]).json();
    assert_eq!(again["account"], address);
}
