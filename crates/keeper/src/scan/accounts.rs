//! The accounts that a scan holds, and their order by distance from the edge.

use super::{Standing, Unfit};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::MarginAccount;
use std::collections::{BTreeSet, HashMap};

/// One account.
pub(super) struct Entry {
    pub key: Pubkey,
    pub slot: u64,
    pub account: Box<MarginAccount>,
    /// How many positions the account has.
    pub legs: usize,
    pub standing: Option<Result<Standing, Unfit>>,
    /// Where the account is in the order, if it has a standing.
    distance: Option<i64>,
}

/// The standing of the account at a place.
pub(super) type Found = (u32, Result<Standing, Unfit>);

/// When an account that is to be assessed at once was due.
pub(super) const AT_ONCE: i64 = i64::MIN;

/// Accounts by place and by key. What every scan goes through stands by itself, close together.
#[derive(Default)]
pub(super) struct Accounts {
    places: HashMap<Pubkey, u32>,
    entries: Vec<Entry>,
    /// When each is to be assessed again, in unix time.
    due: Vec<i64>,
    /// Bits of the markets that each depends on.
    needs: Vec<u64>,
    /// Slots in which accounts were closed: what is older tells of them no more.
    closed: HashMap<Pubkey, u64>,
    /// Distances from the edge, worst first.
    order: BTreeSet<(i64, u32)>,
}

impl Accounts {
    /// Takes an account over, unless what is known is newer.
    pub fn set(&mut self, key: Pubkey, account: MarginAccount, slot: u64, needs: u64) -> bool {
        if self.closed.get(&key).is_some_and(|closed| slot <= *closed) {
            return false;
        }
        self.closed.remove(&key);
        let legs = account.legs.iter().take_while(|leg| leg.market != 0).count();
        if let Some(place) = self.places.get(&key) {
            let place = *place as usize;
            let entry = &mut self.entries[place];
            if slot < entry.slot {
                return false;
            }
            (*entry.account, entry.legs, entry.slot) = (account, legs, slot);
            (self.due[place], self.needs[place]) = (AT_ONCE, needs);
            return true;
        }
        self.places.insert(key, self.entries.len() as u32);
        self.entries.push(Entry {
            key,
            slot,
            account: Box::new(account),
            legs,
            standing: None,
            distance: None,
        });
        self.due.push(AT_ONCE);
        self.needs.push(needs);
        true
    }

    /// Forgets an account, unless what is known is newer.
    pub fn remove(&mut self, key: &Pubkey, slot: u64) {
        let known = self.places.get(key).copied();
        if known.is_some_and(|place| slot < self.entries[place as usize].slot) {
            return;
        }
        let closed = self.closed.entry(*key).or_default();
        *closed = slot.max(*closed);
        let Some(place) = self.places.remove(key) else { return };
        let last = self.entries.len() as u32 - 1;
        self.unrank(place);
        // The last one moves to the free place.
        let moved = self.entries[last as usize].distance;
        self.unrank(last);
        self.entries.swap_remove(place as usize);
        self.due.swap_remove(place as usize);
        self.needs.swap_remove(place as usize);
        if place != last {
            self.places.insert(self.entries[place as usize].key, place);
            self.entries[place as usize].distance = moved;
            self.order.extend(moved.map(|distance| (distance, place)));
        }
    }

    fn unrank(&mut self, place: u32) {
        if let Some(distance) = self.entries[place as usize].distance.take() {
            self.order.remove(&(distance, place));
        }
    }

    /// An account by its key.
    pub fn get(&self, key: &Pubkey) -> Option<&Entry> {
        self.places.get(key).map(|place| &self.entries[*place as usize])
    }

    /// An account by its place.
    pub fn at(&self, place: u32) -> &Entry {
        &self.entries[place as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Marks the accounts that depend on one of some markets.
    pub fn mark(&mut self, markets: u64) {
        for (due, needs) in self.due.iter_mut().zip(&self.needs) {
            if needs & markets != 0 {
                *due = AT_ONCE;
            }
        }
    }

    /// Marks all accounts.
    pub fn mark_all(&mut self) {
        self.due.fill(AT_ONCE);
    }

    /// Finds anew what accounts depend on.
    pub fn find_needs(&mut self, needed: impl Fn(&MarginAccount) -> u64) {
        for (needs, entry) in self.needs.iter_mut().zip(&self.entries) {
            *needs = needed(&entry.account);
        }
    }

    /// Places of the accounts that are due.
    pub fn due(&self, now: i64) -> Vec<u32> {
        let due = self.due.iter().enumerate().filter(|(_, due)| **due <= now);
        due.map(|(place, _)| place as u32).collect()
    }

    /// Takes over new standings, with a rule when each is due again.
    pub fn take(&mut self, found: Vec<Found>, due: impl Fn(u32, Option<&Standing>) -> i64) {
        // Sorting all anew is quicker than moving many.
        let many = found.len() > self.entries.len() / 16;
        for (place, standing) in found {
            self.due[place as usize] = due(place, standing.as_ref().ok());
            let entry = &mut self.entries[place as usize];
            let distance = standing.as_ref().ok().map(Standing::distance);
            let before = std::mem::replace(&mut entry.distance, distance);
            entry.standing = Some(standing);
            if before != distance && !many {
                if let Some(before) = before {
                    self.order.remove(&(before, place));
                }
                self.order.extend(distance.map(|distance| (distance, place)));
            }
        }
        if many {
            let all = self.entries.iter().enumerate();
            self.order = all.filter_map(|(place, entry)| Some((entry.distance?, place as u32))).collect();
        }
    }

    /// Accounts that have a standing, worst first.
    pub fn by_distance(&self) -> impl Iterator<Item = (Pubkey, Standing)> + '_ {
        self.order.iter().filter_map(|(_, place)| {
            let entry = self.at(*place);
            Some((entry.key, *entry.standing.as_ref()?.as_ref().ok()?))
        })
    }

    /// Bytes held, roughly where the library's tables are concerned.
    pub fn memory(&self) -> usize {
        let row = size_of::<Entry>() + size_of::<i64>() + size_of::<u64>();
        let boxed = size_of::<MarginAccount>();
        let table = (size_of::<(Pubkey, u32)>() + 1) * (self.places.capacity() + self.closed.capacity());
        let order = self.order.len() * size_of::<(i64, u32)>() * 3 / 2;
        self.entries.capacity() * row + self.entries.len() * boxed + table + order
    }
}
