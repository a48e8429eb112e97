//! What an account owes beyond what it has, near the least that is a loss: one quote unit.

use crate::{
    scene::{world, Scene},
    stage::{done, usd, COIN},
    tally::{capped, declined, quiet_exchange},
};
use ballast_interface::liquidation::LiquidationError;
use ballast_keeper::liquidate::{Plan, Why};
use ballast_testkit::{Trader, World, BTC};

/// What a quote unit of six decimals is in 10^-10 of the token.
const UNIT: i128 = 10_000;

/// After a minute there is a price of so many cents: a cent is 10^-10 of the dollar to a token's least part.
fn cents(scene: &Scene, world: &mut World, cents: i64) {
    world.svm.pass(60);
    world.set_price(&scene.exchange.risk, BTC, cents * COIN as i64 / 100);
}

/// Ann owes 700 units for a token of eight decimals' least part, at 95 000 dollars worth 950 units. She is under liquidation
/// at 69 000 dollars, where that is worth 690.
fn scene(world: &mut World) -> (Scene, Trader) {
    let exchange = quiet_exchange(world, &[], &capped(usd(1_000_000)));
    let [ann, lou, sue] = [("ann", 0), ("lou", 500_000), ("sue", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    done(world.stake(&exchange, &sue, usd(50_000) as u64));
    world.deposit_token(&exchange, &ann, 1, 1);
    done(world.withdraw_cash(&exchange, &ann, 700));
    let scene = Scene::new(world, exchange, &[&ann, &lou, &sue], 500_000, &[]);
    cents(&scene, world, 6_900_000);
    done(world.begin(&scene.exchange, &ann.account));
    (scene, ann)
}

/// What the only account in need is worth, in 10^-10 of the quote token, and the plans for it.
fn next(scene: &Scene, world: &mut World, ann: &Trader) -> (i128, Result<Vec<Plan>, Why>) {
    let state = scene.see(world);
    let standing = state.scanner.standing(&ann.account).expect("known").clone().expect("weighed");
    let intents = scene.intents(world);
    assert_eq!(intents.len(), 1, "{intents:?}");
    (standing.value, scene.plan(world, &intents[0]))
}

#[test]
fn less_than_a_unit_is_no_loss() {
    let mut world = world();
    let (scene, ann) = scene(&mut world);
    // 699.0001 of 700 units.
    cents(&scene, &mut world, 6_990_001);
    let (value, plans) = next(&scene, &mut world, &ann);
    assert_eq!(value, 1 - UNIT);
    assert!(matches!(&plans, Err(Why::Waits(why)) if why.contains("the discount grows")), "{plans:?}");
    declined(world.resolve_bankruptcy(&scene.exchange, &ann.account), LiquidationError::NotReduced);
    // 699 units.
    cents(&scene, &mut world, 6_990_000);
    let (value, plans) = next(&scene, &mut world, &ann);
    assert_eq!((value, plans.expect("a plan")[0].name), (-UNIT, "sweep"));
    done(world.resolve_bankruptcy(&scene.exchange, &ann.account));
    assert_eq!(world.insurance(&scene.exchange).paid, 1);
    assert!(!world.is_latched(&ann.account));
}

/// What is left is sold when nobody gains by waiting any more: after an auction of 600 seconds and as many of `last_resort`.
/// Its worth of 699.0001 units, up to 700, is paid less a tenth, 630: of 700 that are owed, 70 are the insurance's.
#[test]
fn what_is_no_loss_yet_ends_with_a_sale() {
    let mut world = world();
    let (scene, ann) = scene(&mut world);
    cents(&scene, &mut world, 6_990_001);
    let began = world.auction(&ann.account).began_at;
    let told = scene.to_the_end(&mut world, 0, |world| cents(&scene, world, 6_990_001));
    assert_eq!(told, ["swap", "sweep", "resolve"]);
    assert_eq!((world.svm.now() - began, world.insurance(&scene.exchange).paid), (1_200, 70));
    assert!(world.margin_account(&ann.account).is_empty());
}
