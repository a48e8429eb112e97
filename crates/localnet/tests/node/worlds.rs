//! A Ballast world on a node.

use crate::support::{next, Bench};
use ballast_interface::{
    account::{instructions as account_program, TradeLeg},
    ids,
};
use ballast_localnet::world::small_world;
use ballast_testkit::{Signer, BTC, DOLLAR, ETH};
use solana_account_decoder_client_types::UiAccountEncoding;
use solana_rpc_client_api::config::{RpcAccountInfoConfig, RpcProgramAccountsConfig};

#[tokio::test]
async fn a_deposit_is_seen_by_who_watches_the_program() {
    let bench = Bench::start().await;
    let mut small = small_world(&bench.node.handle());
    let [trader] = small.traders(["trader"], 1_000 * DOLLAR);
    let config = RpcProgramAccountsConfig {
        account_config: RpcAccountInfoConfig {
            encoding: Some(UiAccountEncoding::Base64),
            ..Default::default()
        },
        ..Default::default()
    };
    let pubsub = bench.pubsub().await;
    let (mut told, _unsubscribe) = pubsub.program_subscribe(&ids::ACCOUNT, Some(config)).await.unwrap();
    let (group, owner) = (small.exchange.group(), trader.key.pubkey());
    let amount = 5 * DOLLAR as u64;
    let deposit = account_program::deposit(&group, &trader.account, 0, 0, &trader.purse, &owner, amount, &[]);
    small.world.svm.send(&[deposit], &[&trader.key]).expect("it is deposited");
    loop {
        let heard = next(&mut told).await.value;
        if heard.pubkey == trader.account.to_string() {
            let held = small.world.svm.account(&trader.account).unwrap().data;
            assert_eq!(heard.account.data.decode().unwrap(), held);
            return;
        }
    }
}

#[tokio::test]
async fn a_small_world_is_one_in_which_people_can_trade() {
    let bench = Bench::start().await;
    let mut small = small_world(&bench.node.handle());
    let [first, second] = small.traders(["first", "second"], 100_000 * DOLLAR);
    // A hundredth of a coin, at the index.
    let leg = |number, price: u64| TradeLeg {
        number,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: 1,
        price: price * DOLLAR as u64,
    };
    let legs = [leg(BTC, 950), leg(ETH, 34)];
    let exchange = &small.exchange;
    small.world.block(exchange, &first, &second, &legs).expect("they trade");
    let held = small.world.margin_account(&first.account);
    assert_eq!(held.legs.iter().filter(|leg| leg.quantity == 1).count(), 2);
    for market in [BTC, ETH] {
        let dates = small.world.market(&exchange.group(), market).dates;
        assert!(small.expiries.iter().all(|expiry| dates.iter().any(|date| date.expiry == *expiry)));
    }
}
