//! Slots, heights, and the blockhashes that a transaction may have.

use solana_hash::Hash;
use solana_slot_hashes::SlotHashes;
use std::collections::{BTreeMap, HashMap};

/// Blocks for which a blockhash can be used after its own.
pub(crate) const BLOCKHASH_AGE: u64 = 150;

/// Slots whose time is remembered.
const TIMES: usize = 10_000;

/// What the node knows of its blocks.
pub(crate) struct Blocks {
    /// Current slot.
    pub slot: u64,
    /// Current block's height. It is not the slot, so that whoever mixes them up will notice.
    pub height: u64,
    /// The newest blockhash.
    pub latest: Hash,
    /// The sysvar that lookup tables depend on.
    pub slot_hashes: SlotHashes,
    heights: HashMap<Hash, u64>,
    times: BTreeMap<u64, i64>,
}

impl Blocks {
    /// The first block.
    pub fn new(slot: u64, hash: Hash, time: i64) -> Self {
        let mut blocks = Self {
            slot,
            height: 0,
            latest: hash,
            slot_hashes: SlotHashes::default(),
            heights: HashMap::new(),
            times: BTreeMap::new(),
        };
        blocks.advance(slot, hash, time);
        blocks
    }

    /// A new block in a later slot.
    pub fn advance(&mut self, slot: u64, hash: Hash, time: i64) {
        self.slot = slot;
        self.height += 1;
        let oldest = self.height.saturating_sub(BLOCKHASH_AGE);
        self.heights.retain(|_, height| *height >= oldest);
        self.slot_hashes.add(slot, hash);
        self.times.insert(slot, time);
        if self.times.len() > TIMES {
            self.times.pop_first();
        }
        self.add_hash(hash);
    }

    /// One more blockhash of the current block.
    pub fn add_hash(&mut self, hash: Hash) {
        self.latest = hash;
        self.heights.insert(hash, self.height);
    }

    /// Forgets every blockhash.
    pub fn forget_hashes(&mut self) {
        self.heights.clear();
    }

    /// Whether a transaction may have this blockhash now.
    pub fn is_recent(&self, hash: &Hash) -> bool {
        self.heights.contains_key(hash)
    }

    /// Height of the last block in which the newest blockhash can be used.
    pub fn last_valid_height(&self) -> u64 {
        self.height + BLOCKHASH_AGE
    }

    /// The first slot of which anything is remembered.
    pub fn first_slot(&self) -> u64 {
        self.times.keys().next().copied().unwrap_or(self.slot)
    }

    /// Unix time of a slot.
    pub fn time(&self, slot: u64) -> Option<i64> {
        self.times.get(&slot).copied()
    }
}
