//! Brings the funding of perps up to date, so that its index is not far behind what is due.

use super::attempt_all;
use crate::{Job, Keeper, Role, State};
use ballast_client::{Build, Result};
use ballast_interface::{
    account::Market,
    risk::{FeedState, MarketRisk},
};
use serde::Deserialize;
use std::{future::Future, pin::Pin, time::Duration};

/// How funding is cranked.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds between two looks.
    pub pause: u64,
    /// Seconds for which a perp's funding may stand still.
    pub seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pause: 30, seconds: 600 }
    }
}

/// The role.
pub struct Funding {
    settings: Settings,
}

impl Funding {
    /// With these settings.
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

/// Whether an update would move a market's funding now, which has stood still for long enough.
///
/// Without a premium, or once its mark has lapsed, time passes for free. Over a price that is not good it does, too, and
/// an update then would make it final.
fn is_due(market: &Market, risk: &MarketRisk, seconds: u32, now: i64) -> bool {
    let lapses = market.marked_at.saturating_add(market.terms.mark_seconds.into());
    let accrues = market.premium != 0 && now.min(lapses) > market.funding_at;
    market.perp_open_interest > 0
        && accrues
        && now.saturating_sub(market.funding_at) >= i64::from(seconds)
        && risk.price_state(now).0 == FeedState::Good
}

/// Updates that are due.
pub fn due(state: &State, settings: &Settings, now: i64) -> Vec<Job> {
    let exchange = &state.exchange;
    let pairs =
        exchange.markets.iter().filter_map(|(number, market)| Some((market, exchange.risks.get(number)?)));
    let pairs = pairs.filter(|(market, risk)| is_due(market, risk, settings.seconds, now));
    let job = |market: &Market| Job {
        target: format!("market {}", market.market),
        what: "update funding".into(),
        steps: vec![Build::new(exchange).update_funding(market.market)],
        as_is: false,
    };
    pairs.map(|(market, _)| job(market)).collect()
}

impl Role for Funding {
    fn name(&self) -> &'static str {
        "funding"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(self.settings.pause)
    }

    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let now = keeper.now().await;
            let jobs = due(&*keeper.state.read().await, &self.settings, now);
            attempt_all(keeper, self.name(), &jobs).await
        })
    }
}
