//! A covered call: Bitcoin as collateral, a call sold on it, an expiry in the money, and home.

use ballast_interface::{
    account::{instructions as account_program, TradeLeg},
    risk::Preset,
};
use ballast_testkit::{dollars, slice, World, BTC, DOLLAR, START};

ballast_testkit::on_every_svm!(a_call_on_bitcoin_that_is_there);

/// The first Friday at eight in the morning, ten days and eight hours after the beginning.
const FRIDAY: i64 = START + 4 * 86_400 + 28_800;
const COIN: u64 = 100_000_000;

fn a_call_on_bitcoin_that_is_there(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC]);
    let group = exchange.group();
    world.set_price(&exchange.risk, BTC, 95_000_00000000);
    let date = slice(START, FRIDAY - START, dollars(95_000), 0.6);
    world.set_surface(&exchange.risk, BTC, &[date]);
    let list = account_program::list_expiry(&group, BTC, FRIDAY);
    world.svm.send(&[list], &[]).expect("a Friday is listed");

    world.step("Alice brings one Bitcoin, Bob a hundred thousand dollars");
    let alice = world.trader(&exchange, "alice", 0);
    let bob = world.trader(&exchange, "bob", 100_000 * DOLLAR);
    world.deposit_token(&exchange, &alice, 1, COIN);
    assert_eq!(world.tokens(&bob.purse.account), 100_000 * DOLLAR as u64);

    world.step("Alice sells Bob a call on one Bitcoin at 100 000 for 900 dollars");
    let call = TradeLeg {
        number: BTC,
        kind: 3,
        expiry: FRIDAY,
        strike: 100_000 * COIN,
        lots: -100,
        price: 9 * DOLLAR as u64,
    };
    let done = world.block(&exchange, &alice, &bob, &[call]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    world.detail("compute units", done.compute_units);
    let (seller, buyer) = (world.margin_account(&alice.account), world.margin_account(&bob.account));
    assert_eq!((seller.cash, buyer.cash), (900 * DOLLAR, 99_100 * DOLLAR));
    assert_eq!((seller.legs[0].quantity, buyer.legs[0].quantity), (-100, 100));
    let market = world.market(&group, BTC);
    assert_eq!((market.open_interest, market.dates[0].legs), (100, 2));
}
