//! The prices of a story: Pyth's accounts by their real layout and owner, kept fresh by the test feed.

use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Instruction, Keypair, Result, SendOptions, Sender, Signer};
use ballast_interface::risk::{instructions::refresh_price, RECEIVERS};
use ballast_testkit::{actor, AccountMeta, Level, PriceUpdate};
use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::runtime::Runtime;

/// Price accounts of BTC, ETH and SOL, as migrations/localnet.toml names them.
const ACCOUNTS: [Pubkey; 3] = [
    Pubkey::from_str_const("HjbZtLoXxngJbCtsVFcfijG6Xo9NERTTavHpKD7dUsD9"),
    Pubkey::from_str_const("HjbZtLoXxngJbCtsVFcfijG6Xo9NERTTavHpKD7dUsHZ"),
    Pubkey::from_str_const("HjbZtLoXxngJbCtsVFcfijG6Xo9NERTTavHpKD7dUsMy"),
];
/// What they begin with, in dollars.
pub const PRICES: [i64; 3] = [95_000, 3_400, 180];
/// Units of a feed's price in a dollar.
const UNITS: i64 = 100_000_000;
/// Pause between two publications; a price is good for sixty seconds.
const PAUSE: Duration = Duration::from_secs(5);
/// How often the thread looks whether it is over.
const LOOK: Duration = Duration::from_millis(100);

/// Somebody who publishes until this is dropped.
pub struct Feed {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    runtime: Arc<Runtime>,
    sender: Sender,
    group: Pubkey,
    state: Mutex<State>,
}

struct State {
    prices: [i64; 3],
    /// When prices were last published, in unix time.
    at: i64,
    /// Whether prices are taken over into the risk program in the same transaction.
    refreshes: bool,
    publishes: bool,
    over: bool,
}

/// A price in dollars, published at a time, a thousandth either way.
fn update(market: usize, dollars: i64, at: i64, before: i64) -> PriceUpdate {
    let (price, interval) = (dollars * UNITS, (dollars * UNITS / 1_000) as u64);
    // Feed ids as in migrations/localnet.toml.
    let mut id = [0xfe; 32];
    id[..2].copy_from_slice(&[market as u8 + 1, 0]);
    PriceUpdate {
        owner: RECEIVERS[0],
        write_authority: actor("pusher").pubkey(),
        level: Level::Full,
        id,
        price,
        interval,
        exponent: -8,
        published_at: at,
        published_before: before,
        average: price,
        average_interval: interval,
        posted_slot: 1,
    }
}

/// Price accounts for genesis, published at a time.
pub fn genesis(at: i64) -> impl Iterator<Item = (Pubkey, ballast_testkit::Account)> {
    (0..3).map(move |market| (ACCOUNTS[market], update(market, PRICES[market], at, at - 1).account()))
}

impl Feed {
    /// Somebody who publishes nothing yet.
    pub fn start(chain: &Chain, runtime: &Arc<Runtime>, group: Pubkey) -> Self {
        let options = SendOptions { patience: Duration::from_secs(30), ..SendOptions::default() };
        let sender = Sender::new(chain.clone(), Arc::new(actor("pusher")), options);
        let state = State { prices: PRICES, at: 0, refreshes: false, publishes: false, over: false };
        let shared = Arc::new(Shared { runtime: runtime.clone(), sender, group, state: Mutex::new(state) });
        let thread = thread::spawn({
            let shared = shared.clone();
            move || shared.go_on()
        });
        Self { shared, thread: Some(thread) }
    }

    /// Publishes other prices, in dollars; they are there when this returns.
    pub fn set(&self, prices: [i64; 3]) {
        let mut state = self.shared.state();
        state.prices = prices;
        self.shared.publish(&mut state).unwrap_or_else(|error| panic!("the feed: {error}"));
    }

    /// Publishes and takes prices over from now on, or leaves the latter to keepers.
    pub fn refresh(&self, refreshes: bool) {
        let mut state = self.shared.state();
        state.refreshes = refreshes;
        self.shared.publish(&mut state).unwrap_or_else(|error| panic!("the feed: {error}"));
    }

    /// Publishes nothing until somebody sets prices; nothing is under way when this returns.
    pub fn pause(&self) {
        self.shared.state().publishes = false;
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.shared.state().over = true;
        // One that panicked was told.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go_on(&self) {
        let mut slept = PAUSE;
        loop {
            let mut state = self.state();
            if state.over {
                return;
            }
            if slept >= PAUSE && state.publishes {
                // What depends on prices says that they are old.
                if let Err(error) = self.publish(&mut state) {
                    println!("     the feed: {error}");
                }
                slept = Duration::ZERO;
            }
            drop(state);
            thread::sleep(LOOK);
            slept += LOOK;
        }
    }

    fn publish(&self, state: &mut State) -> Result<()> {
        state.publishes = true;
        self.runtime.block_on(async {
            let chain = self.sender.chain();
            // Two prices of one second would be one.
            let mut now = chain.now().await?;
            while now <= state.at {
                tokio::time::sleep(LOOK).await;
                now = chain.now().await?;
            }
            let writer: &Keypair = self.sender.key();
            let write = |market: usize| Instruction {
                program_id: RECEIVERS[0],
                accounts: vec![
                    AccountMeta::new(ACCOUNTS[market], false),
                    AccountMeta::new_readonly(writer.pubkey(), true),
                ],
                data: update(market, state.prices[market], now, state.at).data(),
            };
            let mut steps: Vec<_> = (0..3).map(write).collect();
            if state.refreshes {
                let take = |market: usize| refresh_price(&self.group, market as u16 + 1, &ACCOUNTS[market]);
                steps.extend((0..3).map(take));
            }
            self.sender.send(&steps, &[]).await?;
            state.at = now;
            Ok(())
        })
    }
}
