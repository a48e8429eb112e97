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
use tokio::{
    sync::Notify,
    time::{sleep, Instant},
};

/// Updates that are taken over in one go.
const AT_ONCE: usize = 1_024;
/// Pause between two looks at the clock and at the keeper's lamports.
const LOOK: Duration = Duration::from_secs(2);
/// Time after which an answer about the clock comes too late.
const LATE: Duration = Duration::from_secs(1);

/// Everything of a group, as it was in a slot or later.
pub struct Snapshot {
    slot: u64,
    records: Vec<(Pubkey, Record)>,
    ahead: i64,
}

impl Snapshot {
    /// Reads everything.
    pub async fn read(chain: &Chain, group: &Pubkey) -> Result<Self> {
        // The slot first: what is read is no older, whichever node answers.
        let slot = chain.slot().await?;
        let chain = &chain.at_least(slot);
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
        // A slow answer to one question must not keep the others waiting.
        let missed = Notify::new();
        let all =
            async { tokio::join!(self.listen(&missed), self.keep_reading(&missed), self.keep_looking()) };
        tokio::select! {
            () = self.stopped() => {}
            _ = all => {}
        }
    }

    /// Takes over what a stream tells.
    async fn listen(&self, missed: &Notify) {
        let programs = vec![ids::ACCOUNT, ids::RISK, ids::LIQUIDATION];
        let commitment = self.sender.chain().commitment();
        let mut stream = Stream::start(self.settings.websocket(), programs, commitment);
        while let Some(update) = stream.next().await {
            if self.hear(update, &mut stream).await {
                missed.notify_one();
            }
        }
    }

    /// Reads everything anew now and then, at once when something may have been missed, and more often while the stream is
    /// silent.
    async fn keep_reading(&self, missed: &Notify) {
        let mut last = Instant::now();
        loop {
            let wait = self.until_snapshot().saturating_sub(last.elapsed());
            // Looked at again and again, since the stream may fall silent meanwhile.
            let due = tokio::select! {
                () = missed.notified() => true,
                () = sleep(wait.min(self.settings.poll.0)) => last.elapsed() >= self.until_snapshot(),
            };
            if due {
                if let Err(error) = self.reload().await {
                    tracing::warn!(%error, "a snapshot failed");
                }
                last = Instant::now();
            }
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
        let mut due = false;
        let mut state = self.state.write().await;
        let mut next = Some(first);
        for _ in 0..AT_ONCE {
            // A refused connection is news, too, but none of the chain's.
            if next.as_ref().is_some_and(|update| !matches!(update, Update::Lost(_))) {
                self.signs.stream_heard();
            }
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
    async fn keep_looking(&self) {
        let chain = self.sender.chain();
        loop {
            let began = Instant::now();
            if let Ok(now) = chain.now().await {
                // An answer that was long on its way says little.
                if began.elapsed() < LATE {
                    self.state.write().await.ahead = now - here();
                }
            }
            if let Ok(found) = chain.account(&self.sender.payer()).await {
                self.metrics.lamports.set(found.map_or(0, |account| account.lamports as i64));
            }
            sleep(LOOK).await;
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
