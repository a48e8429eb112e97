//! How much may stand beside what the group has counted: an eighth of it, rounded down, and no debt.

#![cfg(test)]

use crate::{
    stage::{done, price, refused, unpaid, usd},
    unwritten_scene::{written, UnwrittenScene, ALICE, BOB, KIM, READ},
};
use ballast_interface::account::AccountError::CashUncounted;
use ballast_testkit::{Arch, Lite, World, DOLLAR};

/// What Alice pays moves only her cash: the fee of twenty lots that she sells to Bob.
const PAYS: [usize; 2] = [ALICE, BOB];
const LOTS: i64 = -20;

/// Bob has twenty lots of the perp from Alice and will sell them, so that she can earn the fee.
fn earns(scene: &mut UnwrittenScene, world: &mut World) {
    done(scene.buy(world, written, [BOB, ALICE], 20, 0));
    scene.place(world, BOB, 20, 800_000_000);
}

#[test]
fn a_loss_of_an_eighth_passes_and_a_unit_more_does_not() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [800, 100_000, 0]);
        // An eighth of 800 is 100.
        refused(scene.buy(world, READ, PAYS, LOTS, 100_000_001), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 100_000_000));
        assert_eq!(scene.cash(world, ALICE), [usd(700), usd(800), usd(-100)]);
        // What was lost before counts; what costs nothing may go on.
        refused(scene.buy(world, READ, PAYS, LOTS, 1), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 0));
        assert_eq!(scene.cash(world, ALICE), [usd(700), usd(800), usd(-100)]);

        // Written, the unit passes, and all of it is counted: an eighth of 699 999 999 is 87 499 999 and seven eighths.
        done(scene.buy(world, written, PAYS, LOTS, 1));
        assert_eq!(scene.cash(world, ALICE), [699_999_999, 699_999_999, 0]);
        refused(scene.buy(world, READ, PAYS, LOTS, 87_500_000), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 87_499_999));
        assert_eq!(scene.cash(world, ALICE), [612_500_000, 699_999_999, -87_499_999]);
        scene.assert_sums(world);
    }
}

#[test]
fn a_loss_in_parts_is_one_loss_until_it_is_counted() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [800, 100_000, 0]);
        done(scene.buy(world, READ, PAYS, LOTS, 60_000_000));
        refused(scene.buy(world, READ, PAYS, LOTS, 40_000_001), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 40_000_000));
        refused(scene.buy(world, READ, PAYS, LOTS, 1), CashUncounted);
        done(scene.settle(world, ALICE));
        assert_eq!(scene.cash(world, ALICE), [usd(700), usd(700), 0]);
        // An eighth of 700 is 87.50.
        refused(scene.buy(world, READ, PAYS, LOTS, 87_500_001), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 87_500_000));
        scene.assert_sums(world);
    }
}

#[test]
fn a_gain_of_an_eighth_passes_and_a_unit_more_does_not() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [800, 100_000, 0]);
        earns(&mut scene, world);
        let fee = |scene: &UnwrittenScene, world: &mut World, form, fee| {
            scene.execute(world, form, [BOB, ALICE], (5, 950, fee))
        };
        refused(fee(&scene, world, READ, 100_000_001), CashUncounted);
        done(fee(&scene, world, READ, 60_000_000));
        assert_eq!(scene.cash(world, ALICE), [usd(860), usd(800), usd(60)]);
        refused(fee(&scene, world, READ, 40_000_001), CashUncounted);
        done(fee(&scene, world, READ, 40_000_000));
        assert_eq!(scene.cash(world, ALICE), [usd(900), usd(800), usd(100)]);
        refused(fee(&scene, world, READ, 1), CashUncounted);
        scene.assert_sums(world);
        done(fee(&scene, world, written, 1));
        assert_eq!(scene.cash(world, ALICE), [900_000_001, 900_000_001, 0]);
        scene.assert_sums(world);
    }
}

#[test]
fn a_debt_may_shrink_and_not_grow() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [0, 100_000, 0]);
        done(world.withdraw_cash(&scene.exchange, &scene.traders[ALICE], 1_000 * DOLLAR as u64));
        refused(scene.buy(world, READ, PAYS, LOTS, 1), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 0));
        assert_eq!(scene.cash(world, ALICE), [usd(-1_000), usd(-1_000), 0]);
        done(scene.buy(world, written, PAYS, LOTS, 1));
        assert_eq!(scene.cash(world, ALICE), [-1_000_000_001, -1_000_000_001, 0]);

        // An eighth of what is owed, rounded down, is 125 000 000.
        earns(&mut scene, world);
        let fee = |scene: &UnwrittenScene, world: &mut World, fee| {
            scene.execute(world, READ, [BOB, ALICE], (10, 950, fee))
        };
        refused(fee(&scene, world, 125_000_001), CashUncounted);
        done(fee(&scene, world, 125_000_000));
        assert_eq!(scene.cash(world, ALICE), [-875_000_001, -1_000_000_001, 125_000_000]);
        refused(fee(&scene, world, 1), CashUncounted);

        // What she won she may lose, and nothing beyond.
        refused(scene.buy(world, READ, PAYS, LOTS, 125_000_001), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 125_000_000));
        assert_eq!(scene.cash(world, ALICE), [-1_000_000_001, -1_000_000_001, 0]);
        refused(scene.buy(world, READ, PAYS, LOTS, 1), CashUncounted);
        scene.assert_sums(world);
    }
}

#[test]
fn nothing_stands_beside_nothing() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [0, 100_000, 0]);
        earns(&mut scene, world);
        refused(scene.buy(world, READ, PAYS, LOTS, 1), CashUncounted);
        refused(scene.execute(world, READ, [BOB, ALICE], (1, 950, 1)), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 0));
        done(scene.execute(world, READ, [BOB, ALICE], (1, 950, 0)));
        assert_eq!(scene.cash(world, ALICE), [0; 3]);

        // Of seven units an eighth is nothing, of eight it is one.
        done(scene.execute(world, written, [BOB, ALICE], (1, 950, 7)));
        assert_eq!(scene.cash(world, ALICE), [7, 7, 0]);
        refused(scene.execute(world, READ, [BOB, ALICE], (1, 950, 1)), CashUncounted);
        refused(scene.buy(world, READ, PAYS, LOTS, 1), CashUncounted);
        done(scene.execute(world, written, [BOB, ALICE], (1, 950, 1)));
        assert_eq!(scene.cash(world, ALICE), [8, 8, 0]);
        refused(scene.buy(world, READ, PAYS, LOTS, 2), CashUncounted);
        done(scene.buy(world, READ, PAYS, LOTS, 1));
        assert_eq!(scene.cash(world, ALICE), [7, 8, -1]);
        scene.assert_sums(world);
    }
}

/// Either side of a trade may be the one that cannot go on.
#[test]
fn both_sides_are_held_to_it() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [800, 100_000, 799]);
        for who in [ALICE, KIM] {
            done(scene.block(world, READ, [BOB, who], (10, 950)));
        }
        // Ten dollars on each of ten lots: an eighth of 800, and more than one of 799.
        price(world, &scene.exchange, 96_000);
        refused(scene.block(world, READ, [BOB, KIM], (-10, 960)), CashUncounted);
        refused(scene.block(world, READ, [KIM, BOB], (10, 960)), CashUncounted);
        done(scene.block(world, READ, [BOB, ALICE], (-10, 960)));
        assert_eq!(scene.cash(world, ALICE), [usd(700), usd(800), usd(-100)]);
        done(scene.block(world, written, [BOB, KIM], (-10, 960)));
        assert_eq!(scene.cash(world, KIM), [usd(699), usd(699), 0]);
        // Bob won from both; the trade that was written has counted both.
        assert_eq!(scene.cash(world, BOB), [usd(100_200), usd(100_200), 0]);
        scene.assert_sums(world);
    }
}

/// A loss beyond all cash stays with the market and is nobody's cash: there is nothing to count.
#[test]
fn a_loss_that_no_cash_covers_does_not_wait_for_the_group() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [0, 100_000, 0]);
        done(scene.block(world, READ, [BOB, ALICE], (10, 950)));
        price(world, &scene.exchange, 96_000);
        done(scene.block(world, READ, [BOB, ALICE], (-10, 960)));
        assert_eq!(
            (scene.cash(world, ALICE), scene.cash(world, BOB)),
            ([0; 3], [usd(100_000), usd(100_000), 0])
        );
        assert_eq!(unpaid(world, [&scene.account(ALICE), &scene.account(BOB)]), [usd(-100), usd(100)]);
        scene.assert_sums(world);
    }
}
