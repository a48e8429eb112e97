//! Checks for the end of a transaction: so much health or room, and an account that nobody has touched since.

use crate::{
    book_scene::{all_writable, BookScene, NEEDED},
    refusal::{every_account_is_needed, refused_with},
};
use anchor_lang::{prelude::Pubkey, solana_program::system_instruction::transfer};
use ballast_interface::{
    account::MarginAccount,
    risk::{CheckHealthArgs, MarketRisk},
    seeds,
};
use ballast_testkit::{price_account, risk_program, Failure, Instruction, World, ETH};

const HEALTH_TOO_LOW: u32 = 6049;
const SEQUENCE_CHANGED: u32 = 6050;
/// Steps of 10^-10 in a unit of a token of six decimals.
const UNIT: i128 = 10_000;

ballast_testkit::on_every_svm!(
    health_and_room_are_checked_to_one_unit,
    a_check_sees_what_the_transaction_did_before_it,
    a_sequence_is_checked_to_one_change,
    what_the_feeds_permit_is_checked_too,
    a_failed_check_undoes_the_transaction,
    checks_never_write,
    a_sequence_needs_its_account,
);

fn check(scene: &BookScene, least_health: Option<i64>, least_room: Option<i64>) -> Instruction {
    let args = CheckHealthArgs { least_health, least_room, permitted: 0 };
    risk_program::check_health(&scene.group(), &scene.account, &NEEDED, args)
}

/// The most whole units that an account's health and room reach.
fn floors(world: &mut World, scene: &BookScene) -> (i64, i64) {
    let report = scene.report(world);
    let floor = |amount: i128| amount.div_euclid(UNIT) as i64;
    (floor(report.health.get()), floor(report.room.get()))
}

fn health_and_room_are_checked_to_one_unit(world: &mut World) {
    let scene = BookScene::new(world);
    let good: MarginAccount = world.typed(&scene.account);
    // Well above zero, between its two margins, and deep in debt.
    let (health, room) = floors(world, &scene);
    assert!(0 < room && room < health, "initial margin is the higher one");
    let between = good.cash - (health + room) / 2;
    for (what, cash) in [("sound", good.cash), ("between", between), ("in debt", -1_000_000_000_000)] {
        world.overwrite(&scene.account, &MarginAccount { cash, ..good });
        let (health, room) = floors(world, &scene);
        assert_eq!((health > 0, room > 0), (what != "in debt", what == "sound"));
        let held = [
            (None, None),
            (Some(health), None),
            (None, Some(room)),
            (Some(health), Some(room)),
            (Some(i64::MIN), Some(i64::MIN)),
        ];
        for (least_health, least_room) in held {
            let done = world.svm.send(&[check(&scene, least_health, least_room)], &[]);
            assert!(done.is_ok(), "{what}, {least_health:?} and {least_room:?}: {done:#?}");
        }
        let missed = [
            (Some(health + 1), None),
            (None, Some(room + 1)),
            (Some(health + 1), Some(room)),
            (Some(health), Some(room + 1)),
            (Some(health + 1), Some(room + 1)),
            // Each is held against its own: health would do for the room.
            (Some(room), Some(health)),
            (Some(i64::MAX), None),
            (None, Some(i64::MAX)),
        ];
        for (least_health, least_room) in missed {
            let asked = check(&scene, least_health, least_room);
            let what = format!("{what}, {least_health:?} and {least_room:?}");
            refused_with(world, &what, HEALTH_TOO_LOW, asked, &[]);
        }
    }
    let mut short = check(&scene, Some(0), Some(0));
    short.data.pop();
    refused_with(world, "a check cut short", 102, short, &[]);
}

/// Sends a transaction that must fail at the instruction of that place.
fn fails_at(world: &mut World, place: u8, code: u32, instructions: &[Instruction]) -> Failure {
    let failure = world.svm.send(instructions, &[]).expect_err("the transaction fails");
    assert_eq!(failure.code(), Some(code), "{failure:#?}");
    let reason = format!("{:?}", failure.reason);
    assert!(reason.starts_with(&format!("InstructionError({place},")), "{reason}");
    failure
}

fn a_check_sees_what_the_transaction_did_before_it(world: &mut World) {
    let scene = BookScene::new(world);
    let (health, room) = floors(world, &scene);
    // ETH falls by a hundred dollars: the oracle says so, but nobody has told the market yet.
    let feed = price_account(&scene.group(), ETH);
    let update = world.price_update(ETH, 3_400 * 100_000_000);
    world.publish(&feed, &update);
    let refresh = risk_program::refresh_price(&scene.group(), ETH, &feed);
    let address = seeds::find_market_risk(&scene.group(), ETH).0;
    let before = world.svm.account(&address).unwrap();
    assert_eq!(floors(world, &scene), (health, room), "the account has not heard of it");
    for check in [check(&scene, Some(health), None), check(&scene, None, Some(room))] {
        world.svm.send(std::slice::from_ref(&check), &[]).expect("enough before the price is refreshed");
        fails_at(world, 1, HEALTH_TOO_LOW, &[refresh.clone(), check]);
        assert_eq!(world.svm.account(&address).unwrap(), before, "the refresh is undone");
    }
    // Five ETH have lost five hundred dollars, and margin moves by less than that again.
    let five_hundred = 500_000_000;
    let lower = check(&scene, Some(health - 2 * five_hundred), Some(room - 2 * five_hundred));
    world.svm.send(&[refresh, lower], &[]).expect("enough for less");
    let risk: MarketRisk = world.typed(&address);
    assert_eq!(risk.price.index, 3_400 * 10_000_000_000);
    let (after, _) = floors(world, &scene);
    assert!(after < health && after > health - 2 * five_hundred);
}

fn a_sequence_is_checked_to_one_change(world: &mut World) {
    let scene = BookScene::new(world);
    let good: MarginAccount = world.typed(&scene.account);
    let check = |sequence| risk_program::check_sequence(&scene.account, sequence);
    for sequence in [0, 7, 1 << 32, u64::MAX] {
        world.overwrite(&scene.account, &MarginAccount { sequence, ..good });
        let done = world.svm.send(&[check(sequence)], &[]);
        assert!(done.is_ok(), "{sequence}: {done:#?}");
        let others = [sequence.wrapping_sub(1), sequence.wrapping_add(1), sequence ^ (1 << 32), !sequence];
        for other in others {
            let what = format!("{other} of an account that is at {sequence}");
            refused_with(world, &what, SEQUENCE_CHANGED, check(other), &[]);
        }
    }
}

/// All five actions while every price is good; when they are stale, only the three that the table allows.
fn what_the_feeds_permit_is_checked_too(world: &mut World) {
    let scene = BookScene::new(world);
    let ask = |permitted: u8| {
        let args = CheckHealthArgs { least_health: None, least_room: None, permitted };
        risk_program::check_health(&scene.group(), &scene.account, &NEEDED, args)
    };
    world.svm.send(&[ask(0b11111)], &[]).expect("all is permitted");
    refused_with(world, "an action that there is not", 6054, ask(0b100000), &[]);
    world.svm.pass(3_600);
    for permitted in [0, 0b00010, 0b00100, 0b01000, 0b01110] {
        let done = world.svm.send(&[ask(permitted)], &[]);
        assert!(done.is_ok(), "{permitted:b}: {done:#?}");
    }
    for permitted in [0b00001, 0b10000, 0b11111, 0b01111] {
        refused_with(world, &format!("{permitted:b} of stale feeds"), 6054, ask(permitted), &[]);
    }
}

fn a_failed_check_undoes_the_transaction(world: &mut World) {
    let scene = BookScene::new(world);
    let (health, _) = floors(world, &scene);
    let poor = Pubkey::new_from_array([8; 32]);
    let gift = transfer(&world.svm.payer(), &poor, 5_000_000);
    let sequence = |number| risk_program::check_sequence(&scene.account, number);
    for (code, failing) in [
        (HEALTH_TOO_LOW, check(&scene, Some(health + 1), None)),
        (SEQUENCE_CHANGED, sequence(6)),
        (SEQUENCE_CHANGED, sequence(8)),
    ] {
        fails_at(world, 1, code, &[gift.clone(), failing.clone()]);
        fails_at(world, 0, code, &[failing, gift.clone()]);
        assert_eq!(world.svm.account(&poor), None, "the gift is undone");
    }
    let all = [gift.clone(), sequence(7), check(&scene, Some(health), None), gift];
    world.svm.send(&all, &[]).expect("checks that hold, between two gifts");
    assert_eq!(world.svm.account(&poor).map(|account| account.lamports), Some(10_000_000));
}

fn checks_never_write(world: &mut World) {
    let scene = BookScene::new(world);
    let (health, room) = floors(world, &scene);
    world.svm.pass(10);
    let before = scene.snapshot(world);
    for instruction in
        [check(&scene, Some(health), Some(room)), risk_program::check_sequence(&scene.account, 7)]
    {
        for instruction in [instruction.clone(), all_writable(instruction)] {
            let done = world.svm.send(&[instruction], &[]).expect("a check that holds");
            assert!(done.events.is_empty() && done.return_data.is_empty(), "a check says nothing");
            assert!(scene.snapshot(world) == before, "a check changed something");
        }
    }
}

fn a_sequence_needs_its_account(world: &mut World) {
    let scene = BookScene::new(world);
    let check = risk_program::check_sequence(&scene.account, 7);
    every_account_is_needed(world, &check, &[], &[]);
    let group = scene.group();
    let with = |key: Pubkey| {
        let mut check = check.clone();
        check.accounts[0].pubkey = key;
        check
    };
    let cases = [
        ("a group", 3002, with(group)),
        ("a model", 3007, with(seeds::find_model(&group).0)),
        ("nothing", 3007, with(Pubkey::new_from_array([9; 32]))),
    ];
    for (what, code, instruction) in cases {
        refused_with(world, what, code, instruction, &[]);
    }
    let mut short = check.clone();
    short.data.pop();
    refused_with(world, "seven bytes of a number", 102, short, &[]);
    world.svm.send(&[check], &[]).expect("untampered, it holds");
}
