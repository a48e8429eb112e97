//! Reading books from wherever accounts are: an SVM in process, a node's snapshot, a test.

use crate::Books;
use anchor_lang::{prelude::Pubkey, Discriminator, Owner};
use ballast_interface::{
    account::{Bank, Group, MarginAccount, Market, Venue},
    liquidation::{Auction, Fund, Stake},
    seeds,
};
use bytemuck::AnyBitPattern;
use std::fmt;

/// Where a group's books are. Finding addresses takes longer than reading: whoever reads often keeps them.
#[derive(Clone, Debug)]
pub struct Places {
    group: Pubkey,
    vault: Pubkey,
    markets: Vec<Pubkey>,
    accounts: Vec<Pubkey>,
    auctions: Vec<Pubkey>,
    stakes: Vec<Pubkey>,
    fund: Pubkey,
    fund_vault: Pubkey,
}

impl Places {
    /// The places of a group's books, by the numbers of its markets, the addresses of all margin accounts that there are
    /// or were, and everybody who ever staked.
    pub fn new(group: &Pubkey, markets: &[u16], accounts: &[Pubkey], stakers: &[Pubkey]) -> Self {
        let fund = seeds::find_fund(group).0;
        Self {
            group: *group,
            vault: seeds::find_vault(group).0,
            markets: markets.iter().map(|number| seeds::find_market(group, *number).0).collect(),
            accounts: accounts.to_vec(),
            auctions: accounts.iter().map(|account| seeds::find_auction(account).0).collect(),
            stakes: stakers.iter().map(|owner| seeds::find_stake(&fund, owner).0).collect(),
            fund,
            fund_vault: seeds::find_fund_vault(&fund).0,
        }
    }

    /// Adds a margin account.
    pub fn add(&mut self, account: &Pubkey) {
        self.accounts.push(*account);
        self.auctions.push(seeds::find_auction(account).0);
    }
}

/// An account that is missing, or not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What it should be.
    pub what: &'static str,
    /// Its address.
    pub address: Pubkey,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "There is no {} that can be read at {}.", self.what, self.address)
    }
}

impl std::error::Error for Unreadable {}

/// A way to an account's owner and data; none if there is no such account.
pub(crate) struct Reader<F>(pub F);

impl<F: FnMut(&Pubkey) -> Option<(Pubkey, Vec<u8>)>> Reader<F> {
    /// An account that may be there. The version is the first byte of every layout.
    pub fn find<T: Owner + Discriminator + AnyBitPattern>(
        &mut self,
        what: &'static str,
        version: u8,
        address: &Pubkey,
    ) -> Result<Option<Box<T>>, Unreadable> {
        let Some((owner, data)) = (self.0)(address).filter(|(_, data)| !data.is_empty()) else {
            return Ok(None);
        };
        let body = data.strip_prefix(T::DISCRIMINATOR).filter(|body| {
            owner == T::owner() && body.len() == size_of::<T>() && body.first() == Some(&version)
        });
        let body = body.ok_or(Unreadable { what, address: *address })?;
        Ok(Some(Box::new(bytemuck::pod_read_unaligned(body))))
    }

    /// An account that must be there.
    pub fn get<T: Owner + Discriminator + AnyBitPattern>(
        &mut self,
        what: &'static str,
        version: u8,
        address: &Pubkey,
    ) -> Result<Box<T>, Unreadable> {
        self.find(what, version, address)?.ok_or(Unreadable { what, address: *address })
    }

    /// What a token account of a token program holds.
    fn tokens(&mut self, address: &Pubkey, program: &Pubkey) -> Result<u64, Unreadable> {
        let account = (self.0)(address).filter(|(owner, _)| owner == program);
        let amount = account.and_then(|(_, data)| Some(u64::from_le_bytes(*data.get(64..)?.first_chunk()?)));
        amount.ok_or(Unreadable { what: "token account", address: *address })
    }
}

impl Books {
    /// Reads a group's books as of a time, by a way to an account's owner and data.
    pub fn read(
        places: &Places,
        now: i64,
        fetch: impl FnMut(&Pubkey) -> Option<(Pubkey, Vec<u8>)>,
    ) -> Result<Self, Unreadable> {
        let mut reader = Reader(fetch);
        let key = &places.group;
        let group = reader.get::<Group>("group", Group::VERSION, key)?;
        let program = group.quote_token_program;
        let opened = group.vault != Pubkey::default();
        let vault = if opened { reader.tokens(&places.vault, &program)? } else { 0 };
        let (mut banks, mut bank_vaults, mut venues) = (vec![], vec![], vec![]);
        for number in 1..=group.bank_count {
            let address = seeds::find_bank(key, number).0;
            let bank = *reader.get::<Bank>("bank", Bank::VERSION, &address)?;
            bank_vaults.push(reader.tokens(&bank.vault, &bank.token_program)?);
            banks.push(bank);
        }
        for number in 1..=group.venue_count {
            let address = seeds::find_venue(key, number).0;
            venues.push(*reader.get::<Venue>("venue", Venue::VERSION, &address)?);
        }
        let fund = match reader.find::<Fund>("insurance fund", Fund::VERSION, &places.fund)? {
            Some(fund) => Some((fund, reader.tokens(&places.fund_vault, &program)?)),
            None => None,
        };
        let market = |address| reader.get::<Market>("market", Market::VERSION, address).map(|market| *market);
        let markets = places.markets.iter().map(market).collect::<Result<_, _>>()?;
        let (mut accounts, mut auctions, mut stakes) = (vec![], vec![], vec![]);
        for address in &places.accounts {
            let found = reader.find::<MarginAccount>("margin account", MarginAccount::VERSION, address)?;
            accounts.extend(found.map(|account| (*address, account)));
        }
        for address in &places.auctions {
            auctions.extend(reader.find::<Auction>("auction", Auction::VERSION, address)?.map(|it| *it));
        }
        for address in &places.stakes {
            stakes.extend(reader.find::<Stake>("stake", Stake::VERSION, address)?.map(|it| *it));
        }
        Ok(Self { now, group, accounts, markets, banks, venues, vault, bank_vaults, fund, auctions, stakes })
    }
}
