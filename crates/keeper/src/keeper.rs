//! What all roles share.

use crate::State;
use ballast_client::{Instruction, Result, Sender};
use tokio::sync::RwLock;

/// One thing to be done on chain.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is about; failures of the same thing are counted together.
    pub target: String,
    /// What it does, for the log.
    pub what: String,
    /// Instructions, of which the keeper's key is the only signer.
    pub steps: Vec<Instruction>,
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
    /// It was refused, or nobody answered.
    Failed(String),
}

/// A running keeper.
pub struct Keeper {
    /// What is known of the chain.
    pub state: RwLock<State>,
    /// Who sends.
    pub sender: Sender,
}

impl Keeper {
    /// Tries a job: with backoff and quarantine of its target, within the fee cap, counted in metrics.
    pub async fn attempt(&self, _role: &'static str, _job: &Job) -> Result<Outcome> {
        todo!()
    }

    /// Unix time of the chain now.
    pub async fn now(&self) -> i64 {
        todo!()
    }
}
