//! What `execute_trigger` refuses, with the error's number; nothing changes when it does.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, overwrite, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, pause, ExecuteTriggerArgs, OrderRecord, PlaceTriggerArgs, Trigger},
    ids, seeds,
};
use ballast_testkit::{account_program, fraction, AccountMeta, Instruction, Signer, World, BTC, ETH};

on_litesvm!(execute_trigger_needs_every_account);
ballast_testkit::on_every_svm!(
    execute_trigger_refuses_what_waits,
    execute_trigger_refuses_lots_prices_and_fees,
    execute_trigger_only_makes_positions_smaller,
    execute_trigger_refuses_the_wrong_person_or_place,
    execute_trigger_refuses_what_is_behind,
    execute_trigger_asks_the_keeper_like_everybody,
);

const NEEDED: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] };

/// All ten lots at the index, for the whole fee.
const ALL: ExecuteTriggerArgs =
    ExecuteTriggerArgs { place: 0, lots: 10, price: dollars(950), fee: dollars(10) };

/// Two exchanges, and a trigger of Alice's that sells her ten lots when the index is at 95 000 dollars or below, for no
/// less than a twentieth below the index.
fn scene(world: &mut World) -> TwoExchanges {
    let two = TwoExchanges::new(world);
    let args = PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -10,
        above: false,
        level: ballast_testkit::dollars(95_000),
        limit: 0,
        slippage: fraction(0.05),
        fee: dollars(10),
        expires_at: world.svm.now() + 1_000,
    };
    let place = account_program::place_trigger(&two.alice.account, &two.alice.key.pubkey(), &args);
    two.ring.accept(world, "a trigger", &[place]);
    two
}

fn execute(two: &TwoExchanges, args: &ExecuteTriggerArgs, numbers: &Numbers) -> Instruction {
    let keeper = (&two.bob.account, &two.bob.key.pubkey());
    account_program::execute_trigger(&two.group(), &two.alice.account, keeper, args, numbers)
}

fn record(two: &TwoExchanges) -> Pubkey {
    seeds::find_order_record(&two.alice.account).0
}

fn edit(two: &TwoExchanges, world: &mut World, edit: impl FnOnce(&mut Trigger)) -> OrderRecord {
    overwrite(world, &record(two), |record: &mut OrderRecord| edit(&mut record.triggers[0]))
}

fn execute_trigger_needs_every_account(world: &mut World) {
    let two = scene(world);
    let strangers = two.strangers();
    // The group need not be written.
    let tampering = Tampering { strangers: &strangers, unwritten: &[0], ..Tampering::default() };
    // Some of the lots, so that Alice's margin still depends on prices.
    let some = ExecuteTriggerArgs { lots: 5, fee: 0, ..ALL };
    tampering.refuse(world, &two.ring, &alone(&execute(&two, &some, &NEEDED)));
}

fn execute_trigger_refuses_what_waits(world: &mut World) {
    let two = scene(world);
    let all = execute(&two, &ALL, &NEEDED);
    let place = |place| execute(&two, &ExecuteTriggerArgs { place, ..ALL }, &NEEDED);
    two.ring.refuse_all(
        world,
        &[
            ("a free row", 6089, place(1)),
            ("a row that there is not", 6089, place(12)),
            ("the last number of all", 6089, place(255)),
        ],
    );
    let level = ballast_testkit::dollars(95_000);
    let now = world.svm.now();
    let cases: [(&str, &dyn Fn(&mut Trigger)); 6] = [
        ("the index a step above", &|trigger| trigger.level = level - 1),
        ("the index a step below", &|trigger| (trigger.above, trigger.level) = (1, level + 1)),
        ("the lowest level", &|trigger| trigger.level = 1),
        ("the highest level", &|trigger| (trigger.above, trigger.level) = (1, u64::MAX)),
        ("a time that has come", &|trigger| trigger.expires_at = now),
        ("a time long over", &|trigger| trigger.expires_at = i64::MIN),
    ];
    for (what, change) in cases {
        let before = edit(&two, world, change);
        two.ring.refuse_all(world, &[(what, 6090, all.clone())]);
        world.overwrite(&record(&two), &before);
    }
    world.svm.pass(700);
    two.ring.refuse_all(world, &[("a price that is not good", 6090, all.clone())]);
    two.good_prices(world);
    edit(&two, world, |trigger| (trigger.above, trigger.expires_at) = (1, now + 701));
    two.ring.accept(world, "at its level, in its last second", &alone(&all));
    two.ring.refuse_all(world, &[("the same again", 6089, all)]);
}

fn execute_trigger_refuses_lots_prices_and_fees(world: &mut World) {
    let two = scene(world);
    let of = |change: &dyn Fn(&mut ExecuteTriggerArgs)| {
        let mut args = ALL;
        change(&mut args);
        execute(&two, &args, &NEEDED)
    };
    let tick = 100;
    let worst = dollars(902) + 500_000;
    two.ring.refuse_all(
        world,
        &[
            ("no lots", 6071, of(&|args| args.lots = 0)),
            ("a lot too many", 6071, of(&|args| args.lots = 11)),
            ("the most lots of all", 6071, of(&|args| args.lots = u64::MAX)),
            ("a tick too low", 6091, of(&|args| args.price = worst - tick)),
            ("a price of nothing", 6091, of(&|args| args.price = 0)),
            ("a price off the tick", 6058, of(&|args| args.price += 1)),
            ("a price too far above", 6059, of(&|args| args.price = dollars(1_046))),
            ("the highest price of all", 6016, of(&|args| args.price = u64::MAX)),
            ("a higher fee", 6091, of(&|args| args.fee += 1)),
            ("the highest fee", 6091, of(&|args| args.fee = u64::MAX)),
            ("more than a part of the fee", 6091, of(&|args| (args.lots, args.fee) = (5, dollars(5) + 1))),
            ("the whole fee for a lot", 6091, of(&|args| args.lots = 1)),
        ],
    );
    // A worst price beside the slippage.
    let before = edit(&two, world, |trigger| trigger.limit = dollars(950));
    two.ring.refuse_all(world, &[("below the worst price", 6091, of(&|args| args.price -= tick))]);
    world.overwrite(&record(&two), &before);
    let before = edit(&two, world, |trigger| (trigger.lots, trigger.limit) = (10, dollars(940)));
    two.ring.refuse_all(world, &[("above the worst price to buy at", 6091, of(&|_| ()))]);
    edit(&two, world, |trigger| trigger.limit = 0);
    two.ring.refuse_all(
        world,
        &[("a tick too high to buy at", 6091, of(&|args| args.price = dollars(997) + 500_100))],
    );
    world.overwrite(&record(&two), &before);
    // Numbers that fit nowhere.
    let before = edit(&two, world, |trigger| (trigger.lots, trigger.fee) = (i64::MIN, u64::MAX));
    two.ring.refuse_all(
        world,
        &[
            ("as many lots as there are", 6016, of(&|args| args.lots = 1 << 63)),
            (
                "a fee beyond signed numbers",
                6016,
                of(&|args| (args.lots, args.fee) = ((1 << 62) + 1, 1 << 63)),
            ),
        ],
    );
    world.overwrite(&record(&two), &before);
    two.ring.accept(world, "half of them", &alone(&of(&|args| (args.lots, args.fee) = (5, dollars(5)))));
    two.ring.refuse_all(world, &[("more than the rest", 6071, of(&|args| args.lots = 6))]);
    let rest = of(&|args| (args.lots, args.fee, args.price) = (5, dollars(5), worst));
    two.ring.accept(world, "the rest at the worst price", &alone(&rest));
}

fn execute_trigger_only_makes_positions_smaller(world: &mut World) {
    let two = scene(world);
    let of = |lots| execute(&two, &ExecuteTriggerArgs { lots, fee: 0, ..ALL }, &NEEDED);
    edit(&two, world, |trigger| trigger.lots = -20);
    two.ring.refuse_all(world, &[("to the other side", 6082, of(11)), ("all of it", 6082, of(20))]);
    edit(&two, world, |trigger| trigger.lots = 20);
    two.ring.refuse_all(world, &[("a larger position", 6082, of(1))]);
    edit(&two, world, |trigger| (trigger.lots, trigger.market) = (-20, ETH));
    two.ring.refuse_all(world, &[("a market that is not given", 6050, of(1))]);
    edit(&two, world, |trigger| (trigger.market, trigger.kind, trigger.expiry) = (BTC, 2, 1));
    two.ring.refuse_all(world, &[("a date that is not listed", 6060, of(1))]);
    edit(&two, world, |trigger| (trigger.kind, trigger.expiry) = (1, 0));
    two.ring.accept(world, "to nothing", &alone(&of(10)));
    two.ring.refuse_all(world, &[("once there is nothing", 6082, of(1))]);
}

fn execute_trigger_refuses_the_wrong_person_or_place(world: &mut World) {
    let two = scene(world);
    let all = execute(&two, &ALL, &NEEDED);
    let (stranger, other) = (two.ring.0[6].pubkey(), two.other.group());
    let theirs = seeds::find_order_record(&two.bob.account).0;
    let now = world.svm.now();
    two.ring.refuse_all(
        world,
        &[
            ("a stranger for the keeper", 6011, with(&all, 4, &stranger)),
            ("the trigger's owner for the keeper", 6011, with(&all, 4, &two.alice.key.pubkey())),
            ("another group's account for the keeper", 6015, with(&all, 3, &two.foreign)),
            ("another group's account", 6015, with(&all, 1, &two.foreign)),
            ("somebody else's record", 6085, with(&all, 2, &theirs)),
            ("somebody else's account", 6085, with(&all, 1, &two.bob.account)),
            (
                "the account for the keeper",
                6072,
                with(&with(&all, 3, &two.alice.account), 4, &two.alice.key.pubkey()),
            ),
            ("another group's model", 6015, with(&all, 5, &seeds::find_model(&other).0)),
            ("another risk program", 6049, with(&all, 6, &ids::ACCOUNT)),
        ],
    );
    for (scope, until) in [(1, now), (2, i64::MAX)] {
        two.edit_account(world, &two.bob.account, |account| {
            let row = &mut account.delegates[0];
            (row.key, row.scope, row.expires_at) = (stranger, scope, until);
        });
        let step = with(&all, 4, &stranger);
        two.ring.refuse_all(world, &[("a delegate of the keeper who cannot trade", 6011, step)]);
    }
    let versions = [
        (two.group(), 6005),
        (two.alice.account, 6006),
        (two.bob.account, 6006),
        (record(&two), 6098),
        (two.market(BTC), 6019),
        (two.risk(ETH), 6052),
    ];
    two.refuse_versions(world, &alone(&all), &versions);
    for length in [0, 7, 8, 32] {
        let short = edited(&all, |execute| execute.data.truncate(length));
        let code = if length < 8 { 101 } else { 102 };
        two.ring.refuse_all(world, &[("data cut short", code, short)]);
    }
    two.edit_account(world, &two.bob.account, |account| account.delegates[0].scope = 1);
    two.ring.accept(world, "a delegate of the keeper", &alone(&with(&all, 4, &stranger)));
}

fn execute_trigger_refuses_what_is_behind(world: &mut World) {
    let two = scene(world);
    let of = |markets: &[u16], risks: &[u16]| execute(&two, &ALL, &Numbers { markets, banks: &[], risks });
    let good = of(&[BTC], &[BTC, ETH]);
    let other = two.other.group();
    let behind = edited(&good, |execute| {
        execute.accounts.push(AccountMeta::new_readonly(two.bob.purse.account, false));
    });
    two.ring.refuse_all(
        world,
        &[
            ("no market", 6050, of(&[], &[BTC, ETH])),
            ("another market", 6050, of(&[ETH], &[BTC, ETH])),
            ("markets out of order", 6051, of(&[ETH, BTC], &[BTC, ETH])),
            ("a market twice", 6051, of(&[BTC, BTC], &[BTC, ETH])),
            ("another group's market", 6015, with(&good, 9, &seeds::find_market(&other, BTC).0)),
            ("no risk", 6050, of(&[BTC], &[])),
            ("another's risk", 6050, of(&[BTC], &[ETH])),
            ("risks out of order", 6051, of(&[BTC], &[ETH, BTC])),
            ("another group's risk", 6015, with(&good, 11, &seeds::find_market_risk(&other, ETH).0)),
            ("a purse behind the risks", 6052, behind),
        ],
    );
    two.ring.accept(world, "both markets", &alone(&of(&[BTC, ETH], &[BTC, ETH])));
}

fn execute_trigger_asks_the_keeper_like_everybody(world: &mut World) {
    let two = scene(world);
    let owner = two.alice.key.pubkey();
    let few = ExecuteTriggerArgs { lots: 1, fee: 0, ..ALL };
    let by_second = with(&with(&execute(&two, &few, &NEEDED), 3, &two.second), 4, &owner);
    let step = execute(&two, &few, &NEEDED);
    two.ring.refuse_all(world, &[("a keeper without money", 6047, by_second.clone())]);
    let (group, purse) = (two.group(), two.alice.purse);
    let deposit = account_program::deposit(&group, &two.second, 0, 0, &purse, &owner, dollars(10_000), &[]);
    two.ring.accept(world, "money", &[deposit]);
    two.stop(world, pause::ALL);
    two.ring.refuse_all(world, &[("a keeper who gets more, when stopped", 6042, by_second.clone())]);
    two.ring.accept(world, "a keeper who gets less", &alone(&step));
    two.stop(world, 0);
    two.latch(world, &two.second, true);
    two.ring.refuse_all(world, &[("a keeper under liquidation", 6044, by_second.clone())]);
    two.latch(world, &two.second, false);
    two.latch(world, &two.alice.account, true);
    two.ring.accept(world, "of an account under liquidation", &alone(&step));
    two.ring.accept(world, "by a keeper with money", &alone(&by_second));
}
