//! Price accounts as Pyth's receiver programs write them.

use crate::World;
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::PRICE_UPDATE_TAG;
use solana_account::Account;

/// How far a price update is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// By so many guardians.
    Partial(u8),
    /// By a full quorum.
    Full,
}

/// A price update, every field of the account.
#[derive(Clone, Copy, Debug)]
pub struct PriceUpdate {
    /// Program that owns the account.
    pub owner: Pubkey,
    /// Who may write it.
    pub write_authority: Pubkey,
    /// How far it is verified.
    pub level: Level,
    /// Name of the feed.
    pub id: [u8; 32],
    /// Price, times ten to the exponent.
    pub price: i64,
    /// Half width of the confidence interval, likewise.
    pub interval: u64,
    /// Exponent of ten.
    pub exponent: i32,
    /// When it was published, in unix time.
    pub published_at: i64,
    /// When the one before was.
    pub published_before: i64,
    /// Moving average of the price.
    pub average: i64,
    /// Its interval.
    pub average_interval: u64,
    /// Slot in which it was posted.
    pub posted_slot: u64,
}

impl PriceUpdate {
    /// The account's data, of the length that the receiver allocates.
    pub fn data(&self) -> Vec<u8> {
        let mut data = PRICE_UPDATE_TAG.to_vec();
        data.extend(self.write_authority.to_bytes());
        match self.level {
            Level::Partial(count) => data.extend([0, count]),
            Level::Full => data.push(1),
        }
        data.extend(self.id);
        data.extend(self.price.to_le_bytes());
        data.extend(self.interval.to_le_bytes());
        data.extend(self.exponent.to_le_bytes());
        data.extend(self.published_at.to_le_bytes());
        data.extend(self.published_before.to_le_bytes());
        data.extend(self.average.to_le_bytes());
        data.extend(self.average_interval.to_le_bytes());
        data.extend(self.posted_slot.to_le_bytes());
        data.resize(134, 0);
        data
    }

    /// The account.
    pub fn account(&self) -> Account {
        let (lamports, data, owner) = (1_823_520, self.data(), self.owner);
        Account { lamports, data, owner, executable: false, rent_epoch: u64::MAX }
    }
}

impl World {
    /// Writes a price account, as the receiver program would.
    pub fn publish(&mut self, address: &Pubkey, update: &PriceUpdate) {
        self.svm.set_account(address, update.account());
    }
}
