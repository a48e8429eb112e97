//! `ballast margin show`: what an account on chain is worth and needs, and why.

mod chart;
mod greeks;
mod json;
mod page;
mod what_if;
mod words;

use crate::{
    book,
    failure::Result,
    instrument::LegWords,
    session::{Session, Which},
    Output,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::Exchange;
use ballast_interface::{account::MarginAccount, risk::Assessment};
use ballast_margin::{
    edge::{edges, Edges},
    Desk,
};
use chart::Rung;
use clap::Args;
use greeks::Greeks;

/// Shows what an account on chain is worth and needs, and why.
#[derive(Args)]
pub struct Show {
    #[command(flatten)]
    which: Which,
    /// Weighs the account as if it had traded this, too: "1-PERP +2", at the mark, or "1-PERP +2 @ 95000". Give it as
    /// often as there are legs.
    #[arg(long, value_name = "LEG")]
    with: Vec<LegWords>,
    /// Ends with 1 if the account is below its maintenance margin.
    #[arg(long)]
    check: bool,
}

/// All that is known of an account's margin.
struct Margin {
    address: Pubkey,
    report: Assessment,
    /// The worst case, in words.
    worst: String,
    /// By market of the report.
    markets: Vec<MarketMargin>,
    now: i64,
}

/// One market's part.
struct MarketMargin {
    number: u16,
    index: u64,
    worst: String,
    edges: Edges,
    by_expiry: Vec<Greeks>,
    ladder: Vec<Rung>,
}

/// Shows it.
pub async fn run(arguments: &Show, session: &Session) -> Result<Output> {
    let (exchange, held) = arguments.which.find(session).await?;
    let now = session.chain.now().await?;
    let mut account = book::refreshed(&exchange, &held.state, now)?;
    if !arguments.with.is_empty() {
        account = what_if::traded(&exchange, &account, &arguments.with, now)?;
    }
    let margin = weigh(&exchange, &held.address, &account, now)?;
    let mut output = if session.json {
        Output::json(&json::all(&exchange, &margin)?)
    } else {
        Output::text(page::all(&exchange, &margin)?)
    };
    if arguments.check && margin.report.health.get() < 0 {
        output.code = crate::FAILED;
    }
    Ok(output)
}

fn weigh(exchange: &Exchange, address: &Pubkey, account: &MarginAccount, now: i64) -> Result<Margin> {
    let mut report = Assessment::default();
    let mut desk = Box::<Desk>::default();
    book::with_reading(exchange, account, now, |reading| {
        reading.assess(&mut desk, &mut report)?;
        let (rules, engine) = (reading.rules(), reading.markets());
        let snapshot = reading.snapshot(&engine);
        let ladders: Vec<_> =
            (0..engine.len()).map(|place| chart::ladder(&desk, &rules, &engine[place], place)).collect();
        let mut markets = vec![];
        for (place, (market, ladder)) in engine.iter().zip(ladders).enumerate() {
            let part = &report.markets[place];
            markets.push(MarketMargin {
                number: market.id,
                index: market.index.0,
                worst: words::worst(part.worst, rules.rows, &[*market]),
                edges: edges(&mut desk, &rules, &snapshot, &reading.book(), place)?,
                by_expiry: greeks::by_expiry(&mut desk, reading, account, place)?,
                ladder,
            });
        }
        let worst = words::worst(report.worst, rules.rows, &engine);
        Ok(Margin { address: *address, report, worst, markets, now })
    })
}
