//! A group, a market and books in round numbers, for what happens to money.

use crate::{key, WHOLE};
use ballast_interface::account::{
    AccountError, Group, GroupRules, MarginAccount, Market, MarketDate, MarketTerms, TradeLeg, INDEX_ONE,
};
use bytemuck::Zeroable;

pub const PERP: u8 = 1;
pub const FUTURE: u8 = 2;
pub const CALL: u8 = 3;
pub const PUT: u8 = 4;

/// A refusal, as `code` shows it.
pub fn no(error: AccountError) -> Option<u32> {
    Some(error.into())
}

/// Nothing is charged while nothing is lent; an eighth a year at a half, everything a year when everything is lent.
pub fn group_rules() -> GroupRules {
    GroupRules {
        fee_owner: key(8),
        fee_share: WHOLE / 4,
        rate_idle: 0,
        rate_kink: WHOLE / 8,
        rate_full: WHOLE,
        kink: WHOLE / 2,
        borrow_cap: 1 << 60,
        outflow_hour: 1_000_000,
        outflow_day: 5_000_000,
    }
}

/// A group of nobody yet, at a time of zero.
pub fn group() -> Group {
    let mut group = Group::zeroed();
    (group.version, group.quote_decimals) = (2, 6);
    (group.authority, group.guardian) = (key(1), key(2));
    (group.risk_program, group.liquidation_program) = (key(3), key(4));
    (group.deposit_index, group.debt_index) = (INDEX_ONE, INDEX_ONE);
    group.rules = group_rules();
    group
}

/// An account that holds nothing.
pub fn account() -> MarginAccount {
    let mut account = MarginAccount::zeroed();
    account.version = 2;
    (account.group, account.owner) = (key(1), key(2));
    account
}

pub fn terms() -> MarketTerms {
    MarketTerms {
        tick: 1,
        // A dollar.
        strike_step: 100_000_000,
        open_interest_cap: 1 << 40,
        price_band: WHOLE / 8,
        funding_band: WHOLE / 16,
        funding_cap: WHOLE / 64,
        funding_seconds: 28_800,
        mark_seconds: 86_400,
        fallback_seconds: 7_200,
        expiry_second: 28_800,
        venue: 1,
        days: 3,
        fridays: 4,
        months: 6,
        switches: 7,
        padding: [0; 2],
    }
}

/// A market of lots of a hundredth, in a quote token of six decimals: a dollar of the price makes 10 000 quote units
/// a lot.
pub fn market_of(number: u16) -> Market {
    let mut market = Market::zeroed();
    (market.version, market.market) = (2, number);
    (market.lot, market.unit) = (100_000_000, 10_000);
    (market.terms, market.claim_index) = (terms(), INDEX_ONE);
    market
}

/// The first market, with dates that expire at some times.
pub fn market(expiries: &[i64]) -> Market {
    let mut market = market_of(1);
    market.date_count = expiries.len() as u8;
    for (date, expiry) in market.dates.iter_mut().zip(expiries) {
        *date = MarketDate { expiry: *expiry, ..MarketDate::default() };
    }
    market
}

/// Lots of an instrument of the first market, at quote units a lot.
pub fn lots(kind: u8, expiry: i64, strike: u64, lots: i64, price: u64) -> TradeLeg {
    TradeLeg { number: 1, kind, expiry, strike, lots, price }
}

/// Lots of the first market's perp.
pub fn perp(count: i64, price: u64) -> TradeLeg {
    lots(PERP, 0, 0, count, price)
}
