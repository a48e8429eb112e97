//! What `transfer` refuses, with the error's number; nothing changes when it does.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, overwrite, TwoExchanges, ETHER},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, pause, GroupRules, MarginAccount},
    ids, seeds,
};
use ballast_testkit::{account_program, group_rules, AccountMeta, Instruction, Signer, World, BTC, ETH};

on_litesvm!(transfer_of_cash_needs_every_account, transfer_of_tokens_needs_every_account);
ballast_testkit::on_every_svm!(
    transfer_refuses_amounts,
    transfer_refuses_the_wrong_person_or_place,
    transfer_refuses_what_is_behind,
    transfer_can_be_stopped,
);

const NEEDED: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] };
const NOTHING: Numbers = Numbers { markets: &[], banks: &[], risks: &[] };

fn moved(two: &TwoExchanges, bank: u16, amount: u64, numbers: &Numbers) -> Instruction {
    let (alice, owner) = (two.alice.account, two.alice.key.pubkey());
    account_program::transfer(&two.group(), &alice, &two.second, bank, &owner, amount, numbers)
}

/// The other way, which needs nothing.
fn back(two: &TwoExchanges, amount: u64) -> Instruction {
    let (alice, owner) = (two.alice.account, two.alice.key.pubkey());
    account_program::transfer(&two.group(), &two.second, &alice, 0, &owner, amount, &NOTHING)
}

fn transfer_of_cash_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    // Of the second bank there is so much that tokens would do as well, and the program's own address stands in the
    // place of the bank, too.
    let tampering = Tampering {
        strangers: &strangers,
        free: &[8],
        unwritten: &[9],
        by_right: &[(3, two.bank(2))],
        ..Tampering::default()
    };
    tampering.refuse(world, &two.ring, &alone(&moved(&two, 0, dollars(5), &NEEDED)));
}

fn transfer_of_tokens_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    // With so many tokens less, cash would do as well.
    let tampering = Tampering {
        strangers: &strangers,
        unwritten: &[9],
        by_right: &[(3, ids::ACCOUNT)],
        ..Tampering::default()
    };
    tampering.refuse(world, &two.ring, &alone(&moved(&two, 2, ETHER / 2, &NEEDED)));
}

fn transfer_refuses_amounts(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |bank, amount| moved(&two, bank, amount, &NEEDED);
    two.ring.refuse_all(
        world,
        &[
            ("nothing", 6035, of(0, 0)),
            ("more than the margin lets go", 6046, of(0, dollars(103_500))),
            ("so much that an account cannot owe it", 6016, of(0, 1 << 61)),
            ("the largest signed number", 6016, of(0, i64::MAX as u64)),
            ("one more", 6016, of(0, 1 << 63)),
            ("as much as a number holds", 6016, of(0, u64::MAX)),
            ("no token", 6035, of(2, 0)),
            ("a token more than there is", 6037, of(2, ETHER + 1)),
            ("as many as a number holds", 6037, of(2, u64::MAX)),
            ("tokens of which there are none", 6037, of(1, 1)),
            ("cash of an account without any", 6046, back(&two, 1)),
        ],
    );
    two.ring.accept(world, "some", &alone(&of(0, dollars(7))));
    two.ring.refuse_all(world, &[("a unit more than there is", 6046, back(&two, dollars(7) + 1))]);
    two.ring.accept(world, "all of it", &alone(&back(&two, dollars(7))));
    two.ring.accept(world, "all tokens", &alone(&of(2, ETHER)));

    // What the other account cannot hold.
    let full = overwrite(world, &two.second, |account: &mut MarginAccount| {
        for (place, token) in account.collateral.iter_mut().enumerate() {
            (token.bank, token.market, token.amount) = (100 + place as u16, 1, 1);
        }
    });
    overwrite(world, &two.alice.account, |account: &mut MarginAccount| {
        let token = &mut account.collateral[0];
        (token.bank, token.market, token.amount) = (2, ETH, ETHER);
    });
    two.ring.refuse_all(world, &[("a thirteenth kind", 6038, of(2, ETHER))]);
    world.overwrite(&two.second, &full);
    // Debt, as far as the group lends.
    let rules = GroupRules { borrow_cap: dollars(300), ..group_rules() };
    let change = account_program::change_group(&two.group(), &two.authority(), &rules);
    two.ring.accept(world, "a little to lend", &[change]);
    let cash = world.margin_account(&two.alice.account).cash as u64;
    two.ring.refuse_all(world, &[("more than everybody may owe", 6041, of(0, cash + dollars(300) + 2))]);
    two.ring.accept(world, "as much as everybody may owe", &alone(&of(0, cash + dollars(300))));
}

fn transfer_refuses_the_wrong_person_or_place(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (cash, tokens) = (moved(&two, 0, dollars(5), &NEEDED), moved(&two, 2, ETHER / 2, &NEEDED));
    let (other, bob) = (two.other.group(), two.bob.key.pubkey());
    two.edit_account(world, &two.alice.account, |account| {
        let row = &mut account.delegates[0];
        (row.key, row.scope, row.expires_at) = (bob, 1, i64::MAX);
    });
    two.ring.refuse_all(
        world,
        &[
            ("a delegate", 6012, with(&cash, 4, &bob)),
            ("the authority", 6012, with(&tokens, 4, &two.authority())),
            ("from somebody else's account", 6012, with(&cash, 1, &two.bob.account)),
            ("to somebody else's account", 6012, with(&cash, 2, &two.bob.account)),
            ("from another group's account", 6015, with(&cash, 1, &two.foreign)),
            ("to another group's account", 6015, with(&cash, 2, &two.foreign)),
            ("from and to one account", 6072, with(&cash, 2, &two.alice.account)),
            ("tokens from and to one account", 6072, with(&tokens, 1, &two.second)),
            ("another group's bank", 6015, with(&tokens, 3, &seeds::find_bank(&other, 2).0)),
            ("another group's model", 6015, with(&cash, 5, &seeds::find_model(&other).0)),
            ("another risk program", 6049, with(&cash, 6, &ids::ACCOUNT)),
        ],
    );
    let versions = [
        (two.group(), 6005),
        (two.alice.account, 6006),
        (two.second, 6006),
        (two.market(BTC), 6019),
        (two.risk(ETH), 6052),
        (two.bank(2), 6022),
    ];
    two.refuse_versions(world, &alone(&tokens), &versions);
    for length in [0, 7, 8, 15] {
        let short = edited(&cash, |transfer| transfer.data.truncate(length));
        let code = if length < 8 { 101 } else { 102 };
        two.ring.refuse_all(world, &[("data cut short", code, short)]);
    }
    two.ring.accept(world, "untampered", &alone(&cash));
    two.ring.accept(world, "untampered", &alone(&tokens));
}

fn transfer_refuses_what_is_behind(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of =
        |markets: &[u16], risks: &[u16]| moved(&two, 0, dollars(5), &Numbers { markets, banks: &[], risks });
    let good = of(&[BTC], &[BTC, ETH]);
    let other = two.other.group();
    let (market, risk) = (seeds::find_market(&other, BTC).0, seeds::find_market_risk(&other, ETH).0);
    let behind = |key: &Pubkey| {
        edited(&good, |transfer| transfer.accounts.push(AccountMeta::new_readonly(*key, false)))
    };
    two.ring.refuse_all(
        world,
        &[
            ("without the perp's market", 6050, of(&[], &[BTC, ETH])),
            ("another market for it", 6050, of(&[ETH], &[BTC, ETH])),
            ("markets out of order", 6051, of(&[ETH, BTC], &[BTC, ETH])),
            ("a market twice", 6051, of(&[BTC, BTC], &[BTC, ETH])),
            ("another group's market", 6015, with(&good, 9, &market)),
            ("risks out of order", 6051, of(&[BTC], &[ETH, BTC])),
            ("a risk twice", 6051, of(&[BTC], &[BTC, BTC, ETH])),
            ("another group's risk", 6015, with(&good, 11, &risk)),
            ("a market behind the risks", 6052, behind(&two.market(ETH))),
            ("a purse behind the risks", 6052, behind(&two.bob.purse.account)),
            ("nobody behind the risks", 6052, behind(&Pubkey::new_from_array([9; 32]))),
        ],
    );
    two.ring.refuse_naming(
        world,
        &[
            ("without the perp's risk", "MarketMissing", of(&[BTC], &[ETH])),
            ("without any risk", "MarketMissing", of(&[BTC], &[])),
        ],
    );
    two.ring.accept(world, "a market on top", &alone(&of(&[BTC, ETH], &[BTC, ETH])));
}

fn transfer_can_be_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (cash, free) = (moved(&two, 0, dollars(5), &NEEDED), back(&two, dollars(1)));
    let tokens = moved(&two, 2, 10, &NEEDED);
    two.ring.accept(world, "nothing is stopped", &alone(&cash));
    for what in [pause::WITHDRAW, pause::ALL] {
        two.stop(world, what);
        two.ring.refuse_all(
            world,
            &[("cash while it is stopped", 6042, cash.clone()), ("tokens likewise", 6042, tokens.clone())],
        );
        // Who owes nothing is never held.
        two.ring.accept(world, "without positions", &alone(&free));
    }
    two.stop(world, 0);
    two.stop(world, pause::INCREASE);
    two.ring.accept(world, "while larger positions are stopped", &alone(&cash));

    two.latch(world, &two.alice.account, true);
    two.ring.refuse_all(
        world,
        &[("cash under liquidation", 6044, cash.clone()), ("tokens likewise", 6044, tokens.clone())],
    );
    // To an account under liquidation money may come.
    two.ring.accept(world, "to an account under liquidation", &alone(&free));
    two.latch(world, &two.alice.account, false);
    world.svm.pass(700);
    two.ring.refuse_all(
        world,
        &[("with old prices", 6048, cash.clone()), ("a new token of an old price", 6039, tokens.clone())],
    );
    two.good_prices(world);
    two.ring.accept(world, "with good prices", &alone(&cash));
    two.ring.accept(world, "with good prices", &alone(&tokens));
}
