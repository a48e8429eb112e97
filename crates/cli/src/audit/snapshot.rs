//! All of a group's books as they stood at one moment.
//!
//! A node answers for one slot at a time, and no single question covers all accounts. So everything is read again and
//! again until two readings in a row are the same: what was the same before and after a moment is what it was at that
//! moment, since every change also changes a count that never comes back, an account's sequence or a sum of the group's.
//! Prices may move meanwhile: what they say is read last, and is no part of the books.

use crate::failure::{Failure, Result};
use anchor_lang::prelude::Pubkey;
use ballast_audit::{solvency::Opinion, Books};
use ballast_client::{Chain, Held, Layout};
use ballast_interface::{
    account::{Bank, Group, MarginAccount, Market, Venue},
    liquidation::{Auction, Fund, Stake},
    risk::{MarketRisk, Model},
    seeds,
};
use bytemuck::{bytes_of, NoUninit};
use std::{mem::offset_of, time::Duration};

/// Readings until it is given up.
const MOST_READINGS: usize = 20;
/// Pause after the first reading that was disturbed, and the longest: it doubles, so that nobody's node is kept busy.
const PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];
/// Behind the discriminator.
const HEAD: usize = 8;

/// Reads a group's books, and what they are weighed by.
pub async fn read(chain: &Chain, group: &Pubkey) -> Result<(Books, Opinion)> {
    let mut chain = chain.clone();
    let mut pause = PAUSES[0];
    let mut last = once(&chain, group).await?;
    for _ in 1..MOST_READINGS {
        // No later reading may be answered out of an older state.
        chain = chain.at_least(chain.slot().await?);
        let next = once(&chain, group).await?;
        if bytes(&last) == bytes(&next) {
            return Ok((next, opinion(&chain, group).await?));
        }
        last = next;
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES[1]);
    }
    Err(Failure::refused(format!(
        "The group changed during each of {MOST_READINGS} readings: try again when less is traded."
    )))
}

/// Reads everything once, in an order that does not depend on the node.
async fn once(chain: &Chain, address: &Pubkey) -> Result<Books> {
    let group: Group = chain.get(address).await?;
    let accounts = all::<MarginAccount, _>(chain, address, |held| held.address).await?;
    let markets = all::<Market, _>(chain, address, |held| held.state.market).await?;
    let banks = all::<Bank, _>(chain, address, |held| held.state.bank).await?;
    let venues = all::<Venue, _>(chain, address, |held| held.state.venue).await?;
    let auctions = all::<Auction, _>(chain, address, |held| held.address).await?;
    let fund = seeds::find_fund(address).0;
    let of_fund = (HEAD + offset_of!(Stake, fund), fund.to_bytes().to_vec());
    let mut stakes = chain.all_with::<Stake>(address, vec![of_fund]).await?;
    stakes.sort_unstable_by_key(|held| held.address);
    let fund_vault = seeds::find_fund_vault(&fund).0;
    let fund = chain.find::<Fund>(&fund).await?;
    let mut vaults = vec![seeds::find_vault(address).0, fund_vault];
    vaults.extend(banks.iter().map(|bank| bank.state.vault));
    let tokens = chain.accounts(&vaults).await?;
    // A vault that is not there holds nothing.
    let amount = |place: usize| -> u64 {
        let data = tokens.get(place).and_then(|account| account.as_ref()?.data.get(64..)?.first_chunk());
        data.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    };
    Ok(Books {
        now: chain.now().await?,
        group: Box::new(group),
        accounts: accounts.into_iter().map(|held| (held.address, Box::new(held.state))).collect(),
        markets: states(markets),
        bank_vaults: (0..banks.len()).map(|place| amount(place + 2)).collect(),
        banks: states(banks),
        venues: states(venues),
        vault: amount(0),
        fund: fund.map(|fund| (Box::new(fund), amount(1))),
        auctions: states(auctions),
        stakes: states(stakes),
    })
}

async fn all<T: Layout, K: Ord>(
    chain: &Chain,
    group: &Pubkey,
    key: impl Fn(&Held<T>) -> K,
) -> Result<Vec<Held<T>>> {
    let mut found = chain.all::<T>(group).await?;
    found.sort_unstable_by_key(key);
    Ok(found)
}

fn states<T>(held: Vec<Held<T>>) -> Vec<T> {
    held.into_iter().map(|held| held.state).collect()
}

async fn opinion(chain: &Chain, group: &Pubkey) -> Result<Opinion> {
    let model: Model = chain.get(&seeds::find_model(group).0).await?;
    let risks = all::<MarketRisk, _>(chain, group, |held| held.state.market).await?;
    Ok(Opinion { model: Box::new(model), risks: states(risks) })
}

/// Everything but the time, as bytes.
fn bytes(books: &Books) -> Vec<u8> {
    fn add<T: NoUninit>(all: &mut Vec<u8>, list: impl IntoIterator<Item = T>) {
        for one in list {
            all.extend_from_slice(bytes_of(&one));
        }
    }
    let mut all = bytes_of(&*books.group).to_vec();
    for (key, account) in &books.accounts {
        all.extend_from_slice(key.as_ref());
        all.extend_from_slice(bytes_of(&**account));
    }
    add(&mut all, books.markets.iter().copied());
    add(&mut all, books.banks.iter().copied());
    add(&mut all, books.venues.iter().copied());
    add(&mut all, books.auctions.iter().copied());
    add(&mut all, books.stakes.iter().copied());
    add(&mut all, [books.vault].into_iter().chain(books.bank_vaults.iter().copied()));
    if let Some((fund, tokens)) = &books.fund {
        all.extend_from_slice(bytes_of(&**fund));
        all.extend_from_slice(&tokens.to_le_bytes());
    }
    all
}
