//! Reads a price update of Pyth's receiver programs.
//!
//! Read by hand, because their crate would bring three more versions of the serialiser and of Solana's crates into
//! every program; a test holds the two against each other.

use super::{Feed, Observation, PriceSource, RiskError};
use anchor_lang::prelude::*;

/// The two programs that own price updates: Pyth's original receiver and its compatible sibling.
pub const RECEIVERS: [Pubkey; 2] = [
    pubkey!("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ"),
    pubkey!("rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp"),
];

/// First eight bytes of a price update account: the hash of "account:PriceUpdateV2".
pub const PRICE_UPDATE_TAG: [u8; 8] = [34, 241, 35, 99, 157, 126, 244, 205];

/// Accounts of the receiver programs.
pub struct Pyth;

/// Where the level of verification stands: behind the tag and the address of who may write the account.
const LEVEL: usize = 40;
/// The level of an update that a full quorum signed; any other level has a byte more, so all that follows moves.
const FULL: u8 = 1;

impl PriceSource for Pyth {
    fn observe(feed: &Feed, address: &Pubkey, owner: &Pubkey, data: &[u8]) -> Result<Observation> {
        require_keys_eq!(*address, feed.account, RiskError::PriceAccountWrong);
        require_keys_eq!(*owner, feed.owner, RiskError::PriceOwnerWrong);
        require!(data.starts_with(&PRICE_UPDATE_TAG), RiskError::PriceMalformed);
        let level = data.get(LEVEL).ok_or(RiskError::PriceMalformed)?;
        require!(*level == FULL, RiskError::PriceUnverified);
        let mut fields = Fields(data.get(LEVEL + 1..).unwrap_or(&[]));
        require!(fields.take::<32>()? == feed.id, RiskError::PriceFeedWrong);
        let price = i64::from_le_bytes(fields.take()?);
        let interval = u64::from_le_bytes(fields.take()?);
        let exponent = i32::from_le_bytes(fields.take()?);
        let published_at = i64::from_le_bytes(fields.take()?);
        let _before = fields.take::<8>()?;
        let average = i64::from_le_bytes(fields.take()?);
        // The average's interval and the slot, which nothing here asks for; they must be there, though.
        fields.take::<16>()?;
        Ok(Observation { price, interval, exponent, published_at, average })
    }
}

/// Bytes, taken from the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk().ok_or(RiskError::PriceMalformed)?;
        self.0 = rest;
        Ok(*head)
    }
}
