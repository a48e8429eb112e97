//! What `withdraw` refuses, with the error's number; nothing changes when it does.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, overwrite, TwoExchanges, ETHER},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{Numbers, TokenSide},
        pause, Group, GroupRules, MarginAccount, Meter,
    },
    ids, seeds,
};
use ballast_testkit::{
    account_program, fraction, group_rules, AccountMeta, Instruction, Signer, World, BTC, ETH,
};

on_litesvm!(withdrawal_of_cash_needs_every_account, withdrawal_of_tokens_needs_every_account);
ballast_testkit::on_every_svm!(
    withdraw_refuses_amounts,
    withdraw_refuses_tokens,
    withdraw_refuses_more_than_rules_let_out,
    withdraw_refuses_the_wrong_person_or_place,
    withdraw_refuses_what_is_behind,
    withdraw_can_be_stopped,
);

/// What Alice's book needs.
const NEEDED: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] };
const NOTHING: Numbers = Numbers { markets: &[], banks: &[], risks: &[] };

fn cash(two: &TwoExchanges, amount: u64, numbers: &Numbers) -> Instruction {
    let alice = &two.alice;
    let owner = alice.key.pubkey();
    account_program::withdraw(&two.group(), &alice.account, 0, &alice.purse, &owner, amount, numbers)
}

/// The same from her second account, which needs nothing.
fn second(two: &TwoExchanges, amount: u64) -> Instruction {
    with(&cash(two, amount, &NOTHING), 1, &two.second)
}

fn token(two: &TwoExchanges, purse: &TokenSide, amount: u64) -> Instruction {
    let alice = &two.alice;
    let owner = alice.key.pubkey();
    account_program::withdraw(&two.group(), &alice.account, 2, purse, &owner, amount, &NEEDED)
}

fn ether(two: &TwoExchanges, world: &mut World) -> TokenSide {
    world.purse(&two.ours.mints[1], &two.alice.key, "alice's ether", 0)
}

/// Puts cash into Alice's second account.
fn fill_second(two: &TwoExchanges, world: &mut World, amount: u64) {
    let (owner, purse) = (two.alice.key.pubkey(), two.alice.purse);
    let deposit = account_program::deposit(&two.group(), &two.second, 0, 0, &purse, &owner, amount, &[]);
    two.ring.accept(world, "money for the second account", &[deposit]);
}

fn withdrawal_of_cash_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    // Whoever owns an account may send its money to any purse of dollars, be it another group's vault.
    let by_right = [(5, two.bob.purse.account), (5, seeds::find_vault(&two.other.group()).0)];
    // No funding has accrued, so the market stays as it is; and the program's own address stands in the place of the
    // bank as well.
    let tampering = Tampering {
        strangers: &strangers,
        free: &[11],
        unwritten: &[12],
        by_right: &by_right,
        ..Tampering::default()
    };
    tampering.refuse(world, &two.ring, &alone(&cash(&two, dollars(5), &NEEDED)));
}

fn withdrawal_of_tokens_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let purse = ether(&two, world);
    let strangers = two.strangers();
    let tampering = Tampering { strangers: &strangers, unwritten: &[12], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&token(&two, &purse, ETHER / 2)));
}

fn withdraw_refuses_amounts(world: &mut World) {
    let two = TwoExchanges::new(world);
    fill_second(&two, world, dollars(7));
    let of = |amount| cash(&two, amount, &NEEDED);
    two.ring.refuse_all(
        world,
        &[
            ("nothing", 6035, of(0)),
            ("more than the margin lets go", 6046, of(dollars(103_500))),
            ("so much that an account cannot owe it", 6097, of(1 << 61)),
            ("the largest signed number", 6097, of(i64::MAX as u64)),
            ("one more", 6097, of(1 << 63)),
            ("as much as a number holds", 6097, of(u64::MAX)),
            ("a unit more than there is, without any margin", 6046, second(&two, dollars(7) + 1)),
            ("everything from an account without an account", 6046, second(&two, dollars(100_000))),
        ],
    );
    two.ring.accept(world, "to the last unit", &[second(&two, dollars(7))]);
    two.ring.refuse_all(world, &[("one more", 6046, second(&two, 1))]);
    two.ring.accept(world, "some", &alone(&of(dollars(5))));
}

fn withdraw_refuses_tokens(world: &mut World) {
    let two = TwoExchanges::new(world);
    let purse = ether(&two, world);
    world.deposit_token(&two.ours, &two.bob, 2, 5 * ETHER);
    let of = |amount| token(&two, &purse, amount);
    two.ring.refuse_all(
        world,
        &[
            ("no token", 6035, of(0)),
            ("a token more than the account has", 6037, of(ETHER + 1)),
            ("all that the bank has", 6037, of(6 * ETHER)),
            ("more than the bank has", 6037, of(6 * ETHER + 1)),
            ("as many as a number holds", 6037, of(u64::MAX)),
            ("tokens of a bank that the account has none of", 6037, first_bank(&two, &purse)),
        ],
    );
    two.ring.accept(world, "all that the account has", &alone(&of(ETHER)));
}

/// A withdrawal from the first bank, of which Alice has nothing.
fn first_bank(two: &TwoExchanges, purse: &TokenSide) -> Instruction {
    let (owner, mint) = (two.alice.key.pubkey(), two.ours.mints[0]);
    let side = TokenSide { mint, ..*purse };
    let mut withdraw =
        account_program::withdraw(&two.group(), &two.alice.account, 1, &side, &owner, 1, &NEEDED);
    // The purse is of another token; it is not reached.
    withdraw.accounts[5].pubkey = purse.account;
    withdraw
}

fn withdraw_refuses_more_than_rules_let_out(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (group, authority) = (two.group(), two.authority());
    let set = |rules: GroupRules| account_program::change_group(&group, &authority, &rules);
    let of = |amount| cash(&two, amount, &NEEDED);
    let rules = group_rules();
    two.ring.accept(world, "a tight hour", &[set(GroupRules { outflow_hour: dollars(100), ..rules })]);
    // What came in of late could leave again; here it is long ago.
    let empty = Meter { level: 0, at: world.svm.now() };
    overwrite(world, &group, |group: &mut Group| (group.outflow_hour, group.outflow_day) = (empty, empty));
    two.ring.refuse_all(world, &[("more than within an hour", 6040, of(dollars(100) + 1))]);
    two.ring.accept(world, "as much as within an hour", &alone(&of(dollars(100))));
    two.ring.refuse_all(world, &[("a unit more", 6040, of(1))]);
    // A second lets a thirty-sixth of a dollar out.
    world.svm.pass(36);
    two.ring.refuse_all(world, &[("a unit more than time lets out", 6040, of(dollars(1) + 1))]);
    two.ring.accept(world, "what time lets out", &alone(&of(dollars(1))));
    // Tokens leave through the same door, at their price: 3 500 dollars.
    let purse = ether(&two, world);
    two.ring.refuse_all(world, &[("tokens of more than that", 6040, token(&two, &purse, ETHER))]);
    let tight = GroupRules { outflow_hour: dollars(50), outflow_day: dollars(50), ..rules };
    two.ring.accept(world, "a tight day", &[set(tight)]);
    two.ring.refuse_all(world, &[("more than within a day", 6040, of(1))]);

    // Debt: an ether in the second account is enough margin for a thousand dollars.
    let owner = two.alice.key.pubkey();
    overwrite(world, &two.second, |account: &mut MarginAccount| {
        let token = &mut account.collateral[0];
        (token.bank, token.market, token.amount) = (2, ETH, ETHER);
    });
    let numbers = Numbers { risks: &[ETH], ..NOTHING };
    let (second, purse) = (two.second, two.alice.purse);
    let borrow = |amount| account_program::withdraw(&group, &second, 0, &purse, &owner, amount, &numbers);
    two.ring.accept(world, "a little to lend", &[set(GroupRules { borrow_cap: dollars(1_000), ..rules })]);
    two.ring.refuse_all(
        world,
        &[
            ("more than everybody together may owe", 6041, borrow(dollars(1_000) + 2)),
            ("more than the margin bears", 6041, borrow(dollars(5_000))),
        ],
    );
    two.ring.accept(world, "as much as everybody may owe", &alone(&borrow(dollars(1_000))));
    two.ring.accept(world, "much to lend", &[set(GroupRules { rate_kink: fraction(0.05), ..rules })]);
    two.ring.refuse_all(world, &[("more than the margin bears", 6046, borrow(dollars(5_000)))]);
}

fn withdraw_refuses_the_wrong_person_or_place(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (purse, withdraw) = (ether(&two, world), cash(&two, dollars(5), &NEEDED));
    let tokens = token(&two, &purse, ETHER / 2);
    let vault = |of: &Pubkey| seeds::find_vault(of).0;
    let other = two.other.group();
    let [first, held] = [1, 2].map(|number| vault(&two.bank(number)));
    // A delegate may trade, and never withdraw.
    let bob = two.bob.key.pubkey();
    two.edit_account(world, &two.alice.account, |account| {
        let row = &mut account.delegates[0];
        (row.key, row.scope, row.expires_at) = (bob, 1, i64::MAX);
    });
    two.ring.refuse_all(
        world,
        &[
            ("a delegate", 6012, with(&withdraw, 6, &bob)),
            ("a stranger", 6012, with(&tokens, 6, &two.ring.0[6].pubkey())),
            ("the authority", 6012, with(&withdraw, 6, &two.authority())),
            ("somebody else's account", 6012, with(&withdraw, 1, &two.bob.account)),
            ("another group's account", 6015, with(&withdraw, 1, &two.foreign)),
            ("another group's bank", 6015, with(&tokens, 2, &seeds::find_bank(&other, 2).0)),
            ("another group's vault", 6030, with(&withdraw, 3, &vault(&other))),
            ("a bank's vault", 6030, with(&withdraw, 3, &held)),
            ("another bank's vault", 6030, with(&tokens, 3, &first)),
            ("a bank's mint", 6033, with(&withdraw, 4, &two.ours.mints[1])),
            ("another bank's mint", 6033, with(&tokens, 4, &two.ours.mints[0])),
            ("the vault on both sides", 2040, with(&withdraw, 5, &vault(&two.group()))),
            ("a purse of another token", 3, with(&withdraw, 5, &purse.account)),
            ("another group's model", 6015, with(&withdraw, 8, &seeds::find_model(&other).0)),
            ("another risk program", 6049, with(&withdraw, 9, &ids::ACCOUNT)),
        ],
    );
    let versions =
        [(two.group(), 6005), (two.alice.account, 6006), (two.market(BTC), 6019), (two.risk(ETH), 6052)];
    two.refuse_versions(world, &alone(&withdraw), &versions);
    two.refuse_versions(world, &alone(&tokens), &[(two.bank(2), 6022)]);
    for length in [0, 7, 8, 15] {
        let short = edited(&withdraw, |withdraw| withdraw.data.truncate(length));
        let code = if length < 8 { 101 } else { 102 };
        two.ring.refuse_all(world, &[("data cut short", code, short)]);
    }
    two.ring.accept(world, "untampered", &alone(&withdraw));
    two.ring.accept(world, "untampered", &alone(&tokens));
}

fn withdraw_refuses_what_is_behind(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |markets: &[u16], risks: &[u16]| cash(&two, dollars(5), &Numbers { markets, banks: &[], risks });
    let good = of(&[BTC], &[BTC, ETH]);
    let behind = |key: &Pubkey| {
        edited(&good, |withdraw| withdraw.accounts.push(AccountMeta::new_readonly(*key, false)))
    };
    let other = two.other.group();
    let (market, risk) = (seeds::find_market(&other, BTC).0, seeds::find_market_risk(&other, ETH).0);
    two.ring.refuse_all(
        world,
        &[
            ("without the perp's market", 6050, of(&[], &[BTC, ETH])),
            ("another market for it", 6050, of(&[ETH], &[BTC, ETH])),
            ("markets out of order", 6051, of(&[ETH, BTC], &[BTC, ETH])),
            ("a market twice", 6051, of(&[BTC, BTC], &[BTC, ETH])),
            ("another group's market", 6015, with(&good, 12, &market)),
            ("risks out of order", 6051, of(&[BTC], &[ETH, BTC])),
            ("a risk twice", 6051, of(&[BTC], &[BTC, BTC, ETH])),
            ("the last risk twice", 6051, of(&[BTC], &[BTC, ETH, ETH])),
            ("another group's risk", 6015, with(&good, 14, &risk)),
            ("a market behind the risks", 6052, behind(&two.market(ETH))),
            ("a purse behind the risks", 6052, behind(&two.bob.purse.account)),
            ("the model behind the risks", 6052, behind(&seeds::find_model(&two.group()).0)),
            ("nobody behind the risks", 6052, behind(&Pubkey::new_from_array([9; 32]))),
            ("an account of ours among the markets", 6052, with(&good, 12, &two.bob.account)),
        ],
    );
    two.ring.refuse_naming(
        world,
        &[
            ("without the perp's risk", "MarketMissing", of(&[BTC], &[ETH])),
            ("without the collateral's risk", "MarketMissing", of(&[BTC], &[BTC])),
            ("without any risk", "MarketMissing", of(&[BTC], &[])),
        ],
    );
    two.ring.accept(world, "a market on top", &alone(&of(&[BTC, ETH], &[BTC, ETH])));
}

fn withdraw_can_be_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    fill_second(&two, world, dollars(7));
    let (withdraw, free) = (cash(&two, dollars(5), &NEEDED), second(&two, dollars(1)));
    for what in [pause::WITHDRAW, pause::ALL] {
        two.stop(world, what);
        two.ring.refuse_all(world, &[("while withdrawals are stopped", 6042, withdraw.clone())]);
        // Who owes nothing is never held.
        two.ring.accept(world, "without positions", &alone(&free));
    }
    two.stop(world, 0);
    two.stop(world, pause::INCREASE);
    two.ring.accept(world, "while larger positions are stopped", &alone(&withdraw));

    for (account, attempt) in [(two.alice.account, &withdraw), (two.second, &free)] {
        two.latch(world, &account, true);
        two.ring.refuse_all(world, &[("under liquidation", 6044, attempt.clone())]);
        two.latch(world, &account, false);
    }
    world.svm.pass(700);
    two.ring.refuse_all(world, &[("with old prices", 6048, withdraw.clone())]);
    two.ring.accept(world, "without positions", &alone(&free));
    two.good_prices(world);
    two.ring.accept(world, "with good prices", &alone(&withdraw));
    // A stop lapses by itself.
    two.stop(world, 0);
    two.stop(world, pause::WITHDRAW);
    world.svm.pass(3_599);
    two.good_prices(world);
    two.ring.refuse_all(world, &[("in the last second of a stop", 6042, withdraw.clone())]);
    world.svm.pass(1);
    two.ring.accept(world, "when a stop is over", &alone(&withdraw));
}
