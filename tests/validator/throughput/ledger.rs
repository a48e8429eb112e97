//! The books that loads must leave: sums of positions, cash and fees, before and after.

use super::crowd::{Crowd, Fallen, Pair};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Group, Market},
    seeds,
};
use ballast_testkit::{Exchange, Trader, World};
use std::collections::BTreeMap;

/// Cash of every trader of some pairs, and the tokens in their vaults.
pub fn money(world: &mut World, crowd: &Crowd, pairs: &[Pair]) -> (Vec<i64>, u64) {
    let traders = pairs.iter().flat_map(|pair| &pair.sides);
    let cash = traders.map(|trader| world.margin_account(&trader.account).cash).collect();
    let vaults = crowd.exchanges.iter().map(|exchange| seeds::find_vault(&exchange.group()).0);
    let vaults: Vec<Pubkey> = vaults.collect();
    (cash, vaults.iter().map(|vault| world.tokens(vault)).sum())
}

/// Lots that an account holds in a market; it holds nothing but perps.
fn lots(world: &mut World, account: &Pubkey, market: u16) -> i64 {
    let legs = world.margin_account(account).legs;
    legs.iter().filter(|leg| leg.market == market).map(|leg| leg.quantity).sum()
}

/// Lots of both sides of every pair.
pub fn positions(world: &mut World, pairs: &[Pair]) -> Vec<[i64; 2]> {
    let of = |pair: &Pair| pair.sides.each_ref().map(|trader| lots(world, &trader.account, pair.market));
    pairs.iter().map(of).collect()
}

/// All markets of all exchanges.
fn markets(world: &mut World, crowd: &Crowd) -> Vec<Market> {
    let of = |exchange: &Exchange| {
        let group = exchange.group();
        let addresses = exchange.risk.markets.iter().map(|number| seeds::find_market(&group, *number).0);
        addresses.collect::<Vec<_>>()
    };
    let addresses: Vec<Pubkey> = crowd.exchanges.iter().flat_map(of).collect();
    addresses.iter().map(|address| world.typed(address)).collect()
}

fn groups(world: &mut World, crowd: &Crowd) -> Vec<Group> {
    crowd.exchanges.iter().map(|exchange| world.typed(&exchange.group())).collect()
}

/// Fees of all groups and venues that are not collected yet: what groups count, and what waits in markets.
pub fn fees(world: &mut World, crowd: &Crowd) -> u64 {
    let counted = groups(world, crowd).iter().map(|group| group.fees + group.venue_fees).sum::<u64>();
    let waiting = markets(world, crowd).into_iter().map(|market| {
        let venues = market.waiting.venues.iter().map(|row| row.amount);
        market.waiting.fees + venues.sum::<u64>()
    });
    counted + waiting.sum::<u64>()
}

/// What groups say is uncounted, less what is: pools, fees that wait, and what some accounts have beside their counted cash.
/// It is what all others have there, which no load changes unless it names them.
pub fn uncounted(world: &mut World, crowd: &Crowd, accounts: &[Pubkey]) -> i128 {
    let told: i128 = groups(world, crowd).iter().map(|group| i128::from(group.uncounted)).sum();
    let markets = markets(world, crowd).into_iter();
    let markets: i128 = markets.map(|market| (u128::from(market.pool) + market.waiting.sum()) as i128).sum();
    let beside = accounts.iter().map(|account| i128::from(world.margin_account(account).uncounted));
    told - markets - beside.sum::<i128>()
}

/// Lots of those who fell short, one by one, and of the takers by market.
pub fn taken(world: &mut World, takers: &[Trader], fallen: &[Fallen]) -> (Vec<i64>, BTreeMap<u16, i64>) {
    let left = fallen.iter().map(|fallen| lots(world, &fallen.account, fallen.market)).collect();
    let mut held = BTreeMap::new();
    for taker in takers {
        for leg in world.margin_account(&taker.account).legs.iter().filter(|leg| leg.market != 0) {
            *held.entry(leg.market).or_default() += leg.quantity;
        }
    }
    (left, held)
}
