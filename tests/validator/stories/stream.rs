//! What the websocket says meanwhile.

use super::stage::{Person, Stage};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Account, CommitmentConfig, Stream, Update};
use ballast_interface::ids;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// How long a change may take to be told.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Seen {
    connected: usize,
    slots: usize,
    /// How often each account changed, and how it was last.
    accounts: BTreeMap<Pubkey, (usize, Account)>,
}

/// Somebody who listens.
pub struct Watch {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Listens to every account of the account program, from now on.
    pub fn start(stage: &Stage) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let (url, noted) = (stage.validator.ws_url(), seen.clone());
        let task = stage.runtime.spawn(async move {
            let mut stream = Stream::start(url, vec![ids::ACCOUNT], CommitmentConfig::confirmed());
            while let Some(update) = stream.next().await {
                let mut seen = noted.lock().expect("nobody panicked");
                match update {
                    Update::Connected => seen.connected += 1,
                    Update::Slot(_) => seen.slots += 1,
                    Update::Lost(why) => println!("     the websocket is lost: {why}"),
                    Update::Account { address, account, .. } => {
                        let count = seen.accounts.get(&address).map_or(0, |(count, _)| *count);
                        seen.accounts.insert(address, (count + 1, *account));
                    }
                }
            }
        });
        let watch = Self { seen, task };
        watch.until("is connected", |seen| seen.connected == 1);
        watch
    }

    fn until(&self, what: &str, is_so: impl Fn(&Seen) -> bool) {
        let begun = Instant::now();
        while !is_so(&self.seen.lock().expect("nobody panicked")) {
            assert!(begun.elapsed() < PATIENCE, "the websocket never {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whoever changed so often at least was told of as often, and is last told of as the node has it now.
    pub fn end(self, stage: &mut Stage, changed: &[(&Person, usize)]) {
        for (person, times) in changed {
            let address = person.account;
            let now = stage.wait(stage.chain.account(&address)).expect("an answer").expect("an account");
            self.until(&format!("told of {address} as it is"), |seen| {
                seen.accounts.get(&address).is_some_and(|(count, last)| count >= times && *last == now)
            });
        }
        let seen = self.seen.lock().expect("nobody panicked");
        assert!(seen.connected == 1 && seen.slots > 0, "one connection, with signs of life");
        let changes: usize = seen.accounts.values().map(|(count, _)| count).sum();
        stage.told.done(&format!(
            "the websocket told of {changes} changes of {} accounts, and of {} slots",
            seen.accounts.len(),
            seen.slots
        ));
        self.task.abort();
    }
}
