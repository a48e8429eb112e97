//! What groups and markets begin with where nothing else is said.

use crate::{decimal::Decimal, rules::Terms};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{switches, GroupRules, MarketTerms},
    liquidation::RescueRules,
    risk::{Feed, MarketRules, PredictorRules, FEED_PYTH},
};
use ballast_margin::{
    presets::ballast::MARKETS,
    units::{Fraction, STEPS},
};
use std::str::FromStr;

/// A market whose defaults others begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Like {
    /// Bitcoin.
    Btc,
    /// Ether.
    Eth,
    /// Solana, and whatever is no less liquid.
    Sol,
}

impl FromStr for Like {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "btc" => Ok(Self::Btc),
            "eth" => Ok(Self::Eth),
            "sol" => Ok(Self::Sol),
            _ => Err(()),
        }
    }
}

/// Where a market's price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedOf {
    /// The price account.
    pub account: Pubkey,
    /// Name of the feed, which the account repeats.
    pub id: [u8; 32],
    /// Program that owns the account.
    pub owner: Pubkey,
}

/// The name of a feed in 64 hexadecimal digits.
pub fn feed_id(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let byte = |place: usize| u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    let whole = bytes.filter(|_| digits.len() == 64 && digits.is_ascii());
    whole.and_then(|bytes| bytes.try_into().ok())
}

/// Rules that a group begins with; a token is so many quote units.
pub fn group_rules(authority: Pubkey, unit: u64) -> GroupRules {
    GroupRules {
        fee_owner: authority,
        fee_share: lit("0.2"),
        rate_idle: 0,
        rate_kink: lit("0.05"),
        rate_full: lit("0.5"),
        kink: lit("0.8"),
        borrow_cap: 1_000_000 * unit,
        outflow_hour: 1_000_000 * unit,
        outflow_day: 5_000_000 * unit,
    }
}

/// Rules of rescues that a group begins with.
pub fn rescue_rules(unit: u64) -> RescueRules {
    RescueRules {
        target: lit("0.5"),
        discount_start: lit("0.01"),
        discount_full: lit("0.2"),
        insurance: lit("0.02"),
        token_start: lit("0.005"),
        token_full: lit("0.1"),
        small: 50 * unit,
        small_reward: unit,
        market_cap: 1_000_000 * unit,
        market_seconds: 86_400,
        auction_seconds: 600,
        grace_seconds: 300,
        cooldown_seconds: 7 * 86_400,
    }
}

/// Rules of prices, surfaces and forecasts that a market begins with.
pub fn risk_rules(feed: &FeedOf, like: Like, number: u16) -> MarketRules {
    let defaults = &MARKETS[like as usize];
    MarketRules {
        feed: Feed {
            owner: feed.owner,
            account: feed.account,
            id: feed.id,
            max_interval: defaults.interval.0,
            band: lit("0.1"),
            max_age: 60,
            wide_grace: 120,
            far_pause: 600,
            kind: FEED_PYTH,
            padding: [0; 3],
        },
        predictor: PredictorRules::new(&defaults.predictor),
        start_variance: lit("0.36"),
        slow_per_hour: lit("0.06"),
        lot: if like == Like::Sol { STEPS / 10 } else { STEPS / 100 },
        depth: defaults.depth.0,
        haircut: defaults.haircut.0,
        haircut_initial: defaults.haircut_initial.0,
        least_volatility: lit("0.05"),
        most_volatility: lit("5"),
        volatility_move: lit("0.25"),
        volatility_move_per_hour: lit("0.5"),
        forward_gap: lit("0.02"),
        forward_gap_per_year: lit("0.3"),
        surface_seconds: 3_600,
        attestation_seconds: 86_400,
        moves_like: number,
        token_decimals: 8,
        padding: [0; 5],
    }
}

/// Terms that a market begins with: ticks of a cent, strikes of a dollar, a hundred thousand contracts.
pub fn market_terms() -> Terms {
    let terms = MarketTerms {
        strike_step: 100_000_000,
        price_band: lit("0.1"),
        funding_band: lit("0.02"),
        funding_cap: lit("0.002"),
        funding_seconds: 28_800,
        mark_seconds: 3_600,
        fallback_seconds: 86_400,
        expiry_second: 28_800,
        venue: 1,
        days: 3,
        fridays: 12,
        months: 12,
        switches: switches::PERP | switches::FUTURES | switches::OPTIONS,
        ..MarketTerms::default()
    };
    Terms { terms, tick: Decimal::of(1, 2), open_interest_cap: Decimal::of(100_000, 0) }
}

/// A constant share, written as a decimal.
const fn lit(decimal: &str) -> i64 {
    Fraction::lit(decimal).0
}
