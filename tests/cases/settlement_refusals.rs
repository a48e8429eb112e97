//! What `settle_account`, `refresh_account`, `freeze_settlement` and `list_expiry` refuse, with the error's number; nothing changes when
//! they do. Anybody may send them, and nothing stops them.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, pause},
    ids, seeds,
};
use ballast_testkit::{account_program, slice, AccountMeta, Instruction, Signer, World, BTC, ETH, START};

on_litesvm!(settlement_needs_every_account);
ballast_testkit::on_every_svm!(
    settle_account_refuses_when_there_is_nothing,
    settle_account_refuses_the_wrong_place,
    settle_account_is_never_stopped,
    refresh_account_refuses_what_is_missing,
    freeze_settlement_refuses_dates_and_places,
    list_expiry_refuses_dates,
);

const DAY: i64 = 86_400;
/// The first Friday at eight in the morning.
const FRIDAY: i64 = START + 4 * DAY + 28_800;

fn settle(two: &TwoExchanges, markets: &[u16], risks: &[u16]) -> Instruction {
    let numbers = Numbers { markets, banks: &[], risks };
    account_program::settle_account(&two.group(), &two.alice.account, &numbers)
}

fn list(two: &TwoExchanges, expiry: i64) -> Instruction {
    account_program::list_expiry(&two.group(), BTC, expiry)
}

fn freeze(two: &TwoExchanges, expiry: i64) -> Instruction {
    account_program::freeze_settlement(&two.group(), BTC, expiry)
}

/// Lets funding accrue, so that there is something to settle.
fn accrue(two: &TwoExchanges, world: &mut World) {
    let (group, operator) = (two.group(), two.ours.operator.pubkey());
    let mark = account_program::post_mark(&group, BTC, 1, &operator, dollars(960));
    two.ring.accept(world, "a mark", &[mark]);
    world.svm.pass(600);
    two.good_prices(world);
    two.ring.accept(world, "funding", &[account_program::update_funding(&group, BTC)]);
}

/// Lists the Friday and lets the risk program know it.
fn date(two: &TwoExchanges, world: &mut World) {
    two.ring.accept(world, "a Friday", &[list(two, FRIDAY)]);
    let now = world.svm.now();
    let date = slice(now, FRIDAY - now, ballast_testkit::dollars(95_000), 0.6);
    world.set_surface(&two.ours.risk, BTC, &[date]);
}

fn at(world: &mut World, time: i64) {
    let mut clock = world.svm.clock();
    clock.unix_timestamp = time;
    world.svm.set_clock(clock);
}

fn settlement_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    accrue(&two, world);
    let strangers = two.strangers();
    // Of an account that owes nothing no opinion is asked, so that its risks may be missing.
    let tampering = Tampering {
        strangers: &strangers,
        spare: &[7, 8],
        by_right: &[(1, two.bob.account), (7, two.risk(BTC)), (8, two.risk(ETH))],
        ..Tampering::default()
    };
    tampering.refuse(world, &two.ring, &alone(&settle(&two, &[BTC], &[BTC, ETH])));
    // Any market may list a date.
    let tampering = Tampering { strangers: &strangers, free: &[0], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&list(&two, FRIDAY)));
    at(world, FRIDAY + DAY);
    two.good_prices(world);
    let tampering = Tampering { strangers: &strangers, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&freeze(&two, FRIDAY)));
}

fn settle_account_refuses_when_there_is_nothing(world: &mut World) {
    let two = TwoExchanges::new(world);
    two.ring.refuse_all(
        world,
        &[
            ("no market", 6095, settle(&two, &[], &[])),
            ("a market that owes nothing", 6095, settle(&two, &[BTC], &[])),
            ("all markets", 6095, settle(&two, &[BTC, ETH], &[BTC, ETH])),
        ],
    );
    accrue(&two, world);
    two.ring.refuse_all(
        world,
        &[
            ("another market", 6095, settle(&two, &[ETH], &[])),
            ("an account without positions", 6095, with(&settle(&two, &[BTC], &[]), 1, &two.second)),
        ],
    );
    two.ring.accept(world, "funding", &alone(&settle(&two, &[BTC], &[])));
    two.ring.refuse_all(world, &[("the same again", 6095, settle(&two, &[BTC], &[]))]);
}

fn settle_account_refuses_the_wrong_place(world: &mut World) {
    let two = TwoExchanges::new(world);
    accrue(&two, world);
    let of = |markets: &[u16], risks: &[u16]| settle(&two, markets, risks);
    let good = of(&[BTC], &[BTC, ETH]);
    let other = two.other.group();
    let behind =
        |key: &Pubkey| edited(&good, |settle| settle.accounts.push(AccountMeta::new_readonly(*key, false)));
    two.ring.refuse_all(
        world,
        &[
            ("another group", 6015, with(&good, 0, &other)),
            ("another group's account", 6015, with(&good, 1, &two.foreign)),
            ("another group's model", 6015, with(&good, 2, &seeds::find_model(&other).0)),
            ("another risk program", 6049, with(&good, 3, &ids::ACCOUNT)),
            ("another group's market", 6015, with(&good, 6, &seeds::find_market(&other, BTC).0)),
            ("markets out of order", 6051, of(&[ETH, BTC], &[])),
            ("a market twice", 6051, of(&[BTC, BTC], &[])),
            ("risks out of order", 6051, of(&[BTC], &[ETH, BTC])),
            ("a risk twice", 6051, of(&[BTC], &[BTC, BTC])),
            ("another group's risk", 6015, with(&good, 7, &seeds::find_market_risk(&other, BTC).0)),
            ("a market behind the risks", 6052, behind(&two.market(ETH))),
            ("nobody behind the risks", 6052, behind(&Pubkey::new_from_array([9; 32]))),
        ],
    );
    let versions =
        [(two.group(), 6005), (two.alice.account, 6006), (two.market(BTC), 6019), (two.risk(ETH), 6052)];
    two.refuse_versions(world, &alone(&good), &versions);
    two.ring.accept(world, "untampered", &alone(&good));
}

fn settle_account_is_never_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    accrue(&two, world);
    two.stop(world, pause::ALL);
    two.latch(world, &two.alice.account, true);
    world.svm.pass(700);
    two.ring.accept(
        world,
        "stopped, under liquidation and with old prices",
        &alone(&settle(&two, &[BTC], &[BTC, ETH])),
    );
}

fn refresh_account_refuses_what_is_missing(world: &mut World) {
    let two = TwoExchanges::new(world);
    let refresh = |markets: &[u16], risks: &[u16]| {
        let numbers = Numbers { markets, banks: &[], risks };
        account_program::refresh_account(&two.group(), &two.alice.account, &numbers)
    };
    let good = refresh(&[BTC], &[BTC]);
    let strangers = two.strangers();
    let by_right = [(1, two.bob.account), (1, two.second)];
    // Nothing of the market changes here, and the group need not be written.
    let unwritten = [0, 4];
    let plain = Tampering { strangers: &strangers, unwritten: &unwritten, ..Tampering::default() };
    Tampering { by_right: &by_right, ..plain }.refuse(world, &two.ring, &alone(&good));
    two.ring.refuse_all(
        world,
        &[
            ("a perp whose market is not given", 6050, refresh(&[], &[BTC])),
            ("a perp whose risk is not given", 6050, refresh(&[BTC], &[])),
            ("another market", 6050, refresh(&[ETH], &[BTC, ETH])),
            ("another risk", 6050, refresh(&[BTC], &[ETH])),
            ("markets out of order", 6051, refresh(&[ETH, BTC], &[BTC])),
            ("another group's account", 6015, with(&good, 1, &two.foreign)),
            ("another group", 6015, with(&good, 0, &two.other.group())),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(two.group(), 6005), (two.alice.account, 6006)]);
    // A claim on a pool may have been cut.
    let before = two.edit_account(world, &two.alice.account, |account| {
        (account.markets[1].market, account.markets[1].unpaid_profit) = (ETH, 5);
    });
    two.ring.refuse_all(world, &[("a claim whose market is not given", 6050, good.clone())]);
    world.overwrite(&two.alice.account, &before);
    two.stop(world, pause::ALL);
    two.ring.accept(world, "with nothing to settle", &alone(&good));
    two.ring.accept(world, "more than it needs", &alone(&refresh(&[BTC, ETH], &[BTC, ETH])));
}

fn freeze_settlement_refuses_dates_and_places(world: &mut World) {
    let two = TwoExchanges::new(world);
    date(&two, world);
    let good = freeze(&two, FRIDAY);
    two.ring.refuse_all(
        world,
        &[
            ("a date ahead", 6065, good.clone()),
            ("the last of all", 6065, freeze(&two, i64::MAX)),
            ("a date that was never listed", 6060, freeze(&two, START - DAY)),
            ("the first of all", 6060, freeze(&two, i64::MIN)),
            ("a date of an hour ago, of which nothing is known", 6066, freeze(&two, START - 3_600)),
            ("now, of which nothing is known", 6066, freeze(&two, START)),
        ],
    );
    at(world, FRIDAY - 1);
    two.ring.refuse_all(world, &[("a second early", 6065, good.clone())]);
    // Nobody refreshed the price within the window: what is known then is known only a day later.
    for time in [FRIDAY, FRIDAY + DAY - 1] {
        at(world, time);
        two.ring.refuse_all(world, &[("before its price is known", 6066, good.clone())]);
    }
    at(world, FRIDAY + DAY);
    two.good_prices(world);
    let other = two.other.group();
    two.ring.refuse_all(
        world,
        &[
            ("another market's risk", 6021, with(&good, 1, &two.risk(ETH))),
            ("another group's risk", 6021, with(&good, 1, &seeds::find_market_risk(&other, BTC).0)),
            ("another market", 6021, with(&good, 0, &two.market(ETH))),
            ("another group's market", 6021, with(&good, 0, &seeds::find_market(&other, BTC).0)),
            ("a model for the risk", 6052, with(&good, 1, &seeds::find_model(&two.group()).0)),
            ("a market for the risk", 6052, with(&good, 1, &two.market(BTC))),
            ("no date", 102, edited(&good, |freeze| freeze.data.truncate(8))),
        ],
    );
    let versions = [(two.market(BTC), 6019), (two.risk(BTC), 6052)];
    two.refuse_versions(world, &alone(&good), &versions);
    two.stop(world, pause::ALL);
    two.ring.accept(world, "a day late, whatever is stopped", std::slice::from_ref(&good));
    two.ring.refuse_all(world, &[("a second time", 6067, good)]);
}

fn list_expiry_refuses_dates(world: &mut World) {
    let two = TwoExchanges::new(world);
    // The third of November 2026 is a Tuesday; a market lists three days ahead, Fridays of twelve weeks, and last
    // Fridays of twelve months of 31 days.
    let day = |days: i64| list(&two, START + days * DAY + 28_800);
    two.ring.refuse_all(
        world,
        &[
            ("the first time of all", 6062, list(&two, i64::MIN)),
            ("the last time of all", 6062, list(&two, i64::MAX)),
            ("zero", 6062, list(&two, 0)),
            ("yesterday", 6062, day(-1)),
            ("a second early", 6062, list(&two, FRIDAY - 1)),
            ("a second late", 6062, list(&two, FRIDAY + 1)),
            ("a Saturday", 6062, day(5)),
            ("a Sunday", 6062, day(6)),
            ("a Friday of the thirteenth week", 6062, day(95)),
            ("a last Friday beyond a year", 6062, day(389)),
            ("no date", 102, edited(&day(1), |list| list.data.truncate(8))),
        ],
    );
    two.refuse_versions(world, &alone(&day(1)), &[(two.market(BTC), 6019)]);
    // Today, the days ahead, Fridays up to the twelfth week, last Fridays of January and of October: ten dates.
    two.stop(world, pause::ALL);
    for days in [0, 1, 2, 3, 4, 11, 18, 81, 88, 361] {
        two.ring.accept(world, "a date by the rule", &[day(days)]);
        two.ring.refuse_all(world, &[("the same again", 6061, day(days))]);
    }
    for days in [25, 32] {
        two.ring.accept(world, "one of twelve", &[day(days)]);
    }
    // A nearer one makes room for itself, since nobody holds anything in the furthest; one beyond all does not.
    two.ring.accept(world, "in the place of the furthest", &[day(39)]);
    two.ring.refuse_all(world, &[("a thirteenth", 6063, day(361))]);
    // A date that passed without a position makes room; at its very second it is past.
    at(world, START + 28_800 - 1);
    two.ring.refuse_all(world, &[("a second before that", 6063, day(361))]);
    at(world, START + 28_800);
    two.ring.refuse_all(world, &[("the date of now", 6062, day(0))]);
    two.ring.accept(world, "in the place of one that passed", &[day(361)]);
}
