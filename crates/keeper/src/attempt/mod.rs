//! Trying to do something on chain: once at a time for each target, less often the more it fails, and never twice what
//! somebody else has done.

mod judge;
mod ledger;

pub use judge::{judge, Verdict};
pub use ledger::{Ledger, Limits, LINGER};

use crate::{Job, Keeper, Outcome};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Instruction, Result, Sender};
use std::time::Instant;

impl Keeper {
    /// Tries a job: with backoff and quarantine of its target, within the fee cap, counted in metrics. What it writes is
    /// read anew before the target is free again.
    pub async fn attempt(&self, role: &'static str, job: &Job) -> Result<Outcome> {
        self.counted(role, job, &self.sender).await
    }

    /// The same with one blockhash only: what hangs on the price of now must not be sent again later.
    pub async fn attempt_once(&self, role: &'static str, job: &Job) -> Result<Outcome> {
        self.counted(role, job, &self.once).await
    }

    async fn counted(&self, role: &'static str, job: &Job, sender: &Sender) -> Result<Outcome> {
        let (outcome, reason) = self.tried(role, job, sender).await;
        self.metrics.attempts.with_label_values(&[role, outcome.name(), &reason]).inc();
        Ok(outcome)
    }

    async fn tried(&self, role: &'static str, job: &Job, sender: &Sender) -> (Outcome, String) {
        if self.is_stopping() {
            return (Outcome::Waiting, "stopping".into());
        }
        if self.signs.age() > self.settings.staleness.0 {
            return (Outcome::Waiting, "stale".into());
        }
        let Some(claim) = self.ledger.claim(&job.target, Instant::now()) else {
            return (Outcome::Waiting, "backoff".into());
        };
        let Job { target, what, .. } = job;
        if self.settings.dry_run {
            tracing::info!(role, target, what, "would send");
            claim.settle(Verdict::Dry, Instant::now());
            return (Outcome::Dry, String::new());
        }
        let sent = match job.as_is {
            true => sender.send_as_is(&job.steps, &[]).await,
            false => sender.send(&job.steps, &[]).await,
        };
        // Whatever either form may have written.
        self.reread(&written(&job.steps)).await;
        match sent {
            Ok(sent) => {
                let (signature, slot) = (sent.signature.to_string(), sent.slot);
                tracing::info!(role, target, what, signature, slot, units = sent.units, "done");
                self.metrics.fees.inc_by(sent.priority + BASE_FEE);
                claim.settle(Verdict::Done, Instant::now());
                (Outcome::Done(sent), String::new())
            }
            Err(error) => {
                let (verdict, reason) = judge(&error);
                let waits = claim.settle(verdict, Instant::now());
                let (why, seconds) = (error.to_string(), waits.as_secs_f64());
                if verdict == Verdict::Superseded {
                    tracing::info!(role, target, what, reason, "superseded");
                    return (Outcome::Superseded, reason);
                }
                tracing::warn!(role, target, what, reason, why, seconds, "failed");
                let outcome = match verdict {
                    Verdict::Open => Outcome::Open(why),
                    Verdict::Passing => Outcome::Unheard(why),
                    _ => Outcome::Failed(why),
                };
                (outcome, reason)
            }
        }
    }
}

/// Lamports that every transaction of one signature costs.
pub const BASE_FEE: u64 = 5_000;

/// Addresses that some instructions write.
fn written(steps: &[Instruction]) -> Vec<Pubkey> {
    let metas = steps.iter().flat_map(|step| &step.accounts).filter(|meta| meta.is_writable);
    let mut addresses: Vec<Pubkey> = metas.map(|meta| meta.pubkey).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

impl Outcome {
    /// Its name in metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Waiting => "waiting",
            Self::Dry => "dry",
            Self::Superseded => "superseded",
            Self::Open(_) => "open",
            Self::Unheard(_) | Self::Failed(_) => "failed",
        }
    }
}
