//! The description for devnet, held against what is known of Pyth there.

use crate::bench::file;
use anchor_lang::prelude::Pubkey;
use ballast_migrations::description::Mint;

/// Pyth's program that keeps one price account for each feed, at the same addresses everywhere.
const PUSH_ORACLE: Pubkey = Pubkey::from_str_const("pythWSnswVUd12oZpeFP8e9CVaEqJg25g1Vtc2biRsT");

#[test]
fn feeds_of_devnet_are_pyths_own() {
    let description = file("devnet.toml");
    let genesis = description.genesis.expect("it is for one cluster").to_string();
    assert_eq!(genesis, "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG");
    let group = description.group.expect("a group");
    assert_eq!(group.markets.len(), 3);
    for market in &group.markets {
        let feed = market.risk.feed;
        let (account, _) = Pubkey::find_program_address(&[&0u16.to_le_bytes(), &feed.id], &PUSH_ORACLE);
        assert_eq!(account, feed.account, "{:?}", market.name);
    }
    assert!(matches!(group.quote, Mint::At(_)));
    assert_eq!(group.markets[2].risk.token_decimals, 9);
}
