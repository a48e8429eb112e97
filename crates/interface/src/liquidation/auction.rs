//! The auction of an account under liquidation.

use super::LiquidationError;
use crate::account::MAX_MARKETS;
use anchor_lang::prelude::*;

/// What was paid for options of one market, so that a debt can be told whose loss it is; a row of zeros is free.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bought {
    /// What the account paid to be rid of them, in quote units.
    pub paid: u64,
    /// Number of the market.
    pub market: u16,
    /// Zero.
    pub padding: [u8; 6],
}

/// What is offered of one account, and since when.
#[account("account", zero_copy)]
pub struct Auction {
    /// Version of this layout, `Auction::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Last hop of the waterfall that was made: see [`Hop`].
    pub hop: u8,
    /// One if a taking brought the account to its target, but the group has yet to count its cash before it is released: the
    /// auction does not run.
    pub idle: u8,
    /// Zero.
    pub padding: [u8; 4],
    /// Group of the account.
    pub group: Pubkey,
    /// Account under liquidation; part of the address.
    pub margin_account: Pubkey,
    /// Who began it, and gets its rent back.
    pub beginner: Pubkey,
    /// When it began, or began anew, in unix time.
    pub began_at: i64,
    /// When something was last taken over.
    pub taken_at: i64,
    /// When the last hop was made.
    pub hop_at: i64,
    /// Count of takings.
    pub takings: u64,
    /// What liquidators were paid so far, in quote units.
    pub discounts: u64,
    /// What was paid for options, by market.
    pub bought: [Bought; MAX_MARKETS],
    /// What of the discounts was paid while the account was small, in quote units: it counts for the reward of its last
    /// positions.
    pub small_paid: u64,
    /// Zero; room for later versions.
    pub reserved: [u8; 88],
}

/// Hops of the waterfall behind the auction, in their order.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hop {
    /// None was made: the account is being reduced.
    Auction = 0,
    /// The insurance has paid what it may.
    Insurance = 1,
    /// Claims of the markets' winners were cut.
    Claims = 2,
    /// All lenders bore what was left.
    Shared = 3,
}

impl Auction {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Refuses a layout that this crate does not describe.
    pub fn require_known(&self) -> Result<()> {
        require!(self.version == Self::VERSION, LiquidationError::VersionUnknown);
        Ok(())
    }

    /// How many seconds it has run.
    pub fn seconds(&self, now: i64) -> i64 {
        if self.idle != 0 {
            return 0;
        }
        now.saturating_sub(self.began_at).max(0)
    }

    /// Lets it begin anew if it does not run: what is lost from now on is another loss, with hops of its own.
    pub fn wake(&mut self, now: i64) {
        if self.idle != 0 {
            (self.idle, self.began_at) = (0, now);
            (self.hop, self.hop_at, self.small_paid) = (0, 0, 0);
            self.bought = [Bought::default(); MAX_MARKETS];
        }
    }

    /// Takes note of something that was taken over, from an account that was small or not.
    pub fn count(&mut self, paid: i64, small: bool, now: i64) -> Result<()> {
        let paid = paid.max(0).unsigned_abs();
        self.takings = self.takings.saturating_add(1);
        self.discounts = self.discounts.saturating_add(paid);
        self.small_paid = self.small_paid.saturating_add(if small { paid } else { 0 });
        self.taken_at = now;
        Ok(())
    }

    /// Takes note of what was paid for options of a market; of more markets than an account has, only the first count.
    pub fn buy(&mut self, market: u16, paid: u64) {
        let known = self.bought.iter().position(|row| row.market == market);
        let place = known.or_else(|| self.bought.iter().position(|row| row.market == 0));
        if let (Some(row), true) = (place.and_then(|place| self.bought.get_mut(place)), paid > 0) {
            (row.market, row.paid) = (market, row.paid.saturating_add(paid));
        }
    }

    /// Makes the next hop, which must come right behind the last one, and, but for the first, some time after it. Only the
    /// last can be made again: should lenders have had too little, others may come.
    pub fn make(&mut self, hop: Hop, grace_seconds: u32, now: i64) -> Result<()> {
        let again = hop == Hop::Shared && self.hop == Hop::Shared as u8;
        let next = self.hop == (hop as u8).saturating_sub(1);
        require!(next || again, LiquidationError::HopOutOfOrder);
        let waited = now.saturating_sub(self.hop_at) >= i64::from(grace_seconds);
        require!(hop == Hop::Insurance || waited, LiquidationError::HopEarly);
        (self.hop, self.hop_at) = (hop as u8, now);
        Ok(())
    }
}

const _: () = assert!(size_of::<Bought>() == 16);
const _: () = assert!(Auction::SIZE == 376);
const _: () = assert!(align_of::<Auction>() <= 8);
