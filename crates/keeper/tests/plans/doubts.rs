//! Losses of accounts that have kept options, while the price of those is in doubt: the keeper waits as long as the program
//! would refuse the hop, and no longer.

use crate::{
    scene::{holdings, world, Scene},
    stage::{call, done, perp, price, usd, COIN, NEXT_FRIDAY},
    tally::{capped, declined, put_back, quiet_exchange, trade},
};
use ballast_interface::{
    liquidation::{Hop, LiquidateArgs, LiquidationError},
    risk::instructions::refresh_price,
};
use ballast_keeper::liquidate::{Plan, Why};
use ballast_testkit::{limit, price_account, PriceUpdate, Trader, World, BTC};

/// A day, after how long a price is stale, and how long each hop waits after the one before.
const DAY: i64 = 86_400;
const MAX_AGE: i64 = 60;
const GRACE: i64 = 300;
/// A price that means nothing.
const NOTHING: [i64; 2] = [-1, 0];

/// Ann owes more than the insurance's thousand dollars, and has only calls on a coin at 200 000, which is at 60 000. The fees
/// of the insurance are to be taken in.
fn far_call(world: &mut World) -> (Scene, Trader) {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(usd(1_000)));
    let [ann, ben, lou, sue] = [("ann", 12_000), ("ben", 200_000), ("lou", 300_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    trade(world, &exchange, &ann, &ben, call(NEXT_FRIDAY, 200_000, 100, 20_000));
    trade(world, &exchange, &ann, &ben, perp(50, usd(950)));
    let scene = Scene::new(world, exchange, &[&ann, &ben, &lou, &sue], 300_000, &[("last_resort", "0")]);
    price(world, &scene.exchange, 60_000);
    done(world.begin(&scene.exchange, &ann.account));
    // Lou takes over half a coin alone.
    let leg = world.quote_leg(&ann.account, |leg| leg.kind == 1, 1);
    let args = LiquidateArgs { legs: vec![leg], units: 50, least_pay: i64::MIN >> 32 };
    done(world.liquidate(&scene.exchange, &ann.account, &lou, &args));
    assert_eq!(holdings(world, &ann.account), [(3, 100)]);
    (scene, ann)
}

/// A price in dollars with half of its interval, and 60 000 on average.
fn publish(scene: &Scene, world: &mut World, [dollars, interval]: [i64; 2]) {
    let (group, places) = (scene.exchange.group(), COIN as i64);
    let update = world.price_update(BTC, dollars * places);
    let update = PriceUpdate { interval: (interval * places) as u64, average: 60_000 * places, ..update };
    let address = price_account(&group, BTC);
    world.publish(&address, &update);
    done(world.svm.send(&[refresh_price(&group, BTC, &address)], &[]));
}

/// Plans for the only account that is under liquidation.
fn next(scene: &Scene, world: &mut World, ann: &Trader) -> Result<Plan, Why> {
    let intents = scene.intents(world);
    let mut intents = intents.iter().filter(|intent| *intent.account() == ann.account);
    let intent = intents.next().expect("something is due");
    scene.plan(world, intent).map(|mut plans| plans.remove(0))
}

/// Asserts that the keeper waits from now on until so many seconds have passed, to the second, as the program does; the plan
/// is of this name then.
#[track_caller]
fn waits(scene: &Scene, world: &mut World, ann: &Trader, seconds: i64, name: &str) -> Plan {
    for pass in [0, seconds - 1] {
        world.svm.pass(pass);
        let plan = next(scene, world, ann);
        assert!(matches!(&plan, Err(Why::Waits(why)) if why.contains("feeds do not permit")), "{plan:?}");
        declined(world.resolve_bankruptcy(&scene.exchange, &ann.account), LiquidationError::FeedsForbid);
    }
    world.svm.pass(1);
    let plan = next(scene, world, ann).expect("a plan");
    assert_eq!((plan.account, plan.name), (ann.account, name));
    plan
}

/// Takes the insurance's fees in, and makes its hop.
#[track_caller]
fn insure(scene: &Scene, world: &mut World, ann: &Trader, sweep: &Plan) {
    scene.deliver(world, sweep);
    let resolve = next(scene, world, ann).expect("a plan");
    assert_eq!(resolve.name, "resolve");
    scene.deliver(world, &resolve);
    assert_eq!(world.auction(&ann.account).hop, Hop::Insurance as u8);
    assert_eq!(world.insurance(&scene.exchange).paid, usd(1_000) as u64);
}

#[test]
fn a_doubtful_price_of_an_option_keeps_the_keeper_waiting_as_long_as_the_program() {
    let mut world = world();
    let (scene, ann) = far_call(&mut world);
    // Far from its average for ten minutes, wide for two, and without any meaning for a day; a seventh above the average, or
    // a unit more than a fiftieth either way.
    for (doubt, pause) in [([69_000, 69], 600), ([60_000, 1_201], 120), (NOTHING, DAY)] {
        world.svm.pass(1);
        put_back(&mut world, &scene.exchange, &[&ann.account], |world| {
            publish(&scene, world, doubt);
            let sweep = waits(&scene, world, &ann, pause, "sweep");
            insure(&scene, world, &ann, &sweep);
        });
    }
    // Neither does at its limit.
    for good in [[66_000, 66], [60_000, 1_200]] {
        world.svm.pass(1);
        put_back(&mut world, &scene.exchange, &[&ann.account], |world| {
            publish(&scene, world, good);
            let sweep = next(&scene, world, &ann).expect("a plan");
            insure(&scene, world, &ann, &sweep);
        });
    }
}

#[test]
fn a_silent_price_of_an_option_keeps_no_loss_waiting() {
    let mut world = world();
    let (scene, ann) = far_call(&mut world);
    for seconds in [MAX_AGE, MAX_AGE + 1, MAX_AGE + DAY - 1, MAX_AGE + DAY] {
        put_back(&mut world, &scene.exchange, &[&ann.account], |world| {
            price(world, &scene.exchange, 60_000);
            world.svm.pass(seconds);
            let sweep = next(&scene, world, &ann).expect("a plan");
            assert_eq!(sweep.name, "sweep", "after {seconds} seconds");
            insure(&scene, world, &ann, &sweep);
        });
    }
}

#[test]
fn every_hop_waits_for_the_price_of_an_option() {
    let mut world = world();
    let (scene, ann) = far_call(&mut world);
    publish(&scene, &mut world, NOTHING);
    let sweep = waits(&scene, &mut world, &ann, DAY, "sweep");
    insure(&scene, &mut world, &ann, &sweep);
    for hop in [Hop::Claims, Hop::Shared] {
        // A price comes back and is gone again: a day from then on, after the grace.
        world.svm.pass(GRACE);
        price(&mut world, &scene.exchange, 60_000);
        publish(&scene, &mut world, NOTHING);
        let resolve = waits(&scene, &mut world, &ann, DAY, "resolve");
        scene.deliver(&mut world, &resolve);
        if let Hop::Claims = hop {
            assert_eq!(world.auction(&ann.account).hop, hop as u8);
        }
    }
    assert!(!world.is_latched(&ann.account));
    assert_eq!(holdings(&mut world, &ann.account), [(3, 100)]);
}

#[test]
fn a_price_that_stays_away_is_waited_for_once() {
    let mut world = world();
    let (scene, ann) = far_call(&mut world);
    publish(&scene, &mut world, NOTHING);
    let sweep = waits(&scene, &mut world, &ann, DAY, "sweep");
    insure(&scene, &mut world, &ann, &sweep);
    for _ in [Hop::Claims, Hop::Shared] {
        world.svm.pass(GRACE);
        let resolve = next(&scene, &mut world, &ann).expect("a plan");
        assert_eq!(resolve.name, "resolve");
        scene.deliver(&mut world, &resolve);
    }
    assert!(!world.is_latched(&ann.account));
}

/// A hop that was planned by a good price is refused by the program once that is gone.
#[test]
fn a_hop_that_was_planned_before_the_doubt_is_refused() {
    let mut world = world();
    let (scene, ann) = far_call(&mut world);
    world.svm.pass(MAX_AGE);
    let sweep = next(&scene, &mut world, &ann).expect("a plan");
    scene.deliver(&mut world, &sweep);
    let resolve = next(&scene, &mut world, &ann).expect("a plan");
    assert_eq!((sweep.name, resolve.name), ("sweep", "resolve"));
    publish(&scene, &mut world, NOTHING);
    let sent = world.svm.send(&[&[limit()][..], &resolve.steps].concat(), &[]);
    declined(sent, LiquidationError::FeedsForbid);
    let plan = next(&scene, &mut world, &ann);
    assert!(matches!(&plan, Err(Why::Waits(why)) if why.contains("feeds do not permit")), "{plan:?}");
}

#[test]
fn nothing_is_realised_by_a_price_that_permits_none() {
    let mut world = world();
    let (scene, ann) = far_call(&mut world);
    world.svm.pass(MAX_AGE);
    let sweep = next(&scene, &mut world, &ann).expect("a plan");
    insure(&scene, &mut world, &ann, &sweep);
    // Meaningless, wide, stale.
    for (doubt, pass) in [(NOTHING, 0), ([60_000, 1_201], 1), ([60_000, 60], MAX_AGE + 1)] {
        world.svm.pass(1);
        publish(&scene, &mut world, doubt);
        world.svm.pass(pass);
        let plan = next(&scene, &mut world, &ann);
        assert!(!matches!(&plan, Ok(plan) if plan.name == "realise"), "{plan:?}");
    }
}
