//! Prices that move: the weather decides them, and they are written where Pyth's receiver program would write.
//!
//! There is no receiver program here, and no guardians who sign: the node itself puts the accounts in place. What comes
//! after, that a price is taken over by `refresh_price`, is a transaction of a keeper's as anywhere.

use anchor_lang::prelude::Pubkey;
use ballast_client::Exchange;
use ballast_interface::risk::Feed;
use ballast_localnet::NodeHandle;
use ballast_testkit::{Climate, Level, Moment, PriceUpdate, Quote, Svm, Weather};
use std::{
    str::FromStr,
    time::{Duration, Instant},
};
use tokio::{
    sync::watch,
    time::{interval, MissedTickBehavior},
};

/// Names of the markets that the weather knows, by number from one on, and their prices in 10^-8 dollars at first.
pub const MARKETS: [(&str, i64); 3] =
    [("BTC", 95_000 * 100_000_000), ("ETH", 3_400 * 100_000_000), ("SOL", 180 * 100_000_000)];

/// How far bitcoin falls in a storm of which nobody says how bad it is.
const FALL: f64 = 0.25;

/// The name of a market, for people.
pub fn name(market: u16) -> String {
    match MARKETS.get(usize::from(market).wrapping_sub(1)) {
        Some((name, _)) => (*name).to_owned(),
        None => format!("market {market}"),
    }
}

/// Weather as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sky(pub Climate);

impl FromStr for Sky {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fall = match text.split_once('=') {
            None if text == "fair" => return Ok(Self(Climate::Fair)),
            None if text == "storm" => Some(FALL),
            Some(("storm", share)) => share.parse().ok().filter(|share| (0.01..=0.5).contains(share)),
            _ => None,
        };
        let wrong = "expected fair, storm, or storm=SHARE with a share from 0.01 to 0.5";
        fall.map(|fall| Self(Climate::Crash(fall))).ok_or(wrong)
    }
}

/// Feeds with their weather.
pub struct Feeds {
    node: NodeHandle,
    writer: Pubkey,
    feeds: Vec<(u16, Feed)>,
    weather: Weather,
    now: watch::Sender<Moment>,
}

impl Feeds {
    /// Feeds of all markets of a group, which stand still for now.
    pub fn of(exchange: &Exchange, node: NodeHandle, writer: Pubkey, sky: Sky, seed: u64) -> Self {
        let mut weather = Weather::new(seed, sky.0, MARKETS.map(|(_, price)| price));
        let feeds = exchange.risks.iter().map(|(number, risk)| (*number, risk.rules.feed)).collect();
        let now = watch::Sender::new(weather.pass(0));
        let mut feeds = Self { node, writer, feeds, weather, now };
        feeds.publish();
        feeds
    }

    /// What the weather is.
    pub fn moment(&self) -> watch::Receiver<Moment> {
        self.now.subscribe()
    }

    /// Writes prices again and again; the weather's time passes, so much faster than the clock's, from the moment on at
    /// which it is told to begin.
    pub async fn blow(mut self, every: Duration, pace: u32, begun: watch::Receiver<bool>) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut start, mut passed) = (None, 0);
        loop {
            ticks.tick().await;
            if *begun.borrow() {
                let start = start.get_or_insert_with(Instant::now);
                let now = (start.elapsed().as_secs_f64() * f64::from(pace)) as i64;
                self.now.send_replace(self.weather.pass(now - passed));
                passed = now;
            }
            self.publish();
        }
    }

    /// Puts the price accounts in place.
    fn publish(&mut self) {
        let moment = *self.now.borrow();
        let now = self.node.now();
        for (market, feed) in &self.feeds {
            let quote = quote(&moment, *market);
            let update = PriceUpdate {
                owner: feed.owner,
                write_authority: self.writer,
                level: Level::Full,
                id: feed.id,
                price: quote.price,
                interval: quote.interval,
                exponent: -8,
                published_at: now,
                published_before: now - 1,
                average: quote.average,
                average_interval: quote.interval,
                posted_slot: 1,
            };
            self.node.set_account(&feed.account, update.account());
        }
    }
}

/// What a market's feed says; a market that the weather does not know is worth a dollar.
pub fn quote(moment: &Moment, market: u16) -> Quote {
    let dollar = Quote { price: 100_000_000, interval: 10_000, average: 100_000_000, volatility: 0.05 };
    moment.quotes.get(usize::from(market).wrapping_sub(1)).copied().unwrap_or(dollar)
}
