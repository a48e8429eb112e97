//! Accounts that are small: closed whole, for a reward that is worth somebody's while, to the last cent.

use crate::{
    keepers::{ask, fees, liquidated, lots, lots_of, prices, refused_as, report, terms, UNIT},
    stage::{bitcoin_exchange, cash, done, put, usd, vault, COIN, NEXT_FRIDAY},
};
use ballast_interface::liquidation::{LiquidateArgs, Liquidated, LiquidationError, RescueRules};
use ballast_testkit::{account_program, rescue_rules, Exchange, Signer, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(
    the_whole_is_closed_for_a_reward,
    a_discount_beyond_the_reward_is_all_there_is,
    steps_are_paid_no_more_than_the_whole,
    dust_is_worth_the_rest_of_the_reward,
    the_reward_comes_before_the_insurance,
    a_few_cents_are_closed_too,
    a_reward_is_counted_before_a_release,
);

/// Up to 600 dollars of maintenance margin an account is small, and closing it pays 20 dollars if it has them.
fn rules() -> RescueRules {
    RescueRules { small: usd(600) as u64, small_reward: usd(20) as u64, ..rescue_rules() }
}

struct Scene {
    exchange: Exchange,
    ann: Trader,
    amy: Trader,
    kim: Trader,
    lou: Trader,
}

/// Ann and Amy sold four puts each, a twenty-fifth of a coin, and are short of margin at some price.
fn scene(world: &mut World, path: &[i64]) -> Scene {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, &rules());
    let [ann, amy, ben, kim, lou] =
        [("ann", 700), ("amy", 700), ("ben", 500_000), ("kim", 10_000), ("lou", 10_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step("Ann and Amy, with 700 dollars each, sell four puts each to Ben; Bitcoin falls");
    for seller in [&ann, &amy] {
        done(world.block(&exchange, seller, &ben, &[put(NEXT_FRIDAY, 90_000, -4, 12 * DOLLAR)]));
    }
    prices(world, &exchange, &[92_000, 89_000, 86_000, 83_000]);
    prices(world, &exchange, path);
    Scene { exchange, ann, amy, kim, lou }
}

fn begin(world: &mut World, scene: &Scene) {
    for seller in [&scene.ann, &scene.amy] {
        done(world.begin(&scene.exchange, &seller.account));
    }
}

fn puts(world: &mut World, of: &Trader, units: u32) -> LiquidateArgs {
    lots_of(world, &of.account, |_| true, units, 0)
}

fn take(world: &mut World, scene: &Scene, from: &Trader, keeper: &Trader, units: u32) -> Liquidated {
    let asked = puts(world, from, units);
    liquidated(&done(world.liquidate(&scene.exchange, &from.account, keeper, &asked)))
}

/// What the auction pays a liquidator and the insurance for so many of Ann's puts by their risk alone, and their price.
fn due(world: &mut World, scene: &Scene, seconds: i64, units: u32) -> ([i64; 2], i64) {
    let asked = puts(world, &scene.ann, units);
    let quote = ask(world, &scene.exchange, &scene.ann.account, &asked, terms(&rules(), seconds));
    assert_eq!(quote.units, units);
    (fees(&rules(), seconds, quote.risk.get()), quote.prices[0] as i64)
}

/// Pays in so much that Ann is worth just so many quote units.
fn make_worth(world: &mut World, scene: &Scene, worth: i64) {
    let Scene { exchange, ann, .. } = scene;
    let value = (report(world, exchange, &ann.account).value.get()).div_euclid(UNIT) as i64;
    let (owner, amount) = (ann.key.pubkey(), (worth - value) as u64);
    let deposit =
        account_program::deposit(&exchange.group(), &ann.account, 0, 0, &ann.purse, &owner, amount, &[]);
    done(world.svm.send(&[deposit], &[&ann.key]));
    let value = report(world, exchange, &ann.account).value.get().div_euclid(UNIT);
    assert_eq!(value, i128::from(worth));
}

fn the_whole_is_closed_for_a_reward(world: &mut World) {
    let scene = scene(world, &[]);
    let Scene { exchange, ann, kim, .. } = &scene;
    begin(world, &scene);
    world.step("One of Ann's puts would do for her target, were she not small");
    let asked = puts(world, ann, 4);
    let large = RescueRules { small: 0, ..rules() };
    assert_eq!(ask(world, exchange, &ann.account, &asked, terms(&large, 0)).units, 1);
    world.step(
        "Kim may take all of them: their risk alone would pay some five dollars, the reward makes it twenty",
    );
    let ([paid, insurance], price) = due(world, &scene, 0, 4);
    world.detail("paid by risk", paid);
    assert!(usd(5) < paid && paid < usd(6));
    let [of_ann] = cash(world, [&ann.account]);
    let event = take(world, &scene, ann, kim, 4);
    assert_eq!((event.units, event.paid, event.insurance as i64), (4, usd(20), insurance));
    assert_eq!((lots(world, &ann.account), lots(world, &kim.account)), ([0; 0], [-4]));
    let left = of_ann - 4 * price - usd(20) - insurance;
    assert_eq!(cash(world, [&ann.account]), [left]);
    world.step("Released, Ann takes out what is left");
    assert!(!world.is_latched(&ann.account));
    done(world.withdraw_cash(exchange, ann, left as u64));
    assert_eq!(cash(world, [&ann.account]), [0]);

    world.step(
        "Amy's keeper takes one: with that she is at her target, and keeps the rest with the margin for it",
    );
    let event = take(world, &scene, &scene.amy, kim, 1);
    assert!((event.units, event.restores) == (1, true) && event.paid <= paid / 4 + 1);
    assert!(!world.is_latched(&scene.amy.account));
    assert_eq!(vault(world, exchange), usd(521_400) - left);
}

fn a_discount_beyond_the_reward_is_all_there_is(world: &mut World) {
    let scene = scene(world, &[80_000]);
    begin(world, &scene);
    prices(world, &scene.exchange, &[80_000; 5]);
    world.step("After five minutes the risk pays 10.5 per cent, more than twenty dollars, and that is it");
    let ([paid, insurance], _) = due(world, &scene, 300, 4);
    world.detail("paid by risk", paid);
    assert!(paid > usd(40));
    let event = take(world, &scene, &scene.ann, &scene.kim, 4);
    assert_eq!((event.paid, event.insurance as i64), (paid, insurance));
    vault(world, &scene.exchange);
}

fn steps_are_paid_no_more_than_the_whole(world: &mut World) {
    let scene = scene(world, &[80_000, 78_000, 76_000, 74_000, 73_000]);
    begin(world, &scene);
    let ([one, _], _) = due(world, &scene, 0, 1);
    world.step("Kim takes Ann's four puts at once: twenty dollars");
    let event = take(world, &scene, &scene.ann, &scene.kim, 4);
    assert_eq!((event.paid, event.restores), (usd(20), true));
    world.step("Lou takes Amy's one by one: a dollar and a third for each, and for the last one what is missing to twenty");
    for _ in 0..3 {
        let event = take(world, &scene, &scene.amy, &scene.lou, 1);
        assert_eq!((event.paid, event.restores), (one, false));
    }
    let event = take(world, &scene, &scene.amy, &scene.lou, 1);
    assert_eq!((event.paid, event.restores), (usd(20) - 3 * one, true));
    // The same positions at the same prices: both owners have lost the same, but for what is rounded in every step.
    let [of_ann, of_amy] = cash(world, [&scene.ann.account, &scene.amy.account]);
    assert!((of_ann - of_amy).abs() <= 8);
    assert_eq!(vault(world, &scene.exchange), usd(521_400));
}

fn dust_is_worth_the_rest_of_the_reward(world: &mut World) {
    let scene = scene(world, &[80_000, 78_000, 76_000, 74_000, 73_000]);
    let Scene { exchange, ann, kim, lou, .. } = &scene;
    begin(world, &scene);
    world.step("Kim takes three of Ann's puts and leaves one: it stays under liquidation");
    let first = take(world, &scene, ann, kim, 3).paid;
    assert!(world.is_latched(&ann.account));
    refused_as(world.end_rescue(exchange, &ann.account), LiquidationError::BelowTarget);
    world.step("For the last one there is what Kim left of the reward, so Lou comes");
    let event = take(world, &scene, ann, lou, 1);
    assert_eq!((event.paid, first + event.paid), (usd(20) - first, usd(20)));
    assert_eq!(lots(world, &ann.account), [0; 0]);
    assert!(!world.is_latched(&ann.account));
    vault(world, exchange);
}

/// Beside five dollars for the liquidator there would be two or three for the insurance: they go to the reward.
fn the_reward_comes_before_the_insurance(world: &mut World) {
    let scene = scene(world, &[80_000, 78_000, 76_000, 74_000, 72_000, 70_000]);
    make_worth(world, &scene, usd(8));
    begin(world, &scene);
    let ([paid, insurance], _) = due(world, &scene, 0, 4);
    assert!(paid < usd(6) && paid + insurance > usd(8));
    world.step("Ann has eight dollars left: Kim gets them for closing her puts, the insurance nothing");
    let event = take(world, &scene, &scene.ann, &scene.kim, 4);
    world.detail("paid", event.paid);
    // All but what is rounded down in quote units.
    assert!((usd(8) - 4..=usd(8)).contains(&event.paid) && event.insurance <= 2);
    let [left] = cash(world, [&scene.ann.account]);
    assert!((0..=4).contains(&left) && !world.is_latched(&scene.ann.account));
    vault(world, &scene.exchange);
}

fn a_few_cents_are_closed_too(world: &mut World) {
    let scene = scene(world, &[80_000, 78_000, 76_000, 74_000, 72_000, 70_000]);
    make_worth(world, &scene, 50_000);
    begin(world, &scene);
    world.step("Ann is worth five cents: Kim gets those, and takes the puts at their mark");
    let event = take(world, &scene, &scene.ann, &scene.kim, 4);
    assert!((49_996..=50_000).contains(&event.paid) && event.insurance <= 2);
    let [left] = cash(world, [&scene.ann.account]);
    assert!((0..=4).contains(&left) && !world.is_latched(&scene.ann.account));
    assert_eq!(lots(world, &scene.ann.account), [0; 0]);
    vault(world, &scene.exchange);
}

fn a_reward_is_counted_before_a_release(world: &mut World) {
    let scene = scene(world, &[]);
    let Scene { exchange, ann, amy, kim, lou } = &scene;
    begin(world, &scene);
    let ([paid, insurance], _) = due(world, &scene, 0, 4);
    world.step("Ann and Amy have four thousandths of a coin each, and so has Lou, who has nothing else that needs margin");
    for trader in [ann, amy, lou] {
        world.deposit_token(exchange, trader, 1, COIN * 4 / 1_000);
    }
    let coin = report(world, exchange, &lou.account);
    let between = (coin.initial.get() - coin.maintenance.get()) / 2;
    let target = ((coin.maintenance.get() + between) / UNIT) as i64 + 1;
    world.step(
        "By what the puts' risk costs both would keep their target, Ann by five dollars and Amy by seventeen",
    );
    for (trader, extra, restores) in [(ann, usd(5), false), (amy, usd(17), true)] {
        let value = (report(world, exchange, &trader.account).value.get() / UNIT) as i64;
        let [had] = cash(world, [&trader.account]);
        world.leave_with(exchange, trader, had - value + target + paid + insurance + extra);
        world.step("Kim closes all for the reward of twenty, some fifteen more than the risk pays");
        let event = take(world, &scene, trader, kim, 4);
        assert_eq!((event.paid, event.restores), (usd(20), restores));
        assert_eq!(world.is_latched(&trader.account), !restores);
    }
    refused_as(world.end_rescue(exchange, &ann.account), LiquidationError::BelowTarget);
}
