//! `ballast account`: opening, showing and listing margin accounts.

use crate::{
    act::{self, cents, Act},
    book,
    decimal::exact,
    failure::{Failure, Result},
    instrument::{name, Units},
    session::{Session, Which},
    table::{list, table, title, Cell},
    text, Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange, Held};
use ballast_interface::{account::MarginAccount, seeds};
use clap::{Args, Subcommand};
use serde_json::{json, Value};

/// Opens, shows and lists margin accounts.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Open(Open),
    Show(Show),
    List(List),
}

/// Opens a margin account of the keypair's, with its record of orders.
#[derive(Args)]
struct Open {
    /// Number of the account among its owner's.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    sub_id: u16,
}

/// Shows what an account holds.
#[derive(Args)]
struct Show {
    #[command(flatten)]
    which: Which,
}

/// Lists an owner's accounts in the group.
#[derive(Args)]
struct List {
    /// The owner; else it is the keypair's.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<Pubkey>,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    match &arguments.verb {
        Verb::Open(open) => self::open(open, session).await,
        Verb::Show(show) => self::show(show, session).await,
        Verb::List(list) => self::list_all(list, session).await,
    }
}

async fn open(arguments: &Open, session: &Session) -> Result<Output> {
    session.must_ask()?;
    let (group, sender) = (session.group()?, session.sender()?);
    let owner = sender.payer();
    let exchange = session.exchange().await?;
    let address = seeds::find_margin_account(&group, &owner, arguments.sub_id).0;
    if session.chain.account(&address).await?.is_some() {
        return Err(Failure::refused(format!("The account {address} is open already.")));
    }
    let act = Act {
        title: "Open a margin account".into(),
        facts: vec![("Account", "account", address.to_string()), ("Owner", "owner", owner.to_string())],
        steps: Build::new(&exchange).open_account(&owner, &owner, arguments.sub_id),
        signers: vec![],
        accounts: vec![],
        as_is: false,
    };
    act::carry_out(session, &sender, &exchange, act).await
}

async fn show(arguments: &Show, session: &Session) -> Result<Output> {
    let (exchange, held) = arguments.which.find(session).await?;
    let now = session.chain.now().await?;
    let account = book::refreshed(&exchange, &held.state, now)?;
    // A refresh in the form that writes the group would count it: this is as it stands.
    let beside = book::money(&exchange, held.state.uncounted);
    if session.json {
        return Ok(Output::json(&shown(&exchange, &held.address, &account, beside)?));
    }
    Ok(Output::text(described(&exchange, &held.address, &account, beside)?))
}

fn described(exchange: &Exchange, address: &Pubkey, account: &MarginAccount, beside: i128) -> Result<String> {
    let state = match account.liquidation_since {
        0 => "open".to_owned(),
        since => format!("under liquidation since {}", crate::instrument::moment(since)),
    };
    let mut page = title(&format!("Account {address}"));
    let mut facts: Vec<(&str, Cell)> = vec![
        ("Owner", account.owner.to_string().into()),
        ("Number", account.sub_id.to_string().into()),
        ("Group", account.group.to_string().into()),
        ("State", state.into()),
        ("Cash", cents(book::money(exchange, account.cash))),
    ];
    if beside != 0 {
        facts.push(("Not counted yet", cents(beside)));
    }
    page.push_str(&list(facts));
    let tokens: Vec<Vec<Cell>> = tokens(exchange, account)?
        .into_iter()
        .map(|(bank, amount)| vec![format!("bank:{bank}").into(), amount.into()])
        .collect();
    if !tokens.is_empty() {
        page.push_str(&format!("\n{}", table(&["Token", ">Amount"], tokens)));
    }
    let mut rows: Vec<Vec<Cell>> = vec![];
    for position in positions(exchange, account)? {
        let entry = position.entry.map_or(String::new(), |entry| text::grouped(entry, 2));
        rows.push(vec![position.name.into(), text::exact(position.contracts).into(), entry.into()]);
    }
    if !rows.is_empty() {
        page.push_str(&format!("\n{}", table(&["Position", ">Contracts", ">Entry"], rows)));
    }
    let unpaid = unpaid(exchange, account);
    if !unpaid.is_empty() {
        let rows = unpaid.into_iter().map(|(market, amount)| vec![market.to_string().into(), cents(amount)]);
        page.push_str(&format!("\n{}", table(&["Market", ">Not settled yet"], rows.collect())));
    }
    Ok(page)
}

fn shown(exchange: &Exchange, address: &Pubkey, account: &MarginAccount, beside: i128) -> Result<Value> {
    let tokens: Vec<_> = tokens(exchange, account)?
        .into_iter()
        .map(|(bank, amount)| json!({"bank": bank, "amount": amount}))
        .collect();
    let positions: Vec<_> = positions(exchange, account)?
        .into_iter()
        .map(|position| {
            json!({
                "instrument": position.name, "contracts": text::exact(position.contracts),
                "entry": position.entry.map(text::exact), "place": position.place,
            })
        })
        .collect();
    let unpaid: Vec<_> = unpaid(exchange, account)
        .into_iter()
        .map(|(market, amount)| json!({"market": market, "amount": text::exact(amount)}))
        .collect();
    Ok(json!({
        "account": address.to_string(), "owner": account.owner.to_string(), "sub_id": account.sub_id,
        "group": account.group.to_string(), "sequence": account.sequence,
        "liquidation_since": account.liquidation_since,
        "cash": text::exact(book::money(exchange, account.cash)), "uncounted": text::exact(beside),
        "tokens": tokens, "positions": positions, "unsettled": unpaid,
    }))
}

/// Banks and amounts of an account's tokens.
fn tokens(exchange: &Exchange, account: &MarginAccount) -> Result<Vec<(u16, String)>> {
    let held = account.collateral.iter().filter(|token| token.bank != 0);
    held.map(|token| Ok((token.bank, exact(token.amount.into(), exchange.decimals(token.bank)?)))).collect()
}

struct Position {
    name: String,
    place: usize,
    contracts: i128,
    /// What a contract cost; options were paid for.
    entry: Option<i128>,
}

fn positions(exchange: &Exchange, account: &MarginAccount) -> Result<Vec<Position>> {
    let held = account.legs.iter().enumerate().filter(|(_, leg)| leg.market != 0);
    held.map(|(place, leg)| {
        let of = leg.instrument();
        let units = Units::of(exchange, &of)?;
        let entry = leg.is_linear().then(|| {
            let value = i128::from(leg.entry_value.unsigned_abs());
            units.per_contract(value) / i128::from(leg.quantity.unsigned_abs().max(1))
        });
        Ok(Position { name: name(&of), place, contracts: units.contracts(leg.quantity), entry })
    })
    .collect()
}

/// What is not settled with markets' pools.
fn unpaid(exchange: &Exchange, account: &MarginAccount) -> Vec<(u16, i128)> {
    let books = account.markets.iter().filter(|book| book.unpaid_profit != 0);
    books.map(|book| (book.market, book::money(exchange, book.unpaid_profit))).collect()
}

async fn list_all(arguments: &List, session: &Session) -> Result<Output> {
    let owner = arguments.owner.map_or_else(|| session.me(), Ok)?;
    let exchange = session.exchange().await?;
    let at = std::mem::offset_of!(MarginAccount, owner) + 8;
    let owned = vec![(at, owner.to_bytes().to_vec())];
    let mut all: Vec<Held<MarginAccount>> = session.chain.all_with(&exchange.address, owned).await?;
    all.sort_by_key(|held| held.state.sub_id);
    let now = session.chain.now().await?;
    let mut rows = vec![];
    let mut values = vec![];
    for held in &all {
        let account = book::refreshed(&exchange, &held.state, now)?;
        let legs = account.legs.iter().filter(|leg| leg.market != 0).count();
        let report = book::assess(&exchange, &account, now)?;
        let (value, health) = (report.value.get(), report.health.get());
        rows.push(vec![
            account.sub_id.to_string().into(),
            held.address.to_string().into(),
            legs.to_string().into(),
            cents(value),
            cents(health),
        ]);
        values.push(json!({
            "sub_id": account.sub_id, "account": held.address.to_string(), "positions": legs,
            "value": text::exact(value), "health": text::exact(health),
        }));
    }
    if session.json {
        return Ok(Output::json(&Value::Array(values)));
    }
    if all.is_empty() {
        return Ok(Output::text(format!("{owner} has no account in this group.\n")));
    }
    Ok(Output::text(table(&[">Number", "Account", ">Positions", ">Value", ">Health"], rows)))
}
