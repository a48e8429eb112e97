//! An account's margin for people.

use super::{chart, Margin, MarketMargin};
use crate::{
    act::{cents, numbers},
    failure::Result,
    feed,
    market::percent,
    table::{bad, good, list, table, title, Cell},
    text,
};
use ballast_client::Exchange;
use ballast_interface::risk::{Action, AssessmentParts};
use ballast_margin::units::Price;

/// The parts of the margins by name.
pub fn parts(parts: &AssessmentParts) -> [(&'static str, i128); 16] {
    [
        ("scan", parts.scan),
        ("roll", parts.roll),
        ("convexity", parts.convexity),
        ("twist", parts.twist),
        ("liquidity", parts.liquidity),
        ("interval", parts.interval),
        ("perp", parts.perp),
        ("perp_initial", parts.perp_initial),
        ("option", parts.option),
        ("option_initial", parts.option_initial),
        ("haircut", parts.haircut),
        ("haircut_initial", parts.haircut_initial),
        ("score", parts.score),
        ("peg", parts.peg),
        ("bias", parts.bias),
        ("gains", parts.gains),
    ]
    .map(|(name, part)| (name, part.get()))
}

/// All of it.
pub fn all(exchange: &Exchange, margin: &Margin) -> Result<String> {
    let report = &margin.report;
    let mut page = title(&format!("Margin of {}", margin.address));
    let health = report.health.get();
    let state = if health < 0 { bad("can be liquidated") } else { good("healthy") };
    let mut facts: Vec<_> =
        numbers(report).into_iter().map(|(label, _, amount)| (label, cents(amount))).collect();
    facts.push(("State", state));
    facts.push(("Worst case", margin.worst.as_str().into()));
    if report.offsets_off == 1 {
        facts.push(("Offsets", bad("off: a feed is stale or in doubt")));
    }
    if !Action::Increase.is_in(report.permitted) {
        facts.push(("New risk", bad("not now, by the state of the feeds")));
    }
    page.push_str(&list(facts));
    let parts = parts(&report.parts).into_iter().filter(|(_, amount)| *amount != 0);
    let parts: Vec<_> =
        parts.map(|(name, amount)| vec![name.replace('_', ", ").into(), cents(amount)]).collect();
    if !parts.is_empty() {
        page.push_str(&format!("\n{}", table(&["Part of the margins", ">Amount"], parts)));
    }
    for market in &margin.markets {
        page.push_str(&format!("\n{}", one(exchange, margin, market)?));
    }
    Ok(page)
}

fn edge(price: Option<Price>, index: u64) -> Cell {
    let Some(Price(price)) = price else { return "none".into() };
    let away = (i128::from(price) - i128::from(index)) * (1 << 40) / i128::from(index.max(1));
    let sign = if away > 0 { "+" } else { "" };
    format!("{} ({sign}{})", text::grouped(price.into(), 2), percent(away as i64)).into()
}

fn one(exchange: &Exchange, margin: &Margin, market: &MarketMargin) -> Result<String> {
    let risk = exchange.risk(market.number)?;
    let whole = margin.report.markets().iter().find(|part| part.market == market.number);
    let mut facts = vec![
        ("Index", text::grouped(market.index.into(), 2).into()),
        ("Feed", feed::cell(risk, margin.now)),
        ("Age", feed::age(risk, margin.now).into()),
    ];
    // The account's state of the market counts the surfaces of its dates, too.
    if whole.is_some_and(|part| part.state != risk.price_state(margin.now).0 as u8) {
        facts.push(("Surfaces", bad("stale")));
    }
    facts.extend([
        ("Worst case alone", market.worst.as_str().into()),
        ("Liquidation below", edge(market.edges.below, market.index)),
        ("Liquidation above", edge(market.edges.above, market.index)),
    ]);
    let mut page = title(&format!("Market {}", market.number));
    page.push_str(&list(facts));
    let mut rows: Vec<Vec<Cell>> = vec![];
    for greeks in &market.by_expiry {
        rows.push(greek(&greeks.name, [greeks.delta, greeks.gamma, greeks.vega, greeks.theta]));
    }
    if let Some(part) = whole {
        let numbers = [part.delta.into(), part.gamma.into(), part.vega.get(), part.theta.get()];
        rows.push(greek("all", numbers));
    }
    let header = ["Greeks", ">Delta", ">Gamma for 1 %", ">Vega for a point", ">Theta a day"];
    page.push_str(&format!("\n{}", table(&header, rows)));
    if market.ladder.iter().any(|rung| rung.profit != 0) {
        let header =
            [">Price", ">Profit or loss", "At the worst volatility, weighted as the model weighs it"];
        page.push_str(&format!("\n{}", table(&header, chart::rows(&market.ladder))));
    }
    Ok(page)
}

fn greek(name: &str, [delta, gamma, vega, theta]: [i128; 4]) -> Vec<Cell> {
    let (delta, gamma) = (text::grouped(delta, 4), text::grouped(gamma, 4));
    vec![name.into(), delta.into(), gamma.into(), cents(vega), cents(theta)]
}
