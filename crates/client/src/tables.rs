//! Lookup tables: which there are, what is in them, and how to get more into them.

use crate::{Chain, Error, Result};
use anchor_lang::prelude::Pubkey;
use solana_address_lookup_table_interface::{
    instruction::{create_lookup_table, extend_lookup_table},
    program,
    state::AddressLookupTable,
};
use solana_instruction::Instruction;
use solana_message::AddressLookupTableAccount;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Most addresses of a table.
const MOST: usize = 256;
/// Addresses that one transaction can add beside all else.
const AT_ONCE: usize = 24;
/// Where a table holds whether it has an authority, which stands behind.
const AUTHORITY_AT: usize = 21;
/// Rounds without progress after which something is wrong.
const PATIENCE: usize = 5;
/// Time without a new slot after which a node is not worth waiting for.
const STANDSTILL: Duration = Duration::from_secs(30);
/// Pause between two looks at the slot.
const LOOK: Duration = Duration::from_millis(200);

/// The lookup tables of an authority.
pub struct Tables {
    authority: Pubkey,
    all: Vec<AddressLookupTableAccount>,
    usable: Vec<AddressLookupTableAccount>,
    /// The last slot in which one of them grew.
    extended_at: u64,
    missing: usize,
    idle_rounds: usize,
}

impl Tables {
    /// None yet.
    pub fn new(authority: Pubkey) -> Self {
        Self { authority, all: vec![], usable: vec![], extended_at: 0, missing: usize::MAX, idle_rounds: 0 }
    }

    /// Those that a transaction can use now.
    pub fn usable(&self) -> &[AddressLookupTableAccount] {
        &self.usable
    }

    /// Finds all tables of the authority that are not being closed.
    pub async fn load(&mut self, chain: &Chain) -> Result<()> {
        let owner = [&[1][..], self.authority.as_ref()].concat();
        let found = chain.program_accounts(&program::ID, [(AUTHORITY_AT, owner)]).await?;
        let slot = chain.slot().await?;
        self.all.clear();
        self.usable.clear();
        self.extended_at = 0;
        for (key, account) in found {
            let Ok(table) = AddressLookupTable::deserialize(&account.data) else { continue };
            if table.meta.deactivation_slot != u64::MAX {
                continue;
            }
            self.extended_at = self.extended_at.max(table.meta.last_extended_slot);
            let mut addresses = table.addresses.to_vec();
            self.all.push(AddressLookupTableAccount { key, addresses: addresses.clone() });
            // What was added in this slot counts from the next one on.
            if table.meta.last_extended_slot >= slot {
                addresses.truncate(table.meta.last_extended_slot_start_index.into());
            }
            self.usable.push(AddressLookupTableAccount { key, addresses });
        }
        self.all.sort_by_key(|table| table.key);
        Ok(())
    }

    /// What to send next so that all of these addresses come into some table; nothing when they are.
    pub async fn next_steps(
        &mut self,
        chain: &Chain,
        addresses: &[Pubkey],
    ) -> Result<Option<Vec<Instruction>>> {
        let known = |address: &&Pubkey| self.all.iter().any(|table| table.addresses.contains(address));
        let mut missing: Vec<Pubkey> = addresses.iter().filter(|address| !known(address)).copied().collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            (self.missing, self.idle_rounds) = (usize::MAX, 0);
            return Ok(None);
        }
        self.idle_rounds = if missing.len() < self.missing { 0 } else { self.idle_rounds + 1 };
        self.missing = missing.len();
        let mut steps = vec![];
        let spacious = self.all.iter().find(|table| table.addresses.len() < MOST);
        let (key, room) = match spacious {
            Some(table) => (table.key, MOST - table.addresses.len()),
            None => {
                // The slot is part of the table's address, and must be one that programs still know.
                let slot = chain.slot().await?.saturating_sub(1);
                let (create, key) = create_lookup_table(self.authority, self.authority, slot);
                steps.push(create);
                (key, MOST)
            }
        };
        missing.truncate(room.min(AT_ONCE));
        steps.push(extend_lookup_table(key, self.authority, Some(self.authority), missing));
        Ok(Some(steps))
    }

    /// Whether nothing has come of several steps; whoever asks once more begins anew.
    pub fn is_stuck(&mut self) -> bool {
        let stuck = self.idle_rounds >= PATIENCE;
        if stuck {
            (self.missing, self.idle_rounds) = (usize::MAX, 0);
        }
        stuck
    }

    /// Waits until everything in the tables can be used.
    pub async fn warm_up(&mut self, chain: &Chain) -> Result<()> {
        let begun = Instant::now();
        while chain.slot().await? <= self.extended_at {
            if begun.elapsed() > STANDSTILL {
                return Err(Error::Node("its slots stand still".into()));
            }
            sleep(LOOK).await;
        }
        self.usable = self.all.clone();
        Ok(())
    }
}
