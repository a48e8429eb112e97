//! The role that liquidates: many accounts at the same time, the worst first.

use super::{
    decide::{decide, Intent},
    execute::{target, Pursued, ROLE},
};
use crate::{Keeper, Role, Settings};
use anchor_lang::prelude::Pubkey;
use ballast_client::Result;
use futures_util::{stream::FuturesUnordered, StreamExt};
use std::{
    collections::{HashMap, VecDeque},
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How long an account waits for which there was nothing to do.
const IDLE: Duration = Duration::from_secs(2);

/// The role.
pub struct Liquidate {
    tick: Duration,
    in_flight: usize,
    once: bool,
    /// Accounts for which there was nothing to do, and until when they wait.
    idle: HashMap<Pubkey, Instant>,
}

impl Liquidate {
    /// With these settings.
    pub fn new(settings: &Settings) -> Self {
        let (tick, in_flight) = (settings.tick.0, settings.in_flight);
        Self { tick, in_flight, once: settings.once, idle: HashMap::new() }
    }

    /// Works until nothing is left to do, or the keeper stops; what is in flight then is finished. Only once, if so told:
    /// one thing for each account.
    async fn work(&mut self, keeper: &Keeper) {
        let mut running = FuturesUnordered::new();
        let mut busy: Vec<Pubkey> = vec![];
        let mut queue = self.free(keeper, look(keeper, Duration::ZERO).await);
        let mut looking = Box::pin(look(keeper, self.tick));
        loop {
            while running.len() < self.in_flight && !keeper.is_stopping() {
                let Some(intent) = queue.pop_front() else { break };
                let account = *intent.account();
                if !busy.contains(&account) {
                    busy.push(account);
                    running.push(async move { (account, keeper.pursue(intent).await) });
                }
            }
            if running.is_empty() {
                return;
            }
            // Nothing is waited for elsewhere: a lock that one of those who run was given would never be free again.
            tokio::select! {
                Some((account, pursued)) = running.next() => {
                    busy.retain(|other| *other != account);
                    if let Pursued::Idle = pursued {
                        self.idle.insert(account, Instant::now() + IDLE);
                    }
                }
                due = &mut looking, if !self.once => {
                    queue = self.free(keeper, due);
                    looking = Box::pin(look(keeper, self.tick));
                }
            }
        }
    }

    /// What of all that is due does not wait.
    fn free(&mut self, keeper: &Keeper, due: Vec<Intent>) -> VecDeque<Intent> {
        let now = Instant::now();
        self.idle.retain(|_, until| now < *until);
        let free = |intent: &Intent| {
            let account = intent.account();
            !self.idle.contains_key(account) && keeper.ledger.is_free(&target(account), now)
        };
        due.into_iter().filter(free).collect()
    }
}

/// Everything that is due after a while.
async fn look(keeper: &Keeper, after: Duration) -> Vec<Intent> {
    sleep(after).await;
    decide(&*keeper.state.read().await, &keeper.own)
}

impl Role for Liquidate {
    fn name(&self) -> &'static str {
        ROLE
    }

    fn pause(&self) -> Duration {
        self.tick
    }

    fn step<'a>(&'a mut self, keeper: &'a Keeper) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async {
            self.work(keeper).await;
            Ok(())
        })
    }
}
