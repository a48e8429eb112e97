//! Lists the dates that markets' rules allow, and freezes the settlement price of dates that have passed.

use super::attempt_all;
use crate::{Job, Keeper, Role, State};
use ballast_client::{Build, Result};
use ballast_interface::account::{switches, Market};
use serde::Deserialize;
use std::{future::Future, pin::Pin, time::Duration};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How dates are looked after.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds between two looks.
    pub pause: u64,
    /// Whether dates are listed as soon as the rules allow; they are frozen either way.
    pub list: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pause: 20, list: true }
    }
}

/// The role.
pub struct Expiry {
    settings: Settings,
}

impl Expiry {
    /// With these settings.
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

/// Dates that a market lacks, nearest first: those that its own rule would take now.
///
/// They are listed in a copy, one after the other. So a full calendar asks for nothing that it would refuse, and for
/// nothing that a nearer date would push out at once.
fn missing(market: &Market, now: i64) -> Vec<i64> {
    let terms = &market.terms;
    let dated = terms.switches & (switches::FUTURES | switches::OPTIONS) != 0;
    if !dated || terms.switches & switches::REDUCE_ONLY != 0 {
        return vec![];
    }
    let furthest = [i64::from(terms.days), i64::from(terms.fridays) * 7, i64::from(terms.months) * 31];
    let furthest = furthest.into_iter().max().unwrap_or(0);
    let today = now.div_euclid(DAY);
    let mut copy = *market;
    let dates = (today..=today + furthest).map(|day| day * DAY + i64::from(terms.expiry_second));
    let dates = dates.filter(|date| copy.is_listable(*date, now)).collect::<Vec<_>>();
    dates.into_iter().filter(|date| copy.list(*date, now).is_ok()).collect()
}

/// Dates that have passed, that somebody holds something of, and whose price the market would freeze now.
fn freezable(state: &State, market: &Market, now: i64) -> Vec<i64> {
    let Some(risk) = state.exchange.risks.get(&market.market) else { return vec![] };
    let open = market.dates().iter().filter(|date| date.settled_at == 0 && date.legs > 0);
    let mut copy = *market;
    open.map(|date| date.expiry).filter(|expiry| copy.freeze(*expiry, risk, now).is_ok()).collect()
}

/// Dates to be frozen, then dates to be listed.
pub fn due(state: &State, settings: &Settings, now: i64) -> Vec<Job> {
    let build = Build::new(&state.exchange);
    let markets = || state.exchange.markets.values().map(|market| &**market);
    let job = |market: u16, expiry: i64, what: &str, step| Job {
        target: format!("date {expiry} of market {market}"),
        what: what.into(),
        steps: vec![step],
        as_is: false,
    };
    let mut jobs = vec![];
    for market in markets() {
        let freeze = |date| job(market.market, date, "freeze", build.freeze_settlement(market.market, date));
        jobs.extend(freezable(state, market, now).into_iter().map(freeze));
    }
    for market in markets().filter(|_| settings.list) {
        let list = |date| job(market.market, date, "list", build.list_expiry(market.market, date));
        jobs.extend(missing(market, now).into_iter().map(list));
    }
    jobs
}

impl Role for Expiry {
    fn name(&self) -> &'static str {
        "expiry"
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
