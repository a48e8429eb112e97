//! When prices are published: seldom when it is calm, three times a minute in the crash.

use crate::stage::{dates, DAY, DAY_START};

/// Seconds between two prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// When it is calm.
    pub calm: i64,
    /// Before the crash, after it, and in the last half hour of a date.
    pub brisk: i64,
    /// In the crash.
    pub crash: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { calm: 300, brisk: 60, crash: 20 }
    }
}

const HOUR: i64 = 3_600;

impl Pace {
    fn after(&self, seconds: i64) -> i64 {
        let settling = dates()[0] - DAY_START;
        match seconds {
            _ if (settling - HOUR / 2..settling + 300).contains(&seconds) => self.brisk,
            _ if (9 * HOUR..10 * HOUR).contains(&seconds) => self.brisk,
            _ if (10 * HOUR..11 * HOUR + HOUR / 2).contains(&seconds) => self.crash,
            _ if (11 * HOUR + HOUR / 2..12 * HOUR).contains(&seconds) => self.brisk,
            _ => self.calm,
        }
    }

    /// Seconds of the day at which prices are published.
    pub fn seconds(&self) -> Vec<i64> {
        let mut all = vec![0];
        while let Some(next) = all.last().map(|last| last + self.after(*last)).filter(|next| *next <= DAY) {
            all.push(next);
        }
        all
    }
}
