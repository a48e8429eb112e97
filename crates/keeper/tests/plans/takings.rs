//! Positions taken over: no more than is needed, for what the quote says, as long as it is worth it.

use crate::{
    scene::{holdings, is_checked, liquidated, world, Scene},
    stage::{bitcoin_exchange, call, cash, done, perp, price, put, usd, vault, NEXT_FRIDAY},
};
use ballast_interface::liquidation::RescueRules;
use ballast_testkit::{limit, rescue_rules, Trader, World, DOLLAR};

/// Ann has sold a strangle to Ben, and Bitcoin falls until she is below maintenance margin.
fn strangle(world: &mut World, dollars: i64, said: &[(&str, &str)]) -> (Scene, Trader) {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben] =
        [("ann", 20_000), ("ben", 500_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    let legs = [put(NEXT_FRIDAY, 90_000, -100, 12 * DOLLAR), call(NEXT_FRIDAY, 100_000, -100, 14 * DOLLAR)];
    done(world.block(&exchange, &ann, &ben, &legs));
    for dollars in [92_000, 89_000, 86_000, 83_000, 80_000] {
        world.svm.pass(60);
        price(world, &exchange, dollars);
    }
    let scene = Scene::new(world, exchange, &[&ann, &ben], dollars, said);
    (scene, ann)
}

#[test]
fn a_rescue_is_begun_and_ends_with_a_taking() {
    let mut world = world();
    let (scene, ann) = strangle(&mut world, 100_000, &[]);
    let before = vault(&mut world, &scene.exchange);
    assert_eq!(scene.round(&mut world), ["begin"]);
    assert!(world.is_latched(&ann.account));
    let intents = scene.intents(&mut world);
    let plan = scene.plan(&mut world, &intents[0]).expect("a plan").remove(0);
    assert!(is_checked(&plan));
    let own = cash(&mut world, [&scene.kim.account])[0];
    let sent = scene.send(&mut world, &plan);
    let event = liquidated(&sent);
    let quote = plan.quote.expect("a quote");
    assert_eq!(event.units, quote.units);
    // To the unit what the plan expected, in cash and in what is told of it.
    let getting = plan.getting.expect("positions");
    assert_eq!(event.paid, getting.cash);
    let premium: i64 = getting.legs.iter().map(|leg| leg.lots * leg.price as i64).sum();
    assert_eq!(cash(&mut world, [&scene.kim.account])[0], own - premium + event.paid);
    assert!(event.restores && !world.is_latched(&ann.account));
    assert!(scene.is_restored(&mut world, &ann.account));
    assert_eq!(vault(&mut world, &scene.exchange), before);
    assert_eq!(scene.intents(&mut world), []);
}

#[test]
fn what_pays_too_little_waits_for_the_discount_but_not_for_ever() {
    let mut world = world();
    let (scene, ann) = strangle(&mut world, 100_000, &[("min_profit", "1000000"), ("last_resort", "30")]);
    assert_eq!(scene.round(&mut world), ["begin"]);
    for _ in 0..10 {
        let told = scene.round(&mut world);
        assert!(told[0].contains("the discount grows"), "{told:?}");
        world.svm.pass(60);
        price(&mut world, &scene.exchange, 80_000);
    }
    assert!(scene.round(&mut world)[0].contains("the discount grows"));
    world.svm.pass(30);
    price(&mut world, &scene.exchange, 80_000);
    assert_eq!(scene.round(&mut world), ["liquidate"]);
    assert!(!world.is_latched(&ann.account));
}

#[test]
fn a_plan_is_only_for_the_state_that_it_was_made_for() {
    let mut world = world();
    let (scene, ann) = strangle(&mut world, 100_000, &[]);
    assert_eq!(scene.round(&mut world), ["begin"]);
    let intent = scene.intents(&mut world)[0];
    let plan = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    let other = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    assert_eq!(plan.steps, other.steps, "the same makes the same");
    // Places of several positions mean nothing without the check, however many races were lost.
    let bold = scene.plan_boldly(&mut world, &intent).expect("a plan").remove(0);
    assert_eq!(bold.steps, plan.steps);
    scene.send(&mut world, &plan);
    let late = world.svm.send(&[&[limit()][..], &other.steps].concat(), &[&scene.kim.key]);
    let logs = late.expect_err("too late").logs;
    assert!(logs.iter().any(|line| line.contains("SequenceChanged")), "{logs:#?}");
    assert!(!world.is_latched(&ann.account));
}

#[test]
fn small_accounts_are_closed_whole_for_the_reward() {
    let mut world = world();
    let exchange = bitcoin_exchange(&mut world, &[]);
    let rules = RescueRules { small: usd(1_000) as u64, small_reward: usd(5) as u64, ..rescue_rules() };
    world.create_fund(&exchange, &rules);
    let [ann, ben] =
        [("ann", 200), ("ben", 500_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.block(&exchange, &ann, &ben, &[perp(1, usd(950))]));
    let scene = Scene::new(&mut world, exchange, &[&ann, &ben], 10_000, &[]);
    let mut at = 95_000;
    while scene.intents(&mut world).is_empty() {
        at -= 500;
        world.svm.pass(60);
        price(&mut world, &scene.exchange, at);
    }
    assert_eq!(scene.round(&mut world), ["begin"]);
    let intent = scene.intents(&mut world)[0];
    let plan = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    let sent = scene.send(&mut world, &plan);
    let event = liquidated(&sent);
    let getting = plan.getting.expect("positions");
    assert_eq!(event.paid, getting.cash);
    assert!(holdings(&mut world, &ann.account).is_empty());
    assert!(!world.is_latched(&ann.account));
}

#[test]
fn hedged_books_go_leg_by_leg_or_together() {
    let mut world = world();
    let exchange = bitcoin_exchange(&mut world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben] =
        [("ann", 30_000), ("ben", 900_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    let legs = [
        perp(150, usd(950)),
        put(NEXT_FRIDAY, 95_000, 70, 25 * DOLLAR),
        call(NEXT_FRIDAY, 100_000, -80, 14 * DOLLAR),
    ];
    for leg in legs {
        done(world.block(&exchange, &ann, &ben, &[leg]));
    }
    let scene = Scene::new(&mut world, exchange, &[&ann, &ben], 300_000, &[]);
    let mut at = 95_000;
    while scene.intents(&mut world).is_empty() {
        at -= 1_000;
        assert!(at > 50_000, "she falls short at last");
        world.svm.pass(60);
        price(&mut world, &scene.exchange, at);
    }
    let done = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, at));
    println!("{done:?}");
    assert!(scene.is_restored(&mut world, &ann.account));
}
