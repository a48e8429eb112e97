//! What the second opinion says; money is in quote, the rest in the units of [`crate::report`].

use crate::report::Worst;
use std::vec::Vec;

/// One market's part of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MarketReport {
    /// Loss in the worst case of this market alone.
    pub scan: f64,
    /// Which case that is.
    pub worst: Worst,
    /// Contracts of the underlying that the market's positions move like.
    pub delta: f64,
    /// Change of delta, in contracts, for a move of one part in a hundred of the forward.
    pub gamma: f64,
    /// Change of value for one hundredth of volatility.
    pub vega: f64,
    /// Change of value in one day, prices standing still.
    pub theta: f64,
}

/// The parts of the two margins, named as in [`crate::report::Components`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Components {
    /// Scan loss across markets, before factors.
    pub scan: f64,
    /// Roll shock, before factors.
    pub roll: f64,
    /// Convexity near expiry, before factors.
    pub convexity: f64,
    /// Vega twist across expiries, before factors.
    pub twist: f64,
    /// Liquidity, before factors.
    pub liquidity: f64,
    /// Oracle's confidence interval, before factors.
    pub interval: f64,
    /// Perps, in both margins.
    pub perp: f64,
    /// Perps, in initial margin on top.
    pub perp_initial: f64,
    /// Naked short options, in both margins.
    pub option: f64,
    /// Naked short options, in initial margin on top.
    pub option_initial: f64,
    /// Haircuts of collateral, in both margins.
    pub haircut: f64,
    /// Haircuts of collateral, in initial margin on top.
    pub haircut_initial: f64,
    /// Feeds of little trust, in initial margin.
    pub score: f64,
    /// What the depeg of the quote token adds to the initial factor's part.
    pub peg: f64,
    /// What valuing at the worse of index and slow price takes away in initial margin.
    pub bias: f64,
    /// Unrealised gains that do not count in initial margin.
    pub gains: f64,
}

/// The second opinion on a book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Value of the book at the mark.
    pub value: f64,
    /// Maintenance margin.
    pub maintenance: f64,
    /// Initial margin.
    pub initial: f64,
    /// Value less maintenance margin.
    pub health: f64,
    /// Value less initial margin.
    pub room: f64,
    /// Scan loss across markets, before factors.
    pub scan: f64,
    /// Which case the scan loss across markets is.
    pub worst: Worst,
    /// Parts of the margins.
    pub components: Components,
    /// By market, in the snapshot's order.
    pub markets: Vec<MarketReport>,
    /// Profit or loss by market, then by row of the model, weighted.
    pub rows: Vec<Vec<f64>>,
    /// Loss of the forward contingency by market.
    pub basis: Vec<f64>,
}
