//! Accounts that have nothing left: their positions are closed against winners, and their loss is borne hop by hop.

pub use crate::lenders::lenders;
use crate::{
    scene::{holdings, world, Scene},
    stage::{done, perp, price, put, usd, NEXT_FRIDAY},
    tally::{capped, declined, quiet_exchange, sums, take, trade},
};
use ballast_interface::{liquidation::LiquidationError, seeds};
use ballast_keeper::liquidate::Plan;
use ballast_testkit::{limit, Trader, World};

/// Lara with 20 000 dollars is long one Bitcoin, of which Wes and Ida hold the other side.
pub fn scene(world: &mut World, market_cap: i64, keeper: i64, said: &[(&str, &str)]) -> (Scene, [Trader; 3]) {
    let exchange = quiet_exchange(world, &[], &capped(market_cap));
    let [lara, wes, ida, sue] = [("lara", 20_000), ("wes", 200_000), ("ida", 200_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    trade(world, &exchange, &lara, &wes, perp(60, usd(950)));
    trade(world, &exchange, &lara, &ida, perp(40, usd(950)));
    let scene = Scene::new(world, exchange, &[&lara, &wes, &ida, &sue], keeper, said);
    (scene, [lara, wes, ida])
}

#[test]
fn a_loss_goes_down_the_waterfall() {
    let mut world = world();
    let (scene, [lara, wes, ida]) = scene(&mut world, usd(5_000), 500_000, &[("last_resort", "0")]);
    let before = sums(&mut world, &scene.exchange, &scene.accounts);
    price(&mut world, &scene.exchange, 60_000);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 60_000));
    println!("{told:?}");
    let count = |name: &str| told.iter().filter(|told| *told == name).count();
    // The larger profit covers the loss.
    assert_eq!((count("begin"), count("realise")), (1, 1), "{told:?}");
    assert!(count("resolve") >= 2, "{told:?}");
    // Once, right before the insurance pays.
    let first = told.iter().position(|name| name == "resolve").expect("a hop");
    assert_eq!((count("sweep"), &told[first - 1][..]), (1, "sweep"), "{told:?}");
    assert!(world.margin_account(&lara.account).is_empty());
    assert_eq!(sums(&mut world, &scene.exchange, &scene.accounts), before);
    // Both winners have borne their part.
    for winner in [&wes, &ida] {
        assert!(world.margin_account(&winner.account).unpaid(1) >= 0);
    }
}

#[test]
fn who_can_pay_nobody_is_closed_against_winners() {
    let mut world = world();
    // This keeper has no money of its own at all.
    let (scene, [lara, ..]) = scene(&mut world, usd(1_000_000), 0, &[]);
    price(&mut world, &scene.exchange, 60_000);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 60_000));
    assert_eq!(told, ["begin", "deleverage", "deleverage", "sweep", "resolve"]);
    assert!(world.margin_account(&lara.account).is_empty());
    assert!(holdings(&mut world, &scene.kim.account).is_empty());
}

#[test]
fn options_that_are_worth_nothing_keep_no_loss_waiting() {
    let mut world = world();
    let exchange = quiet_exchange(&mut world, &[NEXT_FRIDAY], &capped(usd(1_000_000)));
    let [ann, ben, sue] = [("ann", 12_000), ("ben", 200_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    trade(&mut world, &exchange, &ann, &ben, put(NEXT_FRIDAY, 60_000, 100, 20_000));
    trade(&mut world, &exchange, &ann, &ben, perp(-50, usd(950)));
    let scene = Scene::new(&mut world, exchange, &[&ann, &ben, &sue], 300_000, &[("last_resort", "0")]);
    price(&mut world, &scene.exchange, 130_000);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 130_000));
    println!("{told:?}");
    assert_eq!(told.last().map(|name| &name[..]), Some("resolve"), "{told:?}");
    assert!(world.insurance(&scene.exchange).paid > 0);
}

/// Does what is due, with prices of so many dollars, up to a plan of this name.
pub fn plan_of(scene: &Scene, world: &mut World, dollars: i64, name: &str) -> Plan {
    for _ in 0..20 {
        let intents = scene.intents(world);
        match scene.plan(world, &intents[0]) {
            Ok(plans) => {
                for plan in plans {
                    if plan.name == name {
                        return plan;
                    }
                    scene.send(world, &plan);
                }
            }
            Err(_) => later(scene, world, dollars, 60),
        }
    }
    panic!("there is no {name}");
}

/// Lets time pass; then there is a price of so many dollars.
pub fn later(scene: &Scene, world: &mut World, dollars: i64, seconds: i64) {
    world.svm.pass(seconds);
    price(world, &scene.exchange, dollars);
}

#[test]
fn the_insurance_pays_soon_after_its_fees_came_in_from_all_markets() {
    let mut world = world();
    let (scene, _) = scene(&mut world, usd(1_000_000), 0, &[]);
    price(&mut world, &scene.exchange, 60_000);
    let next = |world: &mut World| {
        let intents = scene.intents(world);
        scene.plan(world, &intents[0]).expect("a plan")[0].clone()
    };
    let sweep = plan_of(&scene, &mut world, 60_000, "sweep");
    let group = scene.exchange.group();
    for market in &scene.exchange.risk.markets {
        let address = seeds::find_market(&group, *market).0;
        assert!(sweep.steps[0].accounts.iter().any(|meta| meta.pubkey == address && meta.is_writable));
    }
    scene.send(&mut world, &sweep);
    let swept_at = world.svm.now();
    assert_eq!(world.insurance(&scene.exchange).swept_at, swept_at);
    assert_eq!(next(&mut world).name, "resolve");
    // After thirty seconds it is still good, and later it is not relied upon.
    later(&scene, &mut world, 60_000, 30);
    let resolve = next(&mut world);
    assert_eq!((world.svm.now() - swept_at, resolve.name), (30, "resolve"));
    later(&scene, &mut world, 60_000, 1);
    assert_eq!((world.svm.now() - swept_at, next(&mut world).name), (31, "sweep"));
    // The program itself is content for a minute.
    scene.send(&mut world, &resolve);
    assert!(world.insurance(&scene.exchange).paid > 0);
}

#[test]
fn a_hop_that_comes_too_long_after_the_sweep_is_swept_for_again() {
    let mut world = world();
    let (scene, _) = scene(&mut world, usd(1_000_000), 0, &[]);
    price(&mut world, &scene.exchange, 60_000);
    let sweep = plan_of(&scene, &mut world, 60_000, "sweep");
    scene.send(&mut world, &sweep);
    let resolve = plan_of(&scene, &mut world, 60_000, "resolve");
    later(&scene, &mut world, 60_000, 61);
    let late = world.svm.send(&[&[limit()][..], &resolve.steps].concat(), &[]);
    declined(late, LiquidationError::FeesWaiting);
    let intents = scene.intents(&mut world);
    assert_eq!(scene.plan(&mut world, &intents[0]).expect("a plan")[0].name, "sweep");
}

/// Ann is below maintenance margin at 60 000 dollars, where 1 500 of 36 500 are left to her. While Lara's loss waits for the
/// insurance, a lot of hers is taken over in the form that writes the group, again and again: what the insurance gets of that
/// is taken in with the hop itself, so that nobody keeps it from being made.
#[test]
fn fees_that_come_in_after_the_sweep_keep_no_loss_waiting() {
    let mut world = world();
    let (mut scene, [_, wes, ida]) = scene(&mut world, usd(1_000_000), 0, &[]);
    let ann = world.trader(&scene.exchange, "ann", usd(36_500));
    scene.accounts.push(ann.account);
    trade(&mut world, &scene.exchange, &ann, &wes, perp(100, usd(950)));
    price(&mut world, &scene.exchange, 60_000);
    let sweep = plan_of(&scene, &mut world, 60_000, "sweep");
    done(world.begin(&scene.exchange, &ann.account));
    scene.deliver(&mut world, &sweep);
    let mut waiting = 0;
    for _ in 0..3 {
        done(take(&mut world, &scene.exchange, &ann, &ida, 1));
        let known = scene.see(&mut world).exchange.group;
        assert!(known.insurance > waiting, "what is taken over pays the insurance");
        waiting = known.insurance;
        let intents = scene.intents(&mut world);
        let resolve = scene.plan(&mut world, &intents[0]).expect("a plan").remove(0);
        assert_eq!((resolve.account, resolve.name), (sweep.account, "resolve"));
    }
    let before = world.insurance(&scene.exchange);
    let intents = scene.intents(&mut world);
    let resolve = scene.plan(&mut world, &intents[0]).expect("a plan").remove(0);
    scene.deliver(&mut world, &resolve);
    let fund = world.insurance(&scene.exchange);
    assert_eq!((fund.earned - before.earned, scene.see(&mut world).exchange.group.insurance), (waiting, 0));
    assert!(fund.paid > 0 && !world.is_latched(&sweep.account));
}
