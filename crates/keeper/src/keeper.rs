//! What all roles share.

use crate::{attempt::Ledger, liquidate::Desk, metrics::Metrics, signs::Signs, Settings, State};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Instruction, Sender};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::{
    sync::{watch, RwLock},
    time::timeout,
};

/// One thing to be done on chain.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is about; failures of the same thing are counted together.
    pub target: String,
    /// What it does, for the log.
    pub what: String,
    /// Instructions, of which the keeper's key is the only signer.
    pub steps: Vec<Instruction>,
    /// Whether they are sent as they are: else those that can leave the group unwritten are sent so first.
    pub as_is: bool,
}

/// What became of a job.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was executed.
    Done(ballast_client::Sent),
    /// It is not tried now: its target failed before, and waits.
    Waiting,
    /// It would have been sent, but this is a dry run.
    Dry,
    /// Somebody else did it, or it is no longer needed.
    Superseded,
    /// It was sent, and may be executed yet: nobody knows.
    Open(String),
    /// Nobody answered, or it came too late.
    Unheard(String),
    /// It was refused.
    Failed(String),
}

/// A running keeper.
pub struct Keeper {
    /// What is known of the chain.
    pub state: RwLock<State>,
    /// Who sends.
    pub sender: Sender,
    /// The same with one blockhash for each transaction.
    pub(crate) once: Sender,
    /// What it was told.
    pub settings: Settings,
    /// What it counts.
    pub metrics: Metrics,
    /// Signs of life.
    pub signs: Signs,
    /// What was tried.
    pub ledger: Ledger,
    /// Takings that are under way.
    pub desk: Desk,
    /// Address of the account that takes positions over.
    pub own: Pubkey,
    /// Turns true when it shall stop.
    pub(crate) stopping: watch::Sender<bool>,
}

impl Keeper {
    /// Unix time of the chain now.
    pub async fn now(&self) -> i64 {
        here() + self.state.read().await.ahead
    }

    /// Whether it shall stop: nothing new is begun.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Lets everything come to its end.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits until it shall stop.
    pub async fn stopped(&self) {
        // The other end of the channel is here.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// Rests for a while, or until it shall stop.
    pub async fn rest(&self, pause: Duration) {
        let _ = timeout(pause, self.stopped()).await;
    }
}

/// Unix time of this machine.
pub(crate) fn here() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
