//! What is margined: an account's book, and the market data it is margined with.

use crate::units::{Contracts, Fraction, Price, Quote};

/// A number of a surface, in 2^-48.
pub use fixed::types::I16F48 as SviNumber;

/// Most legs of a book.
pub const MAX_LEGS: usize = 64;
/// Most markets of a book.
pub const MAX_MARKETS: usize = 8;
/// Most expiries of a book, counted over its markets.
pub const MAX_EXPIRIES: usize = 12;
/// Most collaterals of a book.
pub const MAX_COLLATERAL: usize = 12;

/// Kind of an instrument; the order is the canonical order of legs at one strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Perpetual future.
    Perp,
    /// Dated future.
    Future,
    /// European call, cash settled.
    Call,
    /// European put, cash settled.
    Put,
}

/// A position in one instrument. Legs are in the order of market, expiry (perps first), strike
/// (futures first) and kind, each instrument once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Place of the market in the snapshot.
    pub market: u8,
    /// Place of the expiry in its market; no matter for a perp.
    pub expiry: u8,
    /// Kind.
    pub kind: Kind,
    /// Strike of an option; zero for others.
    pub strike: Price,
    /// Position.
    pub quantity: Contracts,
    /// Of a perp or future, what the position cost, funding included: unrealised profit is the position
    /// at the mark less this. Zero for options, whose premium is cash already.
    pub basis: Quote,
}

/// A token held beside cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collateral {
    /// Place of the market whose price moves it in the rows, if the model lets it cancel risk.
    pub market: Option<u8>,
    /// Amount held; never negative.
    pub amount: Contracts,
    /// Price in dollars.
    pub price: Price,
    /// Slow price; initial margin takes the lower of the two. For a token that is priced by the market that moves it
    /// the same as the price, since that market's own slow price counts.
    pub slow: Price,
    /// Share of the value that both margins take away.
    pub haircut: Fraction,
    /// Share that initial margin takes away on top.
    pub haircut_initial: Fraction,
    /// How far its feed trusts itself, from zero to one.
    pub score: Fraction,
}

/// An account's book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Book<'a> {
    /// Balance of the quote token; below zero is debt.
    pub cash: Quote,
    /// Realised profit that markets' pools still owe; never negative. It counts as an unrealised gain does, and
    /// closing positions does not change it.
    pub unpaid: Quote,
    /// Tokens beside cash.
    pub collateral: &'a [Collateral],
    /// Positions.
    pub legs: &'a [Leg],
}

/// A slice of a volatility surface in raw SVI: w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + s^2)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Svi {
    /// Level of total variance.
    pub a: SviNumber,
    /// Slope of the wings.
    pub b: SviNumber,
    /// Their asymmetry.
    pub rho: SviNumber,
    /// Place of the bottom.
    pub m: SviNumber,
    /// Its roundness.
    pub s: SviNumber,
    /// The forward that k = ln(K / forward) is counted from.
    pub forward: Price,
    /// The time that total variance is for: sigma = sqrt(w / years).
    pub years: Years,
}

/// A time in years of 365 days, in 2^-60; sixteen years at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Years(pub u64);

/// One date of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Seconds left; zero or less means that options are worth what they would be exercised for.
    pub seconds: i64,
    /// Forward.
    pub forward: Price,
    /// Yearly rate of discounting; below zero counts as zero.
    pub rate: Fraction,
    /// Volatility.
    pub svi: Svi,
    /// How far forward, rate and volatility trust themselves, the least of the three, from zero to one.
    pub score: Fraction,
}

/// One underlying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market<'a> {
    /// Number in the model's correlations.
    pub id: u16,
    /// Index price.
    pub index: Price,
    /// Slow price: initial margin values the market at the worse of the two for the account.
    pub slow: Price,
    /// Mark of the perp.
    pub perp: Price,
    /// Scan range, forecast and attestations included: one unit of a scaled row's move.
    pub range: Fraction,
    /// Half width of the oracle's confidence interval, as a share of the index.
    pub interval: Fraction,
    /// Contracts of delta that the market takes without impact.
    pub depth: Contracts,
    /// How far the index trusts itself, from zero to one.
    pub score: Fraction,
    /// How far the perp's mark trusts itself, from zero to one.
    pub perp_score: Fraction,
    /// Whether the feed is good; one that is not turns offsets between markets off.
    pub certain: bool,
    /// Dates.
    pub expiries: &'a [Expiry],
}

/// Market data of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// Price of the quote token in dollars.
    pub peg: Price,
    /// Markets, each once.
    pub markets: &'a [Market<'a>],
}
