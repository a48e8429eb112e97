//! Whose cash is counted before all lenders bear a loss.

use crate::{
    bankrupt::plan_of,
    scene::{world, Scene},
    stage::{done, price, put, usd, COIN, NEXT_FRIDAY},
    tally::{capped, quiet_exchange, refresh},
};
use ballast_client::{Build, Held};
use ballast_interface::{
    account::{MarginAccount, TradeLeg},
    in_parallel,
};
use ballast_testkit::{limit, Signer, Trader, World};

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

/// Ann owes 73 000 dollars for a coin. Of the others' cash, premiums are not counted: 980 dollars that Lou got from Mia, 20
/// from Nia, and 900 that Zoe got from Nia.
pub fn lenders(world: &mut World) -> (Scene, [Trader; 5]) {
    let exchange = quiet_exchange(world, &[NEXT_FRIDAY], &capped(usd(1_000)));
    let all = [("ann", 0), ("lou", 400_000), ("mia", 100_000), ("zoe", 50_000), ("nia", 50_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    let [ann, lou, mia, zoe, nia] = &all;
    world.deposit_token(&exchange, ann, 1, COIN);
    done(world.withdraw_cash(&exchange, ann, usd(73_000) as u64));
    let scene = Scene::new(world, exchange, &all.each_ref(), 400_000, &[("last_resort", "0")]);
    // A million is lent now, and at least 950 000 once Kim has paid for the coin: of that, a thousandth is much.
    trade_beside(&scene, world, [mia, lou], put(NEXT_FRIDAY, 60_000, 10, usd(98)));
    trade_beside(&scene, world, [nia, lou], put(NEXT_FRIDAY, 60_000, 1, usd(20)));
    trade_beside(&scene, world, [nia, zoe], put(NEXT_FRIDAY, 60_000, 9, usd(100)));
    (scene, all)
}

/// What of some accounts' cash stands beside what is counted.
fn beside<const N: usize>(world: &mut World, traders: [&Trader; N]) -> [i64; N] {
    traders.map(|trader| world.margin_account(&trader.account).uncounted)
}

/// Those of whom more is counted than they have would bear a part of what they have not.
#[test]
fn cash_is_counted_before_all_lenders_bear_a_loss() {
    let mut world = world();
    let (scene, [ann, lou, mia, zoe, nia]) = lenders(&mut world);
    let others = [&lou, &mia, &zoe, &nia];
    assert_eq!(beside(&mut world, others), [usd(1_000), usd(-980), usd(900), usd(-920)]);
    let lent = scene.see(&mut world).exchange.group.lent();
    assert_eq!(lent, usd(1_000_000) as u128);
    price(&mut world, &scene.exchange, 50_000);
    let told = scene.to_the_end(&mut world, 60, |world| price(world, &scene.exchange, 50_000));
    // The insurance has nothing, and nobody has a claim on a pool.
    let end: Vec<&str> = told.iter().map(|name| &name[..]).skip_while(|name| *name != "sweep").collect();
    assert_eq!(end, ["sweep", "resolve", "resolve", "count", "count", "resolve"], "{told:?}");
    assert_eq!(beside(&mut world, others), [0, 0, usd(900), usd(-920)]);
    assert!(!world.is_latched(&ann.account));
    // Lou with 401 000 dollars and Mia with 99 020 have lost the same share of that, to a unit of each.
    refresh(&mut world, &scene.exchange, &[lou.account, mia.account]);
    let [lou, mia] = [&lou, &mia].map(|trader| i128::from(world.margin_account(&trader.account).cash));
    let [lou_had, mia_had] = [401_000, 99_020].map(|dollars| i128::from(usd(dollars)));
    assert!(lou < lou_had && mia < mia_had);
    assert!((lou * mia_had - mia * lou_had).abs() <= lou_had + mia_had, "{lou} {mia}");
}

/// Whoever lends before or after, and a thousandth of all that is lent or more lies between.
#[test]
fn only_lenders_with_much_beside_are_counted() {
    let mut world = world();
    let (scene, [ann, _, _, zoe, _]) = lenders(&mut world);
    price(&mut world, &scene.exchange, 50_000);
    let count = plan_of(&scene, &mut world, 50_000, "count");
    assert_eq!(count.account, ann.account);
    let much = i64::try_from(scene.see(&mut world).exchange.group.lent() / 1_000).expect("it is small");
    assert!(much > usd(920));
    let known: MarginAccount = world.margin_account(&zoe.account);
    let rows = [
        // What is counted, what stands beside, and whether it is to be counted.
        (usd(50_000), much, true),
        (usd(50_000), much - 1, false),
        (usd(50_000), -much, true),
        (usd(50_000), 1 - much, false),
        (usd(50_000), 0, false),
        // Of what is counted nothing is there, or less.
        (much, -much, true),
        (much, -much - 1, true),
        // It owes by what is counted, and lends a unit, nothing, or owes still.
        (-much, much + 1, true),
        (-much, much, false),
        (-much - 1, much, false),
        (0, much, true),
        (0, -much, false),
    ];
    for (counted, uncounted, counts) in rows {
        let cash = counted + uncounted;
        world.overwrite(&zoe.account, &MarginAccount { cash, counted, uncounted, ..known });
        let intents = scene.intents(&mut world);
        let intent = intents.iter().find(|intent| *intent.account() == ann.account).expect("a rescue");
        let plans = scene.plan(&mut world, intent).expect("plans");
        let found = plans.iter().any(|plan| plan.realises == Some((zoe.account, 0, 0)));
        assert_eq!(found, counts, "{counted} and {uncounted}");
    }
}
