//! The group in an instruction that may write it, or may leave that: what every trade of a group writes keeps its trades
//! from running side by side.

use crate::errors::AccountError;
use anchor_lang::prelude::*;
use ballast_interface::account::{Group, MarginAccount};
use std::{cell::RefMut, ops::Deref};

/// A group while accounts in it change.
pub enum Ledger<'a> {
    /// The transaction writes the group: all cash of every account that it opens is counted.
    Written(RefMut<'a, Group>),
    /// It reads the group: a copy as of now, whose changes nobody will see. Cash changes beside what is counted.
    Read(Box<Group>),
}

impl<'a> Ledger<'a> {
    /// The group, to be written if the transaction lets it.
    #[inline(never)]
    pub fn of(group: &'a AccountLoader<Group>, now: i64) -> Result<Self> {
        if group.as_ref().is_writable {
            return Ok(Self::Written(group.load_mut()?));
        }
        let mut copy = bytemuck::zeroed_box::<Group>();
        bytemuck::bytes_of_mut(&mut *copy).copy_from_slice(bytemuck::bytes_of(&*group.load()?));
        copy.accrue_interest(now);
        Ok(Self::Read(copy))
    }

    /// Brings an account's cash up to date, so that it can change. Returns the interest.
    pub fn open(&mut self, account: &mut MarginAccount, now: i64) -> Result<i64> {
        match self {
            Self::Written(group) => account.take_out(group, now),
            Self::Read(group) => account.tell_interest(group, now),
        }
    }

    /// Ends that.
    pub fn close(&mut self, account: &mut MarginAccount) -> Result<()> {
        match self {
            Self::Written(group) => account.put_back(group),
            Self::Read(group) => account.put_beside(group),
        }
    }

    /// The group itself, for what cannot be done without writing it.
    pub fn written(&mut self) -> Result<&mut Group> {
        match self {
            Self::Written(group) => Ok(group),
            Self::Read(_) => Err(ErrorCode::AccountNotMutable.into()),
        }
    }

    /// Counts a change of one market's pool, or of fees that wait in it. Unwritten, it came from what is as little counted.
    pub fn count(&mut self, before: u64, after: u64) -> Result<()> {
        match self {
            Self::Written(group) => group.count(before, after),
            Self::Read(_) => Ok(()),
        }
    }

    /// Refuses more debt than the group lends, once the account is closed.
    pub fn require_lendable(&self, before: i64, after: i64) -> Result<()> {
        let more = after < before.min(0);
        let within = self.borrowed() <= u128::from(self.rules.borrow_cap);
        require!(!more || within, AccountError::BorrowCapReached);
        Ok(())
    }
}

impl Deref for Ledger<'_> {
    type Target = Group;

    fn deref(&self) -> &Group {
        match self {
            Self::Written(group) => group,
            Self::Read(group) => group,
        }
    }
}
