//! A fill, a block trade and a stop-loss that leave the group unwritten: in the end everybody has, to the unit, what the same
//! trades give them that write it.

#![cfg(test)]

use crate::{
    stage::{done, perp, price, unpaid, usd},
    unwritten_scene::{written, Filled, Form, UnwrittenScene, ALICE, BOB, KIM, READ},
};
use ballast_interface::seeds;
use ballast_testkit::{Account, Arch, Lite, World, BTC};

/// Alice buys ten lots of the perp from Bob at 950 dollars, for three dollars of hers and two of his.
const FILL: Filled = Filled {
    venue: 1,
    sides: [ALICE, BOB],
    leg: perp(10, usd(950)),
    fees: [3_000_000, 2_000_000],
    markets: &[BTC],
};

/// Both forms of the same trades; what happens after each is looked at by `look`.
fn play(world: &mut World, form: Form, look: fn(&mut UnwrittenScene, &mut World, usize)) -> UnwrittenScene {
    let mut scene = UnwrittenScene::new(world, [100_000; 3]);
    done(scene.fill(world, form, &FILL));
    look(&mut scene, world, 0);
    // Ten dollars on each of four lots are won and lost.
    price(world, &scene.exchange, 96_000);
    done(scene.block(world, form, [ALICE, BOB], (-4, 960)));
    look(&mut scene, world, 1);
    // Ten dollars on each of six lots are lost; nobody has won them yet.
    scene.place(world, ALICE, 6, 2_000_000);
    price(world, &scene.exchange, 94_000);
    done(scene.execute(world, form, [ALICE, KIM], (6, 940, 2_000_000)));
    look(&mut scene, world, 2);
    scene
}

/// Cash, counted and uncounted of all three after each trade, if no trade writes the group.
const BESIDE: [[[i64; 3]; 3]; 3] = [
    [
        [usd(99_997), usd(100_000), usd(-3)],
        [usd(99_998), usd(100_000), usd(-2)],
        [usd(100_000), usd(100_000), 0],
    ],
    [
        [usd(100_037), usd(100_000), usd(37)],
        [usd(99_958), usd(100_000), usd(-42)],
        [usd(100_000), usd(100_000), 0],
    ],
    [
        [usd(99_975), usd(100_000), usd(-25)],
        [usd(99_958), usd(100_000), usd(-42)],
        [usd(100_002), usd(100_000), usd(2)],
    ],
];
/// What is in Bitcoin's pool after each.
const POOL: [u64; 3] = [0, 0, 60_000_000];
/// A fifth of five dollars, as the nearest share in 2^-40 below has it, and the rest.
const FEES: [u64; 2] = [999_999, 4_000_001];

fn pool(scene: &UnwrittenScene, world: &mut World) -> u64 {
    world.market(&scene.group(), BTC).pool
}

#[test]
fn what_is_not_counted_stands_beside_and_all_of_it_adds_up() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let scene = play(world, READ, |scene, world, step| {
            for who in [ALICE, BOB, KIM] {
                assert_eq!(scene.cash(world, who), BESIDE[step][who], "number {who} after step {step}");
            }
            assert_eq!(pool(scene, world), POOL[step]);
            assert_eq!(scene.waiting(world), (FEES[0], 0, [(1, FEES[1]), (0, 0), (0, 0)]));
            let group = scene.state(world);
            assert_eq!((group.cash, group.uncounted), (usd(300_000), 0), "the group knows nothing of it");
            assert_eq!((group.fees, group.venue_fees, scene.venue(world, 1).fees), (0, 0, 0));
            scene.assert_sums(world);
        });
        assert_eq!(unpaid(world, [0, 1, 2].map(|who| scene.account(who)).each_ref()), [0; 3]);
    }
}

#[test]
fn no_byte_of_what_all_trades_share_changes() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [100_000; 3]);
        scene.unshared(world, |scene, world| scene.fill(world, READ, &FILL));
        price(world, &scene.exchange, 96_000);
        scene.unshared(world, |scene, world| scene.block(world, READ, [ALICE, BOB], (-4, 960)));
        scene.place(world, ALICE, 6, 2_000_000);
        price(world, &scene.exchange, 94_000);
        let fired = (6, 940, 2_000_000);
        scene.unshared(world, |scene, world| scene.execute(world, READ, [ALICE, KIM], fired));
    }
}

#[test]
fn written_the_same_trades_are_counted_at_once() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        play(world, written, |scene, world, step| {
            for who in [ALICE, BOB, KIM] {
                let [cash, ..] = BESIDE[step][who];
                assert_eq!(scene.cash(world, who), [cash, cash, 0], "number {who} after step {step}");
            }
            assert_eq!(scene.waiting(world), (0, 0, [(0, 0); 3]));
            let group = scene.state(world);
            let cash: i64 = BESIDE[step].iter().map(|[cash, ..]| cash).sum();
            assert_eq!((group.cash, group.uncounted), (cash, POOL[step] as i64));
            assert_eq!(
                (group.fees, group.venue_fees, scene.venue(world, 1).fees),
                (FEES[0], FEES[1], FEES[1])
            );
            scene.assert_sums(world);
        });
    }
}

/// Every account of the exchange and its three traders, but for their wallets.
fn everything(scene: &UnwrittenScene, world: &mut World) -> Vec<Account> {
    let group = scene.group();
    let mut keys = vec![
        group,
        seeds::find_vault(&group).0,
        seeds::find_venue(&group, 1).0,
        seeds::find_market(&group, BTC).0,
    ];
    for trader in &scene.traders {
        keys.extend([trader.account, seeds::find_order_record(&trader.account).0, trader.purse.account]);
    }
    keys.iter().map(|key| world.svm.account(key).expect("it exists")).collect()
}

#[test]
fn collected_and_counted_both_forms_leave_the_same_bytes() {
    for arch in [Arch::V0, Arch::V3] {
        let (one, other) = (&mut World::new(Lite::new(arch)), &mut World::new(Lite::new(arch)));
        let read = play(one, READ, |_, _, _| ());
        let same = play(other, written, |_, _, _| ());
        assert!(everything(&read, one) != everything(&same, other));
        for (scene, world) in [(&read, &mut *one), (&same, &mut *other)] {
            assert_eq!(scene.collect(world, 0, "the group's", &[BTC]), FEES[0]);
            scene.assert_sums(world);
            assert_eq!(scene.collect(world, 1, "the venue's", &[BTC]), FEES[1]);
            scene.assert_sums(world);
            scene.collect_nothing(world, 0, "nothing for the group", &[BTC]);
            scene.collect_nothing(world, 1, "nothing for the venue", &[BTC]);
        }
        // What was paid out came of cash that is not counted.
        assert_eq!(read.state(one).uncounted, usd(-5));
        assert_eq!(same.state(other).uncounted, usd(60));

        // Alice is settled, who has no position left; the others are brought up to date.
        done(read.settle(one, ALICE));
        same.count(other, ALICE);
        for (scene, world) in [(&read, &mut *one), (&same, &mut *other)] {
            scene.count(world, BOB);
            scene.count(world, KIM);
            for who in [ALICE, BOB, KIM] {
                let [cash, ..] = BESIDE[2][who];
                assert_eq!(scene.cash(world, who), [cash, cash, 0], "number {who}");
            }
            let group = scene.state(world);
            // 99 975 + 99 958 + 100 002, and what is in the pool.
            assert_eq!((group.cash, group.uncounted), (usd(299_935), usd(60)));
            scene.assert_sums(world);
        }
        assert!(everything(&read, one) == everything(&same, other), "they differ");
    }
}
