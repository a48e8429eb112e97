//! What the keeper may take: its own floor, its cap, its markets, and what is on its way to it.

use crate::{
    scene::{holdings, world, Scene},
    stage::{bitcoin_exchange, done, perp, price, usd},
};
use ballast_keeper::liquidate::Why;
use ballast_testkit::{rescue_rules, Trader, World};
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Ann is long 100 lots and falls short; Kim has so many dollars.
pub fn long(world: &mut World, dollars: i64, said: &[(&str, &str)]) -> (Scene, Trader) {
    let exchange = bitcoin_exchange(world, &[]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben] =
        [("ann", 20_000), ("ben", 500_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.block(&exchange, &ann, &ben, &[perp(100, usd(950))]));
    let scene = Scene::new(world, exchange, &[&ann, &ben], dollars, said);
    for dollars in [92_000, 89_000, 86_000, 84_000, 82_000] {
        world.svm.pass(60);
        price(world, &scene.exchange, dollars);
    }
    assert_eq!(scene.round(world), ["begin"]);
    (scene, ann)
}

#[test]
fn a_poor_keeper_takes_what_leaves_its_floor() {
    let mut world = world();
    let (scene, ann) = long(&mut world, 1_500, &[("own_floor", "0.4"), ("min_profit", "0")]);
    let all = 100;
    assert_eq!(scene.round(&mut world), ["liquidate"]);
    let taken = holdings(&mut world, &scene.kim.account)[0].1;
    assert!(taken > 0 && taken < all && world.is_latched(&ann.account), "{taken}");
    let (room, value) = scene.own(&mut world);
    assert!(room * 10 >= value * 4, "{room} of {value}");
    // One lot more would be too much: there is no plan any more.
    let intent = scene.intents(&mut world)[0];
    let why = scene.plan(&mut world, &intent).expect_err("no room");
    assert!(matches!(why, Why::NoRoom), "{why}");
    assert!(holdings(&mut world, &scene.kim.account)[0].1 == taken);
}

#[test]
fn no_taking_brings_more_risk_than_the_cap() {
    let mut world = world();
    let (scene, ann) = long(&mut world, 500_000, &[("max_risk", "1000"), ("min_profit", "0")]);
    let mut rounds = 0;
    while world.is_latched(&ann.account) {
        let intent = scene.intents(&mut world)[0];
        let plan = scene.plan(&mut world, &intent).expect("a plan").remove(0);
        let quote = plan.quote.clone().expect("a quote");
        assert!(quote.risk.get() <= 1_000 * 10_000_000_000, "{:?}", quote.risk);
        scene.send(&mut world, &plan);
        rounds += 1;
    }
    assert!(rounds > 3, "{rounds}");
    assert!(scene.is_restored(&mut world, &ann.account));
}

#[test]
fn the_only_position_needs_no_check_after_lost_races() {
    let mut world = world();
    let (scene, _) = long(&mut world, 500_000, &[]);
    let intent = scene.intents(&mut world)[0];
    let plan = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    let bold = scene.plan_boldly(&mut world, &intent).expect("a plan").remove(0);
    assert_eq!(bold.steps, plan.steps[1..]);
}

#[test]
fn losses_have_a_budget() {
    let mut world = world();
    // By the price of SOL, every taking costs something; the discount has stopped growing.
    let said = [
        ("sol_price", "1000000000"),
        ("max_loss", "1000000"),
        ("loss_budget", "1000000"),
        ("last_resort", "0"),
    ];
    let (scene, _) = long(&mut world, 500_000, &said);
    for _ in 0..12 {
        world.svm.pass(60);
        price(&mut world, &scene.exchange, 82_000);
    }
    let intent = scene.intents(&mut world)[0];
    let plan = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    assert!(plan.profit < 0, "{}", plan.profit);
    let getting = ballast_keeper::liquidate::Getting::default();
    let spend = |loss| scene.desk.rows().add_costing(&scene.desk, getting.clone(), loss);
    let all = scene.settings.loss_budget.0;
    drop(spend(all));
    assert!(scene.plan(&mut world, &intent).is_ok(), "nothing came of it");
    spend(all).arrived();
    let why = scene.plan(&mut world, &intent).expect_err("nothing is left");
    assert!(matches!(why, Why::Waits(_)), "{why}");
}

#[test]
fn dust_is_left_alone() {
    let mut world = world();
    let exchange = bitcoin_exchange(&mut world, &[]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben] =
        [("ann", 20_000), ("ben", 500_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.block(&exchange, &ann, &ben, &[perp(100, usd(950))]));
    let scene = Scene::new(&mut world, exchange, &[&ann, &ben], 10_000, &[("least_rescue", "1000000")]);
    for dollars in [92_000, 89_000, 86_000, 84_000, 82_000] {
        world.svm.pass(60);
        price(&mut world, &scene.exchange, dollars);
    }
    let intent = scene.intents(&mut world)[0];
    assert!(matches!(scene.plan(&mut world, &intent), Err(Why::Small)));
}

#[test]
fn denied_markets_are_left_to_others() {
    let mut world = world();
    let (scene, ann) = long(&mut world, 500_000, &[("markets_deny", "1")]);
    let told = scene.round(&mut world);
    assert_eq!(told.len(), 1);
    assert!(world.is_latched(&ann.account) && holdings(&mut world, &scene.kim.account).is_empty());
    assert!(told[0].contains("helps") || told[0].contains("time"), "{told:?}");
}

#[test]
fn what_is_on_its_way_counts() {
    let mut world = world();
    let (scene, _) = long(&mut world, 2_500, &[("own_floor", "0.2"), ("min_profit", "0")]);
    let intent = scene.intents(&mut world)[0];
    let first = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    let getting = first.getting.clone().expect("positions");
    let coming = scene.desk.rows().add(&scene.desk, getting.clone());
    let second = scene.plan(&mut world, &intent);
    let less = match &second {
        Ok(plans) => plans[0].getting.as_ref().expect("positions").legs[0].lots < getting.legs[0].lots,
        Err(why) => matches!(why, Why::NoRoom),
    };
    assert!(less, "{second:?}");
    // What may land yet counts until it cannot.
    coming.linger(Instant::now() + Duration::from_millis(200));
    let kept = scene.plan(&mut world, &intent);
    assert_eq!(format!("{kept:?}"), format!("{second:?}"));
    sleep(Duration::from_millis(250));
    let third = scene.plan(&mut world, &intent).expect("a plan").remove(0);
    assert_eq!(third.steps, first.steps);
}
