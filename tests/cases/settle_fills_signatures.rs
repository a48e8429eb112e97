//! What `settle_fills` refuses of signatures: nothing is settled but what both traders signed, as they signed it.

use crate::{
    attempt::edited,
    fill_scene::{sign_inside, FillScene},
    two_exchanges::dollars,
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{Order, SettleFillsArgs};
use ballast_testkit::{limit, sign_orders, Instruction, SignatureCheck, Signer, World, ETH};

ballast_testkit::on_every_svm!(
    no_field_of_an_order_changes_after_it_is_signed,
    orders_are_signed_by_those_who_may,
    the_check_stands_directly_before,
    the_check_is_of_these_orders,
);

const SIGNATURE_MISSING: u32 = 6083;

fn no_field_of_an_order_changes_after_it_is_signed(world: &mut World) {
    let scene = FillScene::new(world);
    let second = scene.two.second;
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Order));
    let changes: [Change; 17] = [
        ("domain", &|order| order.domain[0] ^= 1),
        ("account", &|order| order.margin_account = second),
        ("venue", &|order| order.venue = 2),
        ("nonce", &|order| order.nonce += 1),
        ("expiry, later", &|order| order.expires_at += 1),
        ("expiry, earlier", &|order| order.expires_at -= 1),
        ("more units", &|order| order.units += 1),
        ("fewer units", &|order| order.units -= 1),
        ("a looser limit", &|order| order.limit += 1),
        ("a tighter limit", &|order| order.limit -= 1),
        ("the loosest limit", &|order| order.limit = i64::MAX),
        ("a higher fee", &|order| order.max_fee += 1),
        ("a lower fee", &|order| order.max_fee -= 1),
        ("the highest fee", &|order| order.max_fee = u64::MAX),
        ("reduces only", &|order| order.reduce_only = true),
        ("another message length", &|order| order.legs.clear()),
        ("a leg more", &|order| order.legs.push(order.legs[0])),
    ];
    let accounts = scene.steps(&scene.args)[2].accounts.clone();
    for (what, change) in &changes {
        for side in [0, 1] {
            let mut steps = scene.forged(|args| {
                change(if side == 0 { &mut args.maker } else { &mut args.taker });
            });
            steps[2].accounts.clone_from(&accounts);
            // Orders of unlike legs are refused before anybody looks at signatures.
            let unlike = what.contains("length") || what.contains("more") && what.contains("leg");
            let code = if unlike { 6079 } else { SIGNATURE_MISSING };
            scene.ring().refuse_with(world, &format!("order {side}: {what}"), code, &steps);
        }
    }
    // Legs, on both sides alike: the venue settles another instrument, or more lots a unit.
    type Both<'a> = (&'a str, &'a dyn Fn(&mut SettleFillsArgs));
    let changes: [Both; 5] = [
        ("market", &|args| each(args, |order| order.legs[0].number = ETH)),
        ("kind", &|args| each(args, |order| order.legs[0].kind = 2)),
        ("date", &|args| each(args, |order| order.legs[0].expiry = 1)),
        ("strike", &|args| each(args, |order| order.legs[0].strike = 1)),
        ("lots", &|args| each(args, |order| order.legs[0].lots *= 2)),
    ];
    for (what, change) in &changes {
        let steps = scene.forged(|args| change(args));
        scene.ring().refuse_with(world, &format!("both orders: {what}"), SIGNATURE_MISSING, &steps);
    }
    // Bytes of the check as they are, of which one no longer fits, are refused by the checker itself.
    let mut steps = scene.steps(&scene.args);
    steps[2] = edited(&steps[2], |settle| settle.data[8] ^= 1);
    assert!(world.svm.send(&steps, &[&scene.two.ours.operator]).is_err(), "a byte of the message");
    scene.ring().accept(world, "signed elsewhere in the transaction", &scene.forged(|_| ()));
}

fn each(args: &mut SettleFillsArgs, change: impl Fn(&mut Order)) {
    change(&mut args.maker);
    change(&mut args.taker);
}

fn orders_are_signed_by_those_who_may(world: &mut World) {
    let scene = FillScene::new(world);
    let (alice, bob, stranger) = (&scene.two.alice.key, &scene.two.bob.key, scene.stranger());
    let now = world.svm.now();
    let by =
        |signers, args: &SettleFillsArgs| vec![limit(), sign_orders(signers, args, 2), scene.settle(args)];
    let operator = &scene.two.ours.operator;
    let cases = [
        ("a stranger for the first", by([&stranger, bob], &scene.args)),
        ("a stranger for the second", by([alice, &stranger], &scene.args)),
        ("the operator for both", by([operator, operator], &scene.args)),
        ("each for the other", by([bob, alice], &scene.args)),
        ("the first for both", by([alice, alice], &scene.args)),
        ("the authority", by([&scene.two.ours.risk.authority, bob], &scene.args)),
    ];
    let cases = cases.map(|(what, steps)| (what, SIGNATURE_MISSING, steps));
    scene.ring().refuse_each(world, cases);

    let delegate = |world: &mut World, scope: u8, until: i64| {
        let key = stranger.pubkey();
        scene.two.edit_account(world, &scene.two.alice.account, |account| {
            let row = &mut account.delegates[3];
            (row.key, row.scope, row.expires_at) = (key, scope, until);
        });
    };
    let good = by([&stranger, bob], &scene.args);
    delegate(world, 1, now);
    scene.ring().refuse_with(world, "a delegate whose time is over", SIGNATURE_MISSING, &good);
    delegate(world, 2, i64::MAX);
    scene.ring().refuse_with(world, "a delegate who can only reduce", SIGNATURE_MISSING, &good);
    let reduce = scene.edited(|args| args.maker.reduce_only = true);
    scene.ring().refuse_with(world, "an order to reduce that does not", 6082, &by([&stranger, bob], &reduce));
    let less = scene.edited(|args| {
        each(args, |order| {
            (order.legs[0].lots, order.limit) = (-order.legs[0].lots, -order.limit);
        });
        args.maker.reduce_only = true;
    });
    scene.ring().accept(world, "an order to reduce", &by([&stranger, bob], &less));
    delegate(world, 1, now + 1);
    let next = scene.edited(|args| each(args, |order| order.nonce += 1));
    scene.ring().accept(world, "a delegate who can trade", &by([&stranger, bob], &next));
}

fn the_check_stands_directly_before(world: &mut World) {
    let scene = FillScene::new(world);
    let (args, settle) = (&scene.args, scene.settle(&scene.args));
    let at = |place| sign_orders(scene.signers(), args, place);
    let cases: [(&str, Vec<Instruction>); 6] = [
        ("no check", vec![limit(), settle.clone()]),
        ("nothing before", vec![settle.clone(), limit()]),
        ("the check behind", vec![limit(), settle.clone(), at(1)]),
        ("the check two before", vec![at(2), limit(), settle.clone()]),
        ("a check of nothing between", vec![at(2), SignatureCheck::instruction(&[]), settle.clone()]),
        ("the check of a fill behind", vec![limit(), at(3), settle.clone(), settle.clone()]),
    ];
    let cases = cases.map(|(what, steps)| (what, SIGNATURE_MISSING, steps));
    scene.ring().refuse_each(world, cases);
    // Accounts that only look like the transaction's instructions.
    for key in [Pubkey::new_from_array([9; 32]), scene.two.group(), scene.two.bob.account] {
        let mut steps = scene.steps(args);
        steps[2].accounts[9].pubkey = key;
        let failure = world.svm.send(&steps, &[&scene.two.ours.operator]).unwrap_err();
        assert!(format!("{:?}", failure.reason).contains("UnsupportedSysvar"), "{failure:#?}");
    }
    scene.ring().accept(world, "untampered", &scene.steps(args));
    scene.ring().refuse_with(world, "one check for two fills", 6077, &{
        let more = scene.edited(|args| {
            (args.maker_units, args.taker_units, args.maker_fee) = (6, 6, dollars(6));
        });
        scene.steps(&more)
    });
}

fn the_check_is_of_these_orders(world: &mut World) {
    let scene = FillScene::new(world);
    let (args, settle) = (&scene.args, scene.settle(&scene.args));
    let (alice, bob) = (&scene.two.alice.key, &scene.two.bob.key);
    let messages = [args.maker.message(), args.taker.message()];
    let with = |check: Instruction| vec![limit(), check, settle.clone()];
    let inside = |messages: &[Vec<u8>; 2]| with(sign_inside([alice, bob], messages, 1));
    let shorter = [messages[0][..messages[0].len() - 1].to_vec(), messages[1].clone()];
    let longer = [[messages[0].clone(), vec![0]].concat(), messages[1].clone()];
    let one = |place: usize| {
        let from = 8 + if place == 0 { 0 } else { messages[0].len() as u16 };
        let check = ballast_testkit::signed_by([alice, bob][place], &messages[place], from, 2);
        with(SignatureCheck::instruction(&[check]))
    };
    let whole = SignatureCheck::of(alice, &settle, 2);
    let cases = [
        ("a message cut short", inside(&shorter)),
        ("a message with more behind it", inside(&longer)),
        ("the messages exchanged", inside(&[messages[1].clone(), messages[0].clone()])),
        ("empty messages", inside(&[vec![], vec![]])),
        ("the first's signature alone", one(0)),
        ("the second's signature alone", one(1)),
        ("signatures of the whole fill", with(SignatureCheck::instruction(&[whole, whole]))),
        ("no signatures", with(SignatureCheck::instruction(&[]))),
    ];
    let cases = cases.map(|(what, steps)| (what, SIGNATURE_MISSING, steps));
    scene.ring().refuse_each(world, cases);
    let itself = with(sign_inside([alice, bob], &messages, u16::MAX));
    scene.ring().accept(world, "messages in the check, named as itself", &itself);
    scene.ring().accept(world, "messages in the check, named by its place", &inside(&messages));
}
