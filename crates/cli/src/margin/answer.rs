//! The answer to one case.

use super::case::Case;
use super::names;
use ballast_margin::report::{Components, MarketReport, Report};
use ballast_margin::units::Quote;
use ballast_margin::{assess, Desk, Result};

/// What one case needs. Amounts are in steps of 10^-10.
pub struct Answer {
    /// The case's name.
    pub id: String,
    /// The engine's report.
    pub report: Report,
    /// The worst case, in words.
    pub row: String,
    /// Its place in the model, if it is a row.
    pub row_index: Option<u8>,
    /// Profit or loss by row.
    pub rows: Vec<Quote>,
    /// Loss of the forward contingency.
    pub basis: Quote,
}

impl Answer {
    /// Assesses a case.
    pub fn of(case: &Case, desk: &mut Desk) -> Result<Self> {
        let model = case.parameters.model();
        let report = case.with(|snapshot, book| assess(desk, &model, snapshot, book))?;
        let (row, row_index) = names::worst(report.worst, model.rows);
        let rows = (0..model.rows.len()).map(|row| desk.row(0, row)).collect();
        Ok(Self { id: case.id.clone(), report, row, row_index, rows, basis: desk.basis(0) })
    }

    /// The loss of the worst case as a profit: zero or below.
    pub fn worst(&self) -> Quote {
        Quote(-self.report.components.scan.0)
    }

    /// The part of the only market.
    pub fn market(&self) -> &MarketReport {
        &self.report.markets[0]
    }
}

/// The components by name, in the order of the report.
pub fn components(components: &Components) -> [(&'static str, Quote); 16] {
    [
        ("scan", components.scan),
        ("roll", components.roll),
        ("convexity", components.convexity),
        ("twist", components.twist),
        ("liquidity", components.liquidity),
        ("interval", components.interval),
        ("perp", components.perp),
        ("perp_initial", components.perp_initial),
        ("option", components.option),
        ("option_initial", components.option_initial),
        ("haircut", components.haircut),
        ("haircut_initial", components.haircut_initial),
        ("score", components.score),
        ("peg", components.peg),
        ("bias", components.bias),
        ("gains", components.gains),
    ]
}
