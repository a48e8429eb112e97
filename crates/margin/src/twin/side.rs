//! One market of a book: everything in it, its greeks and its rows.

use super::convert::{from_contracts, from_fraction, from_price, from_quote};
use super::report::MarketReport;
use super::slice::Slice;
use crate::book::{Book, Collateral, Kind, Leg, Market};
use crate::model::{Model, Row, Vol};
use std::vec::Vec;

/// Value of a collateral in quote.
pub fn worth(collateral: &Collateral, peg: f64) -> f64 {
    from_contracts(collateral.amount) * from_price(collateral.price) / peg
}

/// A market with what the book holds in it.
pub struct Side<'a> {
    /// The model that margins it.
    pub model: &'a Model<'a>,
    /// Number in the model's correlations.
    pub id: u16,
    /// Whether the feed is good.
    pub certain: bool,
    /// Whether the book holds something here.
    pub held: bool,
    /// Index price.
    pub index: f64,
    /// Slow price.
    pub slow: f64,
    /// Mark of the perp.
    pub mark: f64,
    /// Scan range.
    pub range: f64,
    /// Half width of the oracle's confidence interval.
    pub interval: f64,
    /// Contracts of delta without impact.
    pub depth: f64,
    /// How far the index trusts itself.
    pub score: f64,
    /// How far the perp's mark trusts itself.
    pub perp_score: f64,
    /// Contracts of the perp.
    pub perps: f64,
    /// Value of the collateral that moves with the market.
    pub tokens: f64,
    /// Unrealised profit of perps and futures.
    pub unrealised: f64,
    /// Expiries.
    pub slices: Vec<Slice<'a>>,
}

impl<'a> Side<'a> {
    /// The market at `place` of the snapshot with what the book holds in it.
    pub fn new(model: &'a Model<'a>, place: usize, market: &Market<'_>, book: &Book<'_>, peg: f64) -> Self {
        let legs: Vec<Leg> =
            book.legs.iter().filter(|leg| usize::from(leg.market) == place).copied().collect();
        let moving: Vec<&Collateral> =
            book.collateral.iter().filter(|c| c.market.map(usize::from) == Some(place)).collect();
        let perps = legs.iter().filter(|leg| leg.kind == Kind::Perp);
        let profit = |leg: &Leg| {
            let mark = match leg.kind {
                Kind::Perp => market.perp,
                Kind::Future => market.expiries[usize::from(leg.expiry)].forward,
                Kind::Call | Kind::Put => return 0.0,
            };
            from_contracts(leg.quantity) * from_price(mark) - from_quote(leg.basis)
        };
        Self {
            model,
            id: market.id,
            certain: market.certain,
            held: !legs.is_empty() || !moving.is_empty(),
            index: from_price(market.index),
            slow: from_price(market.slow),
            mark: from_price(market.perp),
            range: from_fraction(market.range),
            interval: from_fraction(market.interval),
            depth: from_contracts(market.depth),
            score: from_fraction(market.score),
            perp_score: from_fraction(market.perp_score),
            perps: perps.map(|leg| from_contracts(leg.quantity)).sum(),
            tokens: moving.iter().map(|collateral| worth(collateral, peg)).sum(),
            unrealised: legs.iter().map(profit).sum(),
            slices: market
                .expiries
                .iter()
                .enumerate()
                .map(|(place, expiry)| Slice::new(model, place, expiry, &legs))
                .collect(),
        }
    }

    /// What a row multiplies this market by.
    pub fn multiplier(&self, row: &Row) -> f64 {
        let given = from_fraction(row.multiplier);
        match row.vol {
            Vol::Linear | Vol::Absolute => 1.0,
            _ if row.scaled => (1.0 + (given - 1.0) * self.range).clamp(1.0 / 1024.0, 8.0),
            _ => given.clamp(1.0 / 1024.0, 8.0),
        }
    }

    /// Weighted profit or loss in a row.
    pub fn profit(&self, row: &Row) -> f64 {
        let p = self.multiplier(row);
        let skew = matches!(row.vol, Vol::Linear | Vol::Absolute);
        let changes = self.slices.iter().map(|slice| {
            let change = slice.change(p, row.vol, true);
            if skew {
                -change.abs()
            } else {
                change
            }
        });
        from_fraction(row.weight) * (self.linear(p) + changes.sum::<f64>())
    }

    /// Profit or loss of perps and collateral.
    pub fn linear(&self, p: f64) -> f64 {
        (p - 1.0) * (self.perps * self.mark + self.tokens)
    }

    /// Profit or loss when the market is valued at its slow price; nothing is discounted beyond the mark.
    pub fn at_slow(&self) -> f64 {
        let p = self.slow / self.index;
        self.linear(p) + self.slices.iter().map(|slice| slice.change(p, Vol::Flat, false)).sum::<f64>()
    }

    /// Contracts of the underlying that an expiry moves like.
    pub fn slice_delta(slice: &Slice<'_>) -> f64 {
        let options = slice.options.iter().map(|option| {
            let delta = slice.at_mark(option).delta;
            option.quantity * if option.call { delta } else { delta - 1.0 }
        });
        slice.varying * (slice.discount * options.sum::<f64>() + slice.futures)
    }

    /// Contracts of the underlying that the market moves like.
    pub fn delta(&self) -> f64 {
        let expiries: f64 = self.slices.iter().map(Self::slice_delta).sum();
        expiries + self.perps + self.tokens / self.index
    }

    /// Greeks, with scan loss left to be filled in.
    pub fn greeks(&self) -> MarketReport {
        let mut report = MarketReport { delta: self.delta(), ..MarketReport::default() };
        for slice in self.slices.iter().filter(|slice| slice.seconds > 0.0) {
            for option in &slice.options {
                let price = slice.at_mark(option);
                let value = if option.call { price.call } else { price.put };
                let contracts = slice.discount * option.quantity;
                let moving = slice.varying * slice.varying;
                report.gamma += contracts * price.gamma * moving * slice.forward / 100.0;
                report.vega += contracts * price.vega / 100.0;
                report.theta += contracts * (price.theta + slice.rate * value) / 365.0;
            }
        }
        report
    }
}
