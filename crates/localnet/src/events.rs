//! What subscribers may want to hear of.

use crate::ledger::Record;
use anchor_lang::prelude::Pubkey;
use solana_account::Account;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Events that can wait for a subscriber; one who falls further behind is disconnected, and so knows it.
pub(crate) const BACKLOG: usize = 16_384;

/// Something that happened.
pub(crate) enum Event {
    /// A new slot, and the one before.
    Slot { slot: u64, parent: u64 },
    /// Accounts were written, by a transaction or past all rules.
    Written { slot: u64, accounts: Vec<(Pubkey, Account)>, by: Option<Arc<Record>> },
    /// Every websocket shall be closed.
    Close,
}

/// An event with its number, so that a subscription does not hear of what was before it.
pub(crate) type Numbered = (u64, Arc<Event>);

/// Sends events to all connections.
pub(crate) struct Events {
    sender: broadcast::Sender<Numbered>,
    count: u64,
}

impl Default for Events {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG), count: 0 }
    }
}

impl Events {
    /// Tells everybody.
    pub fn tell(&mut self, event: Event) {
        self.count += 1;
        // Nobody may be listening.
        let _ = self.sender.send((self.count, Arc::new(event)));
    }

    /// Number of the last event.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All events from now on.
    pub fn listen(&self) -> broadcast::Receiver<Numbered> {
        self.sender.subscribe()
    }
}
