//! Orders that were signed off chain, settled by a venue.

use crate::scene::Scene;
use ballast_client::{Build, Event};
use ballast_interface::account::{OrderLeg, SettleFillsArgs};
use ballast_testkit::{Keypair, Signer, ETH};

/// Signer and signature of a message.
pub fn signed(key: &Keypair, message: &[u8]) -> (anchor_lang::prelude::Pubkey, [u8; 64]) {
    (key.pubkey(), key.sign_message(message).into())
}

#[test]
fn a_fill_of_two_signed_orders_is_settled_by_the_operator() {
    let mut scene = Scene::new();
    let [mut fritz, mut gerda] = ["fritz", "gerda"].map(|name| scene.trader(name));
    let operator = scene.small().exchange.operator.insecure_clone();
    scene.small().world.svm.fund(&operator.pubkey(), 1_000_000_000);
    let (exchange, sender) = (scene.exchange(), scene.sender(&operator));
    let now = scene.run(scene.chain.now()).expect("there is a clock");
    let market = exchange.market(ETH).expect("known");
    let index = exchange.risk(ETH).expect("known").price.index;
    let price = (u128::from(index) * u128::from(market.lot) / 10u128.pow(14)) as u64;
    let leg = |lots| OrderLeg { number: ETH, kind: 1, expiry: 0, strike: 0, lots };
    let total = 3 * price as i64;
    let maker = fritz.order(now, 3, total, &[leg(1)]);
    let taker = gerda.order(now, 3, total, &[leg(-1)]);
    let signatures = [signed(&fritz.key, &maker.message()), signed(&gerda.key, &taker.message())];
    let args = SettleFillsArgs {
        maker,
        taker,
        maker_units: 3,
        taker_units: 3,
        prices: vec![price],
        maker_fee: 0,
        taker_fee: 0,
    };
    let accounts = [scene.account(&fritz.account), scene.account(&gerda.account)];
    let build = Build::new(&exchange);
    let sides = [&accounts[0], &accounts[1]];
    let steps = build.settle_fills(&operator.pubkey(), sides, &args, signatures).expect("built");
    let sent = scene.run(sender.send(&steps, &[])).expect("settled");
    let legs = [&fritz, &gerda].map(|side| scene.account(&side.account).state.legs[0].quantity);
    assert_eq!(legs, [3, -3]);
    let events = scene.run(sender.events(&sent.signature)).expect("known");
    assert!(events.iter().any(|event| matches!(event, Event::Traded(_))), "{events:?}");
    // Signed by somebody else, it is refused.
    let forged = [signed(&gerda.key, &args.maker.message()), signatures[1]];
    let steps = build.settle_fills(&operator.pubkey(), sides, &args, forged).expect("built");
    scene.run(sender.send(&steps, &[])).expect_err("the maker did not sign");
}
