//! Doing something on chain: what it would do is shown first, by simulation, and asked for.

use crate::{
    book,
    failure::{Failure, Result},
    progress,
    session::Session,
    table::{bad, list, table, title, Cell},
    text, Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{decode, Error, Exchange, Held, Instruction, Keypair, Sender, Sent, Signer, Simulated};
use ballast_interface::{account::MarginAccount, risk::Assessment};
use serde_json::{json, Map, Value};

/// Lamports of a signature.
const SIGNATURE: u64 = 5_000;
/// Decimal places of SOL.
const SOL_PLACES: u8 = 9;

/// Something to be done.
pub struct Act<'a> {
    /// In words, for a title.
    pub title: String,
    /// What it is about, by names for people and for programs.
    pub facts: Vec<(&'static str, &'static str, String)>,
    /// What is sent.
    pub steps: Vec<Instruction>,
    /// Who signs beside whoever pays.
    pub signers: Vec<&'a Keypair>,
    /// Accounts whose margins it changes.
    pub accounts: Vec<&'a Held<MarginAccount>>,
}

/// What an account is worth and needs, before and after.
struct Change {
    address: Pubkey,
    before: Assessment,
    after: Assessment,
}

/// Simulates, shows, asks, sends, and tells what came of it.
pub async fn carry_out(
    session: &Session,
    sender: &Sender,
    exchange: &Exchange,
    act: Act<'_>,
) -> Result<Output> {
    session.must_ask()?;
    let changes = foreseen(session, sender, exchange, &act).await?;
    let mut payers: Vec<_> = act.signers.iter().map(|key| key.pubkey()).chain([sender.payer()]).collect();
    payers.sort_unstable();
    payers.dedup();
    let fee = SIGNATURE * payers.len() as u64;
    let cap = fee + sender.options().priority_cap;
    let mut effect = title(&act.title);
    let facts = act.facts.iter().map(|(label, _, value)| (*label, Cell::from(value.as_str())));
    let most = ("Network fee", Cell::from(format!("{} SOL at most", sol(cap))));
    effect.push_str(&list(facts.chain([most]).collect()));
    for change in &changes {
        effect.push('\n');
        effect.push_str(&change.text());
    }
    session.confirm(&effect)?;
    let sending = sender.send(&act.steps, &act.signers);
    let sent = progress::while_waiting("Waiting for the confirmation", sending).await?;
    Ok(told(session, act, &changes, &effect, &sent, fee))
}

fn told(session: &Session, act: Act, changes: &[Change], effect: &str, sent: &Sent, fee: u64) -> Output {
    let paid = sol(fee + sent.priority);
    if !session.json {
        return Output::text(format!("{effect}\nDone: {}, for {paid} SOL.\n", sent.signature));
    }
    let facts: Map<String, Value> =
        act.facts.into_iter().map(|(_, name, value)| (name.to_owned(), value.into())).collect();
    let changes: Vec<_> = changes.iter().map(Change::json).collect();
    Output::json(&json!({
        "signature": sent.signature.to_string(), "slot": sent.slot, "network_fee": paid,
        "facts": facts, "accounts": changes,
    }))
}

fn sol(lamports: u64) -> String {
    crate::decimal::exact(lamports.into(), SOL_PLACES)
}

/// Before and after, by simulation: what is sent then is the same.
async fn foreseen(
    session: &Session,
    sender: &Sender,
    exchange: &Exchange,
    act: &Act<'_>,
) -> Result<Vec<Change>> {
    let addresses: Vec<_> = act.accounts.iter().map(|held| held.address).collect();
    let simulated = simulated(sender, exchange, &act.steps, &addresses).await?;
    let now = session.chain.now().await?;
    let mut changes = vec![];
    for (held, left) in act.accounts.iter().zip(simulated.accounts) {
        let left = left.ok_or_else(|| Failure::refused("The node does not say what would come of it."))?;
        let before = book::refreshed(exchange, &held.state, now)?;
        let after: MarginAccount = decode(&held.address, &left)?;
        changes.push(Change {
            address: held.address,
            before: book::assess(exchange, &before, now)?,
            after: book::assess(exchange, &after, now)?,
        });
    }
    Ok(changes)
}

/// A simulation, with lookup tables where it needs some.
pub async fn simulated(
    sender: &Sender,
    exchange: &Exchange,
    steps: &[Instruction],
    addresses: &[Pubkey],
) -> Result<Simulated> {
    match sender.foresee(steps, addresses).await {
        Err(Error::TooLarge(_)) => {
            let shared = exchange.addresses();
            let covering = sender.cover(&shared);
            progress::while_waiting("Making lookup tables, which large transactions need", covering).await?;
            Ok(sender.foresee(steps, addresses).await?)
        }
        other => Ok(other?),
    }
}

/// The five numbers of a report that people look at, with their names for people and for programs.
pub fn numbers(report: &Assessment) -> [(&'static str, &'static str, i128); 5] {
    [
        ("Value", "value", report.value.get()),
        ("Maintenance margin", "maintenance", report.maintenance.get()),
        ("Initial margin", "initial", report.initial.get()),
        ("Health", "health", report.health.get()),
        ("Room", "room", report.room.get()),
    ]
}

/// An amount to the cent, that stands out below zero.
pub fn cents(amount: i128) -> Cell {
    let text = text::grouped(amount, 2);
    if amount < 0 {
        bad(text)
    } else {
        text.into()
    }
}

/// The five numbers as decimals.
pub fn numbers_json(report: &Assessment) -> Value {
    let all = numbers(report).map(|(_, name, amount)| (name.to_owned(), text::exact(amount).into()));
    Value::Object(all.into_iter().collect())
}

impl Change {
    fn text(&self) -> String {
        let name = format!("Account {}", self.address);
        let both = numbers(&self.before).into_iter().zip(numbers(&self.after));
        let row = |((label, _, before), (_, _, after))| vec![Cell::from(label), cents(before), cents(after)];
        table(&[&name, ">before", ">after"], both.map(row).collect())
    }

    fn json(&self) -> Value {
        json!({
            "address": self.address.to_string(),
            "before": numbers_json(&self.before),
            "after": numbers_json(&self.after),
        })
    }
}
