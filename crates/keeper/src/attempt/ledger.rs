//! What was tried, and when it may be tried again.

use super::Verdict;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Rows beyond which old ones are forgotten.
const MANY: usize = 10_000;

/// How long a transaction of which nobody knows what became may still be executed, at most: its blockhash is dead then.
pub const LINGER: Duration = Duration::from_secs(120);

/// How often something that fails is tried.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Pause after the first failure; it doubles with each.
    pub backoff: Duration,
    /// Longest pause.
    pub most: Duration,
    /// Failures in a row after which a target is put aside.
    pub quarantine_after: u32,
    /// For how long.
    pub quarantine: Duration,
}

/// What is known of one target.
#[derive(Clone, Copy, Default)]
struct Row {
    in_flight: bool,
    /// In a row.
    failures: u32,
    /// In a row.
    superseded: u32,
    /// Tries in a row of which nothing came.
    passing: u32,
    until: Option<Instant>,
}

/// All targets that were tried of late.
pub struct Ledger {
    limits: Limits,
    rows: Mutex<HashMap<String, Row>>,
}

/// The right to try a target, which nobody else has meanwhile. Dropped without a verdict, it leaves no trace.
pub struct Claim<'a> {
    ledger: &'a Ledger,
    target: String,
}

impl Ledger {
    /// An empty ledger.
    pub fn new(limits: Limits) -> Self {
        Self { limits, rows: Mutex::default() }
    }

    /// The right to try a target now, unless somebody has it, or the target waits.
    pub fn claim(&self, target: &str, now: Instant) -> Option<Claim<'_>> {
        let mut rows = self.rows();
        if rows.len() > MANY {
            let forgotten = self.limits.quarantine;
            rows.retain(|_, row| row.in_flight || row.until.is_some_and(|until| now < until + forgotten));
        }
        let row = rows.entry(target.to_owned()).or_default();
        if row.in_flight || row.until.is_some_and(|until| now < until) {
            return None;
        }
        row.in_flight = true;
        Some(Claim { ledger: self, target: target.to_owned() })
    }

    /// Whether a target could be tried now.
    pub fn is_free(&self, target: &str, now: Instant) -> bool {
        let row = self.rows().get(target).copied().unwrap_or_default();
        !row.in_flight && row.until.is_none_or(|until| now >= until)
    }

    /// Whether a target was refused when it was last tried, or before; not while somebody tries it.
    pub fn is_refused(&self, target: &str) -> bool {
        self.rows().get(target).is_some_and(|row| row.failures > 0 && !row.in_flight)
    }

    /// How often in a row somebody else was first with a target.
    pub fn superseded(&self, target: &str) -> u32 {
        self.rows().get(target).map_or(0, |row| row.superseded)
    }

    /// How many targets are remembered.
    pub fn len(&self) -> usize {
        self.rows().len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many targets are put aside now.
    pub fn quarantined(&self, now: Instant) -> usize {
        let aside = |row: &&Row| {
            row.failures >= self.limits.quarantine_after && row.until.is_some_and(|until| now < until)
        };
        self.rows().values().filter(aside).count()
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<String, Row>> {
        // Rows are changed in one go: a panic elsewhere leaves none half done.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pause(&self, row: &Row, verdict: Verdict) -> Duration {
        let Limits { backoff, most, quarantine_after, quarantine } = self.limits;
        match verdict {
            Verdict::Done => Duration::ZERO,
            Verdict::Dry => most,
            Verdict::Superseded => (backoff * row.superseded).min(most),
            Verdict::Passing => doubled(backoff, row.passing).min(most),
            // Whoever tried again now might do it twice.
            Verdict::Open => LINGER.max(doubled(backoff, row.passing).min(most)),
            Verdict::Failed if row.failures >= quarantine_after => quarantine,
            Verdict::Failed => doubled(backoff, row.failures).min(most),
        }
    }
}

/// A pause that doubles with each time but the first.
fn doubled(pause: Duration, times: u32) -> Duration {
    pause.saturating_mul(1u32.checked_shl(times.saturating_sub(1)).unwrap_or(u32::MAX))
}

impl Claim<'_> {
    /// Ends the try, and says how long the target waits now.
    pub fn settle(self, verdict: Verdict, now: Instant) -> Duration {
        let mut rows = self.ledger.rows();
        if verdict == Verdict::Done {
            rows.remove(&self.target);
            return Duration::ZERO;
        }
        let row = rows.entry(self.target.clone()).or_default();
        match verdict {
            Verdict::Passing | Verdict::Open => row.passing = row.passing.saturating_add(1),
            _ => row.passing = 0,
        }
        match verdict {
            Verdict::Superseded => row.superseded = row.superseded.saturating_add(1),
            Verdict::Failed => row.failures = row.failures.saturating_add(1),
            Verdict::Done | Verdict::Dry | Verdict::Passing | Verdict::Open => {}
        }
        let pause = self.ledger.pause(row, verdict);
        row.until = Some(now + pause);
        pause
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut rows = self.ledger.rows();
        if let Some(row) = rows.get_mut(&self.target) {
            row.in_flight = false;
            if row.failures == 0 && row.superseded == 0 && row.until.is_none() {
                rows.remove(&self.target);
            }
        }
    }
}
