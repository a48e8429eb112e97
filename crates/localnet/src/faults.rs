//! What can go wrong with a node, on demand.

use crate::{chain::Chain, events::Event};
use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
        Arc, Mutex, MutexGuard, PoisonError,
    },
    time::Duration,
};

/// Faults of a node, each off at first; any can be switched at any time.
pub struct Faults {
    chain: Arc<Mutex<Chain>>,
    dropping: AtomicBool,
    silent: AtomicBool,
    to_swallow: AtomicU64,
    delay: Mutex<Duration>,
    calls: Mutex<HashMap<String, u64>>,
}

impl Faults {
    pub(crate) fn new(chain: Arc<Mutex<Chain>>) -> Self {
        Self {
            chain,
            dropping: AtomicBool::default(),
            silent: AtomicBool::default(),
            to_swallow: AtomicU64::default(),
            delay: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// Answers every HTTP request with status 503.
    pub fn drop_rpc(&self, on: bool) {
        self.dropping.store(on, Relaxed);
    }

    /// Keeps connections open, and answers subscriptions, but sends no notification; what happens meanwhile is lost.
    pub fn silence_websocket(&self, on: bool) {
        self.silent.store(on, Relaxed);
    }

    /// Closes every websocket; clients can connect again.
    pub fn close_websockets(&self) {
        lock(&self.chain).events.tell(Event::Close);
    }

    /// Makes every blockhash invalid that was handed out so far.
    pub fn expire_blockhashes(&self) {
        lock(&self.chain).expire_blockhashes();
    }

    /// Answers the next `count` calls of `sendTransaction` with a signature, and executes nothing.
    pub fn swallow_transactions(&self, count: u64) {
        self.to_swallow.store(count, Relaxed);
    }

    /// Lets every HTTP answer take so long.
    pub fn delay(&self, duration: Duration) {
        *lock(&self.delay) = duration;
    }

    /// Calls by method since the node's start, of all that are named in requests.
    pub fn rpc_calls(&self) -> HashMap<String, u64> {
        lock(&self.calls).clone()
    }

    pub(crate) fn is_dropping(&self) -> bool {
        self.dropping.load(Relaxed)
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.silent.load(Relaxed)
    }

    pub(crate) fn current_delay(&self) -> Duration {
        *lock(&self.delay)
    }

    /// Whether this transaction is to be swallowed.
    pub(crate) fn swallows(&self) -> bool {
        self.to_swallow.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    pub(crate) fn count(&self, method: &str) {
        *lock(&self.calls).entry(method.to_owned()).or_default() += 1;
    }
}

/// Locks; a test that panicked with the lock in hand has its own message, which a second panic would hide.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
