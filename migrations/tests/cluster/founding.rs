//! A group from nothing, twice, and after being broken off at every step.

use crate::bench::{file, Bench};
use ballast_client::{tokens, Exchange, Signer};
use ballast_interface::{
    risk::{Committee, MarketRules},
    seeds,
};
use ballast_testkit::{actor, feed_id, group_rules, market_terms, price_account, rescue_rules, rules};

#[test]
fn the_local_network_is_that_of_the_testkit() {
    let group = seeds::find_group(&actor("authority").pubkey(), 1).0;
    for market in 1..=3 { println!("FEED{market} {}", price_account(&group, market)); }
}
