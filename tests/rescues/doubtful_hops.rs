//! Hops of the waterfall while a price is in doubt: it makes nothing worthless as long as it forbids a rescue, and has not been
//! gone for a day.

use crate::{
    rescued::Scene,
    stage::{call, done, perp, price, put, unpaid, usd, COIN, NEXT_FRIDAY},
    tally::{capped, declined, is_over, put_back, quiet_exchange, take, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::{Hop, LiquidateArgs, LiquidationError as No};
use ballast_testkit::{price_account, risk_program, Exchange, PriceUpdate, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    bought_options_wait_for_a_price_that_permits_a_rescue,
    a_far_call_without_a_price_keeps_no_hop_for_more_than_a_day,
    every_hop_waits_for_a_day_of_its_own_doubt,
    a_price_that_comes_back_ends_the_day,
    tokens_wait_for_a_price_that_permits_a_rescue,
    a_token_without_a_price_waits_for_a_day,
    who_has_nothing_waits_for_no_price,
);

/// A day, and after how long without one a price is stale.
const DAY: i64 = 86_400;
const MAX_AGE: i64 = 60;
/// How long each hop waits after the one before.
const GRACE: i64 = 300;

/// A price in dollars, half of its interval, and the oracle's own average of it.
fn publish(world: &mut World, exchange: &Exchange, [dollars, interval, average]: [i64; 3]) {
    let places = COIN as i64;
    let update = PriceUpdate {
        interval: (interval * places) as u64,
        average: average * places,
        ..world.price_update(BTC, dollars * places)
    };
    let address = price_account(&exchange.group(), BTC);
    world.publish(&address, &update);
    done(world.svm.send(&[risk_program::refresh_price(&exchange.group(), BTC, &address)], &[]));
}

/// Refuses a hop from now until so many seconds have passed, to the second, and makes it then.
#[track_caller]
fn waits(world: &mut World, exchange: &Exchange, account: &Pubkey, seconds: i64, why: No) {
    declined(world.resolve_bankruptcy(exchange, account), why);
    world.svm.pass(seconds - 1);
    declined(world.resolve_bankruptcy(exchange, account), why);
    world.svm.pass(1);
    done(world.resolve_bankruptcy(exchange, account));
}

/// Ann owes something; all that she has left is puts on a coin at 60 000, which is at 130 000.
fn bought(world: &mut World) -> (Exchange, Trader) {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(usd(1_000_000)));
    let [ann, ben, kim, sue] = [("ann", 12_000), ("ben", 200_000), ("kim", 300_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    trade(world, &exchange, &ann, &ben, put(NEXT_FRIDAY, 60_000, 100, 20_000));
    trade(world, &exchange, &ann, &ben, perp(-50, usd(950)));
    price(world, &exchange, 130_000);
    done(world.begin(&exchange, &ann.account));
    let leg = world.quote_leg(&ann.account, |leg| leg.kind == 1, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 50, least_pay: i64::MIN >> 32 };
    done(world.liquidate(&exchange, &ann.account, &kim, &args));
    (exchange, ann)
}

fn bought_options_wait_for_a_price_that_permits_a_rescue(world: &mut World) {
    let (exchange, ann) = bought(world);
    let account = &ann.account;
    let covered = |world: &mut World| {
        assert!(is_over(world, account) && world.insurance(&exchange).paid > 0);
    };
    world.step("By a good price puts far below count for nothing");
    put_back(world, &exchange, &[account], |world| {
        done(world.resolve_bankruptcy(&exchange, account));
        covered(world);
    });
    world.step("By one a seventh above its average they do after ten minutes, and by a wide one after two");
    for (doubt, pause) in [([150_000, 150, 130_000], 600), ([130_000, 2_601, 130_000], 120)] {
        world.svm.pass(1);
        put_back(world, &exchange, &[account], |world| {
            publish(world, &exchange, doubt);
            waits(world, &exchange, account, pause, No::FeedsForbid);
            covered(world);
        });
    }
    world.step("At the limits of both there is no doubt");
    for good in [[143_000, 143, 130_000], [130_000, 2_600, 130_000]] {
        world.svm.pass(1);
        put_back(world, &exchange, &[account], |world| {
            publish(world, &exchange, good);
            done(world.resolve_bankruptcy(&exchange, account));
            covered(world);
        });
    }
    world.step("A price that means nothing settles nothing for a day, and then keeps nobody waiting");
    world.svm.pass(1);
    put_back(world, &exchange, &[account], |world| {
        publish(world, &exchange, [-1, 0, 130_000]);
        waits(world, &exchange, account, DAY, No::FeedsForbid);
        covered(world);
    });
    world.step("A stale one goes on, however long it has been that");
    for seconds in [MAX_AGE, MAX_AGE + 1, MAX_AGE + DAY - 1, MAX_AGE + DAY] {
        put_back(world, &exchange, &[account], |world| {
            price(world, &exchange, 130_000);
            world.svm.pass(seconds);
            done(world.resolve_bankruptcy(&exchange, account));
            covered(world);
        });
    }
}

/// Ann owes something, of which the insurance bears a thousand dollars; all that she has left is calls on a coin at 200 000,
/// which is at 60 000.
fn far_call(world: &mut World) -> (Exchange, Pubkey) {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(usd(1_000)));
    let [ann, ben, kim, sue] = [("ann", 12_000), ("ben", 200_000), ("kim", 300_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    trade(world, &exchange, &ann, &ben, call(NEXT_FRIDAY, 200_000, 100, 20_000));
    trade(world, &exchange, &ann, &ben, perp(50, usd(950)));
    price(world, &exchange, 60_000);
    done(world.begin(&exchange, &ann.account));
    let leg = world.quote_leg(&ann.account, |leg| leg.kind == 1, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 50, least_pay: i64::MIN >> 32 };
    done(world.liquidate(&exchange, &ann.account, &kim, &args));
    // Half a coin lost 17 500; of 12 000, two were paid for the calls.
    assert_eq!(unpaid(world, [&ann.account]), [usd(-5_502)]);
    (exchange, ann.account)
}

/// What is left after a hop: the insurance's thousand is paid, nobody has a claim to cut, and lenders bear the rest.
#[track_caller]
fn assert_hop(world: &mut World, account: &Pubkey, hop: Hop) {
    if let Hop::Shared = hop {
        assert!(is_over(world, account));
    } else {
        assert_eq!((world.auction(account).hop, world.is_latched(account)), (hop as u8, true));
    }
    let left = if let Hop::Shared = hop { 0 } else { usd(-4_502) };
    assert_eq!(unpaid(world, [account]), [left]);
    let calls: Vec<_> =
        world.margin_account(account).legs.iter().map(|leg| (leg.kind, leg.quantity)).collect();
    assert_eq!(calls[..2], [(3, 100), (0, 0)], "the calls are still there");
}

/// One doubt that lasts through all of them is waited for once.
fn a_far_call_without_a_price_keeps_no_hop_for_more_than_a_day(world: &mut World) {
    let (exchange, account) = far_call(world);
    publish(world, &exchange, [-1, 0, 60_000]);
    waits(world, &exchange, &account, DAY, No::FeedsForbid);
    assert_hop(world, &account, Hop::Insurance);
    for hop in [Hop::Claims, Hop::Shared] {
        waits(world, &exchange, &account, GRACE, No::HopEarly);
        assert_hop(world, &account, hop);
    }
}

/// Whichever hop is next when the price is gone, it waits, and those behind it do no more.
fn every_hop_waits_for_a_day_of_its_own_doubt(world: &mut World) {
    let (exchange, account) = far_call(world);
    let hops = [Hop::Insurance, Hop::Claims, Hop::Shared];
    for (place, hop) in hops.into_iter().enumerate() {
        put_back(world, &exchange, &[&account], |world| {
            world.svm.pass(GRACE);
            publish(world, &exchange, [-1, 0, 60_000]);
            waits(world, &exchange, &account, DAY, No::FeedsForbid);
            assert_hop(world, &account, hop);
            for behind in hops.into_iter().skip(place + 1) {
                waits(world, &exchange, &account, GRACE, No::HopEarly);
                assert_hop(world, &account, behind);
            }
        });
        // By a good price it is made, so that the next one comes.
        world.svm.pass(GRACE);
        price(world, &exchange, 60_000);
        done(world.resolve_bankruptcy(&exchange, &account));
        assert_hop(world, &account, hop);
    }
}

/// A day less a second without a price is none: one that comes back and is gone again is waited for anew.
fn a_price_that_comes_back_ends_the_day(world: &mut World) {
    let (exchange, account) = far_call(world);
    publish(world, &exchange, [-1, 0, 60_000]);
    world.svm.pass(DAY - 1);
    declined(world.resolve_bankruptcy(&exchange, &account), No::FeedsForbid);
    // Another that means nothing is no new beginning, and a wide one is doubted for two minutes only.
    put_back(world, &exchange, &[&account], |world| {
        publish(world, &exchange, [-1, 0, 60_000]);
        waits(world, &exchange, &account, 1, No::FeedsForbid);
        assert_hop(world, &account, Hop::Insurance);
    });
    put_back(world, &exchange, &[&account], |world| {
        publish(world, &exchange, [60_000, 1_201, 60_000]);
        waits(world, &exchange, &account, 120, No::FeedsForbid);
        assert_hop(world, &account, Hop::Insurance);
    });
    price(world, &exchange, 60_000);
    put_back(world, &exchange, &[&account], |world| {
        done(world.resolve_bankruptcy(&exchange, &account));
        assert_hop(world, &account, Hop::Insurance);
    });
    world.svm.pass(1);
    publish(world, &exchange, [-1, 0, 60_000]);
    waits(world, &exchange, &account, DAY, No::FeedsForbid);
    assert_hop(world, &account, Hop::Insurance);
}

/// Ann owes 5 000 dollars, Sam has staked; of her coin she has so many 10^-8.
fn speck(world: &mut World, amount: u64) -> Scene {
    let scene = Scene::new(world, 20_000);
    let sam = world.trader(&scene.exchange, "sam", usd(50_000));
    done(world.stake(&scene.exchange, &sam, usd(50_000) as u64));
    scene.ruin(world);
    world.deposit_token(&scene.exchange, &scene.ann, 1, amount);
    scene
}

fn tokens_wait_for_a_price_that_permits_a_rescue(world: &mut World) {
    // 99.96 cents at 70 000 dollars, and 1.356 dollars at the average of 95 000.
    let scene = speck(world, 1_428);
    let (exchange, account) = (&scene.exchange, &scene.ann.account);
    let far = [70_000, 70, 95_000];
    // A fiftieth of 70 000 is 1 400.
    for (doubt, pause) in [(far, 600), ([70_000, 1_401, 70_000], 120)] {
        world.svm.pass(1);
        put_back(world, exchange, &[account], |world| {
            publish(world, exchange, doubt);
            waits(world, exchange, account, pause, No::TokenUnpriced);
        });
    }
    world.step("Who doubts a price for two reasons waits for both");
    put_back(world, exchange, &[account], |world| {
        publish(world, exchange, far);
        world.svm.pass(500);
        publish(world, exchange, [70_000, 1_401, 95_000]);
        waits(world, exchange, account, 120, No::TokenUnpriced);
    });
    world.step("By a good price the speck counts for nothing at once");
    world.svm.pass(1);
    publish(world, exchange, [70_000, 1_400, 70_000]);
    done(world.resolve_bankruptcy(exchange, account));
}

fn a_token_without_a_price_waits_for_a_day(world: &mut World) {
    // A whole coin.
    let scene = speck(world, COIN);
    let (exchange, account) = (&scene.exchange, &scene.ann.account);
    // Past all rules she owes far more than that.
    crate::tally::plant_beside(world, account, usd(-200_000));
    world.step("A feed that says nothing that means anything");
    world.svm.pass(1);
    put_back(world, exchange, &[account], |world| {
        publish(world, exchange, [-1, 0, 70_000]);
        waits(world, exchange, account, DAY, No::TokenUnpriced);
    });
    world.step("One that says nothing at all");
    price(world, exchange, 70_000);
    declined(world.resolve_bankruptcy(exchange, account), No::NotReduced);
    world.svm.pass(MAX_AGE);
    waits(world, exchange, account, DAY, No::NotReduced);
}

/// Whose positions are all gone owes what he owes by any price.
fn who_has_nothing_waits_for_no_price(world: &mut World) {
    let (exchange, [lara, _, kim]) = crate::uncounted::long(world, usd(20_000));
    price(world, &exchange, 70_000);
    done(world.begin(&exchange, &lara.account));
    done(take(world, &exchange, &lara, &kim, 100));
    for doubt in [[70_000, 70, 95_000], [70_000, 1_401, 70_000], [-1, 0, 70_000]] {
        world.svm.pass(1);
        put_back(world, &exchange, &[&lara.account], |world| {
            publish(world, &exchange, doubt);
            done(world.resolve_bankruptcy(&exchange, &lara.account));
            assert_eq!(world.auction(&lara.account).hop, Hop::Insurance as u8);
        });
    }
}
