//! The faucet: what it tells, gives, and refuses.

use crate::process::{ask, ask_as, Net};
use anchor_lang::prelude::Pubkey;
use ballast_client::{tokens, Keypair, Signer};
use serde_json::{json, Value};

/// What a browser sends before it sends JSON from another port.
const PREFLIGHT: &str = "origin: http://localhost:5173\r\naccess-control-request-method: POST\r\n\
                         access-control-request-headers: content-type\r\n";

/// Checks the faucet of a network from outside.
pub async fn check(net: &Net) {
    let url = net.text("/faucet/url");
    told(net, &url);
    given(net, &url).await;
    exhausted(net, &url).await;
    refused(&url);
    by_the_command(net).await;
    let rebound = ask_as("GET", &url, "example.com", "", "").json(403);
    assert!(rebound["error"].as_str().is_some_and(|error| error.contains("localhost")), "{rebound}");
    let wrong = ask("DELETE", &url, "", "");
    assert!(wrong.head.contains("access-control-allow-origin: *"), "{}", wrong.head);
    wrong.json(404);
    for url in [url, net.text("/rpc")] {
        let answer = ask("OPTIONS", &url, PREFLIGHT, "");
        assert!(answer.head.starts_with("http/1.1 204 "), "{}", answer.head);
        for header in ["allow-origin: *", "allow-methods: ", "allow-headers: *"]
            .map(|end| format!("access-control-{end}"))
        {
            assert!(answer.head.contains(&header), "{url}: {header} is not in {}", answer.head);
        }
        let methods = answer.head.lines().find(|line| line.contains("allow-methods")).expect("a header");
        assert!(methods.contains("post") && methods.contains("options"), "{methods}");
    }
}

/// What it tells is what the network told.
fn told(net: &Net, url: &str) {
    let answer = ask("GET", url, "", "");
    assert!(answer.head.contains("access-control-allow-origin: *"), "{}", answer.head);
    let told = answer.json(200);
    for part in ["rpc", "ws", "group", "programs", "quote", "banks", "markets", "venues", "faucet"] {
        assert!(!told[part].is_null() && told[part] == net.said[part], "{part}: {told}");
    }
    assert!(told["keys"].is_null(), "files are nobody's business: {told}");
    let names: Vec<_> = told["markets"].as_array().expect("markets").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["BTC", "ETH", "SOL"]);
}

/// How many of a token somebody's wallet has.
async fn held(net: &Net, owner: &Pubkey, mint: &str) -> u64 {
    let purse = tokens::purse(owner, &mint.parse().expect("an address"), &tokens::PROGRAM);
    tokens::balance(&net.chain, &purse.account).await.expect("a balance")
}

async fn given(net: &Net, url: &str) {
    let to = Keypair::new().pubkey();
    let wish = json!({"to": to.to_string(), "sol": 2.5, "dollars": "1000.25", "tokens": {"ETH": 3}});
    // The same twice is given twice.
    for times in 1..=2 {
        let answer = ask("POST", url, "content-type: application/json\r\n", &wish.to_string()).json(200);
        assert_eq!((&answer["sol"], &answer["dollars"]), (&json!("2.5"), &json!("1000.25")), "{answer}");
        assert_eq!(answer["tokens"], json!({"ETH": "3"}));
        assert!(answer["signature"].as_str().is_some_and(|signature| signature.len() > 80), "{answer}");
        let sol = net.chain.account(&to).await.expect("an answer").expect("an account").lamports;
        assert_eq!(sol, times * 2_500_000_000);
        assert_eq!(held(net, &to, &net.text("/quote/mint")).await, times * 1_000_250_000);
        assert_eq!(held(net, &to, &net.text("/banks/1/mint")).await, times * 300_000_000);
    }
    let usual =
        ask("POST", url, "", &json!({"to": Keypair::new().pubkey().to_string()}).to_string()).json(200);
    assert_eq!((&usual["sol"], &usual["dollars"]), (&json!("10"), &json!("100000")), "{usual}");
    assert_eq!(usual["tokens"], json!({"BTC": "1", "ETH": "10", "SOL": "100"}));
}

/// However much is asked for, there is more: here twelve thousand SOL, of which the payer never had as many.
async fn exhausted(net: &Net, url: &str) {
    let to = Keypair::new().pubkey();
    let wish = json!({"to": to.to_string(), "sol": 100}).to_string();
    for _ in 0..120 {
        ask("POST", url, "", &wish).json(200);
    }
    let sol = net.chain.account(&to).await.expect("an answer").expect("an account").lamports;
    assert_eq!(sol, 12_000 * 1_000_000_000);
}

fn refused(url: &str) {
    let to = Keypair::new().pubkey().to_string();
    let rows: [(Value, &str); 9] = [
        (json!("me"), "Send a JSON object such as {\"to\": ADDRESS, \"dollars\": 1000}."),
        (json!({"dollars": 1}), "Send a JSON object such as {\"to\": ADDRESS, \"dollars\": 1000}."),
        (json!({"to": "me"}), "What `to` names is no address of Solana's."),
        (json!({"to": to, "euros": 1}), "The faucet knows to, sol, dollars and tokens, and not `euros`."),
        (json!({"to": to, "sol": 101}), "SOL: one request may ask for 100 at most"),
        (json!({"to": to, "dollars": 1_000_001}), "dollars: one request may ask for 1000000 at most"),
        (json!({"to": to, "dollars": -1}), "dollars: -1: expected an amount above zero"),
        (json!({"to": to, "tokens": {"DOGE": 1}}), "There is no token `DOGE` here; there are BTC, ETH, SOL."),
        (json!({"to": to, "sol": 0}), "That is nothing: ask for SOL, dollars or tokens."),
    ];
    for (wish, sentence) in rows {
        let answer = ask("POST", url, "", &wish.to_string());
        assert!(answer.head.contains("access-control-allow-origin: *"), "{}", answer.head);
        assert_eq!(answer.json(400)["error"], sentence, "{wish}");
    }
}

async fn by_the_command(net: &Net) {
    let to = Keypair::new().pubkey();
    let answer = net.run(&[
        "faucet",
        &to.to_string(),
        "--dollars",
        "7",
        "--token",
        "BTC=0.5",
        "--faucet",
        &net.text("/faucet/url"),
    ]);
    assert_eq!(answer["tokens"], json!({"BTC": "0.5"}));
    assert_eq!(held(net, &to, &net.text("/quote/mint")).await, 7_000_000);
    assert_eq!(held(net, &to, &net.text("/banks/0/mint")).await, 50_000_000);
}
