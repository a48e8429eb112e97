//! What blocks tell: which transactions they hold, what these cost, and how fast they came.

use super::{load::Ready, wire::Wire};
use anchor_lang::prelude::Pubkey;
use ballast_testkit::Signer;
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Seconds of blocks in a row that count as sustained.
const SUSTAINED: f64 = 3.0;
/// Pause between two looks at the slot.
const LOOK: Duration = Duration::from_millis(20);

/// When slots began, by the clock on the wall.
pub struct Slots {
    first: u64,
    stop: Arc<AtomicBool>,
    watcher: JoinHandle<BTreeMap<u64, Instant>>,
}

impl Slots {
    /// Begins to watch.
    pub fn watch(url: &str) -> Self {
        let slot = |wire: &mut Wire| {
            wire.ask("getSlot", json!([{ "commitment": "processed" }])).as_u64().expect("a slot")
        };
        let mut wire = Wire::new(url);
        let (first, stop) = (slot(&mut wire), Arc::new(AtomicBool::new(false)));
        let stopped = stop.clone();
        let watcher = thread::spawn(move || {
            let mut seen = BTreeMap::new();
            while !stopped.load(Ordering::Relaxed) {
                seen.entry(slot(&mut wire)).or_insert_with(Instant::now);
                thread::sleep(LOOK);
            }
            seen
        });
        Self { first, stop, watcher }
    }

    /// The slot in which it began.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// When each slot was first seen.
    pub fn end(self) -> BTreeMap<u64, Instant> {
        self.stop.store(true, Ordering::Relaxed);
        self.watcher.join().expect("slots are watched")
    }
}

/// What one block holds of a load.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Transactions.
    pub count: usize,
    /// Compute units that they took.
    pub units: u64,
    /// What they count against the block's limit.
    pub cost: u64,
    /// The most that they count against the limit of one account that they write, and which.
    pub busiest: (u64, Pubkey),
}

/// The blocks that a load landed in.
#[derive(Default)]
pub struct Blocks {
    read: BTreeSet<u64>,
    /// By slot.
    pub by_slot: BTreeMap<u64, Block>,
    /// Transactions a second in the best blocks in a row, once the slots' times are known.
    pub sustained: f64,
    /// Seconds of a slot, on average.
    pub slot: f64,
}

impl Blocks {
    /// How many of the load have landed.
    pub fn landed(&self) -> usize {
        self.by_slot.values().map(|block| block.count).sum()
    }

    /// The block that counts most, by some number.
    pub fn most(&self, of: impl Fn(&Block) -> u64) -> u64 {
        self.by_slot.values().map(of).max().unwrap_or(0)
    }

    /// The block that counts most.
    pub fn fullest(&self) -> Block {
        self.by_slot.values().max_by_key(|block| block.cost).cloned().unwrap_or_default()
    }

    /// Compute units of a transaction, on average.
    pub fn units(&self) -> u64 {
        self.by_slot.values().map(|block| block.units).sum::<u64>() / self.landed().max(1) as u64
    }

    /// What a transaction counts against the block's limit, on average.
    pub fn cost(&self) -> u64 {
        self.by_slot.values().map(|block| block.cost).sum::<u64>() / self.landed().max(1) as u64
    }

    /// Reads all confirmed blocks from a slot on that were not read yet. Returns whether there were any of the load.
    pub fn read(
        &mut self,
        wire: &mut Wire,
        from: u64,
        wanted: &HashMap<String, usize>,
        load: &[Ready],
    ) -> bool {
        let known = self.landed();
        // All of them each time: one may be listed after a later one.
        let slots = wire.ask("getBlocks", json!([from, null, { "commitment": "confirmed" }]));
        let slots = slots.as_array().expect("slots").iter().filter_map(Value::as_u64);
        for slot in slots.filter(|slot| !self.read.contains(slot)).collect::<Vec<_>>() {
            let config = json!({
                "encoding": "json",
                "transactionDetails": "full",
                "rewards": false,
                "commitment": "confirmed",
                "maxSupportedTransactionVersion": 0,
            });
            // It may be confirmed before it can be looked up; then the next look finds it.
            let Ok(block) = wire.try_ask("getBlock", json!([slot, config])) else { break };
            self.read.insert(slot);
            let block = Self::block(&block, wanted, load);
            if block.count > 0 {
                self.by_slot.insert(slot, block);
            }
        }
        self.landed() > known
    }

    fn block(block: &Value, wanted: &HashMap<String, usize>, load: &[Ready]) -> Block {
        let (mut sums, mut written) = (Block::default(), HashMap::<Pubkey, u64>::new());
        for found in block["transactions"].as_array().expect("transactions") {
            let signature = found["transaction"]["signatures"][0].as_str().expect("a signature");
            let Some(place) = wanted.get(signature) else { continue };
            let meta = &found["meta"];
            assert_eq!(meta["err"], Value::Null, "{meta:#}");
            let cost = meta["costUnits"].as_u64().expect("what it costs");
            sums.count += 1;
            sums.units += meta["computeUnitsConsumed"].as_u64().expect("what it took");
            sums.cost += cost;
            for key in writes(&load[*place]) {
                *written.entry(key).or_default() += cost;
            }
        }
        sums.busiest = written.into_iter().map(|(key, cost)| (cost, key)).max().unwrap_or_default();
        sums
    }

    /// Takes note of when slots began.
    pub fn time(&mut self, seen: BTreeMap<u64, Instant>) {
        let (first, last) = (seen.first_key_value().expect("a slot"), seen.last_key_value().expect("a slot"));
        self.slot = (*last.1 - *first.1).as_secs_f64() / (last.0 - first.0).max(1) as f64;
        let (from, to) = (self.by_slot.first_key_value(), self.by_slot.last_key_value());
        let (Some((from, _)), Some((to, _))) = (from, to) else { return };
        let counts: Vec<usize> =
            (*from..=*to).map(|slot| self.by_slot.get(&slot).map_or(0, |block| block.count)).collect();
        let window = ((SUSTAINED / self.slot).round() as usize).clamp(1, counts.len());
        let best = counts.windows(window).map(|window| window.iter().sum::<usize>()).max();
        let seconds = window as f64 * self.slot;
        self.sustained = best.unwrap_or(0) as f64 / seconds;
    }
}

/// What a transaction writes, whoever pays for it among them.
fn writes(ready: &Ready) -> BTreeSet<Pubkey> {
    let metas = ready.steps.iter().flat_map(|step| &step.accounts);
    let written = metas.filter(|meta| meta.is_writable).map(|meta| meta.pubkey);
    written.chain([ready.signers[0].pubkey()]).collect()
}
