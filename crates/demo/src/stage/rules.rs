//! What the exchange's authority set: rules for a day of many traders with some millions each.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{GroupRules, MarketTerms},
    liquidation::RescueRules,
    risk::{Feed, MarketRules, PredictorRules},
};
use ballast_testkit::{fraction, rules, DOLLAR, START};

/// Markets by number, with their names and first prices in dollars.
pub const MARKETS: [(u16, &str, u64); 3] = [(1, "BTC", 95_000), (2, "ETH", 3_400), (3, "SOL", 180)];
/// Unix time at which the day begins: half past eight.
pub const DAY_START: i64 = START + 30_600;
/// How long it takes.
pub const DAY: i64 = 86_400;

/// Dates that are traded: tomorrow at eight, within the day, and the next two Fridays.
pub const fn dates() -> [i64; 3] {
    const EIGHT: i64 = START + 28_800;
    [EIGHT + DAY, EIGHT + 4 * DAY, EIGHT + 11 * DAY]
}

/// The group's rules: money may leave as fast as a whole exchange can within hours.
pub fn group_rules() -> GroupRules {
    GroupRules {
        borrow_cap: 100_000_000 * DOLLAR as u64,
        outflow_hour: 1 << 59,
        outflow_day: 1 << 60,
        ..ballast_testkit::group_rules()
    }
}

/// Terms of every market.
pub fn market_terms() -> MarketTerms {
    MarketTerms { open_interest_cap: 1 << 40, ..ballast_testkit::market_terms() }
}

/// Rules of a market's risk: those of the defaults, with a feed that may be silent for two minutes, whose interval counts as
/// wide from one and a half in a hundred on, and which may be further from its average where a market moves more; and with a
/// forecast that remembers a day, so that margins move with the day's own prices.
pub fn market_rules(group: &Pubkey, market: u16) -> MarketRules {
    let defaults = rules(group, market);
    let band = fraction([0.12, 0.14, 0.17][usize::from(market.clamp(1, 3)) - 1]);
    let feed = Feed { max_age: 120, max_interval: fraction(0.015), band, ..defaults.feed };
    let predictor = PredictorRules { memory_seconds: DAY, ..defaults.predictor };
    MarketRules { feed, predictor, ..defaults }
}

/// Rules of rescues.
pub fn rescue_rules() -> RescueRules {
    RescueRules {
        target: fraction(0.5),
        discount_start: fraction(0.002),
        discount_full: fraction(0.1),
        insurance: fraction(0.01),
        auction_seconds: 900,
        ..ballast_testkit::rescue_rules()
    }
}
