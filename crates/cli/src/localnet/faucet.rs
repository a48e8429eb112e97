//! The faucet: SOL, dollars and tokens over HTTP, for wallets and web apps; and what the network is, for whoever asks.

use super::{feeds::name, keys::Person, net::Net, world::SOL};
use crate::{
    decimal::{exact, Decimal},
    failure::{Failure, Result},
};
use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use axum::{
    body::{Body, Bytes},
    extract::{rejection::BytesRejection, State},
    http::{header, HeaderValue, StatusCode},
    response::Response,
    routing::get,
    Router,
};
use ballast_client::{tokens, Exchange, Instruction, Sender, Signer};
use serde_json::{json, Map, Value};
use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc,
};
use tokio::net::TcpListener;

/// Decimal places of SOL.
const SOL_PLACES: u8 = 9;
/// Most lamports of a request.
const MOST_SOL: u64 = 100 * SOL;
/// Lamports below which the payer is given as many again by the node: what many requests at once may ask for.
const LOW: u64 = 10_000 * SOL;
/// Most dollars.
const MOST_DOLLARS: u64 = 1_000_000;
/// Most tokens, by name; of others as many as of the last.
const MOST_TOKENS: [(&str, u64); 3] = [("BTC", 10), ("ETH", 300), ("SOL", 5_000)];
/// What is given to who names nothing.
const USUAL: &str = r#"{"sol": 10, "dollars": 100000, "tokens": {"BTC": 1, "ETH": 10, "SOL": 100}}"#;

/// A faucet that is open.
pub struct Faucet {
    sender: Sender,
    minter: Arc<ballast_client::Keypair>,
    exchange: Exchange,
    /// What the network is.
    description: Value,
    /// How often it has given: two requests for the same are two transactions.
    given: AtomicU64,
}

/// What somebody asks for, in the smallest units.
struct Wish {
    to: Pubkey,
    sol: u64,
    dollars: u64,
    /// By bank, with names.
    tokens: Vec<(u16, String, u64)>,
}

/// What one request may ask for, in whole units.
pub fn limits(exchange: &Exchange) -> Value {
    let tokens: Map<String, Value> =
        names(exchange).map(|(_, name)| (name.clone(), most(&name).to_string().into())).collect();
    json!({"sol": (MOST_SOL / SOL).to_string(), "dollars": MOST_DOLLARS.to_string(), "tokens": tokens})
}

/// The banks with the names of their tokens.
pub fn names(exchange: &Exchange) -> impl Iterator<Item = (u16, String)> + '_ {
    exchange.banks.iter().map(|(number, bank)| (*number, name(bank.market)))
}

fn most(name: &str) -> u64 {
    let known = MOST_TOKENS.iter().find(|(known, _)| *known == name);
    known.unwrap_or(&MOST_TOKENS[MOST_TOKENS.len() - 1]).1
}

impl Faucet {
    /// A faucet of a network that is described so.
    pub fn new(net: &Net, exchange: Exchange, description: Value) -> Self {
        let (sender, minter) = (net.sender(Person::Authority), net.minter.clone());
        Self { sender, minter, exchange, description, given: AtomicU64::new(0) }
    }

    /// Serves until it is dropped.
    pub async fn serve(self, listener: TcpListener) {
        let root = get(describe).post(give).options(preflight).fallback(nowhere);
        let router = Router::new().route("/", root).fallback(nowhere).with_state(Arc::new(self));
        let router = router.layer(axum::middleware::from_fn(ballast_localnet::only_here));
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the faucet is closed");
        }
    }

    async fn grant(&self, body: &[u8]) -> Result<Value> {
        let wish = self.read(body)?;
        self.fill_up().await?;
        let sent = self.sender.send(&self.steps(&wish)?, &[&self.minter]).await?;
        let mut tokens = Map::new();
        for (bank, name, amount) in &wish.tokens {
            tokens.insert(name.clone(), exact((*amount).into(), self.exchange.decimals(*bank)?).into());
        }
        Ok(json!({
            "to": wish.to.to_string(), "signature": sent.signature.to_string(),
            "sol": exact(wish.sol.into(), SOL_PLACES),
            "dollars": exact(wish.dollars.into(), self.exchange.decimals(0)?), "tokens": tokens,
        }))
    }

    /// Lets the node give the payer SOL when it runs low, so that the faucet never runs dry.
    async fn fill_up(&self) -> Result<()> {
        let (chain, payer) = (self.sender.chain(), self.sender.payer());
        let left = chain.account(&payer).await?.map_or(0, |account| account.lamports);
        if left < LOW {
            let given = chain.rpc().request_airdrop(&payer, LOW).await;
            given.map_err(ballast_client::Error::from)?;
        }
        Ok(())
    }

    fn read(&self, body: &[u8]) -> Result<Wish> {
        let wrong = || Failure::new("Send a JSON object such as {\"to\": ADDRESS, \"dollars\": 1000}.");
        let Ok(Value::Object(mut said)) = serde_json::from_slice(body) else { return Err(wrong()) };
        let to = said.remove("to").ok_or_else(wrong)?;
        let to: Option<Pubkey> = to.as_str().and_then(|to| to.parse().ok());
        let to = to.ok_or_else(|| Failure::new("What `to` names is no address of Solana's."))?;
        if said.is_empty() {
            let Ok(Value::Object(usual)) = serde_json::from_str(USUAL) else { return Err(wrong()) };
            said = usual;
            let known = |name: &String| names(&self.exchange).any(|(_, known)| known == *name);
            if let Some(Value::Object(tokens)) = said.get_mut("tokens") {
                tokens.retain(|name, _| known(name));
            }
        }
        let mut wish = Wish { to, sol: 0, dollars: 0, tokens: vec![] };
        for (key, value) in &said {
            match (key.as_str(), value) {
                ("sol", value) => wish.sol = amount("SOL", value, SOL_PLACES, MOST_SOL / SOL)?,
                ("dollars", value) => {
                    wish.dollars = amount("dollars", value, self.exchange.decimals(0)?, MOST_DOLLARS)?;
                }
                ("tokens", Value::Object(tokens)) => wish.tokens = self.tokens(tokens)?,
                ("tokens", _) => return Err(Failure::new("Write tokens as in {\"tokens\": {\"BTC\": 1}}.")),
                (other, _) => {
                    let other = other.escape_debug();
                    return Err(Failure::new(format!(
                        "The faucet knows to, sol, dollars and tokens, and not `{other}`."
                    )));
                }
            }
        }
        if wish.sol == 0 && wish.dollars == 0 && wish.tokens.iter().all(|(.., amount)| *amount == 0) {
            return Err(Failure::new("That is nothing: ask for SOL, dollars or tokens."));
        }
        Ok(wish)
    }

    fn tokens(&self, said: &Map<String, Value>) -> Result<Vec<(u16, String, u64)>> {
        let read = |(name, value): (&String, &Value)| {
            let found = names(&self.exchange).find(|(_, known)| known == name);
            let (bank, name) = found.ok_or_else(|| {
                let known: Vec<_> = names(&self.exchange).map(|(_, name)| name).collect();
                let (name, known) = (name.escape_debug(), known.join(", "));
                Failure::new(format!("There is no token `{name}` here; there are {known}."))
            })?;
            let amount = amount(&name, value, self.exchange.decimals(bank)?, most(&name))?;
            Ok((bank, name, amount))
        };
        said.iter().map(read).collect()
    }

    fn steps(&self, wish: &Wish) -> Result<Vec<Instruction>> {
        let payer = self.sender.payer();
        let count = self.given.fetch_add(1, Ordering::Relaxed);
        // Moves nothing, and makes every transaction another one.
        let mut steps = vec![system_instruction::transfer(&payer, &payer, count)];
        if wish.sol > 0 {
            steps.push(system_instruction::transfer(&payer, &wish.to, wish.sol));
        }
        let cash = (0, wish.dollars);
        for (bank, amount) in
            [cash].into_iter().chain(wish.tokens.iter().map(|(bank, _, amount)| (*bank, *amount)))
        {
            if amount > 0 {
                let purse = self.exchange.purse(&wish.to, bank)?;
                steps.push(tokens::open_purse(&payer, &wish.to, &purse));
                steps.push(tokens::mint_to(&purse, &self.minter.pubkey(), amount)?);
            }
        }
        Ok(steps)
    }
}

/// An amount in the smallest unit, of which one request may have so many whole ones.
fn amount(name: &str, value: &Value, places: u8, most: u64) -> Result<u64> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let wrong = |why: String| Failure::new(format!("{name}: {why}"));
    let decimal: Decimal = text.parse().map_err(wrong)?;
    let amount = decimal.amount_or_zero(places).map_err(|error| wrong(error.to_string()))?;
    if u128::from(amount) > u128::from(most) * 10u128.pow(places.into()) {
        return Err(wrong(format!("one request may ask for {most} at most")));
    }
    Ok(amount)
}

async fn describe(State(faucet): State<Arc<Faucet>>) -> Response {
    respond(StatusCode::OK, faucet.description.to_string())
}

async fn give(
    State(faucet): State<Arc<Faucet>>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(why) => return respond(why.status(), json!({"error": why.body_text()}).to_string()),
    };
    match faucet.grant(&body).await {
        Ok(given) => respond(StatusCode::OK, given.to_string()),
        Err(failure) => {
            let wrong = failure.code() == Failure::new("").code();
            let status = if wrong { StatusCode::BAD_REQUEST } else { StatusCode::SERVICE_UNAVAILABLE };
            respond(status, json!({"error": failure.to_string()}).to_string())
        }
    }
}

/// What browsers ask before they ask for something.
async fn preflight() -> Response {
    respond(StatusCode::NO_CONTENT, String::new())
}

async fn nowhere() -> Response {
    let error = json!({"error": "The faucet is at /: GET describes the network, POST asks for something."});
    respond(StatusCode::NOT_FOUND, error.to_string())
}

/// An answer that any page in a browser may read.
fn respond(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
