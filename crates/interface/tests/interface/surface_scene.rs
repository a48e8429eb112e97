//! A market, dates and messages for the tests of surfaces.

pub(crate) use crate::code;
use anchor_lang::prelude::Result;
use ballast_interface::risk::{DateRisk, MarketRisk, PostSurfaceArgs, Slice};
use bytemuck::Zeroable;

pub const ONE: i64 = 1 << 40;
/// One in the numbers of a slice.
pub const UNIT: i64 = 1 << 48;
pub const YEAR: i64 = 31_536_000;
pub const DAY: i64 = 86_400;
pub const NOW: i64 = 1_800_000_000;
pub const INDEX: u64 = 950_000_000_000_000;

pub const SEQUENCE_OLD: u32 = 6028;
pub const MESSAGE_EARLY: u32 = 6029;
pub const DATES_INVALID: u32 = 6031;
pub const CALENDAR: u32 = 6034;
pub const JUMP: u32 = 6037;
pub const FORWARD_FAR: u32 = 6038;
pub const PRICE_UNKNOWN: u32 = 6039;
pub const OUT_OF_RANGE: u32 = 6040;
pub const LOOSER: u32 = 6041;

/// A market with a price and rules that leave room for everything but what a test narrows.
pub fn market() -> MarketRisk {
    let mut market = MarketRisk::zeroed();
    (market.version, market.market) = (1, 1);
    (market.price.index, market.price.average, market.price.published_at) = (INDEX, INDEX, NOW);
    let rules = &mut market.rules;
    rules.feed.max_age = 60;
    (rules.least_volatility, rules.most_volatility) = (1, 16 * ONE);
    (rules.volatility_move, rules.volatility_move_per_hour) = (ONE, 16 * ONE);
    (rules.forward_gap, rules.forward_gap_per_year) = (ONE, ONE);
    market
}

/// The market at another time, with a price of that moment.
pub fn at(market: &MarketRisk, now: i64) -> MarketRisk {
    let mut market = *market;
    market.price.published_at = now;
    market
}

/// A date without a smile, of so much total variance.
pub fn flat(seconds: i64, variance: f64) -> Slice {
    let a = (variance * UNIT as f64).round() as i64;
    Slice { expiry: NOW + seconds, forward: INDEX, a, b: 0, rho: 0, m: 0, s: 0 }
}

/// A message of that moment, whatever the last one was.
pub fn message(market: &MarketRisk, valid_from: i64, slices: &[Slice]) -> PostSurfaceArgs {
    PostSurfaceArgs {
        group: market.group,
        market: 1,
        epoch: 1,
        sequence: market.sequences[0] + 1,
        valid_from,
        valid_until: valid_from + 600,
        index: market.price.index,
        slices: slices.to_vec(),
    }
}

/// A message made at that index.
pub fn posting(index: u64, valid_from: i64, valid_until: i64) -> PostSurfaceArgs {
    PostSurfaceArgs { index, valid_until, ..message(&market(), valid_from, &[]) }
}

pub fn posted(market: &MarketRisk, now: i64, slices: &[Slice]) -> Result<MarketRisk> {
    let mut market = at(market, now);
    market.post_surface(&message(&market, now, slices), now)?;
    assert!(market.dates().windows(2).all(|pair| pair[0].expiry < pair[1].expiry));
    assert_eq!(market.dates[market.dates().len()..].iter().find(|date| **date != DateRisk::default()), None);
    Ok(market)
}

pub fn taken(market: &MarketRisk, now: i64, slices: &[Slice]) -> MarketRisk {
    posted(market, now, slices).unwrap_or_else(|error| panic!("{error}"))
}

pub fn date(forward: u64, carry: i64) -> DateRisk {
    DateRisk { forward, carry, ..DateRisk::default() }
}
