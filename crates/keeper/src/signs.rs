//! Signs of life: when the chain was last heard of, and when the keeper last looked.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// When something last happened, as milliseconds since the beginning; zero for never.
pub struct Signs {
    begun: Instant,
    snapshot: AtomicU64,
    stream: AtomicU64,
    tick: AtomicU64,
}

impl Signs {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        let never = AtomicU64::default;
        Self { begun: Instant::now(), snapshot: never(), stream: never(), tick: never() }
    }

    fn mark(&self, sign: &AtomicU64) {
        sign.store(self.begun.elapsed().as_millis() as u64 + 1, Relaxed);
    }

    fn since(&self, sign: &AtomicU64) -> Duration {
        let at = Duration::from_millis(sign.load(Relaxed).saturating_sub(1));
        self.begun.elapsed().saturating_sub(at)
    }

    /// All accounts were read.
    pub fn snapshot_taken(&self) {
        self.mark(&self.snapshot);
    }

    /// The stream told something.
    pub fn stream_heard(&self) {
        self.mark(&self.stream);
    }

    /// A scan ended.
    pub fn ticked(&self) {
        self.mark(&self.tick);
    }

    /// Time since all accounts were last read.
    pub fn snapshot_age(&self) -> Duration {
        self.since(&self.snapshot)
    }

    /// Time since the stream last told something.
    pub fn stream_age(&self) -> Duration {
        self.since(&self.stream)
    }

    /// Time since the last scan.
    pub fn tick_age(&self) -> Duration {
        self.since(&self.tick)
    }

    /// How old what is known of the chain is at most.
    pub fn age(&self) -> Duration {
        self.snapshot_age().min(self.stream_age())
    }

    /// Whether all accounts were read at least once.
    pub fn is_ready(&self) -> bool {
        self.snapshot.load(Relaxed) != 0
    }
}

impl Default for Signs {
    fn default() -> Self {
        Self::new()
    }
}
