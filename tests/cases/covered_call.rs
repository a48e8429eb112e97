//! A covered call: Bitcoin as collateral, a call sold on it, an expiry in or out of the money, and home.

use crate::stage::{
    bitcoin_exchange, call, cash, done, hold_price, price, refused, spot, unpaid, usd, vault, wait_until,
    COIN, FRIDAY,
};
use ballast_interface::account::{
    instructions::{self as account_program, Numbers, TokenSide},
    AccountError,
};
use ballast_testkit::{limit, Exchange, Signer, Trader, World, BTC, DOLLAR};

ballast_testkit::on_every_svm!(
    a_call_in_the_money_is_settled_by_its_seller_first,
    a_call_in_the_money_is_settled_by_its_buyer_first,
    a_call_out_of_the_money_leaves_the_premium,
);

/// Alice has one Bitcoin, Bob a hundred thousand dollars; she has sold him a call on one at 100 000 for 900 dollars.
fn sold(world: &mut World) -> (Exchange, [Trader; 2]) {
    let exchange = bitcoin_exchange(world, &[FRIDAY]);
    let group = exchange.group();
    world.step("Alice brings one Bitcoin, Bob a hundred thousand dollars");
    let alice = world.trader(&exchange, "alice", 0);
    let bob = world.trader(&exchange, "bob", usd(100_000));
    world.deposit_token(&exchange, &alice, 1, COIN);
    assert_eq!(world.tokens(&bob.purse.account), 100_000 * DOLLAR as u64);

    world.step("Alice sells Bob a call on one Bitcoin at 100 000 for 900 dollars");
    let sale = world.block(&exchange, &alice, &bob, &[call(FRIDAY, 100_000, -100, usd(9))]);
    world.detail("compute units", done(sale).compute_units);
    let (seller, buyer) = (world.margin_account(&alice.account), world.margin_account(&bob.account));
    assert_eq!((seller.cash, buyer.cash), (usd(900), usd(99_100)));
    assert_eq!((seller.legs[0].quantity, buyer.legs[0].quantity), (-100, 100));
    let market = world.market(&group, BTC);
    assert_eq!((market.open_interest, market.dates[0].legs), (100, 2));
    (exchange, [alice, bob])
}

/// The last half hour at one price, then at another, and the frozen mean.
fn expire(world: &mut World, exchange: &Exchange, dollars: [i64; 2]) -> u64 {
    let group = exchange.group();
    let freeze = account_program::freeze_settlement(&group, BTC, FRIDAY);
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, exchange, dollars[0], FRIDAY - 900);
    hold_price(world, exchange, dollars[1], FRIDAY);
    refused(world.svm.send(std::slice::from_ref(&freeze), &[]), AccountError::SettlementUnknown);
    price(world, exchange, dollars[1]);
    let frozen = done(world.svm.send(&[freeze], &[]));
    world.detail("compute units", frozen.compute_units);
    world.market(&group, BTC).dates[0].settlement
}

/// Withdraws a trader's Bitcoin to a new purse, and says what the purse holds.
fn take_coins(world: &mut World, exchange: &Exchange, trader: &Trader, amount: u64) -> TokenSide {
    let (group, owner) = (exchange.group(), trader.key.pubkey());
    let name = format!("home {}", &trader.account.to_string()[..20]);
    let home = world.purse(&exchange.mints[0], &trader.key, &name, 0);
    let numbers = Numbers { risks: &[BTC], ..Numbers::default() };
    let withdraw = account_program::withdraw(&group, &trader.account, 1, &home, &owner, amount, &numbers);
    let sent = done(world.svm.send(&[limit(), withdraw], &[&trader.key]));
    world.detail("compute units", sent.compute_units);
    assert_eq!(world.tokens(&home.account), amount);
    home
}

fn a_call_in_the_money_is_settled_by_its_seller_first(world: &mut World) {
    in_the_money(world, [0, 1]);
}

fn a_call_in_the_money_is_settled_by_its_buyer_first(world: &mut World) {
    in_the_money(world, [1, 0]);
}

/// Settles at 104 000: the call is worth 4 000, of which Alice has 900 in cash.
fn in_the_money(world: &mut World, order: [usize; 2]) {
    let (exchange, traders) = sold(world);
    let [alice, bob] = &traders;
    let group = exchange.group();
    world.step("Bitcoin stands at 103 000 for a quarter of an hour, at 105 000 for the last one");
    // (900 x 103 000 + 900 x 105 000) / 1 800 = 104 000 dollars a coin: 1 040 a lot.
    assert_eq!(expire(world, &exchange, [103_000, 105_000]), 1_040 * DOLLAR as u64);

    world.step("Anybody settles both accounts");
    for place in order {
        let sent = done(world.settle(&exchange, &traders[place].account));
        world.detail("compute units", sent.compute_units);
        let seller_is_first = order == [0, 1];
        if place == order[0] && seller_is_first {
            // A hundred lots at 40 dollars: 900 from cash, and 3 100 that her Bitcoin lets her owe.
            assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(-3_100), usd(99_100)]);
            assert_eq!(world.market(&group, BTC).pool, 4_000 * DOLLAR as u64);
        } else if place == order[0] {
            // Nobody has paid in yet.
            assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(900), usd(99_100)]);
            assert_eq!(unpaid(world, [&alice.account, &bob.account]), [0, usd(4_000)]);
        }
    }
    if order == [1, 0] {
        assert_eq!(unpaid(world, [&alice.account, &bob.account]), [0, usd(4_000)]);
        done(world.settle(&exchange, &bob.account));
    }
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(-3_100), usd(103_100)]);
    assert_eq!(unpaid(world, [&alice.account, &bob.account]), [0, 0]);
    refused(world.settle(&exchange, &bob.account), AccountError::NothingToSettle);
    let market = world.market(&group, BTC);
    assert_eq!((market.pool, market.unpaid, market.owed, market.open_interest), (0, 0, 0, 0));
    assert_eq!(market.date_count, 0, "the date is done");
    // Bob's deposit is what the vault holds: what he won, Alice has borrowed from him.
    assert_eq!(vault(world, &exchange), usd(100_000));

    world.step("Alice sells Bob a tenth of her Bitcoin for 10 500 dollars, and pays her debt with it");
    let sale = done(world.block(&exchange, alice, bob, &[spot(-10, usd(1_050))]));
    world.detail("compute units", sale.compute_units);
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(7_400), usd(92_600)]);

    world.step("Both go home with everything");
    done(world.withdraw_cash(&exchange, alice, 7_400 * DOLLAR as u64));
    done(world.withdraw_cash(&exchange, bob, 92_600 * DOLLAR as u64));
    take_coins(world, &exchange, alice, 90_000_000);
    take_coins(world, &exchange, bob, 10_000_000);
    assert_eq!(world.tokens(&alice.purse.account), 7_400 * DOLLAR as u64);
    assert_eq!(world.tokens(&bob.purse.account), 192_600 * DOLLAR as u64);
    assert_eq!((vault(world, &exchange), world.bank(&group, 1).deposits), (0, 0));
    for trader in &traders {
        assert!(world.margin_account(&trader.account).is_empty());
    }
}

/// Settles at 97 000: the call is worth nothing.
fn a_call_out_of_the_money_leaves_the_premium(world: &mut World) {
    let (exchange, traders) = sold(world);
    let [alice, bob] = &traders;
    world.step("Bitcoin stands at 99 000 for a quarter of an hour, at 95 000 for the last one");
    assert_eq!(expire(world, &exchange, [99_000, 95_000]), 970 * DOLLAR as u64);
    for trader in &traders {
        done(world.settle(&exchange, &trader.account));
    }
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(900), usd(99_100)]);
    assert_eq!(unpaid(world, [&alice.account, &bob.account]), [0, 0]);
    let market = world.market(&exchange.group(), BTC);
    assert_eq!((market.pool, market.open_interest, market.date_count), (0, 0, 0));

    world.step("Alice takes her Bitcoin and the premium home");
    done(world.withdraw_cash(&exchange, alice, 900 * DOLLAR as u64));
    take_coins(world, &exchange, alice, COIN);
    done(world.withdraw_cash(&exchange, bob, 99_100 * DOLLAR as u64));
    assert_eq!(world.tokens(&alice.purse.account), 900 * DOLLAR as u64);
    assert_eq!(world.tokens(&bob.purse.account), 199_100 * DOLLAR as u64);
    assert_eq!(vault(world, &exchange), 0);
}
