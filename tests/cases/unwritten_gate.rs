//! Whether the group is written makes no difference to the gate: margins, stops and doubts hold in both forms.

#![cfg(test)]

use crate::{
    stage::{done, refused, usd},
    two_exchanges::overwrite,
    unwritten_scene::{written, Form, UnwrittenScene, ALICE, BOB, READ},
};
use ballast_interface::account::{
    instructions as account_program, pause,
    AccountError::{self, FeedsForbid, HealthFalls, Paused, UnderLiquidation},
    MarginAccount,
};
use ballast_testkit::{actor, Arch, Lite, Signer, World};

const FORMS: [Form; 2] = [READ, written];

/// Both forms must be refused for the same reason.
#[track_caller]
fn both_refused(scene: &mut UnwrittenScene, world: &mut World, lots: i64, why: AccountError) {
    for form in FORMS {
        refused(scene.block(world, form, [ALICE, BOB], (lots, 950)), why);
    }
}

/// A coin of 95 000 dollars needs 21 395.55 of initial margin by itself. With perps beside it on three more all needs less than
/// what the coin is worth; with perps on four more it needs more, 106 977.75.
#[test]
fn initial_margin_holds_unwritten() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [0, 900_000, 0]);
        both_refused(&mut scene, world, 400, HealthFalls);
        done(scene.block(world, READ, [ALICE, BOB], (300, 950)));
        both_refused(&mut scene, world, 100, HealthFalls);
        scene.assert_sums(world);
    }
}

#[test]
fn both_forms_end_at_the_same_lot() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [0, 900_000, 0]);
        let mut passed = vec![];
        for lots in (300..=400).step_by(4) {
            let [read, same] = FORMS.map(|form| {
                let traded = scene.block(world, form, [ALICE, BOB], (lots, 950)).is_ok();
                if traded {
                    done(scene.block(world, form, [ALICE, BOB], (-lots, 950)));
                }
                traded
            });
            assert_eq!(read, same, "{lots} lots");
            passed.push(read);
        }
        assert!(passed[0] && !passed[passed.len() - 1], "{passed:?}");
        assert!(passed.is_sorted_by(|one, more| one >= more), "{passed:?}");
    }
}

/// What was lost beside what is counted is lost to the gate, too.
#[test]
fn the_gate_sees_what_is_not_counted() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::new(world, [8_000, 900_000, 0]);
        let room = |scene: &UnwrittenScene, world: &mut World| {
            let report = world.assess(&scene.exchange.risk, &scene.account(ALICE), &[ballast_testkit::BTC]);
            (report.value.get(), report.health.get())
        };
        done(scene.buy(world, written, [ALICE, BOB], 200, 0));
        let before = room(&scene, world);
        // The fee is nine hundred dollars, in steps of 10^-10; as many lots come as go.
        done(scene.buy(world, READ, [ALICE, BOB], -100, 450_000_000));
        done(scene.buy(world, READ, [ALICE, BOB], 100, 450_000_000));
        let after = room(&scene, world);
        let fee = 900 * 10_000_000_000;
        assert_eq!(after, (before.0 - fee, before.1 - fee));
        assert_eq!(scene.cash(world, ALICE), [usd(7_100), usd(8_000), usd(-900)]);
        scene.count(world, ALICE);
        assert_eq!(room(&scene, world), after, "to be counted changes nothing");
    }
}

#[test]
fn a_stop_holds_unwritten() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::without_coins(world, [100_000; 3]);
        done(scene.block(world, READ, [ALICE, BOB], (10, 950)));
        let guardian = actor("guardian");
        let stop = account_program::stop(&scene.group(), &guardian.pubkey(), pause::INCREASE, 30);
        done(world.svm.send(&[stop], &[&guardian]));
        both_refused(&mut scene, world, 1, Paused);
        for form in FORMS {
            done(scene.block(world, form, [ALICE, BOB], (-1, 950)));
        }
        // To the second.
        world.svm.pass(29);
        both_refused(&mut scene, world, 1, Paused);
        world.svm.pass(1);
        done(scene.block(world, READ, [ALICE, BOB], (1, 950)));
        scene.assert_sums(world);
    }
}

#[test]
fn stale_prices_let_nothing_grow_unwritten() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::without_coins(world, [100_000; 3]);
        done(scene.block(world, READ, [ALICE, BOB], (10, 950)));
        world.svm.pass(61);
        both_refused(&mut scene, world, 1, FeedsForbid);
        for form in FORMS {
            done(scene.block(world, form, [ALICE, BOB], (-1, 950)));
        }
    }
}

#[test]
fn whoever_is_under_liquidation_takes_nothing_up_unwritten() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let mut scene = UnwrittenScene::without_coins(world, [100_000; 3]);
        done(scene.block(world, READ, [ALICE, BOB], (10, 950)));
        let now = world.svm.now();
        overwrite(world, &scene.account(ALICE), |account: &mut MarginAccount| {
            account.liquidation_since = now;
        });
        both_refused(&mut scene, world, 1, UnderLiquidation);
        for form in FORMS {
            done(scene.block(world, form, [ALICE, BOB], (-1, 950)));
        }
    }
}
