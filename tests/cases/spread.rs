//! Spreads at a venue: several legs in one signed fill, in parts, with fees, until they are cancelled or expire.

use crate::stage::{bitcoin_exchange, call, cash, done, of_unit, refused, usd, vault, FRIDAY, NEXT_FRIDAY};
use ballast_interface::account::{
    instructions as account_program, AccountError, Group, Order, SettleFillsArgs, TradeLeg, Venue,
};
use ballast_testkit::{actor, Exchange, Signer, Trader, World, BTC, DOLLAR};

ballast_testkit::on_every_svm!(
    a_call_spread_is_filled_by_two,
    a_calendar_is_one_trade,
    fees_go_to_venue_and_group,
    orders_end,
    an_order_that_only_reduces,
    what_was_not_signed_is_not_filled,
);

/// A call at 100 000 bought and one at 110 000 sold, a lot of each.
fn call_spread() -> [TradeLeg; 2] {
    [call(FRIDAY, 100_000, 1, 0), call(FRIDAY, 110_000, -1, 0)]
}

struct Scene {
    exchange: Exchange,
    alice: Trader,
    bob: Trader,
    carol: Trader,
}

fn scene(world: &mut World) -> Scene {
    let exchange = bitcoin_exchange(world, &[FRIDAY, NEXT_FRIDAY]);
    let [alice, bob, carol] =
        ["alice", "bob", "carol"].map(|name| world.trader(&exchange, name, usd(100_000)));
    Scene { exchange, alice, bob, carol }
}

/// An order to buy units of some legs at a limit, in quote units; to sell them, if mirrored.
fn buys(world: &mut World, who: &mut Trader, legs: &[TradeLeg], units: u64, limit: i64) -> Order {
    let legs: Vec<_> = legs.iter().map(|leg| of_unit(*leg)).collect();
    who.order(world.svm.now(), units, limit, &legs)
}

fn sells(world: &mut World, who: &mut Trader, legs: &[TradeLeg], units: u64, limit: i64) -> Order {
    let legs: Vec<_> = legs.iter().map(|leg| leg.mirrored()).collect();
    buys(world, who, &legs, units, limit)
}

/// A fill without fees.
fn fill(maker: &Order, taker: &Order, units: u64, prices: &[i64]) -> SettleFillsArgs {
    SettleFillsArgs {
        maker: maker.clone(),
        taker: taker.clone(),
        maker_units: units,
        taker_units: units,
        prices: prices.iter().map(|price| *price as u64).collect(),
        maker_fee: 0,
        taker_fee: 0,
    }
}

fn quantities(world: &mut World, trader: &Trader) -> [i64; 2] {
    let legs = world.margin_account(&trader.account).legs;
    [legs[0].quantity, legs[1].quantity]
}

fn a_call_spread_is_filled_by_two(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, mut carol } = scene(world);
    world.step(
        "Alice signs for 100 call spreads at 5.10 dollars at most; Bob sells 60, Carol 50, at 4.90 at least",
    );
    let order = buys(world, &mut alice, &call_spread(), 100, 5_100_000);
    let of_bob = sells(world, &mut bob, &call_spread(), 60, -4_900_000);
    let of_carol = sells(world, &mut carol, &call_spread(), 50, -4_900_000);

    world.step("Bob's 60 are filled at 9 and 4");
    let args = fill(&order, &of_bob, 60, &[usd(9), usd(4)]);
    let steps = world.settle_fills(&exchange, [&alice.key, &bob.key], &args);
    // Bytes of instructions' data, with a place, a count and lengths each.
    world.detail("bytes of data", steps.iter().map(|step| step.data.len()).sum::<usize>());
    let sent = done(world.fill(&exchange, [&alice, &bob], &args));
    world.detail("compute units", sent.compute_units);
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(99_700), usd(100_300)]);
    assert_eq!((quantities(world, &alice), quantities(world, &bob)), ([60, -60], [-60, 60]));

    world.step("Carol's 50 do not fit any more, at a worse price nothing does");
    let too_many = fill(&order, &of_carol, 50, &[usd(9), usd(4)]);
    refused(world.fill(&exchange, [&alice, &carol], &too_many), AccountError::OrderFilled);
    let dear = fill(&order, &of_carol, 40, &[9_100_100, usd(4)]);
    refused(world.fill(&exchange, [&alice, &carol], &dear), AccountError::OrderLimit);
    let cheap = fill(&order, &of_carol, 40, &[8_899_900, usd(4)]);
    refused(world.fill(&exchange, [&alice, &carol], &cheap), AccountError::OrderLimit);
    let off_tick = fill(&order, &of_carol, 40, &[9_000_001, usd(4)]);
    refused(world.fill(&exchange, [&alice, &carol], &off_tick), AccountError::PriceOffTick);

    world.step("40 are filled at 9.10 and 4: exactly the limit");
    done(world.fill(&exchange, [&alice, &carol], &fill(&order, &of_carol, 40, &[9_100_000, usd(4)])));
    // 40 at 5.10 are 204.
    let all = [&alice.account, &bob.account, &carol.account];
    assert_eq!(cash(world, all), [usd(99_496), usd(100_300), usd(100_204)]);
    assert_eq!((quantities(world, &alice), quantities(world, &carol)), ([100, -100], [-40, 40]));

    world.step("Alice's order is used up, Carol's has ten left");
    let again = fill(&order, &of_carol, 1, &[usd(9), usd(4)]);
    refused(world.fill(&exchange, [&alice, &carol], &again), AccountError::OrderFilled);
    let other = buys(world, &mut alice, &call_spread(), 100, 5_100_000);
    done(world.fill(&exchange, [&alice, &carol], &fill(&other, &of_carol, 10, &[usd(9), usd(4)])));
    let again = fill(&other, &of_carol, 1, &[usd(9), usd(4)]);
    refused(world.fill(&exchange, [&alice, &carol], &again), AccountError::OrderFilled);
    assert_eq!(quantities(world, &alice), [110, -110]);
    let market = world.market(&exchange.group(), BTC);
    // Long are Alice in one call, and both others in the other.
    assert_eq!((market.open_interest, market.dates[0].open_interest, market.dates[0].legs), (220, 220, 6));
    assert_eq!(vault(world, &exchange), usd(300_000));
}

/// Units of both orders may be of different sizes: what is traded must be the same.
fn a_calendar_is_one_trade(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, .. } = scene(world);
    world.step("Alice signs for 10 units of five calendars at 60 dollars; Bob sells 50 of one at 11");
    let calendar = [call(FRIDAY, 100_000, -1, 0), call(NEXT_FRIDAY, 100_000, 1, 0)];
    let of_five = calendar.map(|leg| TradeLeg { lots: 5 * leg.lots, ..leg });
    let maker = buys(world, &mut alice, &of_five, 10, usd(60));
    let taker = sells(world, &mut bob, &calendar, 50, usd(-11));
    let args = fill(&maker, &taker, 4, &[usd(9), usd(20)]);
    refused(world.fill(&exchange, [&alice, &bob], &args), AccountError::OrdersUnlike);
    let args = SettleFillsArgs { taker_units: 20, ..args };
    let sent = done(world.fill(&exchange, [&alice, &bob], &args));
    world.detail("compute units", sent.compute_units);
    // Twenty at 11.
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(99_780), usd(100_220)]);
    assert_eq!((quantities(world, &alice), quantities(world, &bob)), ([-20, 20], [20, -20]));
    let market = world.market(&exchange.group(), BTC);
    assert_eq!((market.dates[0].open_interest, market.dates[1].open_interest), (20, 20));

    world.step("Six of Alice's units are left, and thirty of Bob's");
    let rest = SettleFillsArgs { maker_units: 7, taker_units: 35, ..args.clone() };
    refused(world.fill(&exchange, [&alice, &bob], &rest), AccountError::OrderFilled);
    let rest = SettleFillsArgs { maker_units: 6, taker_units: 30, ..args };
    done(world.fill(&exchange, [&alice, &bob], &rest));
    assert_eq!(quantities(world, &alice), [-50, 50]);
}

fn fees_go_to_venue_and_group(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, .. } = scene(world);
    let group = exchange.group();
    let maker = buys(world, &mut alice, &call_spread(), 100, usd(6));
    let taker = sells(world, &mut bob, &call_spread(), 100, usd(-4));
    world.step(
        "60 spreads at 9 and 4 trade 780 dollars of options: a fee of 7.80 is the venue's cap, for each side",
    );
    let args = fill(&maker, &taker, 60, &[usd(9), usd(4)]);
    for (maker_fee, taker_fee) in [(7_800_001, 0), (0, 7_800_001)] {
        let args = SettleFillsArgs { maker_fee, taker_fee, ..args.clone() };
        refused(world.fill(&exchange, [&alice, &bob], &args), AccountError::OrderFee);
    }
    world.step("An order's own cap holds too: ten cents a unit");
    let careful = Order { max_fee: 100_000, nonce: 50, ..maker.clone() };
    for (maker_fee, fits) in [(6_000_001, false), (6_000_000, true)] {
        let args = SettleFillsArgs { maker: careful.clone(), maker_fee, ..args.clone() };
        let sent = world.fill(&exchange, [&alice, &bob], &args);
        if fits {
            done(sent);
        } else {
            refused(sent, AccountError::OrderFee);
        }
    }
    assert_eq!(cash(world, [&alice.account, &bob.account]), [usd(100_000 - 300 - 6), usd(100_300)]);

    world.step("40 more, at which both pay the whole cap of 5.20");
    let args = SettleFillsArgs {
        maker_fee: 5_200_000,
        taker_fee: 5_200_000,
        ..fill(&maker, &taker, 40, &[usd(9), usd(4)])
    };
    done(world.fill(&exchange, [&alice, &bob], &args));
    let expected = [usd(100_000 - 300 - 6 - 200) - 5_200_000, usd(100_500) - 5_200_000];
    assert_eq!(cash(world, [&alice.account, &bob.account]), expected);
    // A fifth, of a ratio that is a little below it: of 6 dollars, and of 10.40.
    let of_group = 1_199_999 + 2_079_999;
    let state: Group = world.typed(&group);
    assert_eq!((state.fees, state.venue_fees), (of_group, 16_400_000 - of_group));
    assert_eq!(vault(world, &exchange), usd(300_000));

    world.step("Anybody has the fees paid out, to those they belong to");
    let treasury = actor("treasury");
    let to_venue = world.purse(&exchange.dollar, &exchange.operator, "operator's dollars", 0);
    let to_group = world.purse(&exchange.dollar, &treasury, "treasury's dollars", 0);
    let cases = [(1, to_venue, to_group, 16_400_000 - of_group), (0, to_group, to_venue, of_group)];
    for (venue, to, wrong, amount) in cases {
        let collect = account_program::collect_fees(&group, venue, &wrong, &[]);
        refused(world.svm.send(&[collect], &[]), AccountError::TokenAccountWrong);
        let collect = account_program::collect_fees(&group, venue, &to, &[]);
        done(world.svm.send(std::slice::from_ref(&collect), &[]));
        assert_eq!(world.tokens(&to.account), amount);
        refused(world.svm.send(&[collect], &[]), AccountError::AmountZero);
    }
    assert_eq!(vault(world, &exchange), usd(300_000) - 16_400_000);
    let venue: Venue = world.typed(&ballast_interface::seeds::find_venue(&group, 1).0);
    assert_eq!(venue.fees, 0);
}

fn orders_end(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, .. } = scene(world);
    let first = buys(world, &mut alice, &call_spread(), 100, usd(6));
    let second = buys(world, &mut alice, &call_spread(), 100, usd(6));
    let third = buys(world, &mut alice, &call_spread(), 100, usd(6));
    let taker = sells(world, &mut bob, &call_spread(), 100, usd(-4));
    let prices = [usd(9), usd(4)];
    done(world.fill(&exchange, [&alice, &bob], &fill(&second, &taker, 10, &prices)));

    world.step("Alice cancels all below her third order, filled in part or never seen");
    let cancel = |below| account_program::cancel_orders(&alice.account, &alice.key.pubkey(), below);
    let sent = done(world.svm.send(&[cancel(third.nonce)], &[&alice.key]));
    world.detail("compute units", sent.compute_units);
    for order in [&first, &second] {
        let args = fill(order, &taker, 10, &prices);
        refused(world.fill(&exchange, [&alice, &bob], &args), AccountError::OrderCancelled);
    }
    for below in [third.nonce - 1, third.nonce] {
        refused(world.svm.send(&[cancel(below)], &[&alice.key]), AccountError::WatermarkFalls);
    }
    let by_bob = account_program::cancel_orders(&alice.account, &bob.key.pubkey(), 100);
    refused(world.svm.send(&[by_bob], &[&bob.key]), AccountError::NotAllowed);
    done(world.fill(&exchange, [&alice, &bob], &fill(&third, &taker, 10, &prices)));

    world.step("An hour after it was signed, the third expires to the second");
    world.svm.pass(3_599);
    crate::stage::price(world, &exchange, 95_000);
    crate::stage::surface(world, &exchange, 95_000, &[FRIDAY, NEXT_FRIDAY]);
    let args = fill(&third, &taker, 10, &prices);
    done(world.fill(&exchange, [&alice, &bob], &args));
    world.svm.pass(1);
    refused(world.fill(&exchange, [&alice, &bob], &args), AccountError::OrderExpired);
    let later = Order { expires_at: third.expires_at + 3_600, nonce: 77, ..third.clone() };
    let args = fill(&later, &taker, 10, &prices);
    refused(world.fill(&exchange, [&alice, &bob], &args), AccountError::OrderExpired);
    assert_eq!(quantities(world, &alice), [30, -30]);
}

fn an_order_that_only_reduces(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, mut carol } = scene(world);
    let prices = [usd(9), usd(4)];
    let maker = buys(world, &mut alice, &call_spread(), 30, usd(6));
    let taker = sells(world, &mut bob, &call_spread(), 30, usd(-4));
    done(world.fill(&exchange, [&alice, &bob], &fill(&maker, &taker, 30, &prices)));

    world.step("Alice signs to sell 100, but only as far as that makes what she has smaller");
    let order = sells(world, &mut alice, &call_spread(), 100, usd(-4));
    let order = Order { reduce_only: true, ..order };
    let buyer = buys(world, &mut carol, &call_spread(), 100, usd(6));
    refused(
        world.fill(&exchange, [&alice, &carol], &fill(&order, &buyer, 31, &prices)),
        AccountError::OrderReduceOnly,
    );
    done(world.fill(&exchange, [&alice, &carol], &fill(&order, &buyer, 20, &prices)));
    assert_eq!((quantities(world, &alice), quantities(world, &carol)), ([10, -10], [20, -20]));
    done(world.fill(&exchange, [&alice, &carol], &fill(&order, &buyer, 10, &prices)));
    assert_eq!(quantities(world, &alice), [0, 0]);
    for units in [1, 70] {
        let args = fill(&order, &buyer, units, &prices);
        refused(world.fill(&exchange, [&alice, &carol], &args), AccountError::OrderReduceOnly);
    }
    // Bought and sold at the same prices: nobody but Bob and Carol has anything.
    assert_eq!(cash(world, [&alice.account]), [usd(100_000)]);
    assert_eq!(vault(world, &exchange), 300_000 * DOLLAR);
}

fn what_was_not_signed_is_not_filled(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, carol } = scene(world);
    let maker = buys(world, &mut alice, &call_spread(), 100, usd(6));
    let taker = sells(world, &mut bob, &call_spread(), 100, usd(-4));
    let args = fill(&maker, &taker, 10, &[usd(9), usd(4)]);
    world.step("Carol's signature is worth nothing under Alice's order, nor is one of other bytes, nor none");
    let forged = world.settle_fills(&exchange, [&carol.key, &bob.key], &args);
    refused(world.svm.send(&forged, &[&exchange.operator]), AccountError::SignatureMissing);
    let [limit, check, _] = world.settle_fills(&exchange, [&alice.key, &bob.key], &args);
    let without = world.settle_fills(&exchange, [&alice.key, &bob.key], &args)[2].clone();
    refused(
        world.svm.send(&[limit.clone(), without.clone()], &[&exchange.operator]),
        AccountError::SignatureMissing,
    );
    // Between the check and the fill, somebody else's instruction.
    let steps = [check, limit, without];
    let sent = world.svm.send(&steps, &[&exchange.operator]);
    refused(sent, AccountError::SignatureMissing);

    world.step("Another venue's order, and another operator");
    let elsewhere = Order { venue: 2, nonce: 9, ..maker.clone() };
    let other = SettleFillsArgs { maker: elsewhere, ..args.clone() };
    refused(world.fill(&exchange, [&alice, &bob], &other), AccountError::OrderWrong);
    let [limit, check, mut settle] = world.settle_fills(&exchange, [&alice.key, &bob.key], &args);
    settle.accounts[2].pubkey = carol.key.pubkey();
    refused(world.svm.send(&[limit, check, settle], &[&carol.key]), AccountError::NotOperator);

    world.step("As both signed it, it is filled");
    done(world.fill(&exchange, [&alice, &bob], &args));
    assert_eq!(quantities(world, &alice), [10, -10]);
}
