//! Counts transactions, and compute units by instruction.

use crate::record::Units;
use ballast_testkit::{Failure, Outcome};
use std::collections::BTreeMap;

/// Places of a histogram: less than 2^k thousand units, k = 0 .. 11.
const PLACES: usize = 12;

/// What was sent so far.
#[derive(Default)]
pub struct Tally {
    by: BTreeMap<&'static str, Sent>,
    last: String,
}

#[derive(Default)]
struct Sent {
    units: Vec<u64>,
    refused: u32,
    beside: u32,
    again: u32,
}

impl Tally {
    /// Takes note of a transaction.
    pub fn count(&mut self, name: &'static str, sent: &Result<Outcome, Failure>) {
        let row = self.by.entry(name).or_default();
        match sent {
            Ok(outcome) => row.units.push(outcome.compute_units),
            Err(_) => row.refused += 1,
        }
        self.last.clear();
        self.last.push_str(name);
    }

    /// Takes note of one that was executed and left the group unwritten; it is counted, too.
    pub fn beside(&mut self, name: &'static str) {
        self.by.entry(name).or_default().beside += 1;
    }

    /// Takes note of one that is sent again with the group written. Only what becomes of that is counted.
    pub fn again(&mut self, name: &'static str) {
        self.by.entry(name).or_default().again += 1;
    }

    /// Name of the last instruction.
    pub fn last(&self) -> &str {
        &self.last
    }

    /// How many transactions there were, and how many of them were refused.
    pub fn sums(&self) -> (u32, u32) {
        let refused = self.by.values().map(|row| row.refused).sum();
        let done: u32 = self.by.values().map(|row| row.units.len() as u32).sum();
        (done + refused, refused)
    }

    /// How often an instruction was executed.
    pub fn times(&self, name: &str) -> u32 {
        self.by.get(name).map_or(0, |row| row.units.len() as u32)
    }

    /// Compute units by instruction, sorted by name.
    pub fn units(&self) -> Vec<Units> {
        self.by.iter().map(|(name, row)| row.units(name)).collect()
    }
}

impl Sent {
    fn units(&self, name: &str) -> Units {
        let mut sorted = self.units.clone();
        sorted.sort_unstable();
        let mut histogram = vec![0; PLACES];
        for units in &sorted {
            let place = (0..PLACES).find(|place| *units < 1_000 << place).unwrap_or(PLACES - 1);
            histogram[place] += 1;
        }
        Units {
            instruction: name.to_owned(),
            times: sorted.len() as u32,
            refused: self.refused,
            beside: self.beside,
            again: self.again,
            least: sorted.first().copied().unwrap_or(0),
            median: sorted.get(sorted.len() / 2).copied().unwrap_or(0),
            most: sorted.last().copied().unwrap_or(0),
            histogram,
        }
    }
}
