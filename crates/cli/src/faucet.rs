//! `ballast faucet`: asks a local network's faucet for SOL, dollars and tokens.

use crate::{
    decimal::Decimal,
    failure::{Failure, Result},
    runtime,
    settings::{Global, Settings},
    table::{list, title, Cell},
    Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::Signer;
use clap::Args;
use serde_json::{json, Map, Value};
use std::time::Duration;

/// Asks the faucet of `ballast localnet` for SOL, dollars and tokens; for some of everything if nothing is named.
#[derive(Args)]
pub struct Arguments {
    /// Who gets it; else the keypair's owner does.
    #[arg(value_name = "ADDRESS")]
    to: Option<Pubkey>,
    /// How many SOL.
    #[arg(long, value_name = "AMOUNT")]
    sol: Option<Decimal>,
    /// How many dollars.
    #[arg(long, value_name = "AMOUNT")]
    dollars: Option<Decimal>,
    /// How many tokens of a name: BTC=1. Give it as often as there are tokens.
    #[arg(long = "token", value_name = "NAME=AMOUNT", value_parser = token)]
    tokens: Vec<(String, Decimal)>,
    /// URL of the faucet; else it is at the second port after the node's.
    #[arg(long, value_name = "URL")]
    faucet: Option<String>,
}

/// How long the faucet may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn token(text: &str) -> std::result::Result<(String, Decimal), String> {
    let (name, amount) = text.split_once('=').ok_or("expected a token such as BTC=1")?;
    Ok((name.to_owned(), amount.parse()?))
}

/// Does it.
pub fn run(arguments: &Arguments, global: &Global) -> Result<Output> {
    let settings = Settings::read(global)?;
    let to = match arguments.to {
        Some(to) => to,
        None => settings.key()?.pubkey(),
    };
    let url = match &arguments.faucet {
        Some(url) => url.clone(),
        None => beside(&settings.url)?,
    };
    let mut wish = json!({"to": to.to_string()});
    for (name, amount) in [("sol", &arguments.sol), ("dollars", &arguments.dollars)] {
        if let Some(amount) = amount {
            wish[name] = amount.to_string().into();
        }
    }
    if !arguments.tokens.is_empty() {
        let tokens: Map<String, Value> =
            arguments.tokens.iter().map(|(name, amount)| (name.clone(), amount.to_string().into())).collect();
        wish["tokens"] = tokens.into();
    }
    let given = runtime()?.block_on(ask(&url, &wish))?;
    Ok(if global.json { Output::json(&given) } else { Output::text(told(&given)) })
}

/// Where a local network has its faucet by default.
fn beside(node: &str) -> Result<String> {
    let wrong = || {
        Failure::new(format!(
            "{}: has no port beside which a faucet could be: use --faucet",
            node.escape_debug()
        ))
    };
    let mut url: reqwest::Url = node.parse().map_err(|_| wrong())?;
    let port = url.port().and_then(|port| port.checked_add(2)).ok_or_else(wrong)?;
    url.set_port(Some(port)).map_err(|()| wrong())?;
    Ok(url.to_string())
}

async fn ask(url: &str, wish: &Value) -> Result<Value> {
    let silent = |error: reqwest::Error| {
        Failure::refused(format!(
            "The faucet at {} does not answer: {}.",
            url.escape_debug(),
            error.without_url()
        ))
    };
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(silent)?;
    let answer = client.post(url).json(wish).send().await.map_err(silent)?;
    let fine = answer.status().is_success();
    let value: Value = answer.json().await.map_err(silent)?;
    if fine {
        return Ok(value);
    }
    let why = value["error"].as_str().unwrap_or("The faucet refuses, and does not say why.");
    // What another process says is one line here, whatever it is.
    Err(Failure::refused(why.escape_debug().to_string()))
}

fn told(given: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().escape_debug().to_string();
    let mut facts: Vec<(String, Cell)> = vec![
        ("To".into(), text(&given["to"]).into()),
        ("SOL".into(), text(&given["sol"]).into()),
        ("Dollars".into(), text(&given["dollars"]).into()),
    ];
    for (name, amount) in given["tokens"].as_object().into_iter().flatten() {
        facts.push((format!("Token {}", name.escape_debug()), text(amount).into()));
    }
    facts.push(("Signature".into(), text(&given["signature"]).into()));
    let rows = facts.iter().map(|(name, cell)| (name.as_str(), cell.clone())).collect();
    format!("{}{}", title("The faucet has given"), list(rows))
}
