//! What counts cash that trades left beside: settling, and everything by which money comes, goes or moves.

#![cfg(test)]

use crate::{
    stage::{done, perp, refused, usd},
    unwritten_scene::{written, Filled, UnwrittenScene, ALICE, BOB, KIM, READ},
};
use ballast_interface::account::{
    instructions::{self as account_program, Numbers},
    AccountError::{AccountNotEmpty, NothingToSettle},
};
use ballast_testkit::{limit, Arch, Instruction, Lite, Signer, Trader, World, BTC, DOLLAR};

const NUMBERS: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };

/// Alice has paid five dollars and Bob none, unwritten: hers stand beside what is counted.
fn scene(arch: Arch) -> (World, UnwrittenScene) {
    let mut world = World::new(Lite::new(arch));
    let mut scene = UnwrittenScene::new(&mut world, [100_000; 3]);
    done(scene.buy(&mut world, READ, [ALICE, BOB], 10, 5_000_000));
    assert_eq!(scene.cash(&mut world, ALICE), [usd(99_995), usd(100_000), usd(-5)]);
    (world, scene)
}

/// Sends an instruction of Alice's.
fn send(scene: &UnwrittenScene, world: &mut World, step: Instruction) {
    done(world.svm.send(&[limit(), step], &[&scene.traders[ALICE].key]));
}

#[test]
fn settling_counts_and_is_refused_when_all_is_counted() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        done(scene.settle(world, ALICE));
        assert_eq!(scene.cash(world, ALICE), [usd(99_995), usd(99_995), 0]);
        scene.assert_sums(world);
        refused(scene.settle(world, ALICE), NothingToSettle);
        // Bob's cash did not change, nor did Kim trade.
        refused(scene.settle(world, BOB), NothingToSettle);
        refused(scene.settle(world, KIM), NothingToSettle);
        // To be brought up to date is no mistake.
        scene.count(world, ALICE);
        assert_eq!(scene.cash(world, ALICE), [usd(99_995), usd(99_995), 0]);
    }
}

/// A single unit, lost and won, is something; a unit that came and went is nothing.
#[test]
fn a_unit_is_something_to_settle() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        scene.count(world, ALICE);
        done(scene.buy(world, READ, [ALICE, BOB], 10, 1));
        done(scene.settle(world, ALICE));
        refused(scene.settle(world, ALICE), NothingToSettle);
        scene.place(world, ALICE, 10, 10);
        done(scene.execute(world, READ, [ALICE, KIM], (1, 950, 1)));
        assert_eq!(scene.cash(world, KIM), [usd(100_000) + 1, usd(100_000), 1]);
        done(scene.buy(world, READ, [KIM, BOB], 10, 1));
        assert_eq!(scene.cash(world, KIM), [usd(100_000), usd(100_000), 0]);
        refused(scene.settle(world, KIM), NothingToSettle);
        done(scene.settle(world, ALICE));
        scene.assert_sums(world);
    }
}

#[test]
fn a_deposit_counts() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let Trader { key, account, purse, .. } = &scene.traders[ALICE];
        let step = account_program::deposit(&scene.group(), account, 0, 0, purse, &key.pubkey(), 1, &[]);
        send(scene, world, step);
        assert_eq!(scene.cash(world, ALICE), [usd(99_995) + 1, usd(99_995) + 1, 0]);
        scene.assert_sums(world);
    }
}

#[test]
fn a_token_that_is_deposited_counts_cash_too() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let alice = &scene.traders[ALICE];
        let purse = world.purse(&scene.exchange.mints[0], &alice.key, "a coin's unit", 1);
        let (group, owner) = (scene.group(), alice.key.pubkey());
        let step = account_program::deposit(&group, &alice.account, 1, BTC, &purse, &owner, 1, &[]);
        send(scene, world, step);
        assert_eq!(scene.cash(world, ALICE), [usd(99_995), usd(99_995), 0]);
        scene.assert_sums(world);
    }
}

#[test]
fn a_withdrawal_counts_and_takes_what_cash_is() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let Trader { key, account, purse, .. } = &scene.traders[ALICE];
        let step = account_program::withdraw(&scene.group(), account, 0, purse, &key.pubkey(), 1, &NUMBERS);
        send(scene, world, step);
        assert_eq!(scene.cash(world, ALICE), [usd(99_995) - 1, usd(99_995) - 1, 0]);
        scene.assert_sums(world);

        // Kim gains unwritten; all of it can leave, and not a unit more of what she has no right to.
        scene.place(world, ALICE, 10, 10_000_000);
        done(scene.execute(world, READ, [ALICE, KIM], (10, 950, 10_000_000)));
        done(scene.block(world, READ, [KIM, BOB], (-10, 950)));
        assert_eq!(scene.cash(world, KIM), [usd(100_010), usd(100_000), usd(10)]);
        done(world.withdraw_cash(&scene.exchange, &scene.traders[KIM], 100_010 * DOLLAR as u64));
        assert_eq!(scene.cash(world, KIM), [0; 3]);
        scene.assert_sums(world);
    }
}

#[test]
fn a_transfer_counts_on_both_sides() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        // Alice's second account stands in for Kim's: it trades unwritten as well.
        let (group, key) = (scene.group(), scene.traders[ALICE].key.insecure_clone());
        let (second, _) = world.open_account(&group, &key, &key, 1);
        let (purse, owner) = (scene.traders[ALICE].purse, key.pubkey());
        let record = account_program::open_orders(&second, &owner, &owner, 0);
        let deposit =
            account_program::deposit(&group, &second, 0, 0, &purse, &owner, usd(10_000) as u64, &[]);
        done(world.svm.send(&[record, deposit], &[&key]));
        let bobs = scene.traders[BOB].account;
        let trader = Trader { key: key.insecure_clone(), account: second, purse, nonce: 1 };
        scene.traders[KIM] = trader;
        done(scene.buy(world, READ, [KIM, BOB], 10, 3_000_000));
        assert_eq!(scene.cash(world, KIM), [usd(9_997), usd(10_000), usd(-3)]);
        assert_ne!(bobs, second);

        let first = scene.account(ALICE);
        let step = account_program::transfer(&group, &first, &second, 0, &owner, 1_000_000, &NUMBERS);
        send(scene, world, step);
        assert_eq!(scene.cash(world, ALICE), [usd(99_994), usd(99_994), 0]);
        assert_eq!(scene.cash(world, KIM), [usd(9_998), usd(9_998), 0]);
        // 99 994 + 9 998 + 100 000 of Bob's, and 100 000 of the Kim who is gone from the scene.
        assert_eq!(scene.state(world).cash, usd(309_992));
        assert_eq!(scene.state(world).uncounted, usd(8), "what waits in the market");
    }
}

/// A trade that writes the group counts what others left beside, on both of its sides.
#[test]
fn a_written_trade_counts_what_stood_beside() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        done(scene.fill(
            world,
            READ,
            &Filled { venue: 1, sides: [ALICE, BOB], leg: perp(1, usd(950)), fees: [0, 7], markets: &[BTC] },
        ));
        assert_eq!(scene.cash(world, BOB), [usd(100_000) - 7, usd(100_000), -7]);
        done(scene.block(world, written, [ALICE, BOB], (1, 950)));
        assert_eq!(scene.cash(world, ALICE), [usd(99_995), usd(99_995), 0]);
        assert_eq!(scene.cash(world, BOB), [usd(100_000) - 7, usd(100_000) - 7, 0]);
        assert_eq!(scene.state(world).uncounted, usd(5) + 7);
        scene.assert_sums(world);
    }
}

/// An account is only closed once the group knows nothing of it, whatever its cash.
#[test]
fn an_account_of_which_something_is_counted_stays_open() {
    for arch in [Arch::V0, Arch::V3] {
        let (world, scene) = &mut scene(arch);
        let key = scene.traders[KIM].key.insecure_clone();
        let (account, _) = world.open_account(&scene.group(), &key, &key, 1);
        let close = account_program::close_account(&account, false, &key.pubkey(), &key.pubkey());
        let empty = world.margin_account(&account);
        // Beside cash of zero: what is counted and what is not make up for each other.
        for counted in [1, -1, i64::MAX] {
            let mut edited = empty;
            (edited.counted, edited.uncounted) = (counted, -counted);
            world.overwrite(&account, &edited);
            refused(world.svm.send(std::slice::from_ref(&close), &[&key]), AccountNotEmpty);
        }
        world.overwrite(&account, &empty);
        done(world.svm.send(&[close], &[&key]));
    }
}
