//! The two margins.

use super::charges;
use super::convert::{from_fraction, from_price, from_quote};
use super::cross::{across, Part};
use super::loss;
use super::report::{Components, Report};
use super::side::{worth, Side};
use crate::book::{Book, Snapshot};
use crate::model::Model;
use std::vec::Vec;

/// What the book needs under the model; the input is taken to be valid.
pub fn assess(model: &Model<'_>, snapshot: &Snapshot<'_>, book: &Book<'_>) -> Report {
    let peg = from_price(snapshot.peg);
    let sides: Vec<Side<'_>> = (snapshot.markets.iter().enumerate())
        .map(|(place, market)| Side::new(model, place, market, book, peg))
        .collect();
    let mut report = Report::default();
    for side in &sides {
        let rows: Vec<f64> = model.rows.iter().map(|row| side.profit(row)).collect();
        let basis = loss::basis(side);
        let mut market = side.greeks();
        (market.scan, market.worst) = loss::scan(side, &rows, basis);
        charges::market(side, &mut report.components);
        report.markets.push(market);
        report.rows.push(rows);
        report.basis.push(basis);
    }
    let parts: Vec<Part<'_>> = (sides.iter().enumerate())
        .filter(|(_, side)| side.held)
        .map(|(place, side)| Part {
            side,
            rows: &report.rows[place],
            basis: report.basis[place],
            scan: report.markets[place].scan,
            worst: report.markets[place].worst,
        })
        .collect();
    (report.scan, report.worst) = across(&parts);
    report.components.scan = report.scan;
    let gain = sides.iter().map(|side| side.unrealised).sum::<f64>() + from_quote(book.unpaid);
    charges::account(model, book, peg, gain, &mut report.components);
    report.value = value(&sides, book, peg);
    margins(model, peg, &mut report);
    report
}

fn value(sides: &[Side<'_>], book: &Book<'_>, peg: f64) -> f64 {
    let collateral: f64 = book.collateral.iter().map(|collateral| worth(collateral, peg)).sum();
    let market = |side: &Side<'_>| side.unrealised + side.slices.iter().map(|slice| slice.mark).sum::<f64>();
    from_quote(book.cash) + from_quote(book.unpaid) + collateral + sides.iter().map(market).sum::<f64>()
}

fn margins(model: &Model<'_>, peg: f64, report: &mut Report) {
    let c: &mut Components = &mut report.components;
    let core = c.scan + c.roll + c.convexity + c.twist + c.liquidity + c.interval;
    let factors = &model.factors;
    c.peg = core * (from_fraction(factors.peg_threshold) - peg).max(0.0) * from_fraction(factors.peg_factor);
    let both = c.perp + c.option + c.haircut;
    report.maintenance = core * from_fraction(factors.maintenance) + both;
    let on_top = c.perp_initial + c.option_initial + c.haircut_initial + c.score + c.bias + c.gains;
    let initial = core * from_fraction(factors.initial) + c.peg + both + on_top;
    report.initial = initial.max(report.maintenance);
    report.health = report.value - report.maintenance;
    report.room = report.value - report.initial;
}
