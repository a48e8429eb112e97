//! What `settle_fills` refuses of a fill, with the error's number; nothing changes when it does. What it refuses of
//! signatures is in `settle_fills_signatures`.

use crate::{
    attempt::{edited, on_litesvm, with, Tampering},
    fill_scene::{leg, FillScene},
    two_exchanges::{dollars, overwrite},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, pause, OrderRecord, SettleFillsArgs, VenueTerms},
    ids, seeds,
};
use ballast_testkit::{
    account_program, fraction, sign_orders, AccountMeta, Instruction, Signer, World, BTC, ETH, START,
};

on_litesvm!(settle_fills_needs_every_account);
ballast_testkit::on_every_svm!(
    settle_fills_refuses_orders,
    settle_fills_refuses_units_prices_and_fees,
    settle_fills_refuses_orders_that_do_not_match,
    settle_fills_refuses_what_is_used_up,
    settle_fills_refuses_the_wrong_person_or_place,
    settle_fills_refuses_what_is_behind,
    settle_fills_can_only_reduce_when_stopped,
);

/// The first Friday at eight in the morning.
const FRIDAY: u32 = (START + 4 * 86_400 + 28_800) as u32;

type Case<'a> = (&'a str, u32, Vec<Instruction>);

fn settle_fills_needs_every_account(world: &mut World) {
    let scene = FillScene::new(world);
    let strangers = scene.two.strangers();
    // Neither the group nor the venue need be written.
    let tampering = Tampering { strangers: &strangers, unwritten: &[0, 1], ..Tampering::default() };
    tampering.refuse(world, scene.ring(), &scene.steps(&scene.args));
}

fn settle_fills_refuses_orders(world: &mut World) {
    let scene = FillScene::new(world);
    let now = world.svm.now();
    // Each edit is made before both sign, in the order of the one and of the other.
    type Change<'a> = (&'a str, u32, &'a dyn Fn(&mut ballast_interface::account::Order));
    let second = scene.two.second;
    let cases: [Change; 11] = [
        ("of another domain", 6073, &|order| order.domain[7] = 2),
        ("of no domain", 6073, &|order| order.domain = [0; 8]),
        ("of another account", 6074, &|order| order.margin_account = second),
        ("of no account", 6074, &|order| order.margin_account = Pubkey::default()),
        ("of no venue", 6074, &|order| order.venue = 0),
        ("of another venue", 6074, &|order| order.venue = 2),
        ("without a nonce", 6073, &|order| order.nonce = 0),
        ("without units", 6073, &|order| order.units = 0),
        ("that expires now", 6075, &|order| order.expires_at = now),
        ("that expired at the beginning of time", 6075, &|order| order.expires_at = i64::MIN),
        ("that may only reduce", 6082, &|order| order.reduce_only = true),
    ];
    let good = scene.steps(&scene.args)[2].accounts.clone();
    for (what, code, change) in &cases {
        for side in [0, 1] {
            let mut steps = scene.signed(|args| {
                change(if side == 0 { &mut args.maker } else { &mut args.taker });
            });
            // The accounts stay what they are, whatever the order says.
            steps[2].accounts.clone_from(&good);
            scene.ring().refuse_with(world, &format!("order {side} {what}"), *code, &steps);
        }
    }
    let last = scene.signed(|args| {
        (args.maker.expires_at, args.taker.expires_at) = (now + 1, i64::MAX);
        (args.maker.nonce, args.taker.nonce) = (u64::MAX, 1);
    });
    scene.ring().accept(world, "in the last second of the one, and the first nonce of all", &last);
}

fn settle_fills_refuses_units_prices_and_fees(world: &mut World) {
    let scene = FillScene::new(world);
    let tick = 100;
    let units = |args: &mut SettleFillsArgs, units: u64| {
        (args.maker_units, args.taker_units, args.maker_fee) = (units, units, 0);
    };
    let cases: Vec<Case> = vec![
        ("no units", 6071, scene.signed(|args| units(args, 0))),
        ("a unit more than ordered", 6077, scene.signed(|args| units(args, 11))),
        ("the most units of all", 6016, scene.signed(|args| units(args, u64::MAX))),
        ("the most that can be signed", 6016, scene.signed(|args| units(args, i64::MAX as u64))),
        ("more units of the one", 6079, scene.signed(|args| args.maker_units = 6)),
        ("fewer units of the one", 6079, scene.signed(|args| args.taker_units = 4)),
        ("a tick above the buyer's limit", 6080, scene.signed(|args| args.prices[0] += tick)),
        ("a tick below the seller's limit", 6080, scene.signed(|args| args.prices[0] -= tick)),
        (
            "a price off the tick",
            6058,
            scene.signed(|args| {
                args.maker.limit += 1;
                args.prices[0] += 1;
            }),
        ),
        (
            "a price too far, though both agree",
            6059,
            scene.signed(|args| {
                args.maker.limit *= 2;
                args.prices[0] *= 2;
            }),
        ),
        ("the highest price of all", 6016, scene.signed(|args| args.prices[0] = u64::MAX)),
        ("no price", 6079, scene.signed(|args| args.prices.clear())),
        ("a price too many", 6079, scene.signed(|args| args.prices.push(0))),
        ("the lowest limit of all", 6080, scene.signed(|args| args.maker.limit = i64::MIN)),
        ("a higher fee than the first allows", 6081, scene.signed(|args| args.maker_fee += 1)),
        ("a higher fee than the second allows", 6081, scene.signed(|args| args.taker_fee = dollars(5) + 1)),
        ("the highest fee of all", 6081, scene.signed(|args| args.maker_fee = u64::MAX)),
        (
            "the highest fee, which the order allows",
            6081,
            scene.signed(|args| {
                (args.maker.max_fee, args.maker_fee) = (u64::MAX, u64::MAX);
            }),
        ),
        // A hundredth of 4 750 dollars, rounded down as a share of 2^-40.
        (
            "a higher fee than the venue may take",
            6081,
            scene.signed(|args| {
                (args.maker.max_fee, args.maker_fee) = (dollars(100), dollars(47) + 500_001);
            }),
        ),
    ];
    scene.ring().refuse_each(world, cases);
    let most = scene.signed(|args| {
        (args.maker.max_fee, args.maker_fee) = (dollars(100), dollars(47) + 499_999);
        (args.maker.limit, args.taker.limit) = (i64::MAX, i64::MAX);
    });
    scene.ring().accept(world, "the highest fee that the venue may take", &most);
}

fn settle_fills_refuses_orders_that_do_not_match(world: &mut World) {
    let scene = FillScene::new(world);
    let perp = |lots| leg(BTC, 1, 0, 0, lots);
    let call = |number, strike: u64, lots| leg(number, 3, FRIDAY, strike * 100_000_000, lots);
    let both = |first: Vec<_>, second: Vec<_>| {
        scene.signed(|args| {
            args.prices = vec![dollars(950); first.len()];
            args.maker_fee = 0;
            (args.maker.legs, args.taker.legs) = (first, second);
        })
    };
    let same = |legs: &dyn Fn(i32) -> Vec<_>| both(legs(1), legs(-1));
    let cases: Vec<Case> = vec![
        ("both buy", 6079, both(vec![perp(1)], vec![perp(1)])),
        ("one sells more", 6079, both(vec![perp(1)], vec![perp(-2)])),
        ("another market", 6079, both(vec![perp(1)], vec![leg(ETH, 1, 0, 0, -1)])),
        ("another kind", 6079, both(vec![perp(1)], vec![leg(BTC, 2, 0, 0, -1)])),
        ("another date", 6079, both(vec![perp(1)], vec![leg(BTC, 1, 1, 0, -1)])),
        ("another strike", 6079, both(vec![call(BTC, 1, 1)], vec![call(BTC, 2, -1)])),
        ("a leg less", 6079, both(vec![perp(1)], vec![])),
        ("no legs", 6073, both(vec![], vec![])),
        ("nine legs", 6079, same(&|side| (1..10).map(|strike| call(BTC, strike, side)).collect())),
        ("a leg twice", 6073, same(&|side| vec![perp(side), perp(side)])),
        ("legs out of order", 6073, same(&|side| vec![call(BTC, 1, side), perp(side)])),
        ("markets out of order", 6073, same(&|side| vec![leg(ETH, 1, 0, 0, side), perp(side)])),
        ("spot before a market", 6073, same(&|side| vec![leg(1, 0, 0, 0, side), perp(side)])),
        ("a leg of no lots", 6073, same(&|_| vec![perp(0)])),
        ("a second leg of no lots", 6073, same(&|side| vec![perp(side), call(BTC, 1, 0)])),
        ("the fewest lots of all", 6079, both(vec![perp(i32::MIN)], vec![perp(i32::MAX)])),
    ];
    scene.ring().refuse_each(world, cases);
    // One account on both sides.
    let with_itself = scene.signed(|args| {
        args.taker.margin_account = args.maker.margin_account;
        args.taker.nonce = 8;
    });
    let mut with_itself = with_itself;
    with_itself[1] = {
        let mut args = scene.args.clone();
        (args.taker.margin_account, args.taker.nonce) = (args.maker.margin_account, 8);
        sign_orders([&scene.two.alice.key; 2], &args, 2)
    };
    scene.ring().refuse_with(world, "an account with itself", 6072, &with_itself);
    scene.ring().accept(world, "untampered", &scene.steps(&scene.args));
}

fn settle_fills_refuses_what_is_used_up(world: &mut World) {
    let scene = FillScene::new(world);
    let steps = scene.steps(&scene.args);
    scene.ring().accept(world, "half", &steps);
    let six = |args: &mut SettleFillsArgs| (args.maker_units, args.taker_units) = (6, 6);
    scene.ring().refuse_with(world, "more than the other half", 6077, &scene.signed(six));
    // Another order of the same nonce is no way around it.
    let larger = scene.signed(|args| {
        (args.maker_units, args.taker_units) = (6, 6);
        args.taker.nonce = 8;
        args.maker.expires_at -= 1;
    });
    scene.ring().refuse_with(world, "as another order of that nonce", 6077, &larger);
    scene.ring().accept(world, "the other half", &steps);
    scene.ring().refuse_with(world, "the same again", 6077, &steps);
    // Cancelled below, and no further.
    let (alice, key) = (scene.two.alice.account, scene.two.alice.key.pubkey());
    let fresh = |nonce: u64| scene.signed(|args| (args.maker.nonce, args.taker.nonce) = (nonce, 100 + nonce));
    scene.ring().accept(world, "a watermark", &[account_program::cancel_orders(&alice, &key, 20)]);
    scene.ring().refuse_with(world, "a cancelled order", 6076, &fresh(19));
    scene.ring().refuse_with(world, "a cancelled order that was filled", 6076, &steps);
    scene.ring().accept(world, "an order of the watermark itself", &fresh(20));
    // Sixty-four orders that are filled in part.
    let until = world.svm.now() + 600;
    let record = seeds::find_order_record(&alice).0;
    let before = overwrite(world, &record, |record: &mut OrderRecord| {
        for (place, row) in record.orders.iter_mut().enumerate() {
            (row.nonce, row.filled, row.expires_at) = (1_000 + place as u64, 1, until);
        }
    });
    scene.ring().refuse_with(world, "a sixty-fifth order", 6078, &fresh(30));
    overwrite(world, &record, |record: &mut OrderRecord| record.orders[63].filled = u64::MAX);
    scene.ring().refuse_with(world, "units beyond all numbers", 6016, &fresh(1_063));
    overwrite(world, &record, |record: &mut OrderRecord| record.orders[63].expires_at = until - 600);
    scene.ring().accept(world, "in the row of one that expired", &fresh(30));
    world.overwrite(&record, &before);
}

fn settle_fills_refuses_the_wrong_person_or_place(world: &mut World) {
    let scene = FillScene::new(world);
    let two = &scene.two;
    let good = scene.steps(&scene.args);
    let exchanged = |place: usize, key: &Pubkey| {
        let [limit, check, settle] = good.as_slice() else { panic!("three steps") };
        vec![limit.clone(), check.clone(), with(settle, place, key)]
    };
    let other = two.other.group();
    let record = |account: &Pubkey| seeds::find_order_record(account).0;
    let cases: Vec<Case> = vec![
        ("a stranger for the operator", 6013, exchanged(2, &scene.stranger().pubkey())),
        ("the authority for the operator", 6013, exchanged(2, &two.authority())),
        ("another group's venue", 6015, exchanged(1, &seeds::find_venue(&other, 1).0)),
        ("another group's account", 6015, exchanged(3, &two.foreign)),
        ("her second account", 6074, exchanged(3, &two.second)),
        ("the other's account", 6083, exchanged(3, &two.bob.account)),
        ("her second account's record", 6074, exchanged(4, &record(&two.second))),
        ("the other's record", 6074, exchanged(4, &record(&two.bob.account))),
        ("the first's record for the second", 6074, exchanged(6, &record(&two.alice.account))),
        ("another group's model", 6015, exchanged(7, &seeds::find_model(&other).0)),
        ("another risk program", 6049, exchanged(8, &ids::ACCOUNT)),
    ];
    scene.ring().refuse_each(world, cases);
    let versions = [
        (two.group(), 6005),
        (two.venue(), 6025),
        (two.alice.account, 6006),
        (record(&two.alice.account), 6098),
        (record(&two.bob.account), 6098),
        (two.market(BTC), 6019),
        (two.risk(ETH), 6052),
    ];
    two.refuse_versions(world, &good, &versions);
    let terms = |suspended, fee_cap| VenueTerms {
        operator: two.ours.operator.pubkey(),
        fee_owner: two.ours.operator.pubkey(),
        fee_cap,
        suspended,
    };
    let change =
        |terms: VenueTerms| [account_program::change_venue(&two.group(), &two.authority(), 1, &terms)];
    scene.ring().accept(world, "suspended", &change(terms(true, fraction(0.01))));
    scene.ring().refuse_with(world, "a suspended venue", 6027, &good);
    scene.ring().accept(world, "without fees", &change(terms(false, 0)));
    scene.ring().refuse_with(world, "a fee of a venue that takes none", 6081, &good);
    scene.ring().accept(world, "as before", &change(terms(false, fraction(0.01))));
    for length in [0, 7, 8, 20, 200] {
        let mut short = good.clone();
        short[2] = edited(&short[2], |settle| settle.data.truncate(length));
        short.remove(1);
        let code = if length < 8 { 101 } else { 102 };
        scene.ring().refuse_with(world, "data cut short", code, &short);
    }
    scene.ring().accept(world, "untampered", &good);
}

fn settle_fills_refuses_what_is_behind(world: &mut World) {
    let mut scene = FillScene::new(world);
    let good = scene.steps(&scene.args);
    let mut of = |markets: &'static [u16], risks: &'static [u16]| {
        scene.numbers = Numbers { markets, banks: &[], risks };
        scene.steps(&scene.args)
    };
    let mut cases: Vec<Case> = vec![
        ("no market", 6050, of(&[], &[BTC, ETH])),
        ("another market", 6050, of(&[ETH], &[BTC, ETH])),
        ("markets out of order", 6051, of(&[ETH, BTC], &[BTC, ETH])),
        ("a market twice", 6051, of(&[BTC, BTC], &[BTC, ETH])),
        ("risks out of order", 6051, of(&[BTC], &[ETH, BTC])),
        ("a risk twice", 6051, of(&[BTC], &[BTC, BTC, ETH])),
        ("without any risk", 6050, of(&[BTC], &[])),
    ];
    let other = scene.two.other.group();
    let foreign = seeds::find_market(&other, BTC).0;
    let edits: [(&str, u32, &dyn Fn(&mut Instruction)); 3] = [
        ("another group's market", 6015, &|settle| settle.accounts[12].pubkey = foreign),
        ("a margin account on top", 6052, &|settle| {
            settle.accounts.insert(12, AccountMeta::new(scene.two.second, false));
        }),
        ("nobody on top", 6052, &|settle| {
            settle.accounts.push(AccountMeta::new(Pubkey::new_from_array([9; 32]), false));
        }),
    ];
    for (what, code, edit) in edits {
        let mut steps = good.clone();
        edit(&mut steps[2]);
        cases.push((what, code, steps));
    }
    scene.ring().refuse_each(world, cases);
    scene.ring().accept(world, "untampered", &good);
}

fn settle_fills_can_only_reduce_when_stopped(world: &mut World) {
    let scene = FillScene::new(world);
    let two = &scene.two;
    let more = scene.steps(&scene.args);
    let less = |nonce: u64| {
        scene.signed(|args| {
            for order in [&mut args.maker, &mut args.taker] {
                order.legs[0].lots *= -1;
                order.limit *= -1;
                (order.nonce, order.reduce_only, order.expires_at) = (nonce, true, i64::MAX);
            }
            (args.maker_units, args.taker_units, args.maker_fee) = (1, 1, 0);
        })
    };
    two.stop(world, pause::INCREASE);
    scene.ring().refuse_with(world, "a larger position when stopped", 6042, &more);
    scene.ring().accept(world, "a smaller one", &less(30));
    two.stop(world, 0);
    two.latch(world, &two.alice.account, true);
    scene.ring().refuse_with(world, "a larger position under liquidation", 6044, &more);
    scene.ring().accept(world, "a smaller one", &less(31));
    two.latch(world, &two.alice.account, false);
    two.latch(world, &two.bob.account, true);
    scene.ring().refuse_with(world, "the same of the second", 6044, &more);
    two.latch(world, &two.bob.account, false);
    world.svm.pass(500);
    scene.ring().refuse_with(world, "with old prices", 6048, &more);
    scene.ring().accept(world, "a smaller one", &less(32));
    two.good_prices(world);
    scene.ring().accept(world, "untampered", &more);
}
