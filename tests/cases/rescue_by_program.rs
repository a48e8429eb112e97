//! A rescue by a program that signs with its own address: latched, taken over, paid for, and released.

use crate::{
    fill_scene::sign_inside,
    rescue_scene::{perp, RescueScene},
    stage::{usd, vault},
};
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        FillRescueArgs, Group, Order, OrderLeg, RescuePay, SetDelegateArgs,
    },
    in_parallel,
};
use ballast_testkit::{actor, limit, sign_order, Arch, Instruction, Keypair, Signer, BTC, DOLLAR};

const NUMBERS: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[] };

#[test]
fn positions_and_cash_move_by_the_rescuers_signature() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut RescueScene::new(arch);
        let (group, rescuer) = (scene.group, scene.rescuer);
        let [ann, _, cat] = [0, 1, 2].map(|who| scene.traders[who].account);
        scene.block(0, 1, 100, 950);
        let pay = RescuePay::default();
        let take = account_program::move_legs(&group, &ann, &cat, &rescuer, &[perp(-40, 950)], pay, &NUMBERS);
        // 6045: the account is not under liquidation.
        scene.refuse(6045, take.clone());

        scene.world.svm.pass(7);
        scene.latch(0, true);
        assert_eq!(scene.world.margin_account(&ann).liquidation_since, scene.world.svm.now());

        scene.rescue(take);
        assert_eq!(scene.lots(), [60, -100, 40]);
        scene.rescue(account_program::move_cash(&group, &ann, &cat, &rescuer, 5_000_000, &[BTC]));
        assert_eq!(scene.cash(), [99_995_000_000, 100_000_000_000, 100_005_000_000]);

        scene.latch(0, false);
        assert_eq!(scene.world.margin_account(&ann).liquidation_since, 0);
    }
}

#[test]
fn fees_are_put_aside_for_the_insurance_and_paid_over() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut RescueScene::new(arch);
        let (group, rescuer) = (scene.group, scene.rescuer);
        let [ann, _, cat] = [0, 1, 2].map(|who| scene.traders[who].account);
        scene.block(0, 1, 100, 950);
        scene.latch(0, true);
        let give = |lots, taker, insurance| {
            let pay = RescuePay { taker, insurance };
            account_program::move_legs(&group, &ann, &cat, &rescuer, &[perp(lots, 950)], pay, &NUMBERS)
        };
        scene.rescue(give(-40, usd(200), usd(30) as u64));
        assert_eq!(scene.cash(), [usd(99_770), usd(100_000), usd(100_200)]);
        // Whoever takes over may have to pay, too.
        scene.rescue(give(-10, usd(-50), usd(7) as u64));
        assert_eq!(scene.cash(), [usd(99_813), usd(100_000), usd(100_150)]);
        for (taker, insurance) in [(i64::MAX, 1), (i64::MIN, 0), (0, u64::MAX), (-1, 1 << 63)] {
            scene.refuse(6016, give(-1, taker, insurance));
        }
        assert_eq!(scene.world.typed::<Group>(&group).insurance, 37_000_000);
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000));

        let owner = actor("insurance");
        let purse = scene.world.purse(&scene.exchange.dollar, &owner, "insurance", 5);
        let pay = account_program::pay_insurance(&group, &purse, &rescuer, &[]);
        scene.rescue(pay.clone());
        assert_eq!(scene.world.tokens(&purse.account), 37_000_005);
        assert_eq!(scene.world.typed::<Group>(&group).insurance, 0);
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000) - 37_000_000);
        // That there is nothing any more is no mistake.
        scene.rescue(pay);
        assert_eq!(scene.world.tokens(&purse.account), 37_000_005);
    }
}

/// Unwritten, the fees wait in the market, and the group's bytes stay what they are.
#[test]
fn fees_of_the_insurance_wait_where_the_group_is_not_written() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut RescueScene::new(arch);
        let (group, rescuer) = (scene.group, scene.rescuer);
        let [ann, _, cat] = [0, 1, 2].map(|who| scene.traders[who].account);
        scene.block(0, 1, 100, 950);
        scene.latch(0, true);
        let before = scene.world.svm.account(&group);
        for (lots, taker, insurance) in [(-40, usd(200), usd(30)), (-10, usd(-50), usd(7))] {
            let (legs, pay) = ([perp(lots, 950)], RescuePay { taker, insurance: insurance as u64 });
            let give = account_program::move_legs(&group, &ann, &cat, &rescuer, &legs, pay, &NUMBERS);
            scene.rescue(in_parallel(give));
        }
        scene.rescue(in_parallel(account_program::move_cash(
            &group,
            &ann,
            &cat,
            &rescuer,
            5_000_000,
            &[BTC],
        )));
        assert!(before == scene.world.svm.account(&group), "the group has changed");
        // Of Ann's 100 000: 200 and 30 paid, 50 got, 7 and 5 paid.
        assert_eq!(scene.cash(), [usd(99_808), usd(100_000), usd(100_155)]);
        assert_eq!(scene.lots(), [50, -100, 50]);
        let waiting = scene.world.market(&group, BTC).waiting;
        assert_eq!((waiting.fees, waiting.insurance), (0, 37_000_000));
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000));
        // What she lost is less than an eighth of what is counted.
        scene.latch(0, false);

        let purse = scene.world.purse(&scene.exchange.dollar, &actor("insurance"), "insurance", 5);
        scene.rescue(account_program::pay_insurance(&group, &purse, &rescuer, &[]));
        assert_eq!(scene.world.tokens(&purse.account), 5);
        scene.rescue(account_program::pay_insurance(&group, &purse, &rescuer, &[BTC]));
        assert_eq!(scene.world.tokens(&purse.account), 37_000_005);
        let state: Group = scene.world.typed(&group);
        assert_eq!((state.cash, state.uncounted, state.insurance), (usd(300_000), usd(-37), 0));
        assert_eq!(scene.world.market(&group, BTC).waiting.insurance, 0);
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000) - 37_000_000);
    }
}

/// An account under liquidation may lose what it has; it is released once what is beside is near what is counted.
#[test]
fn nobody_is_released_with_more_beside_than_an_eighth() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut RescueScene::new(arch);
        let (group, rescuer) = (scene.group, scene.rescuer);
        let [ann, _, cat] = [0, 1, 2].map(|who| scene.traders[who].account);
        scene.latch(0, true);
        let move_cash =
            |amount| in_parallel(account_program::move_cash(&group, &ann, &cat, &rescuer, amount, &[]));
        // An eighth of 100 000 is 12 500: Ann may lose more while she is under liquidation, and Cat may not gain more.
        scene.refuse(6102, move_cash(12_500_000_001));
        scene.rescue(move_cash(12_500_000_000));
        let off = account_program::latch(&group, &ann, &rescuer, false);
        scene.rescue(off.clone());
        scene.latch(0, true);
        let refresh = |who| {
            let numbers = Numbers { markets: &[], banks: &[], risks: &[] };
            account_program::refresh_account(&group, who, &numbers)
        };
        scene.rescue(refresh(&cat));
        scene.rescue(move_cash(1));
        scene.refuse(6102, off.clone());
        scene.rescue(refresh(&ann));
        scene.rescue(off);
        assert_eq!(scene.cash(), [87_499_999_999, 100_000_000_000, 112_500_000_001]);
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000));
    }
}

/// Cat takes forty lots at 940 dollars or less.
fn order(scene: &mut RescueScene) -> Order {
    let now = scene.world.svm.now();
    let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
    Order { venue: Order::RESCUE_VENUE, ..scene.traders[2].order(now, 40, usd(940), &[leg]) }
}

/// So many units of it at 950 dollars, with so much paid beside; signed by somebody.
fn fill(scene: &RescueScene, order: &Order, units: u64, taker: i64, by: &Keypair) -> Vec<Instruction> {
    let pay = RescuePay { taker, insurance: 1_000_000 };
    let args = FillRescueArgs { order: order.clone(), units, prices: vec![950 * DOLLAR as u64], pay };
    let from = scene.traders[0].account;
    let call = account_program::fill_rescue(&scene.group, &from, &scene.rescuer, &args, &NUMBERS);
    vec![limit(), sign_order(by, order, 2), scene.through(call)]
}

#[track_caller]
fn refuse(scene: &mut RescueScene, code: u32, steps: &[Instruction]) {
    let failure = scene.world.svm.send(steps, &[]).expect_err("it is refused");
    assert_eq!(failure.code(), Some(code), "{failure:#?}");
}

#[track_caller]
fn accept(scene: &mut RescueScene, steps: &[Instruction]) {
    scene.world.svm.send(steps, &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
}

#[test]
fn an_order_that_waits_for_liquidations_is_filled_within_its_limit() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut RescueScene::new(arch);
        scene.block(0, 1, 100, 950);
        scene.latch(0, true);
        let (cat, order) = (scene.traders[2].key.insecure_clone(), order(scene));
        let filled = |scene: &RescueScene, units, taker| fill(scene, &order, units, taker, &cat);
        // Ten dollars a lot are paid beside: 940 is what a lot costs.
        let short = filled(scene, 30, usd(300) - 1);
        refuse(scene, 6080, &short);
        let good = filled(scene, 30, usd(300));
        accept(scene, &good);
        assert_eq!(scene.lots(), [70, -100, 30]);
        assert_eq!(scene.cash(), [usd(99_699), usd(100_000), usd(100_300)]);
        assert_eq!(scene.world.typed::<Group>(&scene.group).insurance, 1_000_000);

        let more = filled(scene, 11, usd(110));
        refuse(scene, 6077, &more);
        let rest = filled(scene, 10, usd(100));
        accept(scene, &rest);
        refuse(scene, 6077, &rest);
        assert_eq!(scene.lots(), [60, -100, 40]);
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000));
    }
}

#[test]
fn an_order_is_filled_only_as_it_was_signed() {
    let scene = &mut RescueScene::new(Arch::V3);
    scene.block(0, 1, 100, 950);
    scene.latch(0, true);
    let (cat, ben) = (scene.traders[2].key.insecure_clone(), scene.traders[1].key.insecure_clone());
    let good = order(scene);
    let one = |scene: &RescueScene, order: &Order, by: &Keypair| fill(scene, order, 1, usd(10), by);
    // The venue's orders are the venue's.
    let of_venue = one(scene, &Order { venue: 1, ..good.clone() }, &cat);
    refuse(scene, 6074, &of_venue);
    let by_another = one(scene, &good, &ben);
    refuse(scene, 6083, &by_another);
    let now = scene.world.svm.now();
    let expired = one(scene, &Order { expires_at: now, ..good.clone() }, &cat);
    refuse(scene, 6075, &expired);
    // Signed is what is filled, to the byte: the signature is good, of a message that stands in the check itself.
    let mut inside = one(scene, &good, &cat);
    inside[1] = sign_inside([&cat, &cat], &[good.message(), good.message()], 1);
    let mut forged = inside.clone();
    forged[2] = one(scene, &Order { limit: good.limit + 1, ..good.clone() }, &cat)[2].clone();
    refuse(scene, 6083, &forged);
    // What may only reduce cannot take anything over.
    let reduces = one(scene, &Order { reduce_only: true, ..good.clone() }, &cat);
    refuse(scene, 6082, &reduces);

    let sold = scene.world.margin_account(&scene.traders[0].account).cash;
    accept(scene, &inside);
    assert_eq!(scene.cash()[0], sold - usd(11));
    let filled = one(scene, &good, &cat);
    let cancel = account_program::cancel_orders(&scene.traders[2].account, &cat.pubkey(), good.nonce + 1);
    scene.world.svm.send(&[cancel], &[&cat]).expect("the watermark rises");
    refuse(scene, 6076, &filled);
}

/// Ben is short; a delegate who may only reduce buys some of it back for him.
#[test]
fn a_delegate_who_may_only_reduce_signs_for_that_alone() {
    let scene = &mut RescueScene::new(Arch::V3);
    scene.block(0, 1, 100, 950);
    scene.latch(0, true);
    let (delegate, ben) = (actor("delegate"), scene.traders[1].key.insecure_clone());
    let (account, now) = (scene.traders[1].account, scene.world.svm.now());
    let args = SetDelegateArgs { place: 0, key: delegate.pubkey(), scope: 2, expires_at: now + 600 };
    let set = account_program::set_delegate(&account, &ben.pubkey(), &args);
    scene.world.svm.send(&[set], &[&ben]).expect("a delegate");
    let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
    let order = scene.traders[1].order(now, 200, usd(940), &[leg]);
    let order = Order { venue: Order::RESCUE_VENUE, reduce_only: true, ..order };
    let open = Order { reduce_only: false, ..order.clone() };
    let unsigned = fill(scene, &open, 1, usd(10), &delegate);
    refuse(scene, 6083, &unsigned);
    let beyond = fill(scene, &order, 101, usd(1_010), &delegate);
    refuse(scene, 6082, &beyond);
    let all = fill(scene, &order, 100, usd(1_000), &delegate);
    accept(scene, &all);
    assert_eq!(scene.lots(), [0, 0, 0]);
}
