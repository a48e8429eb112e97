//! What things cost: the engine's own marks.

use crate::stage::Stage;
use ballast_interface::{
    account::{token_value_down, TradeLeg},
    risk::MarketRisk,
};
use ballast_margin::{
    book::{Expiry, Kind, Leg, Market, Snapshot},
    quote,
    units::{Contracts, Fraction, Price, Quote, STEPS},
};

/// The mark of an instrument in quote units a lot, rounded down to a tick, but never nothing; none if its date is unknown or
/// past.
pub fn mark(stage: &Stage, leg: &TradeLeg) -> Option<u64> {
    if leg.kind == 0 {
        return Some(spot_mark(stage, leg.number));
    }
    let (market, risk) = (stage.market(leg.number), stage.risk(leg.number));
    let price = contract(risk, leg, stage.now)?;
    let tick = market.terms.tick;
    let exact = market.per_lot_down(price).ok()?;
    Some((exact / tick * tick).max(tick))
}

/// What a lot of a bank's token costs at the index, in quote units.
pub fn spot_mark(stage: &Stage, number: u16) -> u64 {
    let bank = &stage.state.exchange.banks[&number];
    let decimals = stage.group().quote_decimals;
    token_value_down(bank.lot_amount, bank.decimals, stage.risk(bank.market).price.index, decimals)
}

/// What a contract costs, in 10^-10 dollars.
fn contract(risk: &MarketRisk, leg: &TradeLeg, now: i64) -> Option<u64> {
    let index = Price(risk.price.index);
    let date = risk.dates().iter().find(|date| date.expiry == leg.expiry);
    let expiries: Vec<Expiry> = date
        .map(|date| Expiry {
            seconds: date.open_seconds(now),
            forward: Price(date.forward_now(risk.price.index, now).max(1)),
            rate: Fraction::ZERO,
            svi: date.svi(),
            score: Fraction::ONE,
        })
        .into_iter()
        .collect();
    let kind = match leg.kind {
        1 => Kind::Perp,
        2 => Kind::Future,
        3 => Kind::Call,
        _ => Kind::Put,
    };
    if kind != Kind::Perp && expiries.is_empty() {
        return None;
    }
    let market = Market {
        id: risk.market,
        index,
        slow: Price(risk.price.slow),
        perp: index,
        range: risk.range(now),
        interval: Fraction::ZERO,
        depth: Contracts(risk.rules.depth),
        score: Fraction::ONE,
        perp_score: Fraction::ONE,
        certain: true,
        expiries: &expiries,
    };
    let priced = Leg {
        market: 0,
        expiry: 0,
        kind,
        strike: Price(leg.strike * 100),
        quantity: Contracts(STEPS as i64),
        basis: Quote(0),
    };
    let snapshot = Snapshot { peg: Price(STEPS), markets: &[market] };
    quote::mark(&snapshot, &priced).ok().map(|price| price.0)
}
