//! `ballast market`: what is traded, at which prices, and how sure they are.

use crate::{
    decimal::exact,
    failure::Result,
    feed,
    govern::market::{add, Add},
    instrument::{moment, Units},
    session::Session,
    table::{list, table, title, Cell},
    text, Output,
};
use ballast_client::Exchange;
use ballast_interface::account::{switches, Instrument, Kind, Market};
use ballast_margin::units::Fraction;
use clap::{Args, Subcommand};
use serde_json::{json, Value};

/// Lists, shows and adds markets.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    List(List),
    Show(Show),
    Add(Box<Add>),
}

/// Lists the group's markets with their prices.
#[derive(Args)]
struct List {}

/// Shows a market: prices, dates, terms.
#[derive(Args)]
struct Show {
    /// Number of the market.
    #[arg(value_name = "MARKET")]
    market: u16,
}

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    match &arguments.verb {
        Verb::List(List {}) => list_all(session).await,
        Verb::Show(show) => self::show(show, session).await,
        Verb::Add(arguments) => add(arguments, session).await,
    }
}

/// A share as a percentage.
pub fn percent(share: i64) -> String {
    let hundredths = share as f64 / Fraction::ONE.0 as f64 * 100.0;
    let text = format!("{hundredths:.3}");
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

fn trades(market: &Market) -> String {
    let on = market.terms.switches;
    let names = [
        (switches::PERP, "perp"),
        (switches::FUTURES, "futures"),
        (switches::OPTIONS, "options"),
        (switches::REDUCE_ONLY, "reduce only"),
    ];
    let on: Vec<_> = names.iter().filter(|(bit, _)| on & bit != 0).map(|(_, name)| *name).collect();
    on.join(", ")
}

async fn list_all(session: &Session) -> Result<Output> {
    let exchange = session.exchange().await?;
    let now = session.chain.now().await?;
    let mut rows: Vec<Vec<Cell>> = vec![];
    let mut values = vec![];
    for (number, risk) in &exchange.risks {
        let market = exchange.markets.get(number);
        rows.push(vec![
            number.to_string().into(),
            text::grouped(risk.price.index.into(), 2).into(),
            feed::cell(risk, now),
            feed::age(risk, now).into(),
            percent(risk.range(now).0).into(),
            market.map_or(0, |market| market.dates().len()).to_string().into(),
            market.map_or("not traded".to_owned(), |market| trades(market)).into(),
        ]);
        values.push(market_json(&exchange, *number, now)?);
    }
    if session.json {
        return Ok(Output::json(&Value::Array(values)));
    }
    let header = [">Market", ">Index", "Feed", ">Age", ">Range", ">Dates", "Trades"];
    Ok(Output::text(table(&header, rows)))
}

fn market_json(exchange: &Exchange, number: u16, now: i64) -> Result<Value> {
    let risk = exchange.risk(number)?;
    let mut value = json!({
        "market": number, "index": text::exact(risk.price.index.into()),
        "slow": text::exact(risk.price.slow.into()), "average": text::exact(risk.price.average.into()),
        "interval": risk.price.interval as f64 / Fraction::ONE.0 as f64,
        "range": risk.range(now).0 as f64 / Fraction::ONE.0 as f64,
        "lot": text::exact(risk.rules.lot.into()), "feed": feed::json(risk, now), "traded": false,
    });
    if let Some(market) = exchange.markets.get(&number) {
        let units = Units::of(exchange, &perp(number))?;
        let dates: Vec<_> = market
            .dates()
            .iter()
            .map(|date| {
                let settled =
                    (date.settled_at != 0).then(|| text::exact(units.per_contract(date.settlement.into())));
                json!({
                    "expiry": date.expiry, "open_interest": contracts(units, date.open_interest),
                    "settlement": settled,
                })
            })
            .collect();
        value["traded"] = true.into();
        value["trades"] = trades(market).into();
        value["open_interest"] = contracts(units, market.open_interest).into();
        value["tick"] = text::exact(units.per_contract(market.terms.tick.into())).into();
        value["strike_step"] = exact(market.terms.strike_step.into(), 8).into();
        value["dates"] = dates.into();
    }
    Ok(value)
}

fn perp(number: u16) -> Instrument {
    Instrument { number, kind: Kind::Perp as u8, expiry: 0, strike: 0 }
}

fn contracts(units: Units, lots: u64) -> String {
    text::exact(units.contracts(lots.try_into().unwrap_or(i64::MAX)))
}

async fn show(arguments: &Show, session: &Session) -> Result<Output> {
    let exchange = session.exchange().await?;
    let now = session.chain.now().await?;
    let value = market_json(&exchange, arguments.market, now)?;
    if session.json {
        return Ok(Output::json(&value));
    }
    let risk = exchange.risk(arguments.market)?;
    let price = |steps: u64| Cell::from(text::grouped(steps.into(), 2));
    let mut facts = vec![
        ("Index", price(risk.price.index)),
        ("Slow price", price(risk.price.slow)),
        ("Average", price(risk.price.average)),
        ("Interval", format!("{} either way", percent(risk.price.interval)).into()),
        ("Feed", feed::cell(risk, now)),
        ("Age", feed::age(risk, now).into()),
        ("Scan range", percent(risk.range(now).0).into()),
        ("Lot", format!("{} contracts", text::exact(risk.rules.lot.into())).into()),
    ];
    let mut page = title(&format!("Market {}", arguments.market));
    let Some(market) = exchange.markets.get(&arguments.market) else {
        facts.push(("Trades", "nothing: it only has a price".into()));
        page.push_str(&list(facts));
        return Ok(Output::text(page));
    };
    let units = Units::of(&exchange, &perp(arguments.market))?;
    facts.extend([
        ("Trades", trades(market).into()),
        ("Tick", text::exact(units.per_contract(market.terms.tick.into())).into()),
        ("Strikes", format!("multiples of {}", exact(market.terms.strike_step.into(), 8)).into()),
        ("Open interest", format!("{} contracts", contracts(units, market.open_interest)).into()),
    ]);
    page.push_str(&list(facts));
    let rows: Vec<Vec<Cell>> = market
        .dates()
        .iter()
        .map(|date| {
            let left = if date.settled_at == 0 {
                feed::span(date.expiry - now)
            } else {
                format!("settled at {}", text::grouped(units.per_contract(date.settlement.into()), 2))
            };
            vec![moment(date.expiry).into(), left.into(), contracts(units, date.open_interest).into()]
        })
        .collect();
    if !rows.is_empty() {
        page.push_str(&format!("\n{}", table(&["Expiry", ">Left", ">Open interest"], rows)));
    }
    Ok(Output::text(page))
}
