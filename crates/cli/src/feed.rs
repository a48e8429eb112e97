//! States of feeds and lengths of time, in words.

use crate::table::{bad, good, Cell};
use ballast_interface::risk::{FeedState, MarketRisk};
use serde_json::{json, Value};

/// The name of a state.
pub const fn state(state: FeedState) -> &'static str {
    match state {
        FeedState::Good => "good",
        FeedState::Stale => "stale",
        FeedState::Wide => "wide",
        FeedState::Far => "far from its average",
        FeedState::Unusable => "unusable",
    }
}

/// The state of a market's price, that stands out unless it is good.
pub fn cell(risk: &MarketRisk, now: i64) -> Cell {
    match risk.price_state(now).0 {
        FeedState::Good => good(state(FeedState::Good)),
        other => bad(state(other)),
    }
}

/// How old a market's price is.
pub fn age(risk: &MarketRisk, now: i64) -> String {
    if risk.price.published_at == 0 {
        return "never".to_owned();
    }
    span(now - risk.price.published_at)
}

/// A length of time in its two largest units.
pub fn span(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{seconds} s"),
        (0, 0, _) => format!("{sign}{minutes} min {} s", seconds % 60),
        (0, ..) => format!("{sign}{hours} h {minutes} min"),
        _ => format!("{sign}{days} d {hours} h"),
    }
}

/// State and age, for programs.
pub fn json(risk: &MarketRisk, now: i64) -> Value {
    let (found, lasted) = risk.price_state(now);
    json!({
        "state": state(found), "seconds": lasted, "published_at": risk.price.published_at,
        "refreshed_at": risk.price.refreshed_at, "age": now - risk.price.published_at,
    })
}
