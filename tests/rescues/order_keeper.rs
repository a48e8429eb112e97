//! A keeper without capital: somebody has signed what he would take over for, the keeper brings both together.

use crate::{
    keepers::{ask, fees, liquidated, lots, lots_of, prices, refused_as, report, terms},
    stage::{bitcoin_exchange, call, cash, done, put, usd, vault, NEXT_FRIDAY},
};
use ballast_interface::{
    account::{instructions as account_program, AccountError, Order, OrderLeg, SettleFillsArgs, TradeLeg},
    liquidation::{LiquidateArgs, LiquidationError},
};
use ballast_testkit::{rescue_rules, Exchange, Failure, Outcome, Signer, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(
    the_keeper_gets_what_the_order_does_not_ask_for,
    an_order_is_filled_in_parts_until_it_is_used_up,
    an_order_that_is_better_than_the_mark_costs_nothing,
    a_strangle_is_taken_over_whole,
    orders_that_do_not_fit,
    a_maker_needs_margin,
);

/// Ann is below her maintenance margin; Max signs orders; Kim has an account with nothing in it.
struct Scene {
    exchange: Exchange,
    ann: Trader,
    ben: Trader,
    max: Trader,
    kim: Trader,
}

fn scene(world: &mut World, of_max: i64) -> Scene {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben, max, kim] = [("ann", 20_000), ("ben", 500_000), ("max", of_max), ("kim", 0)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step(
        "Ann sells a strangle of 100 lots to Ben; Bitcoin falls to 80 000, and somebody begins her rescue",
    );
    let legs = [put(NEXT_FRIDAY, 90_000, -100, 12 * DOLLAR), call(NEXT_FRIDAY, 100_000, -100, 14 * DOLLAR)];
    done(world.block(&exchange, &ann, &ben, &legs));
    prices(world, &exchange, &[92_000, 89_000, 86_000, 83_000, 80_000]);
    done(world.begin(&exchange, &ann.account));
    world.svm.pass(60);
    crate::stage::price(world, &exchange, 80_000);
    Scene { exchange, ann, ben, max, kim }
}

/// A leg of an order for any rescue.
const fn unit_of(leg: TradeLeg) -> OrderLeg {
    let TradeLeg { number, kind, expiry, strike, lots, .. } = leg;
    OrderLeg { number, kind, expiry: expiry as u32, strike, lots: lots as i32 }
}

/// One put sold.
fn a_put() -> OrderLeg {
    unit_of(put(NEXT_FRIDAY, 90_000, -1, 0))
}

/// An order of Max's for any rescue, at most so much a unit.
fn resting(world: &mut World, max: &mut Trader, units: u64, limit: i64, legs: &[OrderLeg]) -> Order {
    let now = world.svm.now();
    Order { venue: Order::RESCUE_VENUE, max_fee: 0, ..max.order(now, units, limit, legs) }
}

/// The price of a put, and what the auction pays for so many, by the quote's risk and the rules.
fn price_and_pay(world: &mut World, scene: &Scene, units: u32) -> [i64; 3] {
    let asked = lots_of(world, &scene.ann.account, |leg| leg.kind == 4, units, 0);
    let seconds = world.svm.now() - world.auction(&scene.ann.account).began_at;
    let quote = ask(world, &scene.exchange, &scene.ann.account, &asked, terms(&rescue_rules(), seconds));
    assert_eq!(quote.units, units);
    let [paid, insurance] = fees(&rescue_rules(), seconds, quote.risk.get());
    [quote.prices[0] as i64, paid, insurance]
}

/// Kim hands puts of Ann's to an order of Max's.
fn hand_over(world: &mut World, scene: &Scene, order: &Order, units: u32) -> Result<Outcome, Failure> {
    let by = (order, &scene.max.key);
    world.liquidate_to_order(&scene.exchange, &scene.ann.account, by, &scene.kim.account, units)
}

fn the_keeper_gets_what_the_order_does_not_ask_for(world: &mut World) {
    let mut scene = scene(world, 50_000);
    let [price, paid, insurance] = price_and_pay(world, &scene, 4);
    world.detail("a put", price);
    world.detail("paid for four", paid);
    world.step("Max would sell puts for a dollar above the mark; the auction pays 4 dollars each by now");
    let mut order_of =
        |world: &mut World, more: i64| resting(world, &mut scene.max, 4, -price - more, &[a_put()]);
    let cheap = order_of(world, usd(1));
    let exact = order_of(world, paid / 4);
    let dear = order_of(world, paid / 4 + 1);
    assert!(paid > usd(8));

    world.step("At one unit more than the auction pays Max is refused");
    refused_as(hand_over(world, &scene, &dear, 4), LiquidationError::OrderTooDear);
    world.step(
        "At a dollar he gets four, and Kim, who has no money at all, the rest of what the auction pays",
    );
    let all = [scene.ann.account, scene.max.account, scene.kim.account];
    let [of_ann, of_max, of_kim] = cash(world, all.each_ref());
    assert_eq!((of_max, of_kim), (usd(50_000), 0));
    let sent = done(hand_over(world, &scene, &cheap, 4));
    world.detail("compute units", sent.compute_units);
    let event = liquidated(&sent);
    assert_eq!((event.units, event.paid, event.to_order), (4, paid, usd(4)));
    let expected = [of_ann - 4 * price - paid - insurance, of_max + 4 * price + usd(4), paid - usd(4)];
    assert_eq!(cash(world, all.each_ref()), expected);
    assert_eq!(lots(world, &scene.max.account), [-4]);
    assert_eq!(lots(world, &scene.kim.account), [0; 0]);

    world.step("At just what the auction pays he gets four, and Kim next to nothing");
    let [now, paid_now, insurance] = price_and_pay(world, &scene, 4);
    assert_eq!(now, price);
    // The same puts have the same risk: Max's limit is met to the unit.
    assert!((paid_now - paid).abs() <= 1);
    let event = liquidated(&done(hand_over(world, &scene, &exact, 4)));
    let asks = 4 * (paid / 4);
    assert_eq!((event.paid, event.to_order), (paid_now, asks));
    let after = cash(world, all.each_ref());
    let expected = [
        expected[0] - 4 * price - paid_now - insurance,
        expected[1] + 4 * price + asks,
        expected[2] + paid_now - asks,
    ];
    assert_eq!(after, expected);
    assert!(after[2] - (paid - usd(4)) < 5);
    assert_eq!(vault(world, &scene.exchange), usd(570_000));
}

fn an_order_is_filled_in_parts_until_it_is_used_up(world: &mut World) {
    let mut scene = scene(world, 50_000);
    let [price, ..] = price_and_pay(world, &scene, 1);
    let order = resting(world, &mut scene.max, 5, -price - usd(1), &[a_put()]);
    world.step("Kim fills two of five, cannot fill four more, fills three");
    done(hand_over(world, &scene, &order, 2));
    refused_as(hand_over(world, &scene, &order, 4), AccountError::OrderFilled);
    done(hand_over(world, &scene, &order, 3));
    assert_eq!(lots(world, &scene.max.account), [-5]);
    world.step("The order is used up: whoever sends it again is refused");
    refused_as(hand_over(world, &scene, &order, 1), AccountError::OrderFilled);

    world.step("Another one is good for more than Ann's target needs: she gets no more than that");
    let order = resting(world, &mut scene.max, 90, -price - usd(1), &[a_put()]);
    let sent = done(hand_over(world, &scene, &order, 90));
    let units = i64::from(liquidated(&sent).units);
    assert!(0 < units && units < 20 && !world.is_latched(&scene.ann.account));
    assert_eq!(lots(world, &scene.max.account), [-5 - units]);
    assert_eq!(lots(world, &scene.ann.account), [units - 95, -100]);

    world.step("What is left of it waits for the next one; Max cancels it, and nobody can use it");
    prices(world, &scene.exchange, &[78_000, 76_000, 74_000]);
    done(world.begin(&scene.exchange, &scene.ann.account));
    world.svm.pass(60);
    crate::stage::price(world, &scene.exchange, 74_000);
    let cancel = account_program::cancel_orders(&scene.max.account, &scene.max.key.pubkey(), order.nonce + 1);
    done(world.svm.send(&[cancel], &[&scene.max.key]));
    refused_as(hand_over(world, &scene, &order, 1), AccountError::OrderCancelled);
    let [price, ..] = price_and_pay(world, &scene, 1);
    let late = resting(world, &mut scene.max, 9, -price - usd(1), &[a_put()]);
    let late = Order { expires_at: world.svm.now(), ..late };
    refused_as(hand_over(world, &scene, &late, 1), AccountError::OrderExpired);
    assert_eq!(vault(world, &scene.exchange), usd(570_000));
}

/// Max would pay to get the puts; he gets them at the mark all the same, and Kim the whole discount.
fn an_order_that_is_better_than_the_mark_costs_nothing(world: &mut World) {
    let mut scene = scene(world, 50_000);
    let [price, paid, insurance] = price_and_pay(world, &scene, 3);
    let order = resting(world, &mut scene.max, 3, -price + usd(2), &[a_put()]);
    let all = [scene.ann.account, scene.max.account, scene.kim.account];
    let [of_ann, of_max, _] = cash(world, all.each_ref());
    let event = liquidated(&done(hand_over(world, &scene, &order, 3)));
    assert_eq!((event.paid, event.to_order), (paid, 0));
    let expected = [of_ann - 3 * price - paid - insurance, of_max + 3 * price, paid];
    assert_eq!(cash(world, all.each_ref()), expected);
    assert_eq!(vault(world, &scene.exchange), usd(570_000));
}

fn a_strangle_is_taken_over_whole(world: &mut World) {
    let mut scene = scene(world, 50_000);
    world.step("Max would sell put and call together, ten strangles for a dollar each above the marks");
    let places = [4, 3].map(|kind| world.quote_leg(&scene.ann.account, |leg| leg.kind == kind, 1));
    let mut asked = LiquidateArgs { legs: places.to_vec(), units: 3, least_pay: 0 };
    asked.legs.sort_by_key(|leg| leg.leg);
    let quote = ask(world, &scene.exchange, &scene.ann.account, &asked, terms(&rescue_rules(), 60));
    let [first, second] = [quote.prices[0], quote.prices[1]].map(|price| price as i64);
    let [paid, _] = fees(&rescue_rules(), 60, quote.risk.get());
    let legs = [put(NEXT_FRIDAY, 90_000, -1, 0), call(NEXT_FRIDAY, 100_000, -1, 0)].map(unit_of);
    let order = resting(world, &mut scene.max, 10, -first - second - usd(1), &legs);
    let event = liquidated(&done(hand_over(world, &scene, &order, 3)));
    // Two prices are rounded, each in Ann's favour.
    assert!((0..=2).contains(&(paid - event.paid)));
    assert_eq!((event.units, event.to_order), (3, usd(3)));
    assert_eq!(lots(world, &scene.ann.account), [-97, -97]);
    assert_eq!(lots(world, &scene.max.account), [-3, -3]);
    assert_eq!(vault(world, &scene.exchange), usd(570_000));
}

fn orders_that_do_not_fit(world: &mut World) {
    let mut scene = scene(world, 50_000);
    let [price, ..] = price_and_pay(world, &scene, 1);
    let fine = resting(world, &mut scene.max, 5, -price - usd(1), &[a_put()]);
    world.step("An order for a venue is none for a rescue, nor the other way round");
    let at_venue = Order { venue: 1, ..fine.clone() };
    refused_as(hand_over(world, &scene, &at_venue, 1), AccountError::OrderWrong);
    let buys = Order {
        limit: price + usd(1),
        legs: vec![OrderLeg { lots: 1, ..a_put() }],
        margin_account: scene.ben.account,
        venue: 1,
        ..fine.clone()
    };
    let args = SettleFillsArgs {
        maker: fine.clone(),
        taker: buys.clone(),
        maker_units: 1,
        taker_units: 1,
        prices: vec![(price + usd(1)) as u64 / 100 * 100],
        maker_fee: 0,
        taker_fee: 0,
    };
    let sent = world.fill(&scene.exchange, [&scene.max, &scene.ben], &args);
    refused_as(sent, AccountError::OrderWrong);
    world.step("Neither is one on Ann's own side, nor for what she does not have");
    let same_side = Order { legs: vec![OrderLeg { lots: 1, ..a_put() }], ..fine.clone() };
    refused_as(hand_over(world, &scene, &same_side, 1), LiquidationError::OrderUnfit);
    let other = Order { legs: vec![unit_of(put(NEXT_FRIDAY, 91_000, -1, 0))], ..fine.clone() };
    refused_as(hand_over(world, &scene, &other, 1), LiquidationError::OrderUnfit);
    world.step("Nor one that somebody else signed, or that is not what was signed");
    let by = (&fine, &scene.ben.key);
    let sent = world.liquidate_to_order(&scene.exchange, &scene.ann.account, by, &scene.kim.account, 1);
    refused_as(sent, AccountError::SignatureMissing);
    let [limit, check, _] = world.rescue_by_order(
        &scene.exchange,
        &scene.ann.account,
        (&fine, &scene.max.key),
        &scene.kim.account,
        1,
    );
    let cheaper = Order { limit: fine.limit + usd(1), ..fine.clone() };
    let [.., take] = world.rescue_by_order(
        &scene.exchange,
        &scene.ann.account,
        (&cheaper, &scene.max.key),
        &scene.kim.account,
        1,
    );
    // The signature is not that of these bytes: the runtime says so before any program runs.
    assert!(world.svm.send(&[limit, check, take], &[]).is_err());
    world.step("Nor one of Ann's own");
    let own = Order { margin_account: scene.ann.account, ..fine.clone() };
    let by = (&own, &scene.ann.key);
    let sent = world.liquidate_to_order(&scene.exchange, &scene.ann.account, by, &scene.kim.account, 1);
    refused_as(sent, LiquidationError::TakerUnfit);
    world.step("As Max signed it, it is filled");
    done(hand_over(world, &scene, &fine, 1));
    assert_eq!(vault(world, &scene.exchange), usd(570_000));
}

fn a_maker_needs_margin(world: &mut World) {
    let mut scene = scene(world, 300);
    let [price, ..] = price_and_pay(world, &scene, 1);
    let order = resting(world, &mut scene.max, 50, -price - usd(1), &[a_put()]);
    world.step("Max has 300 dollars: his order is good for one put, not for four");
    refused_as(hand_over(world, &scene, &order, 4), LiquidationError::TakerShort);
    done(hand_over(world, &scene, &order, 1));
    assert!(report(world, &scene.exchange, &scene.max.account).room.get() >= 0);
    world.step("An order that only reduces does not open anything");
    let reduce =
        Order { reduce_only: true, ..resting(world, &mut scene.max, 5, -price - usd(1), &[a_put()]) };
    refused_as(hand_over(world, &scene, &reduce, 1), AccountError::OrderReduceOnly);
    assert_eq!(vault(world, &scene.exchange), usd(520_300));
}
