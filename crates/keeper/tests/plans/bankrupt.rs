//! Accounts that have nothing left: their positions are closed against winners, and their loss is borne hop by hop.

use crate::{
    scene::{holdings, world, Scene},
    stage::{done, perp, price, put, usd, NEXT_FRIDAY},
    tally::{capped, quiet_exchange, sums, trade},
};
use ballast_testkit::{Trader, World};

/// Lara with 20 000 dollars is long one Bitcoin, of which Wes and Ida hold the other side.
fn scene(world: &mut World, market_cap: i64, keeper: i64, said: &[(&str, &str)]) -> (Scene, [Trader; 3]) {
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
    assert_eq!(told, ["begin", "deleverage", "deleverage", "resolve"]);
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
