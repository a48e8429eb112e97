//! What the protocol owns, owes, and would lose.

use crate::{risk::MAX_ROWS, Wide};
use anchor_lang::prelude::*;

/// A count of a group's accounts that is under way.
#[account("account", zero_copy)]
pub struct SolvencyEpoch {
    /// Version of this layout, `SolvencyEpoch::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// Group that is counted; part of the address.
    pub group: Pubkey,
    /// Number of the epoch; part of the address.
    pub epoch: u64,
    /// When the count began, in unix time.
    pub began_at: i64,
    /// Accounts counted so far.
    pub counted: u64,
    /// Count of changes to the model by whose rows is counted.
    pub revision: u64,
    /// Value of the accounts above water, in 10^-10 quote.
    pub liabilities: Wide,
    /// Value of those below, as a loss.
    pub bad_debt: Wide,
    /// By row of the model, what accounts would owe beyond what they have.
    pub shortfalls: [Wide; MAX_ROWS],
    /// Zero; room for later versions.
    pub reserved: [u8; 272],
}

/// The last complete count of a group.
#[account("account", zero_copy)]
pub struct SolvencyReport {
    /// Version of this layout, `SolvencyReport::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Row of the model with the worst shortfall.
    pub worst_row: u8,
    /// Zero.
    pub padding: [u8; 5],
    /// Group of the report; part of the address.
    pub group: Pubkey,
    /// Number of the epoch.
    pub epoch: u64,
    /// When the count ended, in unix time.
    pub ended_at: i64,
    /// Accounts counted.
    pub counted: u64,
    /// Accounts that there were.
    pub accounts: u64,
    /// Count of changes to the model by whose rows was counted.
    pub revision: u64,
    /// What the vaults hold, in 10^-10 quote.
    pub assets: Wide,
    /// What accounts above water are worth.
    pub liabilities: Wide,
    /// What the insurance fund holds.
    pub insurance: Wide,
    /// What accounts below water owe.
    pub bad_debt: Wide,
    /// Worst shortfall over the rows.
    pub shortfall: Wide,
    /// Loss-absorbing funds over the worst shortfall, in 2^-40; at the end of the range without a shortfall.
    pub index: i64,
    /// Zero; room for later versions.
    pub reserved: [u8; 336],
}

impl SolvencyEpoch {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

impl SolvencyReport {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());
}

const _: () = assert!(SolvencyEpoch::SIZE == 1_024 && SolvencyReport::SIZE == 512);
const _: () = assert!(align_of::<SolvencyEpoch>() <= 8 && align_of::<SolvencyReport>() <= 8);
