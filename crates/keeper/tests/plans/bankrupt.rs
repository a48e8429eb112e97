//! Accounts that have nothing left: their positions are closed against winners, and their loss is borne hop by hop.

use crate::{
    scene::{holdings, world, Scene},
    stage::{done, perp, price, put, usd, COIN, NEXT_FRIDAY},
    tally::{capped, quiet_exchange, sums, trade},
};
use ballast_client::{Build, Held};
use ballast_interface::{account::TradeLeg, in_parallel, seeds};
use ballast_keeper::liquidate::Plan;
use ballast_testkit::{limit, Signer, Trader, World};

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

/// A trade in the form that leaves the group unwritten.
fn trade_beside(scene: &Scene, world: &mut World, sides: [&Trader; 2], leg: TradeLeg) {
    let known = scene.see(world).exchange;
    let sides_of = sides.map(|side| {
        let held = Held { address: side.account, state: world.margin_account(&side.account) };
        (held, side.key.pubkey())
    });
    let [first, second] = sides_of.each_ref().map(|(held, key)| (held, key));
    let steps = Build::new(&known).block_trade(first, second, &[leg]).expect("it builds");
    let steps: Vec<_> = [limit()].into_iter().chain(steps.into_iter().map(in_parallel)).collect();
    done(world.svm.send(&steps, &[&sides[0].key, &sides[1].key]));
}

/// Ann owes 73 000 dollars for a coin; of the others' cash, Mia's premiums are not counted, which Lou and Zoe got.
pub fn lenders(world: &mut World) -> (Scene, [Trader; 4]) {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(usd(1_000)));
    let [ann, lou, mia, zoe] = [("ann", 0), ("lou", 400_000), ("mia", 100_000), ("zoe", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.deposit_token(&exchange, &ann, 1, COIN);
    done(world.withdraw_cash(&exchange, &ann, usd(73_000) as u64));
    let scene = Scene::new(world, exchange, &[&ann, &lou, &mia, &zoe], 400_000, &[("last_resort", "0")]);
    // A million is lent now, and at least 950 000 once Kim has paid for the coin: of that, a thousandth is much.
    trade_beside(&scene, world, [&mia, &lou], put(NEXT_FRIDAY, 60_000, 10, usd(100)));
    trade_beside(&scene, world, [&mia, &zoe], put(NEXT_FRIDAY, 60_000, 9, usd(100)));
    (scene, [ann, lou, mia, zoe])
}

#[test]
fn cash_is_counted_before_all_lenders_bear_a_loss() {
    let mut world = world();
    let (scene, [ann, lou, mia, zoe]) = lenders(&mut world);
    let beside =
        |world: &mut World| [&lou, &zoe, &mia].map(|trader| world.margin_account(&trader.account).uncounted);
    assert_eq!(beside(&mut world), [usd(1_000), usd(900), usd(-1_900)]);
    let lent = scene.see(&mut world).exchange.group.lent();
    assert_eq!(lent, usd(1_000_000) as u128);
    price(&mut world, &scene.exchange, 50_000);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 50_000));
    // The insurance has nothing, and nobody has a claim on a pool.
    let end: Vec<&str> = told.iter().map(|name| &name[..]).skip_while(|name| *name != "sweep").collect();
    assert_eq!(end, ["sweep", "resolve", "resolve", "count", "resolve"], "{told:?}");
    assert_eq!(beside(&mut world)[..2], [0, usd(900)]);
    assert!(!world.is_latched(&ann.account));
}
