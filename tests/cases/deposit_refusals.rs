//! What `deposit` refuses, with the error's number; nothing changes when it does. No stop and no liquidation is
//! among it.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{dollars, overwrite, TwoExchanges, ETHER},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::TokenSide, pause, Bank, Group, MarginAccount},
    ids, seeds,
};
use ballast_testkit::{account_program, AccountMeta, Instruction, Signer, World, BTC, ETH};

on_litesvm!(deposit_of_cash_needs_every_account, deposit_of_tokens_needs_every_account);
ballast_testkit::on_every_svm!(
    deposit_refuses_amounts,
    deposit_refuses_tokens,
    deposit_refuses_vaults_and_mints,
    deposit_refuses_what_is_behind,
    deposit_is_never_stopped,
);

/// What the token program says when there is too little.
const INSUFFICIENT: u32 = 1;
const LARGEST_CASH: u64 = 1 << 60;

fn cash(two: &TwoExchanges, amount: u64, markets: &[u16]) -> Instruction {
    let (group, alice) = (two.group(), &two.alice);
    let owner = alice.key.pubkey();
    account_program::deposit(&group, &alice.account, 0, 0, &alice.purse, &owner, amount, markets)
}

/// Tokens of the second bank out of a purse that holds three, into one of Alice's accounts.
fn token(two: &TwoExchanges, purse: &TokenSide, account: &Pubkey, amount: u64) -> Instruction {
    let owner = two.alice.key.pubkey();
    account_program::deposit(&two.group(), account, 2, ETH, purse, &owner, amount, &[])
}

fn ether(two: &TwoExchanges, world: &mut World) -> TokenSide {
    world.purse(&two.ours.mints[1], &two.alice.key, "alice's ether", 3 * ETHER)
}

fn deposit_of_cash_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let deposit = cash(&two, dollars(5), &[BTC]);
    let strangers = two.strangers();
    // Cash may come to any account of the group; whatever prices tokens is not looked at; the program's own address
    // stands in the place of the bank as well; and a market is settled with the account only if it is given.
    let tampering = Tampering {
        strangers: &strangers,
        free: &[3, 10, 11],
        spare: &[10, 11],
        unwritten: &[11],
        by_right: &[(1, two.bob.account)],
    };
    tampering.refuse(world, &two.ring, &alone(&deposit));
}

fn deposit_of_tokens_needs_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let purse = ether(&two, world);
    let deposit = token(&two, &purse, &two.second, ETHER);
    let strangers = two.strangers();
    let by_right = [(1, two.alice.account)];
    let tampering = Tampering { strangers: &strangers, by_right: &by_right, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&deposit));
}

fn deposit_refuses_amounts(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |amount| cash(&two, amount, &[]);
    // A hundred thousand dollars are left in the purse; a trillion and a half come on top.
    world.mint_to(&two.alice.purse, LARGEST_CASH + dollars(1_000_000));
    let held = world.tokens(&two.alice.purse.account);
    two.ring.refuse_all(
        world,
        &[
            ("nothing", 6035, of(0)),
            ("a unit more than there is", INSUFFICIENT, of(held + 1)),
            ("as much as a number holds", INSUFFICIENT, of(u64::MAX)),
            ("a unit more than an account can hold", 6016, of(LARGEST_CASH - dollars(100_000) + 1)),
        ],
    );
    two.ring.accept(world, "as much as an account can hold", &[of(LARGEST_CASH - dollars(100_000))]);
    two.ring.refuse_all(world, &[("one more", 6016, of(1))]);
    assert_eq!(world.margin_account(&two.alice.account).cash, LARGEST_CASH as i64);
}

fn deposit_refuses_tokens(world: &mut World) {
    let two = TwoExchanges::new(world);
    let purse = ether(&two, world);
    let (known, new) = (two.alice.account, two.second);
    let of = |account: &Pubkey, amount| token(&two, &purse, account, amount);
    let by_bob = edited(&of(&known, 1), |deposit| {
        deposit.accounts[6].pubkey = two.bob.purse.account;
        deposit.accounts[7].pubkey = two.bob.key.pubkey();
    });
    let foreign = seeds::find_market_risk(&two.other.group(), ETH).0;
    two.ring.refuse_all(
        world,
        &[
            ("no token", 6035, of(&known, 0)),
            ("a token more than there is", INSUFFICIENT, of(&known, 3 * ETHER + 1)),
            ("as many as a number holds", INSUFFICIENT, of(&known, u64::MAX)),
            ("somebody else's tokens", 6012, by_bob),
            ("a new token without its risk", 6050, with(&of(&new, 1), 3, &ids::ACCOUNT)),
            ("a new token with another's risk", 6021, with(&of(&new, 1), 3, &two.risk(BTC))),
            ("a new token with another group's risk", 6021, with(&of(&new, 1), 3, &foreign)),
            ("a new token with a market for its risk", 6052, with(&of(&new, 1), 3, &two.market(ETH))),
        ],
    );
    // The cap, with one ether deposited by Alice: to the last unit, and not beyond.
    let change = account_program::change_bank(&two.group(), &two.authority(), 2, 2 * ETHER, 0);
    two.ring.accept(world, "a cap of two", &[change]);
    two.ring.refuse_all(world, &[("above the cap", 6036, of(&known, ETHER + 1))]);
    two.ring.accept(world, "up to the cap", &[of(&known, ETHER)]);
    two.ring.refuse_all(world, &[("one more", 6036, of(&known, 1))]);
    let change = account_program::change_bank(&two.group(), &two.authority(), 2, u64::MAX, 0);
    two.ring.accept(world, "no cap", &[change]);
    // A sum of tokens beyond what a number holds.
    overwrite(world, &two.bank(2), |bank: &mut Bank| bank.deposits = u64::MAX);
    two.ring.refuse_all(world, &[("a sum beyond all numbers", 6016, of(&known, 1))]);
    overwrite(world, &two.bank(2), |bank: &mut Bank| bank.deposits = 2 * ETHER);

    // Twelve kinds are the most.
    let fill = |account: &mut MarginAccount, kinds: usize| {
        for (place, token) in account.collateral.iter_mut().enumerate().take(kinds) {
            (token.bank, token.market, token.amount) = (100 + place as u16, 1, 1);
        }
    };
    let before = overwrite(world, &new, |account| fill(account, 12));
    two.ring.refuse_all(world, &[("a thirteenth kind", 6038, of(&new, 1))]);
    world.overwrite(&new, &before);
    overwrite(world, &new, |account| fill(account, 11));
    two.ring.accept(world, "a twelfth kind", &[of(&new, 1)]);
    world.overwrite(&new, &before);

    // A price of more than a minute ago is in doubt; a kind that is there already needs none.
    world.svm.pass(600);
    two.ring.refuse_all(world, &[("a new token whose price is old", 6039, of(&new, 1))]);
    two.ring.accept(world, "a known token whose price is old", &[of(&known, 1)]);
    two.ring.refuse_all(world, &[("without its risk", 6050, with(&of(&known, 1), 3, &ids::ACCOUNT))]);
    two.good_prices(world);
    two.ring.accept(world, "a new token whose price is good", &[of(&new, 1)]);
}

fn deposit_refuses_vaults_and_mints(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (purse, deposit) = (ether(&two, world), cash(&two, dollars(5), &[]));
    let tokens = token(&two, &purse, &two.alice.account, 1);
    let vault = |of: &Pubkey| seeds::find_vault(of).0;
    let a_bank = edited(&deposit, |deposit| deposit.accounts[2] = AccountMeta::new(two.bank(2), false));
    let [first, second] = [1, 2].map(|number| vault(&two.bank(number)));
    two.ring.refuse_all(
        world,
        &[
            ("another group's vault", 6030, with(&deposit, 4, &vault(&two.other.group()))),
            ("a bank's vault", 6030, with(&deposit, 4, &second)),
            ("somebody's purse for the vault", 6030, with(&deposit, 4, &two.bob.purse.account)),
            ("a bank's mint", 6033, with(&deposit, 5, &two.ours.mints[1])),
            ("the vault twice", 2040, with(&deposit, 6, &vault(&two.group()))),
            ("a bank for cash", 6050, a_bank),
            ("another bank's vault", 6030, with(&tokens, 4, &first)),
            ("the group's vault for tokens", 6030, with(&tokens, 4, &vault(&two.group()))),
            ("another bank's mint", 6033, with(&tokens, 5, &two.ours.mints[0])),
            ("another bank", 6030, with(&with(&tokens, 2, &two.bank(1)), 3, &two.risk(BTC))),
            ("cash for tokens", 6030, with(&tokens, 2, &ids::ACCOUNT)),
            ("another group", 6015, with(&deposit, 0, &two.other.group())),
            ("another group's account", 6015, with(&deposit, 1, &two.foreign)),
            ("another group's bank", 6015, with(&tokens, 2, &seeds::find_bank(&two.other.group(), 2).0)),
        ],
    );
    let held = overwrite(world, &two.group(), |group: &mut Group| group.vault = Pubkey::default());
    two.ring.refuse_all(world, &[("before there is a vault", 6029, deposit.clone())]);
    world.overwrite(&two.group(), &held);
    two.refuse_versions(world, &alone(&deposit), &[(two.group(), 6005), (two.alice.account, 6006)]);
    two.refuse_versions(world, &alone(&tokens), &[(two.bank(2), 6022)]);
    // A vault that holds less than it owes takes nothing more as if all were well.
    let owes = overwrite(world, &two.group(), |group: &mut Group| group.fees = dollars(1));
    two.ring.refuse_all(world, &[("a vault that is short", 6031, deposit.clone())]);
    world.overwrite(&two.group(), &owes);
    for length in [0, 7, 8, 15] {
        let short = edited(&deposit, |deposit| deposit.data.truncate(length));
        let code = if length < 8 { 101 } else { 102 };
        two.ring.refuse_all(world, &[("data cut short", code, short)]);
    }
    two.ring.accept(world, "untampered", &[deposit]);
    two.ring.accept(world, "untampered", &[tokens]);
}

fn deposit_refuses_what_is_behind(world: &mut World) {
    let two = TwoExchanges::new(world);
    let of = |markets: &[u16]| cash(&two, dollars(5), markets);
    let behind =
        |key: &Pubkey| edited(&of(&[BTC]), |deposit| deposit.accounts.push(AccountMeta::new(*key, false)));
    let foreign = seeds::find_market(&two.other.group(), ETH).0;
    two.ring.refuse_all(
        world,
        &[
            ("markets out of order", 6051, of(&[ETH, BTC])),
            ("a market twice", 6051, of(&[BTC, BTC])),
            ("a market twice, with another between", 6051, of(&[BTC, ETH, BTC])),
            ("the group for a market", 6051, behind(&two.group())),
            ("the account for a market", 6051, behind(&two.alice.account)),
            ("another group's market", 6015, behind(&foreign)),
            ("a margin account for a market", 6052, behind(&two.bob.account)),
            ("a venue for a market", 6052, behind(&two.venue())),
            ("a record of orders for a market", 6052, behind(&seeds::find_order_record(&two.second).0)),
        ],
    );
    two.refuse_versions(world, &alone(&of(&[BTC])), &[(two.market(BTC), 6019)]);
    two.ring.accept(world, "both markets", &[of(&[BTC, ETH])]);
}

fn deposit_is_never_stopped(world: &mut World) {
    let two = TwoExchanges::new(world);
    let purse = ether(&two, world);
    let steps = [
        cash(&two, dollars(5), &[BTC, ETH]),
        token(&two, &purse, &two.alice.account, ETHER),
        token(&two, &purse, &two.second, ETHER),
    ];
    for latched in [false, true] {
        for what in [pause::INCREASE, pause::WITHDRAW, pause::ALL] {
            two.stop(world, what);
            for account in [two.alice.account, two.second] {
                two.latch(world, &account, latched);
            }
            // Less each time, so that there is enough.
            let steps = steps
                .each_ref()
                .map(|step| edited(step, |step| step.data[8..].copy_from_slice(&10_u64.to_le_bytes())));
            two.ring.accept(world, "stopped or not", &steps);
        }
    }
}
