//! Coins are bought when no smaller position can cure an account: as many as it needs.

use crate::{
    scene::{holdings, world, Scene},
    stage::{done, perp, price, usd, COIN},
    tally::{capped, quiet_exchange, trade},
};
use ballast_testkit::{Trader, World};

/// Ann has a coin and owes something.
pub fn scene(world: &mut World, debt: i64, said: &[(&str, &str)]) -> (Scene, Trader, Trader) {
    let exchange = quiet_exchange(world, &[], &capped(usd(1_000_000)));
    let [ann, lou] =
        [("ann", 0), ("lou", 500_000)].map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.deposit_token(&exchange, &ann, 1, COIN);
    done(world.withdraw_cash(&exchange, &ann, usd(debt) as u64));
    let scene = Scene::new(world, exchange, &[&ann, &lou], 500_000, said);
    (scene, ann, lou)
}

#[test]
fn a_debt_is_paid_out_of_coins() {
    let mut world = world();
    let (scene, ann, _) = scene(&mut world, 73_000, &[]);
    price(&mut world, &scene.exchange, 85_000);
    assert_eq!(scene.round(&mut world), ["begin"]);
    assert_eq!(scene.round(&mut world), ["swap"]);
    assert!(!world.is_latched(&ann.account));
    assert!(scene.is_restored(&mut world, &ann.account));
    let bought = world.margin_account(&scene.kim.account).token_amount(1);
    assert!(bought > 0 && bought < COIN);
    assert_eq!(world.margin_account(&ann.account).token_amount(1), COIN - bought);
}

#[test]
fn positions_come_before_coins() {
    let mut world = world();
    let (scene, ann, lou) = scene(&mut world, 50_000, &[]);
    trade(&mut world, &scene.exchange, &ann, &lou, perp(50, usd(950)));
    price(&mut world, &scene.exchange, 77_000);
    assert_eq!(scene.round(&mut world), ["begin"]);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 77_000));
    assert!(told.iter().all(|name| name == "liquidate"), "{told:?}");
    assert_eq!(world.margin_account(&ann.account).token_amount(1), COIN);
    assert!(scene.is_restored(&mut world, &ann.account));
}

#[test]
fn coins_that_hedge_a_short_go_with_it() {
    let mut world = world();
    let (scene, ann, lou) = scene(&mut world, 1, &[]);
    trade(&mut world, &scene.exchange, &ann, &lou, perp(-100, usd(950)));
    done(world.withdraw_cash(&scene.exchange, &ann, usd(87_999) as u64));
    price(&mut world, &scene.exchange, 200_000);
    assert_eq!(scene.round(&mut world), ["begin"]);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 200_000));
    assert!(told.contains(&"swap".to_owned()), "{told:?}");
    let (coins, perps) =
        (world.margin_account(&scene.kim.account).token_amount(1), holdings(&mut world, &scene.kim.account));
    assert!(coins > 0 && perps.iter().all(|(kind, lots)| *kind == 1 && *lots < 0), "{coins} {perps:?}");
    assert!(scene.is_restored(&mut world, &ann.account));
}
