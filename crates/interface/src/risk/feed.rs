//! Where a market's price comes from, and when it can be relied on.

use super::RECEIVERS;
use anchor_lang::prelude::*;
use borsh::{BorshDeserialize, BorshSerialize};

/// A feed of Pyth's receiver program; the only kind so far.
pub const FEED_PYTH: u8 = 1;

/// The one price account of a market.
#[zero_copy]
#[derive(Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Feed {
    /// Program that must own the account: one of Pyth's receivers.
    pub owner: Pubkey,
    /// Address of the account.
    pub account: Pubkey,
    /// Name of the feed, which the account must repeat.
    pub id: [u8; 32],
    /// Widest confidence interval of a good price, half of it as a share of the price, in 2^-40.
    pub max_interval: i64,
    /// Furthest that a good price is from its own average, as a share of that, in 2^-40.
    pub band: i64,
    /// Oldest good price, in seconds.
    pub max_age: u32,
    /// Seconds for which liquidation waits for a wide feed to narrow.
    pub wide_grace: u32,
    /// Seconds for which liquidation waits for a price to come back to its average.
    pub far_pause: u32,
    /// Kind of account, [`FEED_PYTH`].
    pub kind: u8,
    /// Zero.
    pub padding: [u8; 3],
}

/// Longest age of a price, longest grace and longest pause: an hour.
const LONGEST: u32 = 3_600;

impl Feed {
    /// Whether every field lies in its range.
    pub fn is_sound(&self) -> bool {
        let shares = [self.max_interval, self.band];
        RECEIVERS.contains(&self.owner)
            && self.account != Pubkey::default()
            && self.kind == FEED_PYTH
            && shares.into_iter().all(|share| (1..=1 << 40).contains(&share))
            && (1..=LONGEST).contains(&self.max_age)
            && self.wide_grace <= LONGEST
            && self.far_pause <= LONGEST
            && self.padding == [0; 3]
    }
}

const _: () = assert!(size_of::<Feed>() == 128);
