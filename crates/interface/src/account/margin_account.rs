//! The margin account: one trader's whole book, measured as one.

use super::{AccountError, Collateral, Delegate, Leg, MarketBook};
use crate::Fixed64;
use anchor_lang::prelude::*;

/// Most delegates of an account.
pub const MAX_DELEGATES: usize = 4;

/// Most kinds of collateral in an account.
pub const MAX_COLLATERAL: usize = 12;

/// Most markets in which an account can hold legs or be owed profit.
pub const MAX_MARKETS: usize = 8;

/// Most positions in an account.
pub const MAX_LEGS: usize = 64;

/// One trader's book in a group: cash, collateral and positions that margin each other.
#[account("account", zero_copy)]
pub struct MarginAccount {
    /// Version of this layout, `MarginAccount::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Number of the account among its owner's in the group; part of the account's address.
    pub sub_id: u16,
    /// One if the account has a record of orders, else zero.
    pub has_record: u8,
    /// Zero.
    pub padding: [u8; 3],
    /// Group of the account; part of the account's address.
    pub group: Pubkey,
    /// Who owns the account; part of the account's address.
    pub owner: Pubkey,
    /// Count of changes to the account, so that a signer can name the state it saw.
    pub sequence: u64,
    /// Balance of the quote token in quote units as of when it was last looked at; below zero is debt.
    pub cash: i64,
    /// The group's interest index at which `counted` was counted: of debt if `counted` is negative.
    pub cash_index: Fixed64,
    /// Unix time in seconds at which liquidation began; zero when the account is not under liquidation.
    pub liquidation_since: i64,
    /// Who may act for the owner.
    pub delegates: [Delegate; MAX_DELEGATES],
    /// Tokens held beside cash.
    pub collateral: [Collateral; MAX_COLLATERAL],
    /// What is settled with each market.
    pub markets: [MarketBook; MAX_MARKETS],
    /// Positions, without gaps from the first row on, by rising market, expiry, strike and kind.
    pub legs: [Leg; MAX_LEGS],
    /// What the group's sums know of `cash`, as of `cash_index`; it bears interest.
    pub counted: i64,
    /// What `cash` is beyond that and its interest: what came or went in trades that did not write the group.
    pub uncounted: i64,
    /// The group's era of the deposit index, as of `cash_index`.
    pub cash_era: u32,
    /// Zero; room for later versions.
    pub reserved: [u8; 564],
}

impl MarginAccount {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 2;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// Refuses a layout that this crate does not describe.
    pub fn require_known(&self) -> Result<()> {
        require!(self.version == Self::VERSION, AccountError::AccountVersionUnknown);
        Ok(())
    }

    /// What must hold after every instruction that writes a margin account.
    pub fn invariant(&self) -> Result<()> {
        self.require_known()?;
        let named = self.group != Pubkey::default() && self.owner != Pubkey::default();
        // A row that is half free would hide from one reader what it shows to another.
        let delegates = self.delegates.iter().all(|row| (row.key == Pubkey::default()) == (row.scope == 0));
        let collateral = self.collateral.iter().all(|row| {
            let free = row.amount == 0;
            (row.bank == 0) == free && (row.market == 0) == free
        });
        let markets =
            self.markets.iter().all(|row| (row.market == 0) == (row.unpaid_profit == 0 && row.legs == 0));
        let legs = self.legs.iter().all(|leg| {
            let free = leg.quantity == 0;
            (leg.market == 0) == free && (leg.kind == 0) == free
        });
        let sound = named && delegates && collateral && markets && legs && self.in_order();
        require!(sound, AccountError::AccountBroken);
        Ok(())
    }

    /// Whether somebody may trade for the account now; if only to make positions smaller, more may.
    pub fn may_trade(&self, key: &Pubkey, reduce_only: bool, now: i64) -> bool {
        let scope =
            |row: &Delegate| row.scope == Delegate::TRADE || row.scope == Delegate::REDUCE && reduce_only;
        let mut delegates = self.delegates.iter().filter(|row| row.scope != 0 && row.key == *key);
        self.owner == *key || delegates.any(|row| scope(row) && now < row.expires_at)
    }

    /// Whether legs stand without gaps in canonical order, each instrument once.
    fn in_order(&self) -> bool {
        self.legs.windows(2).all(|pair| match pair {
            [_, b] if b.market == 0 => true,
            [a, b] => a.market != 0 && a.place() < b.place(),
            _ => true,
        })
    }
}

// One account is created by a CPI, which can allocate at most 10 240 bytes.
const _: () = assert!(MarginAccount::SIZE == 5_632);
const _: () = assert!(align_of::<MarginAccount>() <= 8);
