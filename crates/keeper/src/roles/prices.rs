//! Keeps the risk program's prices fresh: takes over what Pyth's accounts say, and, where a source of updates is named,
//! posts those first.

mod accumulator;
mod posting;
mod refresh;
mod source;

pub use accumulator::{Accumulator, Malformed, Published, Update};
pub use posting::{feed_address, postings, shard_of, Draft, Part, Posting};
pub use refresh::{batches, needed, Feeds};
pub use source::{Source, UpdateSettings};

use crate::{Job, Keeper, Outcome, Role, State};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Account, Build, Result};
use serde::Deserialize;
use std::{collections::BTreeSet, future::Future, pin::Pin, time::Duration};

/// Which prices are refreshed, and how often.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds between two looks at Pyth's accounts.
    pub pause: u64,
    /// Whether markets are refreshed that no account depends on.
    pub all: bool,
    /// Seconds for which a good price that hardly moves is left as it is, though there is a newer one; half of the age at
    /// which a price is stale at most.
    pub seconds: u32,
    /// Move since the last refresh, in hundredths of a per cent, that does not wait and goes first.
    pub moved: u32,
    /// Most refreshes in a transaction.
    pub together: usize,
    /// Where updates come from that the keeper posts itself.
    pub updates: Option<UpdateSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pause: 1, all: false, seconds: 5, moved: 10, together: 8, updates: None }
    }
}

/// The role.
pub struct Prices {
    settings: Settings,
    source: Option<Source>,
}

impl Prices {
    /// With these settings.
    pub fn new(settings: Settings) -> Self {
        Self { source: settings.updates.as_ref().map(Source::new), settings }
    }
}

fn job(state: &State, markets: &[u16]) -> Option<Job> {
    let build = Build::new(&state.exchange);
    let steps = markets.iter().map(|market| build.refresh_price(*market)).collect::<Result<_>>().ok()?;
    let named: Vec<_> = markets.iter().map(u16::to_string).collect();
    Some(Job {
        target: format!("prices of {}", named.join(", ")),
        what: "refresh".into(),
        steps,
        as_is: false,
    })
}

/// Refreshes that are due by what Pyth's accounts hold now, those that moved most first.
pub fn due(state: &State, settings: &Settings, feeds: &Feeds, now: i64) -> Vec<Job> {
    let markets = batches(state, settings, feeds, now);
    markets.iter().filter_map(|markets| job(state, markets)).collect()
}

impl Prices {
    /// Reads the price accounts of the markets that matter.
    async fn read(&self, keeper: &Keeper) -> Result<Feeds> {
        let (markets, addresses): (Vec<u16>, Vec<Pubkey>) = {
            let state = keeper.state.read().await;
            let risks = needed(&state, &self.settings).into_iter();
            let risks = risks.filter_map(|market| Some((market, state.exchange.risks.get(&market)?)));
            risks.map(|(market, risk)| (market, risk.rules.feed.account)).unzip()
        };
        let found: Vec<Option<Account>> = keeper.sender.chain().accounts(&addresses).await?;
        Ok(markets.into_iter().zip(found).filter_map(|(market, account)| Some((market, account?))).collect())
    }

    async fn refresh(&self, keeper: &Keeper, feeds: &Feeds) -> Result<()> {
        let now = keeper.now().await;
        let batches = batches(&*keeper.state.read().await, &self.settings, feeds, now);
        for markets in batches {
            let Some(together) = job(&*keeper.state.read().await, &markets) else { continue };
            let outcome = keeper.attempt(self.name(), &together).await?;
            if markets.len() == 1
                || !matches!(outcome, Outcome::Failed(_) | Outcome::Unheard(_) | Outcome::Waiting)
            {
                continue;
            }
            // One that is refused must not keep the others old.
            for market in &markets {
                let Some(alone) = job(&*keeper.state.read().await, &[*market]) else { continue };
                keeper.attempt(self.name(), &alone).await?;
            }
        }
        Ok(())
    }

    /// Posts updates that are newer than Pyth's accounts; says of which markets, which were refreshed with them.
    async fn post(&self, keeper: &Keeper, feeds: &Feeds) -> Result<BTreeSet<u16>> {
        let mut posted = BTreeSet::new();
        let (Some(source), Some(settings)) = (&self.source, &self.settings.updates) else {
            return Ok(posted);
        };
        let (markets, ids): (BTreeSet<u16>, Vec<[u8; 32]>) = {
            let state = keeper.state.read().await;
            let risks = needed(&state, &self.settings).into_iter();
            let risks = risks.filter_map(|market| Some((market, state.exchange.risks.get(&market)?)));
            risks.map(|(market, risk)| (market, risk.rules.feed.id)).unzip()
        };
        let found = match source.fetch(&ids).await {
            Ok(found) => found,
            Err(error) => {
                // Pyth's accounts may be written by others meanwhile.
                tracing::warn!(%error, "no updates of prices");
                return Ok(posted);
            }
        };
        let (payer, now) = (keeper.sender.payer(), keeper.now().await);
        let wanted = (feeds, &markets);
        let postings = postings(&*keeper.state.read().await, settings, wanted, &found, now);
        for posting in postings {
            let draft = Draft::new(&payer, &settings.wormhole());
            let length = Draft::length(&posting.vaa);
            let rent = keeper.sender.chain().rpc().get_minimum_balance_for_rent_exemption(length).await?;
            let left_over = keeper.sender.chain().account(&draft.address).await?.is_some();
            let jobs = posting.jobs(&*keeper.state.read().await, &draft, rent, left_over);
            let mut all = true;
            for job in jobs {
                // Each needs the one before it; what is left of a draft is closed before the next one.
                all &= matches!(keeper.attempt(self.name(), &job).await?, Outcome::Done(_));
                if !all {
                    break;
                }
            }
            posted.extend(posting.parts.iter().filter(|_| all).map(|part| part.market));
        }
        Ok(posted)
    }
}

impl Role for Prices {
    fn name(&self) -> &'static str {
        "prices"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(self.settings.pause)
    }

    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let mut feeds = self.read(keeper).await?;
            let posted = self.post(keeper, &feeds).await?;
            feeds.retain(|market, _| !posted.contains(market));
            self.refresh(keeper, &feeds).await
        })
    }
}
