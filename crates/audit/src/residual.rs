//! By how much something is off that must hold.

use crate::names::VAULTS;
use std::{fmt, ops::RangeInclusive};

/// Something that must hold, and by how much it is off where it is off most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residual {
    /// Its name, one of [`crate::names`].
    pub name: &'static str,
    /// What must hold, in a sentence that is always the same.
    pub rule: &'static str,
    /// Where the residual was found; empty if it is zero everywhere.
    pub what: String,
    /// What is there less what should be: quote units, tokens' smallest units, shares, lots, or a count of faults.
    pub residual: i128,
    /// Residuals that are no fault: roundings, which have a direction, and gifts where they are allowed.
    pub allowed: RangeInclusive<i128>,
}

impl Residual {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.allowed.contains(&self.residual)
    }

    /// By how many tokens a vault holds more than it owes, of a check that compares the two.
    pub fn surplus(&self) -> Option<i128> {
        VAULTS.contains(&self.name).then(|| self.residual.max(0))
    }

    /// How far a residual is out of what is allowed.
    fn excess(&self, residual: i128) -> i128 {
        let below = self.allowed.start().saturating_sub(residual);
        below.max(residual.saturating_sub(*self.allowed.end())).max(0)
    }
}

impl fmt::Display for Residual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} It is off by {}", self.rule, self.residual)?;
        if !self.what.is_empty() {
            write!(f, ": {}", self.what)?;
        }
        write!(f, ".")
    }
}

/// No fault but what is not zero.
pub(crate) const EXACT: RangeInclusive<i128> = 0..=0;
/// A largest residual that is none: it fits what reports count in.
pub(crate) const NO_END: i128 = i64::MAX as i128;

/// What it means that a vault holds more than it owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gifts {
    /// A fault: where it is known that nobody sends tokens to a vault, everything is exact.
    None,
    /// Nothing wrong: somebody has sent tokens there, which anybody can, and nobody is owed them.
    Allowed,
}

/// Residuals as they are found.
pub(crate) struct Checks {
    gifts: Gifts,
    all: Vec<Residual>,
}

impl Checks {
    /// None yet.
    pub const fn new(gifts: Gifts) -> Self {
        Self { gifts, all: vec![] }
    }

    /// Begins the next check.
    pub fn begin(&mut self, name: &'static str, allowed: RangeInclusive<i128>, rule: &'static str) {
        self.all.push(Residual { name, rule, what: String::new(), residual: 0, allowed });
    }

    /// Begins a check of vaults against what they owe.
    pub fn begin_vault(&mut self, name: &'static str, rule: &'static str) {
        let allowed = match self.gifts {
            Gifts::None => EXACT,
            Gifts::Allowed => 0..=NO_END,
        };
        self.begin(name, allowed, rule);
    }

    /// Takes note of a residual of the check that was begun last, if it is worse than those so far: further out of what
    /// is allowed, or, if none is, larger.
    pub fn note(&mut self, residual: i128, what: impl FnOnce() -> String) {
        let Some(check) = self.all.last_mut() else { return };
        let rank = |residual: i128| (check.excess(residual), residual.unsigned_abs());
        if rank(residual) > rank(check.residual) {
            (check.residual, check.what) = (residual, what());
        }
    }

    /// Takes note of two numbers that must not differ.
    pub fn same(&mut self, found: i128, expected: i128, of: impl FnOnce() -> String) {
        let what = || format!("{} is {found}, but {expected} is expected", of());
        self.note(found.saturating_sub(expected), what);
    }

    /// Counts faults: the first is told.
    pub fn fault(&mut self, what: impl FnOnce() -> String) {
        let Some(check) = self.all.last_mut() else { return };
        if check.residual == 0 {
            check.what = what();
        }
        check.residual = check.residual.saturating_add(1);
    }

    /// All of them.
    pub fn all(self) -> Vec<Residual> {
        self.all
    }
}
