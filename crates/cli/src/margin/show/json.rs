//! An account's margin for programs: money and contracts as decimals in texts, exactly.

use super::{page::parts, Margin, MarketMargin};
use crate::{act::numbers_json, failure::Result, feed, text};
use ballast_client::Exchange;
use ballast_margin::units::{Fraction, Price};
use serde_json::{json, Map, Value};

/// All of it.
pub fn all(exchange: &Exchange, margin: &Margin) -> Result<Value> {
    let report = &margin.report;
    let parts: Map<String, Value> = parts(&report.parts)
        .into_iter()
        .map(|(name, amount)| (name.to_owned(), text::exact(amount).into()))
        .collect();
    let markets = margin.markets.iter().map(|market| one(exchange, margin, market));
    let mut value = numbers_json(report);
    value["account"] = margin.address.to_string().into();
    value["sequence"] = report.sequence.into();
    value["revision"] = report.revision.into();
    value["assessed_at"] = report.assessed_at.into();
    value["permitted"] = report.permitted.into();
    value["offsets_off"] = (report.offsets_off == 1).into();
    value["worst"] = margin.worst.as_str().into();
    value["components"] = parts.into();
    value["markets"] = markets.collect::<Result<Vec<_>>>()?.into();
    Ok(value)
}

fn one(exchange: &Exchange, margin: &Margin, market: &MarketMargin) -> Result<Value> {
    let risk = exchange.risk(market.number)?;
    let price = |edge: Option<Price>| edge.map(|price| text::exact(price.0.into()));
    let greeks = |[delta, gamma, vega, theta]: [i128; 4]| {
        json!({
            "delta": text::exact(delta), "gamma": text::exact(gamma),
            "vega": text::exact(vega), "theta": text::exact(theta),
        })
    };
    let by_expiry: Vec<_> = market
        .by_expiry
        .iter()
        .map(|part| {
            let mut value = greeks([part.delta, part.gamma, part.vega, part.theta]);
            value["expiry"] = part.name.as_str().into();
            value
        })
        .collect();
    let ladder: Vec<_> = market
        .ladder
        .iter()
        .map(|rung| {
            let step = rung.step as f64 / Fraction::ONE.0 as f64;
            json!({"move": step, "profit": text::exact(rung.profit)})
        })
        .collect();
    let mut value = json!({
        "market": market.number, "index": text::exact(market.index.into()), "worst": market.worst,
        "liquidation_below": price(market.edges.below), "liquidation_above": price(market.edges.above),
        "by_expiry": by_expiry, "ladder": ladder, "feed": feed::json(risk, margin.now),
    });
    if let Some(part) = margin.report.markets().iter().find(|part| part.market == market.number) {
        // Counted with the surfaces of the account's dates, unlike the feed's own state.
        value["surfaces_stale"] = (part.state != risk.price_state(margin.now).0 as u8).into();
        value["permitted"] = part.permitted.into();
        value["scan"] = text::exact(part.scan.get()).into();
        value["greeks"] = greeks([part.delta.into(), part.gamma.into(), part.vega.get(), part.theta.get()]);
    }
    Ok(value)
}
