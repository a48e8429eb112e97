//! What an assessment says.

use crate::book::MAX_MARKETS;
use crate::units::{Contracts, Quote};

/// What made a scan loss.
#[repr(u8)] // So that zeros are `Nothing`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Worst {
    /// Nothing can be lost.
    #[default]
    Nothing,
    /// The row at this place of the model.
    Row(u8),
    /// The forward contingency.
    Basis,
    /// The expected shortfall.
    Shortfall,
    /// Several markets: gains of one row offset its losses in part.
    Systemic(u8),
    /// Several markets: the covariance of their scan losses.
    Covariance,
    /// Several markets: the floor under offsets, or the worst market alone.
    Floor,
    /// Several markets whose offsets are off: the sum of their scan losses.
    Sum,
}

/// One market's part of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarketReport {
    /// Loss in the worst case of this market alone; never negative.
    pub scan: Quote,
    /// Which case that is.
    pub worst: Worst,
    /// Contracts of the underlying that the market's positions move like.
    pub delta: Contracts,
    /// Change of delta, in contracts, for a move of one part in a hundred of the forward.
    pub gamma: Contracts,
    /// Change of value for one hundredth (a vol point) of volatility.
    pub vega: Quote,
    /// Change of value in one day, prices standing still.
    pub theta: Quote,
}

/// The parts of the two margins, each at least zero; in the quote token unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Components<T = Quote> {
    /// Scan loss across markets, before factors.
    pub scan: T,
    /// Roll shock, before factors.
    pub roll: T,
    /// Convexity near expiry, before factors.
    pub convexity: T,
    /// Vega twist across expiries, before factors.
    pub twist: T,
    /// Liquidity, before factors.
    pub liquidity: T,
    /// Oracle's confidence interval, before factors.
    pub interval: T,
    /// Perps, in both margins.
    pub perp: T,
    /// Perps, in initial margin on top.
    pub perp_initial: T,
    /// Naked short options, in both margins.
    pub option: T,
    /// Naked short options, in initial margin on top.
    pub option_initial: T,
    /// Haircuts of collateral, in both margins.
    pub haircut: T,
    /// Haircuts of collateral, in initial margin on top.
    pub haircut_initial: T,
    /// Feeds of little trust, in initial margin.
    pub score: T,
    /// What the depeg of the quote token adds to the initial factor's part.
    pub peg: T,
    /// What valuing at the worse of index and slow price takes away in initial margin.
    pub bias: T,
    /// Unrealised and unpaid gains that do not count in initial margin.
    pub gains: T,
}

impl<T: Copy> Components<T> {
    /// The same parts, each converted.
    pub fn map<U>(&self, convert: impl Fn(T) -> U) -> Components<U> {
        Components {
            scan: convert(self.scan),
            roll: convert(self.roll),
            convexity: convert(self.convexity),
            twist: convert(self.twist),
            liquidity: convert(self.liquidity),
            interval: convert(self.interval),
            perp: convert(self.perp),
            perp_initial: convert(self.perp_initial),
            option: convert(self.option),
            option_initial: convert(self.option_initial),
            haircut: convert(self.haircut),
            haircut_initial: convert(self.haircut_initial),
            score: convert(self.score),
            peg: convert(self.peg),
            bias: convert(self.bias),
            gains: convert(self.gains),
        }
    }
}

/// The answer of [`crate::assess`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Value of the book at the mark: cash, collateral, options, unrealised and unpaid profit.
    pub value: Quote,
    /// Maintenance margin, a requirement.
    pub maintenance: Quote,
    /// Initial margin, a requirement.
    pub initial: Quote,
    /// Value less maintenance margin: below zero, the account is liquidated.
    pub health: Quote,
    /// Value less initial margin: what new risk may use.
    pub room: Quote,
    /// Which case the scan loss across markets is.
    pub worst: Worst,
    /// Parts of the margins.
    pub components: Components,
    /// By market, in the snapshot's order.
    pub markets: [MarketReport; MAX_MARKETS],
}
