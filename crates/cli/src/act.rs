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
use ballast_client::{decode, Account, Error, Exchange, Held, Instruction, Keypair, Sender, Sent, Signer};
use ballast_interface::{account::MarginAccount, risk::Assessment};
use serde_json::{json, Map, Value};

/// Lamports of a signature.
const SIGNATURE: u64 = 5_000;
/// Most addresses of a lookup table, and how many one transaction adds.
const TABLE: usize = 256;
const AT_ONCE: usize = 24;
/// Bytes of a lookup table without addresses, and of an address.
const TABLE_BYTES: usize = 56;
const ADDRESS_BYTES: usize = 32;
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
    /// Whether the group is written even where that is not needed for what is done.
    pub as_is: bool,
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
    make_room(session, sender, exchange, &act.steps).await?;
    let (changes, rent) = foreseen(session, sender, exchange, &act).await?;
    let mut payers: Vec<_> = act.signers.iter().map(|key| key.pubkey()).chain([sender.payer()]).collect();
    payers.sort_unstable();
    payers.dedup();
    let fee = SIGNATURE * payers.len() as u64;
    let cap = fee + sender.options().priority_cap;
    let mut effect = title(&act.title);
    let facts = act.facts.iter().map(|(label, _, value)| (*label, Cell::from(value.as_str())));
    let most = ("Network fee", Cell::from(format!("{} SOL at most", sol(cap))));
    let kept = (rent > 0).then(|| ("Rent of new accounts", Cell::from(format!("{} SOL", sol(rent)))));
    effect.push_str(&list(facts.chain([most]).chain(kept).collect()));
    for change in &changes {
        effect.push('\n');
        effect.push_str(&change.text());
    }
    session.confirm(&effect)?;
    let sending = async {
        match act.as_is {
            true => sender.send_as_is(&act.steps, &act.signers).await,
            false => sender.send(&act.steps, &act.signers).await,
        }
    };
    let sent = progress::while_waiting("Waiting for the confirmation", sending).await?;
    Ok(told(session, act, &changes, &effect, &sent, [fee, rent]))
}

fn told(
    session: &Session,
    act: Act,
    changes: &[Change],
    effect: &str,
    sent: &Sent,
    [fee, rent]: [u64; 2],
) -> Output {
    let paid = sol(fee + sent.priority);
    if !session.json {
        return Output::text(format!("{effect}\nDone: {}, for {paid} SOL.\n", sent.signature));
    }
    let facts: Map<String, Value> =
        act.facts.into_iter().map(|(_, name, value)| (name.to_owned(), value.into())).collect();
    let changes: Vec<_> = changes.iter().map(Change::json).collect();
    Output::json(&json!({
        "signature": sent.signature.to_string(), "slot": sent.slot, "network_fee": paid, "rent": sol(rent),
        "facts": facts, "accounts": changes,
    }))
}

fn sol(lamports: u64) -> String {
    crate::decimal::exact(lamports.into(), SOL_PLACES)
}

/// Before and after, by simulation, and the lamports of accounts that are new: what is sent then is the same.
async fn foreseen(
    session: &Session,
    sender: &Sender,
    exchange: &Exchange,
    act: &Act<'_>,
) -> Result<(Vec<Change>, u64)> {
    let mut addresses: Vec<_> = act.accounts.iter().map(|held| held.address).collect();
    addresses.extend(missing(session, &act.steps).await?);
    let simulated = sender.foresee(&act.steps, &addresses).await?;
    let new = simulated.accounts.iter().skip(act.accounts.len()).flatten();
    let rent = new.map(|account| account.lamports).sum();
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
    Ok((changes, rent))
}

/// Accounts that could be written and are not there yet.
async fn missing(session: &Session, steps: &[Instruction]) -> Result<Vec<Pubkey>> {
    let metas = steps.iter().flat_map(|step| &step.accounts).filter(|meta| meta.is_writable);
    let mut written: Vec<_> = metas.map(|meta| meta.pubkey).collect();
    written.sort_unstable();
    written.dedup();
    let there = session.chain.accounts(&written).await?;
    let gone = |held: &Option<_>| held.as_ref().is_none_or(|held: &Account| held.lamports == 0);
    Ok(written.into_iter().zip(there).filter(|(_, held)| gone(held)).map(|(key, _)| key).collect())
}

/// Makes lookup tables for what is too large without, once somebody said that they may cost what they cost.
async fn make_room(
    session: &Session,
    sender: &Sender,
    exchange: &Exchange,
    steps: &[Instruction],
) -> Result<()> {
    if sender.size(steps).await? <= Sender::MOST_BYTES {
        return Ok(());
    }
    // Nothing is asked to be in the tables, so that this only finds those of before.
    progress::while_waiting("Looking for lookup tables", sender.cover(&[])).await?;
    if sender.size(steps).await? <= Sender::MOST_BYTES {
        return Ok(());
    }
    let shared = exchange.addresses();
    let rpc = session.chain.rpc();
    let rent = |length| rpc.get_minimum_balance_for_rent_exemption(length);
    let empty = rent(TABLE_BYTES).await.map_err(Error::from)?;
    let one = rent(TABLE_BYTES + ADDRESS_BYTES).await.map_err(Error::from)?;
    let most = tables_cost(shared.len(), empty, one - empty, SIGNATURE + sender.options().priority_cap);
    session.confirm(&format!(
        "The transaction is too large without lookup tables. Making them takes transactions of their own,\n\
         with at most {} SOL of rent, which stays in the tables, and {} SOL of fees.\n",
        sol(most[0]),
        sol(most[1]),
    ))?;
    let covering = sender.cover(&shared);
    progress::while_waiting("Making lookup tables, which large transactions need", covering).await?;
    Ok(())
}

/// Most rent and most fees of tables with so many addresses, of which none is known to be in one yet.
fn tables_cost(addresses: usize, empty: u64, each: u64, fee: u64) -> [u64; 2] {
    let tables = addresses.div_ceil(TABLE);
    let rent = tables as u64 * empty + addresses as u64 * each;
    // A table that is full ends a transaction early.
    let sent = addresses.div_ceil(AT_ONCE) + tables;
    [rent, sent as u64 * fee]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_cost_rent_for_each_and_fees_for_each_filling() {
        assert_eq!(tables_cost(24, 100, 3, 7), [172, 14]);
        assert_eq!(tables_cost(257, 100, 3, 7), [971, 91]);
    }
}
