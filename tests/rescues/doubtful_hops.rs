//! Hops of the waterfall while a price is in doubt: it makes nothing worthless as long as it forbids a rescue.

use crate::{
    rescued::Scene,
    stage::{done, perp, price, put, usd, COIN, NEXT_FRIDAY},
    tally::{capped, declined, is_over, put_back, quiet_exchange, take, trade},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::liquidation::{Hop, LiquidateArgs, LiquidationError as No};
use ballast_testkit::{price_account, risk_program, Exchange, PriceUpdate, Trader, World, BTC};

ballast_testkit::on_every_svm!(
    bought_options_wait_for_a_price_that_permits_a_rescue,
    tokens_wait_for_a_price_that_permits_a_rescue,
    a_token_without_a_price_waits_for_a_day,
    who_has_nothing_waits_for_no_price,
);

/// A day, and after how long without one a price is stale.
const DAY: i64 = 86_400;
const MAX_AGE: i64 = 60;

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
    world.step("A price that means nothing settles nothing, however long it lasts");
    publish(world, &exchange, [-1, 0, 130_000]);
    for seconds in [0, 1, DAY] {
        world.svm.pass(seconds);
        declined(world.resolve_bankruptcy(&exchange, account), No::FeedsForbid);
    }
    world.step("A stale one goes on");
    price(world, &exchange, 130_000);
    world.svm.pass(MAX_AGE + 1);
    done(world.resolve_bankruptcy(&exchange, account));
    covered(world);
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
