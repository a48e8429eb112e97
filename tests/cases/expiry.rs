//! Expiry: futures and options in and out of the money, in any order; prices that are missing; what is refused.

use crate::stage::{
    bitcoin_exchange, call, cash, done, future, hold_price, price, put, refused, surface, unpaid, usd, vault,
    wait_until, FRIDAY, NEXT_FRIDAY,
};
use ballast_interface::account::{instructions as account_program, AccountError};
use ballast_testkit::{
    price_account, risk_program, Exchange, Failure, Outcome, PriceUpdate, Trader, World, BTC, DOLLAR,
};

ballast_testkit::on_every_svm!(
    losers_settle_first,
    winners_settle_first,
    one_after_the_other,
    a_gap_at_the_end_counts_with_the_price_that_ends_it,
    a_feed_that_never_comes_back_settles_after_two_days,
    a_feed_that_comes_back_after_a_day_counts_as_it_is,
    a_date_of_which_nothing_is_known_settles_after_a_day,
    what_expired_can_only_be_settled,
);

fn freeze(world: &mut World, exchange: &Exchange) -> Result<Outcome, Failure> {
    let freeze = account_program::freeze_settlement(&exchange.group(), BTC, FRIDAY);
    world.svm.send(&[freeze], &[])
}

fn settlement(world: &mut World, exchange: &Exchange) -> u64 {
    let market = world.market(&exchange.group(), BTC);
    assert!(market.dates[0].expiry == FRIDAY && market.dates[0].settled_at != 0, "the date is frozen");
    market.dates[0].settlement
}

/// Alice, Bob, Carol and Dave, with fifty thousand dollars each, and five trades on one Friday.
fn books(world: &mut World) -> (Exchange, [Trader; 4]) {
    let exchange = bitcoin_exchange(world, &[FRIDAY, NEXT_FRIDAY]);
    let traders = ["alice", "bob", "carol", "dave"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let [alice, bob, carol, dave] = &traders;
    world.step("Futures and options of a Friday change hands");
    let trades = [
        (alice, bob, future(FRIDAY, 50, usd(951))),
        (carol, alice, call(FRIDAY, 100_000, -30, usd(9))),
        (dave, bob, put(FRIDAY, 90_000, -40, usd(8))),
        (bob, dave, put(FRIDAY, 110_000, -20, usd(150))),
        // And a call of the week after, which stays.
        (carol, dave, call(NEXT_FRIDAY, 100_000, -10, usd(20))),
    ];
    for (first, second, leg) in trades {
        done(world.block(&exchange, first, second, &[leg]));
    }
    // Alice paid 270, Bob 320, Dave 3 000 and 200.
    let expected = [50_000 - 270, 50_000 - 320 + 3_000, 50_000 + 270 + 200, 50_000 + 320 - 3_000 - 200];
    assert_eq!(all_cash(world, &traders), expected.map(usd));
    (exchange, traders)
}

fn all_cash(world: &mut World, traders: &[Trader; 4]) -> [i64; 4] {
    cash(world, traders.each_ref().map(|trader| &trader.account))
}

/// Settles some, in an order; whoever has nothing to settle by then is passed over.
fn settle(world: &mut World, exchange: &Exchange, traders: &[Trader; 4], order: &[usize]) {
    for place in order {
        let sent = world.settle(exchange, &traders[*place].account);
        if sent.is_err() {
            refused(sent, AccountError::NothingToSettle);
        }
    }
}

/// Everybody's end at a settlement of 104 000, 1 040 a lot:
/// - the future at 951 has gained 89 on 50 lots: 4 450 from Bob to Alice;
/// - the call at 100 000 is worth 40 on 30: 1 200 from Carol to Alice;
/// - the put at 90 000 is worth nothing;
/// - the put at 110 000 is worth 60 on 20: 1 200 from Bob to Dave.
fn assert_ends(world: &mut World, exchange: &Exchange, traders: &[Trader; 4]) {
    let expected = [49_730 + 4_450 + 1_200, 52_680 - 4_450 - 1_200, 50_470 - 1_200, 47_120 + 1_200];
    assert_eq!(all_cash(world, traders), expected.map(usd));
    assert_eq!(unpaid(world, traders.each_ref().map(|trader| &trader.account)), [0; 4]);
    let market = world.market(&exchange.group(), BTC);
    assert_eq!((market.pool, market.unpaid, market.owed), (0, 0, 0));
    // The call of the week after is what is left.
    assert_eq!((market.date_count, market.dates[0].expiry, market.dates[0].legs), (1, NEXT_FRIDAY, 2));
    assert_eq!((market.open_interest, market.dates[0].open_interest), (10, 10));
    let legs = [0, 2, 3].map(|place: usize| world.margin_account(&traders[place].account).legs[0].quantity);
    assert_eq!(legs, [0, -10, 10]);
    assert_eq!(vault(world, exchange), usd(200_000));
    // The row is gone with the last position.
    refused(freeze(world, exchange), AccountError::ExpiryNotListed);
}

fn in_order(world: &mut World, order: &[usize]) {
    let (exchange, traders) = books(world);
    world.step("Bitcoin averages 104 000 over the last half hour");
    wait_until(world, FRIDAY - 1_800);
    refused(freeze(world, &exchange), AccountError::ExpiryAhead);
    // Ten minutes each: 100 000, 104 000, 108 000.
    for (dollars, until) in [(100_000, -1_200), (104_000, -600), (108_000, 0)] {
        hold_price(world, &exchange, dollars, FRIDAY + until);
    }
    price(world, &exchange, 108_000);
    done(freeze(world, &exchange));
    assert_eq!(settlement(world, &exchange), 1_040 * DOLLAR as u64);
    refused(freeze(world, &exchange), AccountError::SettlementFrozen);

    world.step("Everybody is settled, twice over: the order does not matter");
    settle(world, &exchange, &traders, order);
    settle(world, &exchange, &traders, order);
    assert_ends(world, &exchange, &traders);
}

fn losers_settle_first(world: &mut World) {
    in_order(world, &[1, 2, 0, 3]);
}

fn winners_settle_first(world: &mut World) {
    in_order(world, &[0, 3, 2, 1]);
}

fn one_after_the_other(world: &mut World) {
    in_order(world, &[3, 2, 1, 0]);
}

fn a_gap_at_the_end_counts_with_the_price_that_ends_it(world: &mut World) {
    let (exchange, traders) = books(world);
    world.step("The oracle is silent for the last five minutes, and ten minutes beyond");
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 104_000, FRIDAY - 360);
    // The last word, five minutes before.
    wait_until(world, FRIDAY - 300);
    price(world, &exchange, 104_000);
    wait_until(world, FRIDAY + 600);
    refused(freeze(world, &exchange), AccountError::SettlementUnknown);
    refused(world.settle(&exchange, &traders[1].account), AccountError::NothingToSettle);

    world.step("Then it says 110 000");
    price(world, &exchange, 110_000);
    done(freeze(world, &exchange));
    // 1 560 seconds of 104 000, the last word's minute among them, and 240 of 110 000: 104 800.
    assert_eq!(settlement(world, &exchange), 1_048 * DOLLAR as u64);
    settle(world, &exchange, &traders, &[1, 2, 0, 3]);
    // 97 on 50, 48 on 30, 52 on 20.
    let expected = [49_730 + 4_850 + 1_440, 52_680 - 4_850 - 1_040, 50_470 - 1_440, 47_120 + 1_040];
    assert_eq!(all_cash(world, &traders), expected.map(usd));
}

fn a_feed_that_never_comes_back_settles_after_two_days(world: &mut World) {
    let (exchange, traders) = books(world);
    world.step("The oracle falls silent in the middle of the last half hour, for good");
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 104_000, FRIDAY - 900);
    price(world, &exchange, 110_000);
    for seconds in [0, 1, 3_600, 86_400, 172_799] {
        wait_until(world, FRIDAY + seconds);
        refused(freeze(world, &exchange), AccountError::SettlementUnknown);
    }

    world.step("After two days the date settles with what is known");
    wait_until(world, FRIDAY + 172_800);
    done(freeze(world, &exchange));
    // 900 seconds of 104 000, and for the other 900 what the oracle said last, 110 000: 107 000.
    assert_eq!(settlement(world, &exchange), 1_070 * DOLLAR as u64);
    settle(world, &exchange, &traders, &[1, 2, 0, 3]);
    // 119 on 50, 70 on 30, 30 on 20.
    let expected = [49_730 + 5_950 + 2_100, 52_680 - 5_950 - 600, 50_470 - 2_100, 47_120 + 600];
    assert_eq!(all_cash(world, &traders), expected.map(usd));
    refused(freeze(world, &exchange), AccountError::ExpiryNotListed);
}

/// A price that comes back in doubt ends no gap; a good one within the day does, and after it freezing need not wait.
fn a_feed_that_comes_back_after_a_day_counts_as_it_is(world: &mut World) {
    let (exchange, traders) = books(world);
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 104_000, FRIDAY - 900);
    price(world, &exchange, 110_000);
    world.step("A day later the oracle says 98 000, and is not sure; then it is");
    wait_until(world, FRIDAY + 86_400);
    let sure = world.price_update(BTC, 98_000_00000000);
    let unsure = PriceUpdate { interval: 3_000_00000000, ..sure };
    let address = price_account(&exchange.group(), BTC);
    world.publish(&address, &unsure);
    done(world.svm.send(&[risk_program::refresh_price(&exchange.group(), BTC, &address)], &[]));
    refused(freeze(world, &exchange), AccountError::SettlementUnknown);
    price(world, &exchange, 98_000);
    done(freeze(world, &exchange));
    // 900 seconds of 104 000, the last word's minute of 110 000, and 840 of 98 000: 101 400.
    assert_eq!(settlement(world, &exchange), 1_014 * DOLLAR as u64);
    settle(world, &exchange, &traders, &[1, 2, 0, 3]);
    // 63 on 50, 14 on 30, 86 on 20.
    let expected = [49_730 + 3_150 + 420, 52_680 - 3_150 - 1_720, 50_470 - 420, 47_120 + 1_720];
    assert_eq!(all_cash(world, &traders), expected.map(usd));
}

/// The committee never named the date, so the risk program averages nothing: nobody could trade but by mistake.
fn a_date_of_which_nothing_is_known_settles_after_a_day(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    let list = account_program::list_expiry(&exchange.group(), BTC, FRIDAY);
    done(world.svm.send(&[list], &[]));
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let trade = world.block(&exchange, &alice, &bob, &[future(FRIDAY, 1, usd(951))]);
    assert!(trade.is_err(), "nobody margins what nobody knows");
    wait_until(world, FRIDAY + 86_399);
    price(world, &exchange, 99_000);
    refused(freeze(world, &exchange), AccountError::SettlementUnknown);
    world.svm.pass(1);
    done(freeze(world, &exchange));
    assert_eq!(settlement(world, &exchange), 990 * DOLLAR as u64);
}

fn what_expired_can_only_be_settled(world: &mut World) {
    let (exchange, traders) = books(world);
    let [alice, bob, carol, _] = &traders;
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, &exchange, 104_000, FRIDAY);
    price(world, &exchange, 104_000);
    surface(world, &exchange, 104_000, &[NEXT_FRIDAY]);
    world.step("At expiry nothing of the date is traded any more, larger or smaller, frozen or not");
    for frozen in [false, true] {
        if frozen {
            done(freeze(world, &exchange));
        }
        let cases = [
            (alice, bob, future(FRIDAY, 1, usd(1_040))),
            (alice, bob, future(FRIDAY, -1, usd(1_040))),
            (carol, alice, call(FRIDAY, 100_000, 1, usd(40))),
            (carol, bob, call(FRIDAY, 105_000, 1, usd(1))),
            (bob, alice, put(FRIDAY, 90_000, -1, usd(1))),
        ];
        for (first, second, leg) in cases {
            refused(world.block(&exchange, first, second, &[leg]), AccountError::ExpiryPassed);
        }
    }
    world.step("A price that comes later changes nothing");
    world.svm.pass(30);
    price(world, &exchange, 150_000);
    assert_eq!(settlement(world, &exchange), 1_040 * DOLLAR as u64);
    settle(world, &exchange, &traders, &[1, 2, 0, 3]);
    assert_ends(world, &exchange, &traders);

    world.step("The week after still trades");
    price(world, &exchange, 104_000);
    done(world.block(&exchange, carol, alice, &[call(NEXT_FRIDAY, 100_000, 10, usd(50))]));
}
