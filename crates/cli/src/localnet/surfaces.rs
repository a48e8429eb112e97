//! Dates and surfaces: a committee of attestors signs what options cost, as the weather says it.

use super::{feeds, keys::Person, net::Net};
use crate::failure::{Failure, Result};
use ballast_client::{signatures, Build, Exchange, Sender, Signer};
use ballast_interface::{
    account::Market,
    risk::{
        instructions, Committee, DateRisk, FeedState, MarketRisk, MarketRules, PostSurfaceArgs, Slice,
        MAX_DATES,
    },
    seeds,
};
use ballast_migrations::calendar::fridays;
use ballast_testkit::{slice, Moment};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet, time::sleep};

const DAY: i64 = 86_400;
/// Days that are listed, and Fridays after them. A date is remembered for a week after it has passed, of twelve in all: with seven
/// past days, four ahead always have room.
const AHEAD: usize = 2;
/// Seconds for which a surface is fresh.
const FRESH: i64 = 1_800;
/// Age at which it is posted anew.
const OLD: i64 = 30;
/// Seconds before expiry from which on the last surface stands: it is fresh until then, and moves of what has hardly any
/// time left would be refused.
const LAST: i64 = FRESH - 300;
/// A date is not listed so shortly before it expires.
const LEAST: i64 = 2 * 3_600;
/// Most dates of a message, which two signatures and the rest of a transaction leave room for.
const TOGETHER: usize = 6;
/// How much of the move that the rules allow is made at once.
const PART: f64 = 0.8;
/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(5);

/// Who lists and signs.
#[derive(Clone)]
pub struct Surfaces {
    net: Net,
    sender: Sender,
    moment: watch::Receiver<Moment>,
}

impl Surfaces {
    /// For a network, by its weather.
    pub fn new(net: Net, moment: watch::Receiver<Moment>) -> Self {
        Self { sender: net.sender(Person::Attestor0), net, moment }
    }

    /// Lists and posts what is due, again and again.
    pub async fn watch(self) {
        loop {
            sleep(PAUSE).await;
            if let Err(error) = self.step().await {
                tracing::warn!(%error, "surfaces are late");
            }
        }
    }

    /// Lists and posts what is due now, in all markets at once. What fails in one does not keep the others waiting.
    pub async fn step(&self) -> Result<()> {
        let exchange = Arc::new(self.net.exchange().await?);
        let now = self.net.chain.now().await?;
        let mut tasks = JoinSet::new();
        for number in exchange.markets.keys().copied() {
            let (surfaces, exchange) = (self.clone(), exchange.clone());
            tasks.spawn(async move { surfaces.step_one(&exchange, number, now).await });
        }
        let mut all = Ok(());
        while let Some(done) = tasks.join_next().await {
            let failed = |error| Failure::refused(format!("A market is left out: {error}."));
            all = all.and(done.map_err(failed).flatten());
        }
        all
    }

    async fn step_one(&self, exchange: &Exchange, number: u16, now: i64) -> Result<()> {
        let (market, risk) = (exchange.market(number)?, exchange.risk(number)?);
        self.list(exchange, market, now).await?;
        if risk.price_state(now).0 == FeedState::Unusable {
            return Ok(());
        }
        // With the dates that are new.
        let market: Market = self.net.chain.get(&seeds::find_market(&self.net.group, number).0).await?;
        self.post(&market, risk, now).await
    }

    async fn list(&self, exchange: &Exchange, market: &Market, now: i64) -> Result<()> {
        let listed = |date: &i64| market.dates().iter().any(|known| known.expiry == *date);
        let missing = dates(market, now).into_iter().filter(|date| !listed(date));
        let steps: Vec<_> =
            missing.map(|date| Build::new(exchange).list_expiry(market.market, date)).collect();
        if !steps.is_empty() {
            self.sender.send(&steps, &[]).await?;
        }
        Ok(())
    }

    async fn post(&self, market: &Market, risk: &MarketRisk, now: i64) -> Result<()> {
        let quote = feeds::quote(&self.moment.borrow(), market.market);
        let due = due(market, risk, now);
        let committee: Committee = self.net.chain.get(&seeds::find_committee(&self.net.group).0).await?;
        for (message, dates) in due.chunks(TOGETHER).enumerate() {
            let price = risk.price.index;
            let one = |date: &i64| dated(*date, price, quote.volatility, risk, now);
            let args = PostSurfaceArgs {
                group: self.net.group,
                market: market.market,
                epoch: committee.epoch,
                sequence: risk.sequences[0] + 1 + message as u64,
                valid_from: now,
                valid_until: now + FRESH.min(risk.rules.surface_seconds.into()),
                index: price,
                slices: dates.iter().map(one).collect(),
            };
            let post = instructions::post_surface(&args);
            let length = u16::try_from(post.data.len())
                .map_err(|_| Failure::refused("The surface has too many dates for a transaction."))?;
            let checks = [Person::Attestor0, Person::Attestor1].map(|attestor| {
                let key = self.net.people.key(attestor);
                (key.pubkey(), key.sign_message(&post.data).into(), 0, length)
            });
            self.sender.send(&[signatures(&checks, Sender::FIRST + 1), post], &[]).await?;
        }
        Ok(())
    }
}

/// The dates that shall be listed: the next days and the Fridays after them, nearest first.
fn dates(market: &Market, now: i64) -> Vec<i64> {
    let second = i64::from(market.terms.expiry_second);
    let first = (now + LEAST - second).div_euclid(DAY) + 1;
    let days = (first..).take(AHEAD);
    let days = days.map(|day| day * DAY + second);
    // More than a day after the last but one of those days: after the last.
    let last_but_one = (first + AHEAD as i64 - 2) * DAY + second;
    let dates = days.chain(fridays(last_but_one, second, AHEAD as i64));
    dates.filter(|date| market.is_listable(*date, now)).collect()
}

/// Dates whose surface is due: all of a market, so that neighbours are compared as of one moment.
fn due(market: &Market, risk: &MarketRisk, now: i64) -> Vec<i64> {
    let known = |date: i64| risk.dates().iter().find(|known| known.expiry == date);
    let room = MAX_DATES.saturating_sub(risk.dates().len());
    let wanted = dates(market, now);
    let ahead = market.dates().iter().map(|date| date.expiry).filter(|date| date - now > LAST);
    let (mut old, new): (Vec<i64>, Vec<i64>) = ahead.partition(|date| known(*date).is_some());
    let new: Vec<i64> = new.into_iter().filter(|date| wanted.contains(date)).take(room).collect();
    let aged = old.iter().filter_map(|date| known(*date)).any(|date| now - date.posted_at >= OLD);
    if !aged && new.is_empty() {
        return vec![];
    }
    // One that was posted in this very second cannot be posted again.
    old.retain(|date| known(*date).is_some_and(|date| date.valid_from < now));
    old.extend(new);
    old.sort_unstable();
    old
}

/// A date's slice: at the volatility of now, or as near to it as the market's rules let it move.
fn dated(expiry: i64, price: u64, volatility: f64, risk: &MarketRisk, now: i64) -> Slice {
    let rules = &risk.rules;
    let share = |bits: i64| bits as f64 / (1u64 << 40) as f64;
    let bounded = volatility.clamp(share(rules.least_volatility) * 1.1, share(rules.most_volatility) / 1.5);
    let known = risk.dates().iter().find(|date| date.expiry == expiry && date.valid_until != 0);
    let sigma = known.map_or(bounded, |date| {
        let most = 1.0 + PART * allowed(rules, now - date.posted_at);
        let before = at_the_money(date);
        bounded.clamp(before / most, before * most)
    });
    slice(now, expiry - now, price, sigma)
}

/// How far a volatility may move in some seconds, as a share.
fn allowed(rules: &MarketRules, seconds: i64) -> f64 {
    let share = |bits: i64| bits as f64 / (1u64 << 40) as f64;
    let rested = share(rules.volatility_move) * seconds.clamp(0, 600) as f64 / 600.0;
    rested + share(rules.volatility_move_per_hour) * seconds.max(0) as f64 / 3_600.0
}

/// Volatility at the forward of a slice of ours, whose bottom is there.
fn at_the_money(date: &DateRisk) -> f64 {
    let part = |bits: i64| bits as f64 / (1u64 << 48) as f64;
    let years = date.years as f64 / (1u64 << 60) as f64;
    ((part(date.a) + part(date.b) * part(date.s)) / years).max(0.0).sqrt()
}
