//! What `place_trigger` and `cancel_trigger` refuse, with the error's number; nothing changes when they do.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, overwrite, TwoExchanges},
};
use ballast_interface::{
    account::{pause, OrderRecord, PlaceTriggerArgs},
    seeds,
};
use ballast_testkit::{account_program, fraction, Instruction, Signer, World, BTC};

on_litesvm!(triggers_need_every_account);
ballast_testkit::on_every_svm!(
    place_trigger_refuses_arguments,
    place_trigger_refuses_a_thirteenth,
    triggers_are_for_those_who_may,
    cancel_trigger_refuses_what_is_not_there,
    triggers_are_never_stopped,
);

const WHOLE: i64 = 1 << 40;

/// Sells Alice's ten lots when the index is at 100 000 dollars or below, as it is.
fn args(now: i64) -> PlaceTriggerArgs {
    PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -10,
        above: false,
        level: ballast_testkit::dollars(100_000),
        limit: 0,
        slippage: fraction(0.05),
        fee: dollars(10),
        expires_at: now + 600,
    }
}

fn place(two: &TwoExchanges, args: &PlaceTriggerArgs) -> Instruction {
    account_program::place_trigger(&two.alice.account, &two.alice.key.pubkey(), args)
}

fn cancel(two: &TwoExchanges, row: u8) -> Instruction {
    account_program::cancel_trigger(&two.alice.account, &two.alice.key.pubkey(), row)
}

fn triggers_need_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let now = world.svm.now();
    let strangers = two.strangers();
    let tampering = Tampering { strangers: &strangers, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&place(&two, &args(now))));
    tampering.refuse(world, &two.ring, &alone(&cancel(&two, 0)));
}

fn place_trigger_refuses_arguments(world: &mut World) {
    let two = TwoExchanges::new(world);
    let good = args(world.svm.now());
    let of = |edit: &dyn Fn(&mut PlaceTriggerArgs)| {
        let mut args = good.clone();
        edit(&mut args);
        place(&two, &args)
    };
    let option = |edit: &dyn Fn(&mut PlaceTriggerArgs)| {
        of(&|args| {
            (args.kind, args.expiry, args.strike, args.slippage) = (3, 1, 1, 0);
            args.limit = 1;
            edit(args);
        })
    };
    two.ring.refuse_all(
        world,
        &[
            ("no lots", 6087, of(&|args| args.lots = 0)),
            ("no level", 6087, of(&|args| args.level = 0)),
            ("no worst price at all", 6087, of(&|args| args.slippage = WHOLE)),
            ("a slippage of more than all", 6087, of(&|args| (args.limit, args.slippage) = (1, WHOLE + 1))),
            ("the highest slippage", 6087, of(&|args| (args.limit, args.slippage) = (1, i64::MAX))),
            ("a slippage below zero", 6087, of(&|args| args.slippage = -1)),
            ("the lowest slippage", 6087, of(&|args| args.slippage = i64::MIN)),
            ("a time that has come", 6087, of(&|args| args.expires_at -= 600)),
            ("the first time of all", 6087, of(&|args| args.expires_at = i64::MIN)),
            ("spot", 6087, of(&|args| args.kind = 0)),
            ("a kind that there is not", 6054, of(&|args| args.kind = 5)),
            ("no market", 6054, of(&|args| args.market = 0)),
            ("a perp with a date", 6054, of(&|args| args.expiry = 1)),
            ("a perp with a strike", 6054, of(&|args| args.strike = 1)),
            ("a future without a date", 6054, of(&|args| args.kind = 2)),
            ("a call without a strike", 6054, option(&|args| args.strike = 0)),
            ("an option without a worst price", 6087, option(&|args| args.limit = 0)),
            ("an option with a slippage", 6087, option(&|args| args.slippage = 1)),
        ],
    );
    let good: [(&str, Instruction); 8] = [
        ("with a slippage", of(&|_| ())),
        ("with all but all", of(&|args| args.slippage = WHOLE - 1)),
        ("with a worst price alone", of(&|args| (args.limit, args.slippage) = (1, WHOLE))),
        ("with no slippage", of(&|args| args.slippage = 0)),
        ("for a second", of(&|args| args.expires_at -= 599)),
        ("for ever", of(&|args| args.expires_at = i64::MAX)),
        ("an option", option(&|_| ())),
        (
            "largest numbers",
            of(&|args| {
                (args.lots, args.level, args.limit, args.fee) = (i64::MIN, u64::MAX, u64::MAX, u64::MAX);
            }),
        ),
    ];
    for (what, step) in good {
        two.ring.accept(world, what, &[step]);
    }
    for length in [0, 7, 8, 30] {
        let short = edited(&of(&|_| ()), |place| place.data.truncate(length));
        let code = if length < 8 { 101 } else { 102 };
        two.ring.refuse_all(world, &[("data cut short", code, short)]);
    }
}

fn place_trigger_refuses_a_thirteenth(world: &mut World) {
    let two = TwoExchanges::new(world);
    let good = args(world.svm.now());
    for _ in 0..12 {
        two.ring.accept(world, "one of twelve", &[place(&two, &good)]);
    }
    two.ring.refuse_all(world, &[("a thirteenth", 6088, place(&two, &good))]);
    // The row of one that is cancelled, or whose time is over, is free.
    two.ring.accept(world, "one less", &[cancel(&two, 5)]);
    two.ring.accept(world, "another", &[place(&two, &good)]);
    two.ring.refuse_all(world, &[("a thirteenth", 6088, place(&two, &good))]);
    world.svm.pass(600);
    let later = args(world.svm.now());
    two.ring.accept(world, "in the row of an old one", &[place(&two, &later)]);
}

fn triggers_are_for_those_who_may(world: &mut World) {
    let two = TwoExchanges::new(world);
    let now = world.svm.now();
    let (bob, record) = (two.bob.key.pubkey(), seeds::find_order_record(&two.alice.account).0);
    let (place, cancel) = (place(&two, &args(now)), cancel(&two, 0));
    two.ring.accept(world, "one that is there", std::slice::from_ref(&place));
    let delegate = |world: &mut World, scope: u8, until: i64| {
        two.edit_account(world, &two.alice.account, |account| {
            let row = &mut account.delegates[0];
            (row.key, row.scope, row.expires_at) = (bob, scope, until);
        });
    };
    let by_bob = [with(&place, 2, &bob), with(&cancel, 2, &bob)];
    for (what, code) in [("a stranger", 6011), ("a delegate whose time is over", 6011)] {
        let [place, cancel] = by_bob.clone();
        two.ring.refuse_all(world, &[(what, code, place), (what, code, cancel)]);
        delegate(world, 1, now);
    }
    // Price and fee are for whoever executes it: who may only reduce could pay himself.
    delegate(world, 2, now + 1);
    let [place_by_bob, cancel_by_bob] = by_bob;
    for step in [&place_by_bob, &cancel_by_bob] {
        two.ring.refuse_all(world, &[("a delegate who can only reduce", 6011, step.clone())]);
    }
    delegate(world, 1, now + 1);
    two.ring.accept(world, "a delegate who can trade", &[place_by_bob, cancel_by_bob]);
    two.ring.accept(world, "one that is there", std::slice::from_ref(&place));

    let theirs = seeds::find_order_record(&two.bob.account).0;
    for step in [place, cancel] {
        two.ring.refuse_all(
            world,
            &[
                ("somebody else's record", 6085, with(&step, 1, &theirs)),
                ("somebody else's account", 6085, with(&step, 0, &two.bob.account)),
                ("the authority", 6011, with(&step, 2, &two.authority())),
            ],
        );
        let versions = [(two.alice.account, 6006), (record, 6098)];
        two.refuse_versions(world, &alone(&step), &versions);
    }
}

fn cancel_trigger_refuses_what_is_not_there(world: &mut World) {
    let two = TwoExchanges::new(world);
    let good = args(world.svm.now());
    two.ring.accept(world, "the first row", &[place(&two, &good)]);
    two.ring.refuse_all(
        world,
        &[
            ("a free row", 6089, cancel(&two, 1)),
            ("the last row", 6089, cancel(&two, 11)),
            ("a row that there is not", 6089, cancel(&two, 12)),
            ("the last number of all", 6089, cancel(&two, 255)),
            ("no row", 102, edited(&cancel(&two, 0), |cancel| cancel.data.truncate(8))),
        ],
    );
    two.ring.accept(world, "the row that is taken", &[cancel(&two, 0)]);
    two.ring.refuse_all(world, &[("the same again", 6089, cancel(&two, 0))]);
    // One whose time is over can still be taken back.
    two.ring.accept(world, "another", &[place(&two, &good)]);
    world.svm.pass(700);
    two.ring.accept(world, "an old one", &[cancel(&two, 0)]);
}

fn triggers_are_never_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    let good = args(world.svm.now());
    two.stop(world, pause::ALL);
    two.latch(world, &two.alice.account, true);
    two.ring.accept(world, "placed and taken back", &[place(&two, &good), cancel(&two, 0)]);
    let record = seeds::find_order_record(&two.alice.account).0;
    let before = overwrite(world, &record, |_: &mut OrderRecord| ());
    assert!(before.is_idle());
}
