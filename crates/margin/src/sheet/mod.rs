//! Pricing a book in every row. A sheet is linear in the positions: two of one book's parts add up to
//! that of the whole, which is what makes sizing a liquidation cheap.

mod clock;
mod columns;
mod enumerate;
mod greeks;
mod linear;
#[cfg(feature = "memo")]
pub mod memo;
mod options;
mod order;
mod price;
mod shift;
mod strikes;
mod sweep;

pub(crate) use columns::Multipliers;
pub(crate) use enumerate::{expiry, market};
pub(crate) use greeks::distance;
pub(crate) use linear::{Worth, MOST_COLLATERAL};
pub(crate) use price::{Pick, Scratch};
pub(crate) use strikes::{FURTHEST, LEAST_DEVIATION};

use crate::book::{MAX_EXPIRIES, MAX_LEGS, MAX_MARKETS};
use crate::grains::{Grains, Scale};
use crate::model::MAX_ROWS;
use crate::units::{Contracts, Fraction, Quote};

/// Rows, then the forward up and down and the slow price, all at flat volatility.
pub(crate) const COLUMNS: usize = MAX_ROWS + 3;
/// Place of the forward contingency's move up.
pub(crate) const BASIS_UP: usize = MAX_ROWS;
/// Place of the forward contingency's move down.
pub(crate) const BASIS_DOWN: usize = MAX_ROWS + 1;
/// Place of the move to the slow price.
pub(crate) const SLOW: usize = MAX_ROWS + 2;
/// Place of the mark: no move at all.
pub(crate) const MARK: usize = COLUMNS;

/// One expiry of one market, in grains, discounted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Date {
    /// Place of the market.
    pub market: u8,
    /// Place of the expiry in its market.
    pub expiry: u8,
    /// First strike of the sheet that belongs to it, and the first that does not.
    pub strikes: (u8, u8),
    /// Value of its options as they stand.
    pub mark: Grains,
    /// Futures at their forward.
    pub futures: Grains,
    /// Sum of |quantity| at the index, futures included, rounded up.
    pub notional: Grains,
    /// Delta times forward, futures included.
    pub delta: Grains,
    /// Delta in contracts.
    pub contracts: Contracts,
    /// Gamma times forward squared.
    pub gamma: Grains,
    /// Change of value for a whole unit of volatility.
    pub vega: Grains,
    /// Change of value in a year of standing still.
    pub theta: Grains,
    /// Change of value for the volatility shock up, to first order.
    pub shocked_vega: Grains,
    /// Gamma times forward squared, at the convexity charge's least deviation.
    pub convexity: Grains,
    /// Weights at the forward and at the strikes, without their signs: what errors of prices grow with.
    pub gross: (Grains, Grains),
    /// Weights at the forward of options with too little volatility to be priced exactly.
    pub neglected: Grains,
    /// Error of the sensitivities, and of delta, which grows as expiry comes near.
    pub slack: Grains,
    pub delta_slack: Grains,
    /// Legs of options.
    pub options: i64,
    /// Static discounts of a positive and of a negative value.
    pub statics: (Fraction, Fraction),
    /// Factor of the forward contingency.
    pub basis: Fraction,
}

/// One market's linear positions, in grains.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Perps at their mark.
    pub perps: Grains,
    /// Perps at the index without their sign, rounded up.
    pub perps_size: Grains,
    /// Collateral that moves with the market.
    pub collateral: Grains,
    /// Contracts of perps, and of collateral by its value at the index, each rounded down.
    pub contracts: Contracts,
    /// How many collaterals were rounded.
    pub rounded: i64,
}

impl Line {
    /// No positions.
    pub const NONE: Self = Self {
        perps: Grains::ZERO,
        perps_size: Grains::ZERO,
        collateral: Grains::ZERO,
        contracts: Contracts(0),
        rounded: 0,
    };
}

/// A book, or the part of it that was asked for, priced in every column.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// What a grain is.
    pub scale: Scale,
    /// Expiries in which the whole book holds something.
    pub dates: [Date; MAX_EXPIRIES],
    /// How many there are.
    pub date_count: usize,
    /// By market, the first of its dates and the first behind them.
    pub spans: [(u8, u8); MAX_MARKETS],
    /// Value of the date's options by column.
    pub values: [[i64; MARK + 1]; MAX_EXPIRIES],
    /// Linear positions by market.
    pub lines: [Line; MAX_MARKETS],
    /// Contracts of options held less owed, by strike.
    pub nets: [i64; MAX_LEGS],
    /// Unrealised profit of perps and futures.
    pub unrealised: Quote,
    /// Bits of the markets in which the whole book holds something.
    pub markets: u8,
}

impl Sheet {
    /// Forgets all positions. Dates beyond the count, and columns that a model does not ask for, are never
    /// read, and stay.
    pub fn clear(&mut self, scale: Scale) {
        self.scale = scale;
        self.date_count = 0;
        self.spans = [(0, 0); MAX_MARKETS];
        self.lines = [Line::NONE; MAX_MARKETS];
        self.nets = [0; MAX_LEGS];
        self.unrealised = Quote(0);
        self.markets = 0;
    }
}
