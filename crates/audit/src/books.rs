//! A group's books as they stand between two transactions.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{quote_unit, Bank, Group, MarginAccount, Market, Venue},
    liquidation::{Auction, Fund, Stake},
};

/// Everything of a group that money is counted in. An account that is left out shows as a residual.
#[derive(Clone)]
pub struct Books {
    /// Unix time.
    pub now: i64,
    /// The group.
    pub group: Box<Group>,
    /// All margin accounts, with their addresses.
    pub accounts: Vec<(Pubkey, Box<MarginAccount>)>,
    /// All markets.
    pub markets: Vec<Market>,
    /// All banks.
    pub banks: Vec<Bank>,
    /// All venues.
    pub venues: Vec<Venue>,
    /// Tokens of the group's vault.
    pub vault: u64,
    /// Tokens of the banks' vaults, in the order of banks.
    pub bank_vaults: Vec<u64>,
    /// The insurance fund, with tokens of its vault; none if nobody has created it, and nobody can be rescued.
    pub fund: Option<(Box<Fund>, u64)>,
    /// All auctions.
    pub auctions: Vec<Auction>,
    /// All stakes in the fund.
    pub stakes: Vec<Stake>,
}

impl Books {
    /// A market by its number.
    pub fn market(&self, number: u16) -> Option<&Market> {
        self.markets.iter().find(|market| market.market == number)
    }

    /// Steps of 10^-10 quote, in which the engine counts, in a quote unit.
    pub fn unit(&self) -> i128 {
        quote_unit(self.group.quote_decimals).into()
    }
}
