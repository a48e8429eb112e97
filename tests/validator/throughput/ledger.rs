//! The books that loads must leave: sums of positions, cash and fees, before and after.

use super::crowd::{Crowd, Fallen, Pair};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::Group, seeds};
use ballast_testkit::{Trader, World};
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

/// Fees of all groups and venues that wait to be collected.
pub fn fees(world: &mut World, crowd: &Crowd) -> u64 {
    let groups = crowd.exchanges.iter().map(|exchange| world.typed::<Group>(&exchange.group()));
    groups.map(|group| group.fees + group.venue_fees).sum()
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
