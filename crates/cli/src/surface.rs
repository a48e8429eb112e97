//! `ballast surface`: volatilities by date and moneyness.

use crate::{
    failure::Result,
    feed,
    instrument::day,
    session::Session,
    table::{bad, good, table, title, Cell},
    text, Output,
};
use ballast_interface::risk::DateRisk;
use clap::{Args, Subcommand};
use serde_json::{json, Value};

/// Shows volatility surfaces.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Show(Show),
}

/// Shows a market's surface: volatility by date and strike.
#[derive(Args)]
struct Show {
    /// Number of the market.
    #[arg(value_name = "MARKET")]
    market: u16,
}

/// Strikes of the table, as shares of the forward.
const MONEYNESS: [f64; 7] = [0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3];

/// Does it.
pub async fn run(arguments: &Arguments, session: &Session) -> Result<Output> {
    let Verb::Show(show) = &arguments.verb;
    let exchange = session.exchange().await?;
    let now = session.chain.now().await?;
    let risk = exchange.risk(show.market)?;
    let dates = risk.dates();
    if session.json {
        let dates: Vec<_> = dates.iter().map(|date| date_json(date, risk.price.index, now)).collect();
        return Ok(Output::json(&json!({"market": show.market, "dates": dates})));
    }
    if dates.is_empty() {
        return Ok(Output::text(format!("Market {} has no surface.\n", show.market)));
    }
    let columns = MONEYNESS.map(|share| format!(">{:.0} %", share * 100.0));
    let mut header = vec!["Expiry", ">Forward", "Surface", ">Age"];
    header.extend(columns.iter().map(String::as_str));
    let rows = dates.iter().map(|date| {
        let fresh = if now <= date.valid_until { good("fresh") } else { bad("stale") };
        let mut row: Vec<Cell> = vec![
            day(date.expiry).into(),
            text::grouped(date.forward_now(risk.price.index, now).into(), 2).into(),
            fresh,
            feed::span(now - date.valid_from).into(),
        ];
        row.extend(MONEYNESS.map(|share| Cell::from(format!("{:.1} %", 100.0 * volatility(date, share)))));
        row
    });
    let page = title(&format!("Volatility of market {}, by strike as a share of the forward", show.market));
    Ok(Output::text(format!("{page}{}", table(&header, rows.collect()))))
}

fn date_json(date: &DateRisk, index: u64, now: i64) -> Value {
    let volatilities: Vec<_> = MONEYNESS
        .iter()
        .map(|share| json!({"moneyness": share, "volatility": volatility(date, *share)}))
        .collect();
    let part = |bits: i64| bits as f64 / (1u64 << 48) as f64;
    json!({
        "expiry": date.expiry, "forward": text::exact(date.forward_now(index, now).into()),
        "valid_from": date.valid_from, "valid_until": date.valid_until, "fresh": now <= date.valid_until,
        "svi": {"a": part(date.a), "b": part(date.b), "rho": part(date.rho), "m": part(date.m), "s": part(date.s)},
        "volatilities": volatilities,
    })
}

/// Volatility at a strike, as a share of the forward that the slice counts from: for eyes, hence in floating point.
fn volatility(date: &DateRisk, moneyness: f64) -> f64 {
    let part = |bits: i64| bits as f64 / (1u64 << 48) as f64;
    let years = date.years as f64 / (1u64 << 60) as f64;
    let (a, b, rho, m, s) = (part(date.a), part(date.b), part(date.rho), part(date.m), part(date.s));
    let k = moneyness.ln() - m;
    let variance = a + b * (rho * k + (k * k + s * s).sqrt());
    (variance / years).max(0.0).sqrt()
}
