//! What is told of an account.

use serde_json::{json, Value};
use std::fmt;

/// What an account can pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// Room over initial margin, in per cent of it.
    Room(u32),
    /// Health over maintenance margin, in per cent of it.
    Health(u32),
    /// A rescue.
    Rescue,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(percent) => write!(f, "room {percent} %"),
            Self::Health(percent) => write!(f, "health {percent} %"),
            Self::Rescue => f.write_str("rescue"),
        }
    }
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It fell below the bound.
    Below,
    /// It came back above it.
    Above,
    /// The rescue began.
    Begun,
    /// The rescue ended.
    Ended,
}

impl Direction {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
            Self::Begun => "begun",
            Self::Ended => "ended",
        }
    }
}

/// One notice; money is in quote units, rounded down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The margin account.
    pub account: String,
    /// Its owner.
    pub owner: String,
    /// What was passed.
    pub bound: Bound,
    /// Which way.
    pub direction: Direction,
    /// What the account is worth; zero, like all margins, if it could not be assessed.
    pub value: i128,
    /// Maintenance margin.
    pub maintenance: i128,
    /// Initial margin.
    pub initial: i128,
    /// Value less maintenance margin.
    pub health: i128,
    /// Value less initial margin.
    pub room: i128,
    /// The newest slot that was known.
    pub slot: u64,
    /// Unix time.
    pub time: i64,
}

impl Notice {
    /// The notice as it is posted: amounts are strings, for readers whose numbers have 53 bits.
    pub fn json(&self) -> Value {
        json!({
            "account": self.account,
            "owner": self.owner,
            "bound": self.bound.to_string(),
            "direction": self.direction.name(),
            "value": self.value.to_string(),
            "maintenance": self.maintenance.to_string(),
            "initial": self.initial.to_string(),
            "health": self.health.to_string(),
            "room": self.room.to_string(),
            "slot": self.slot,
            "time": self.time,
        })
    }
}
