//! Following the chain: a stream of changes, and everything read anew now and then, since no stream is to be trusted alone.

use crate::{keeper::here, Keeper, State};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Exchange, Held, Layout, Record, Result, Stream, Update};
use ballast_interface::{
    account::{Bank, Group, MarginAccount, Market, OrderRecord, Venue},
    ids,
    liquidation::{Auction, Fund},
    risk::{MarketRisk, Model},
    seeds,
};
use std::{collections::HashSet, time::Duration};
use tokio::time::Instant;

/// Updates that are taken over in one go.
const AT_ONCE: usize = 1_024;
/// Pause between two looks at the clock, at the keeper's lamports, and at how silent the stream is.
const LOOK: Duration = Duration::from_secs(2);

/// Everything of a group, as it was in a slot or later.
pub struct Snapshot {
    slot: u64,
    records: Vec<(Pubkey, Record)>,
    ahead: i64,
}

impl Snapshot {
    /// Reads everything.
    pub async fn read(chain: &Chain, group: &Pubkey) -> Result<Self> {
        // The slot first: what is read is no older.
        let slot = chain.slot().await?;
        let mut records = vec![];
        records.push((*group, Record::Group(Box::new(chain.get::<Group>(group).await?))));
        let model = seeds::find_model(group).0;
        records.push((model, Record::Model(Box::new(chain.get::<Model>(&model).await?))));
        all::<Fund>(chain, group, Record::Fund, &mut records).await?;
        all::<Bank>(chain, group, Record::Bank, &mut records).await?;
        all::<Venue>(chain, group, Record::Venue, &mut records).await?;
        all::<MarketRisk>(chain, group, Record::MarketRisk, &mut records).await?;
        all::<Market>(chain, group, Record::Market, &mut records).await?;
        // Accounts before what is about them.
        all::<MarginAccount>(chain, group, Record::MarginAccount, &mut records).await?;
        all::<Auction>(chain, group, Record::Auction, &mut records).await?;
        all::<OrderRecord>(chain, group, Record::OrderRecord, &mut records).await?;
        let ahead = chain.now().await? - here();
        Ok(Self { slot, records, ahead })
    }

    /// Takes everything over that is not older than what is known, and forgets what is gone.
    pub fn merge(&self, state: &mut State) {
        state.slot = state.slot.max(self.slot);
        state.ahead = self.ahead;
        for (address, record) in &self.records {
            state.take_record(self.slot, address, record);
        }
        let there: HashSet<Pubkey> = self.records.iter().map(|(address, _)| *address).collect();
        state.retain(self.slot, &there);
    }

    /// The state that this shows.
    pub async fn state(chain: &Chain, group: &Pubkey) -> Result<State> {
        let exchange = Exchange::load(chain, group).await?;
        let mut state = State::new(exchange, 0);
        Self::read(chain, group).await?.merge(&mut state);
        Ok(state)
    }
}

async fn all<T: Layout>(
    chain: &Chain,
    group: &Pubkey,
    record: impl Fn(Box<T>) -> Record,
    records: &mut Vec<(Pubkey, Record)>,
) -> Result<()> {
    let found = chain.all::<T>(group).await?;
    records.extend(found.into_iter().map(|Held { address, state }| (address, record(Box::new(state)))));
    Ok(())
}

impl Keeper {
    /// Follows the chain until the keeper stops.
    pub async fn follow(&self) {
        let chain = self.sender.chain();
        let programs = vec![ids::ACCOUNT, ids::RISK, ids::LIQUIDATION];
        let mut stream = Stream::start(self.settings.websocket(), programs, chain.commitment());
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut snapshot_at = Instant::now() + self.settings.snapshot.0;
        loop {
            tokio::select! {
                () = self.stopped() => return,
                update = stream.next() => match update {
                    Some(update) => {
                        // What was before a connection may have been missed.
                        if self.hear(update, &mut stream).await {
                            snapshot_at = Instant::now();
                        }
                    }
                    None => return,
                },
                _ = look.tick() => self.look().await,
                () = tokio::time::sleep_until(snapshot_at) => {
                    if let Err(error) = self.reload().await {
                        tracing::warn!(%error, "a snapshot failed");
                    }
                    snapshot_at = Instant::now() + self.until_snapshot();
                }
            }
            // A stream that has fallen silent brings the next one forward.
            snapshot_at = snapshot_at.min(Instant::now() + self.until_snapshot());
        }
    }

    fn until_snapshot(&self) -> Duration {
        let silent = self.signs.stream_age() > self.settings.silence.0;
        if silent {
            self.settings.poll.0
        } else {
            self.settings.snapshot.0
        }
    }

    /// Takes over what a stream tells, and all that it has told since; says whether a snapshot is due.
    async fn hear(&self, first: Update, stream: &mut Stream) -> bool {
        self.signs.stream_heard();
        let mut due = false;
        let mut state = self.state.write().await;
        let mut next = Some(first);
        for _ in 0..AT_ONCE {
            match next {
                Some(Update::Connected) => {
                    tracing::info!("the websocket is connected");
                    due = true;
                }
                Some(Update::Lost(why)) => {
                    self.metrics.reconnects.inc();
                    tracing::warn!(why, "the websocket is lost");
                }
                Some(Update::Slot(slot)) => state.slot = state.slot.max(slot),
                Some(Update::Account { slot, address, account }) => {
                    state.take(slot, &address, &account);
                }
                None => break,
            }
            next = stream.try_next();
        }
        due
    }

    /// Looks at what no stream tells: the clock, and what the keeper's key has left.
    async fn look(&self) {
        let chain = self.sender.chain();
        let began = here();
        if let Ok(now) = chain.now().await {
            // An answer that was long on its way says little.
            if here() - began <= 1 {
                self.state.write().await.ahead = now - here();
            }
        }
        if let Ok(found) = chain.account(&self.sender.payer()).await {
            self.metrics.lamports.set(found.map_or(0, |account| account.lamports as i64));
        }
    }

    /// Reads everything anew.
    pub async fn reload(&self) -> Result<()> {
        let group = self.state.read().await.exchange.address;
        let snapshot = Snapshot::read(self.sender.chain(), &group).await?;
        snapshot.merge(&mut *self.state.write().await);
        self.signs.snapshot_taken();
        Ok(())
    }

    /// Reads some accounts anew; if that fails, the stream or the next snapshot will tell.
    pub async fn reread(&self, addresses: &[Pubkey]) {
        let chain = self.sender.chain();
        for some in addresses.chunks(100) {
            let asked = chain.rpc().get_multiple_accounts_with_commitment(some, chain.commitment()).await;
            let Ok(found) = asked else { return };
            let mut state = self.state.write().await;
            for (address, account) in some.iter().zip(&found.value) {
                match account {
                    Some(account) => state.take(found.context.slot, address, account),
                    None => state.remove(found.context.slot, address),
                };
            }
        }
    }
}
