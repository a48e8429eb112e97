//! Interest of who trades without writing the group: of what is counted, from when it was counted, and not a unit else.

#![cfg(test)]

use crate::{
    stage::{done, price, usd},
    unwritten_scene::{written, Form, UnwrittenScene, ALICE, KIM, READ},
};
use ballast_interface::seeds;
use ballast_testkit::{Account, Arch, Lite, World, DOLLAR};

/// 182 days and a half.
const HALF_A_YEAR: i64 = 15_768_000;

/// Alice owes 40 000 dollars against her coin, out of Kim's 100 000. Two fifths are lent, half of the kink at four fifths, where
/// a year costs 5 %: 2.5 % a year.
fn lent(world: &mut World) -> UnwrittenScene {
    let scene = UnwrittenScene::new(world, [0, 0, 100_000]);
    done(world.withdraw_cash(&scene.exchange, &scene.traders[ALICE], 40_000 * DOLLAR as u64));
    scene
}

/// Alice buys ten lots from Kim and sells them at once, the first at 95 000 dollars a coin and the others so much higher.
fn round_trip(scene: &mut UnwrittenScene, world: &mut World, form: Form, rise: i64) {
    price(world, &scene.exchange, 95_000);
    done(scene.block(world, form, [ALICE, KIM], (10, 950)));
    price(world, &scene.exchange, 95_000 + 100 * rise);
    done(scene.block(world, form, [ALICE, KIM], (-10, 950 + rise)));
}

/// Ratios are the nearest in 2^-40, which can move a result that is whole by a unit; debt is rounded up, and nobody gets what
/// nobody paid.
#[track_caller]
fn assert_near([debt, lent]: [i64; 2], expected: [i64; 2]) {
    assert!((expected[0] - 1..=expected[0] + 1).contains(&debt), "{debt}, not {}", expected[0]);
    assert!((expected[1] - 2..=expected[1]).contains(&lent), "{lent}, not {}", expected[1]);
    assert!(lent - expected[1] <= expected[0] - debt, "nobody gets what nobody paid");
}

fn books(scene: &UnwrittenScene, world: &mut World) -> Vec<Account> {
    let keys = [scene.group(), seeds::find_vault(&scene.group()).0, scene.account(ALICE), scene.account(KIM)];
    keys.map(|key| world.svm.account(&key).expect("it exists")).to_vec()
}

#[test]
fn a_year_of_interest_is_the_same_to_the_unit_whether_the_group_is_written() {
    for arch in [Arch::V0, Arch::V3] {
        let (one, other) = (&mut World::new(Lite::new(arch)), &mut World::new(Lite::new(arch)));
        let (mut read, mut same) = (lent(one), lent(other));
        for world in [&mut *one, &mut *other] {
            world.svm.pass(2 * HALF_A_YEAR);
        }
        // Ten dollars on each of ten lots: Alice wins a hundred.
        round_trip(&mut read, one, READ, 10);
        round_trip(&mut same, other, written, 10);

        let [debt, known, beside] = read.cash(one, ALICE);
        let [cash, counted, uncounted] = read.cash(one, KIM);
        // 40 000 x .025 is a thousand: 41 000 are owed and 101 000 had, but for the hundred.
        assert_near([debt, cash], [usd(-41_000 + 100), usd(101_000 - 100)]);
        assert_eq!([known, beside], [usd(-40_000), usd(100)], "interest is not what is beside");
        assert_eq!([counted, uncounted], [usd(100_000), usd(-100)]);
        assert_eq!(same.cash(other, ALICE), [debt, debt, 0]);
        assert_eq!(same.cash(other, KIM), [cash, cash, 0]);

        for (scene, world) in [(&read, &mut *one), (&same, &mut *other)] {
            scene.count(world, ALICE);
            scene.count(world, KIM);
            assert_eq!(scene.cash(world, ALICE), [debt, debt, 0]);
            assert_eq!(scene.cash(world, KIM), [cash, cash, 0]);
        }
        assert!(books(&read, one) == books(&same, other), "they differ");
    }
}

/// Whoever is told it in between neither pays nor gets interest of it.
#[test]
fn interest_that_is_told_often_is_the_same() {
    for arch in [Arch::V0, Arch::V3] {
        let (one, other) = (&mut World::new(Lite::new(arch)), &mut World::new(Lite::new(arch)));
        let (mut often, mut once) = (lent(one), lent(other));
        one.svm.pass(HALF_A_YEAR);
        round_trip(&mut often, one, READ, 0);
        let [debt, known, beside] = often.cash(one, ALICE);
        let [cash, counted, uncounted] = often.cash(one, KIM);
        // Half of a thousand.
        assert_near([debt, cash], [usd(-40_500), usd(100_500)]);
        assert_eq!([known, beside, counted, uncounted], [usd(-40_000), 0, usd(100_000), 0]);

        one.svm.pass(HALF_A_YEAR);
        other.svm.pass(2 * HALF_A_YEAR);
        round_trip(&mut often, one, READ, 10);
        round_trip(&mut once, other, READ, 10);
        for who in [ALICE, KIM] {
            assert_eq!(often.cash(one, who), once.cash(other, who));
        }
        assert_near([often.cash(one, ALICE)[0], often.cash(one, KIM)[0]], [usd(-40_900), usd(100_900)]);
    }
}

/// What stands beside debt or cash for a year bears nothing.
#[test]
fn what_is_not_counted_bears_no_interest() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = lent(world);
        round_trip(&mut scene, world, READ, 10);
        assert_eq!(scene.cash(world, ALICE), [usd(-39_900), usd(-40_000), usd(100)]);
        assert_eq!(scene.cash(world, KIM), [usd(99_900), usd(100_000), usd(-100)]);
        world.svm.pass(2 * HALF_A_YEAR);
        price(world, &scene.exchange, 95_000);
        scene.count(world, ALICE);
        scene.count(world, KIM);
        let [debt, known, beside] = scene.cash(world, ALICE);
        let [cash, counted, uncounted] = scene.cash(world, KIM);
        // A thousand on 40 000, not on 39 900.
        assert_near([debt, cash], [usd(-40_900), usd(100_900)]);
        assert_eq!([known, beside, counted, uncounted], [debt, 0, cash, 0]);
    }
}
