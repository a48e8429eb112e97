//! What every program and client takes for granted, on the host: layouts, addresses, errors, and the rules by which
//! prices, markets and models are read.
//!
//! Expected numbers are written out or computed here in another way, and never asked of the code under test.

mod assessment;
mod bank;
mod beside;
mod beside_latched;
mod beside_random;
mod claims;
mod claims_eras;
mod claims_random;
mod committee;
mod errors;
mod expiries;
mod funding;
mod group_rules;
mod instruments;
mod interest;
mod interest_random;
mod invariants;
mod layout;
mod layout_risk;
mod liquidating;
mod liquidation_auction;
mod liquidation_covers;
mod liquidation_covers_random;
mod liquidation_eras;
mod liquidation_fund;
mod liquidation_fund_random;
mod liquidation_layout;
mod liquidation_rules;
mod market_rules;
mod meter;
mod model;
mod money_scene;
mod nobodys_shares;
mod observation;
mod order_record;
mod orders;
mod parallel;
mod payoffs;
mod pool;
mod price;
mod price_followed;
mod pyth;
mod reading;
mod realising;
mod seeds;
mod settlement;
mod shared_eras;
mod shared_eras_random;
mod shared_loss;
mod state;
mod surface_scene;
mod surface_speed;
mod surfaces;
mod terms;
mod tokens;
mod trading;
mod trading_random;
mod venue;
mod waiting;

use anchor_lang::prelude::{pubkey, Error, Pubkey};
use ballast_interface::risk::{Feed, MarketRules, Observation, PredictorRules};

/// The whole of a ratio in 2^-40.
const WHOLE: i64 = 1 << 40;

/// A moment.
const NOW: i64 = 1_793_577_600;

/// Number of the error, if there is one.
fn code<T>(result: Result<T, Error>) -> Option<u32> {
    match result {
        Ok(_) => None,
        Err(Error::AnchorError(error)) => Some(error.error_code_number),
        Err(other) => panic!("{other}"),
    }
}

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

/// Rules in round binary numbers, so that what follows from them can be computed by hand.
fn rules() -> MarketRules {
    MarketRules {
        feed: Feed {
            owner: pubkey!("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ"),
            account: key(7),
            id: [9; 32],
            max_interval: WHOLE / 64,
            band: WHOLE / 8,
            max_age: 60,
            wide_grace: 120,
            far_pause: 600,
            kind: 1,
            padding: [0; 3],
        },
        predictor: PredictorRules {
            memory_seconds: 345_600,
            step_seconds: 300,
            horizon_seconds: 86_400,
            widths: 4 * WHOLE,
            largest_move: WHOLE / 8,
            stressed: WHOLE / 8 * 3,
            stressed_share: WHOLE / 4,
            floor: WHOLE / 8,
            cap: WHOLE / 2,
            up_per_hour: WHOLE / 16,
            down_per_hour: WHOLE / 256,
            largest_multiplier: 2 * WHOLE,
        },
        start_variance: WHOLE / 4,
        slow_per_hour: WHOLE / 4,
        lot: 100_000_000,
        depth: 1_500_000_000_000,
        haircut: WHOLE / 32,
        haircut_initial: WHOLE / 32,
        least_volatility: WHOLE / 16,
        most_volatility: 4 * WHOLE,
        volatility_move: WHOLE / 4,
        volatility_move_per_hour: WHOLE / 2,
        forward_gap: WHOLE / 32,
        forward_gap_per_year: WHOLE / 4,
        surface_seconds: 3_600,
        attestation_seconds: 86_400,
        moves_like: 1,
        token_decimals: 8,
        padding: [0; 5],
    }
}

/// A good price in 10^-8 dollars, a thousandth either way.
fn seen(price: i64, published_at: i64) -> Observation {
    let interval = (price / 1_000).unsigned_abs();
    Observation { price, interval, exponent: -8, published_at, average: price }
}
