//! How fast money leaves, and tokens that do more than to be held.

use crate::stage::{bitcoin_exchange, cash, done, perp, price, refused, usd, vault, wait_until, COIN};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{
    instructions::{self as account_program, Numbers, TokenSide},
    pause, AccountError, CreateBankArgs, Group, GroupRules, Meter,
};
use ballast_testkit::{
    actor, group_rules, limit, Account, Exchange, Instruction, Signer, Trader, World, BTC, DOLLAR, START,
};

ballast_testkit::on_every_svm!(
    an_hour_and_a_day_have_their_pace,
    whoever_owes_nothing_always_gets_out,
    coins_leave_by_their_value,
    a_token_that_keeps_a_fee_is_credited_as_it_arrives,
    tokens_that_can_be_taken_or_stopped_are_refused,
);

const TOKEN_2022: Pubkey = Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

/// Lets so many dollars leave in an hour and in a day.
fn pace(world: &mut World, exchange: &Exchange, hour: u64, day: u64) {
    let authority = exchange.risk.authority.insecure_clone();
    let units = |dollars: u64| dollars * DOLLAR as u64;
    let rules = GroupRules { outflow_hour: units(hour), outflow_day: units(day), ..group_rules() };
    let change = account_program::change_group(&exchange.group(), &authority.pubkey(), &rules);
    done(world.svm.send(&[change], &[&authority]));
    forget(world, exchange);
}

/// Makes the meters forget what came in of late, as a day would.
fn forget(world: &mut World, exchange: &Exchange) {
    let (now, mut group) = (world.svm.now(), world.typed::<Group>(&exchange.group()));
    let empty = Meter { level: 0, at: now };
    (group.outflow_hour, group.outflow_day) = (empty, empty);
    world.overwrite(&exchange.group(), &group);
}

/// Withdraws quote units, and not one more.
fn most(world: &mut World, exchange: &Exchange, who: &Trader, amount: u64) {
    refused(world.withdraw_cash(exchange, who, amount + 1), AccountError::OutflowTooFast);
    done(world.withdraw_cash(exchange, who, amount));
    refused(world.withdraw_cash(exchange, who, 1), AccountError::OutflowTooFast);
}

fn deposit(world: &mut World, exchange: &Exchange, who: &Trader, amount: u64) {
    let owner = who.key.pubkey();
    let deposit =
        account_program::deposit(&exchange.group(), &who.account, 0, 0, &who.purse, &owner, amount, &[]);
    done(world.svm.send(&[deposit], &[&who.key]));
}

fn an_hour_and_a_day_have_their_pace(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let alice = world.trader(&exchange, "alice", usd(100_000));
    pace(world, &exchange, 10_000, 30_000);
    world.step("10 000 dollars leave in an hour, and 30 000 in a day");
    most(world, &exchange, &alice, 10_000_000_000);
    world.step("After a minute a sixtieth of that is free again");
    world.svm.pass(60);
    // 166.666 666 and two thirds: drained is rounded down, so that is all.
    most(world, &exchange, &alice, 166_666_666);
    wait_until(world, START + 3_600);
    // 59 minutes, and what the minute left over is gone.
    most(world, &exchange, &alice, 9_833_333_333);
    wait_until(world, START + 7_200);
    most(world, &exchange, &alice, 10_000_000_000);

    world.step("By now the day binds: 29 999.999999 have left, and 1 250 an hour drain");
    wait_until(world, START + 10_800);
    // 20.833 333 of the first minute and 1 229.166 666 of the rest of the hour, then twice 1 250.
    let drained = 20_833_333 + 1_229_166_666 + 2 * 1_250_000_000;
    most(world, &exchange, &alice, 30_000_000_000 - 29_999_999_999 + drained);

    world.step("Cash that comes in may leave again, at once");
    deposit(world, &exchange, &alice, 2_000_000_000);
    most(world, &exchange, &alice, 2_000_000_000);
    let left = 100_000_000_000 - 29_999_999_999 - (1 + drained);
    assert_eq!(cash(world, [&alice.account]), [left as i64]);
    assert_eq!(vault(world, &exchange), left as i64);
}

fn whoever_owes_nothing_always_gets_out(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let [alice, bob, carol] =
        ["alice", "bob", "carol"].map(|name| world.trader(&exchange, name, usd(40_000)));
    done(world.block(&exchange, &bob, &carol, &[perp(10, usd(950))]));
    pace(world, &exchange, 10_000, 30_000);
    let guardian = actor("guardian");
    world.step("The guardian stops withdrawals for six hours, and no price is good any more");
    let stop =
        |seconds: u32| account_program::stop(&exchange.group(), &guardian.pubkey(), pause::WITHDRAW, seconds);
    refused(world.svm.send(&[stop(21_601)], &[&guardian]), AccountError::PauseTooLong);
    done(world.svm.send(&[stop(21_600)], &[&guardian]));
    refused(world.withdraw_cash(&exchange, &bob, 1), AccountError::Paused);
    let by_bob = account_program::stop(&exchange.group(), &bob.key.pubkey(), pause::WITHDRAW, 60);
    refused(world.svm.send(&[by_bob], &[&bob.key]), AccountError::NotGuardian);

    world.step(
        "Alice holds no position and owes nothing: she takes her 40 000 out as fast as the meters let her",
    );
    for hour in 0..3 {
        wait_until(world, START + hour * 3_600);
        done(world.withdraw_cash(&exchange, &alice, 10_000_000_000));
    }
    // A day of 30 000 has drained by 1 250 an hour: 2 500 for two hours, and 7 500 in six more.
    refused(world.withdraw_cash(&exchange, &alice, 10_000_000_000), AccountError::OutflowTooFast);
    wait_until(world, START + 8 * 3_600);
    done(world.withdraw_cash(&exchange, &alice, 10_000_000_000));
    assert_eq!(world.tokens(&alice.purse.account), 80_000_000_000);
    assert!(world.margin_account(&alice.account).is_empty());

    world.step("For Bob, whose perp needs a good price, the stop has lapsed, but the price is stale");
    wait_until(world, START + 12 * 3_600);
    refused(world.withdraw_cash(&exchange, &bob, 1_000_000), AccountError::FeedsForbid);
    price(world, &exchange, 95_000);
    done(world.withdraw_cash(&exchange, &bob, 1_000_000));
}

/// Withdraws a bank's token to a side.
fn withdraw(exchange: &Exchange, who: &Trader, bank: u16, to: &TokenSide, amount: u64) -> [Instruction; 2] {
    let numbers = Numbers { risks: &[BTC], ..Numbers::default() };
    let owner = who.key.pubkey();
    [limit(), account_program::withdraw(&exchange.group(), &who.account, bank, to, &owner, amount, &numbers)]
}

fn coins_leave_by_their_value(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let alice = world.trader(&exchange, "alice", usd(100_000));
    world.deposit_token(&exchange, &alice, 1, COIN);
    pace(world, &exchange, 10_000, 30_000);
    let home = world.purse(&exchange.mints[0], &alice.key, "alice's coins", 0);
    world.step("A tenth of a coin is 9 500 dollars of the hour's 10 000");
    let tenth = withdraw(&exchange, &alice, 1, &home, 10_000_000);
    done(world.svm.send(&tenth, &[&alice.key]));
    most(world, &exchange, &alice, 500_000_000);
    world.step("The higher of the price and of the one that follows it slowly counts");
    world.svm.pass(3_600);
    price(world, &exchange, 50_000);
    // A minute at 6 % an hour has passed for the slow price: it is .999 of 95 000. .10537 coins are 10 000.12.
    let more = withdraw(&exchange, &alice, 1, &home, 10_537_000);
    refused(world.svm.send(&more, &[&alice.key]), AccountError::OutflowTooFast);
    let less = withdraw(&exchange, &alice, 1, &home, 10_536_000);
    done(world.svm.send(&less, &[&alice.key]));
    assert_eq!(
        (world.tokens(&home.account), world.bank(&exchange.group(), 1).deposits),
        (20_536_000, 79_464_000)
    );
}

/// A Token-2022 mint that keeps one per cent of every transfer, of eight decimals.
fn mint_with_fee(world: &mut World, name: &str) -> Pubkey {
    let (mint, payer) = (actor(name), world.svm.payer());
    // A mint padded to a token account's length, its type, and the extension of 108 bytes.
    let length = 165 + 1 + 4 + 108;
    let create = anchor_lang::solana_program::system_instruction::create_account(
        &payer,
        &mint.pubkey(),
        world.svm.rent(length),
        length as u64,
        &TOKEN_2022,
    );
    // Transfer fees, initialise; nobody may change or collect them; a hundred basis points, however much.
    let mut data = vec![26, 0, 0, 0];
    data.extend(100u16.to_le_bytes());
    data.extend(u64::MAX.to_le_bytes());
    let written = || vec![ballast_testkit::AccountMeta::new(mint.pubkey(), false)];
    let fee = Instruction { program_id: TOKEN_2022, accounts: written(), data };
    // Initialise the mint: decimals, authority, nobody who can freeze.
    let mut data = vec![20, 8];
    data.extend(payer.to_bytes());
    data.push(0);
    let initialise = Instruction { program_id: TOKEN_2022, accounts: written(), data };
    done(world.svm.send(&[create, fee, initialise], &[&mint]));
    mint.pubkey()
}

/// Takes a token as collateral, priced as Bitcoin.
fn create_bank(exchange: &Exchange, mint: &Pubkey) -> Instruction {
    let key = exchange.risk.authority.pubkey();
    let args = CreateBankArgs { bank: 2, market: BTC, cap: 1 << 50, ramp_seconds: 0 };
    account_program::create_bank(&exchange.group(), &key, &key, mint, &TOKEN_2022, &args)
}

fn a_token_that_keeps_a_fee_is_credited_as_it_arrives(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let authority = exchange.risk.authority.insecure_clone();
    let group = exchange.group();
    let mint = mint_with_fee(world, "taxed coin");
    done(world.svm.send(&[create_bank(&exchange, &mint)], &[&authority]));
    let alice = world.trader(&exchange, "alice", usd(1_000));
    let purse = world.purse(&mint, &alice.key, "alice's taxed coins", 2 * COIN);

    world.step("Alice sends a coin, of which 99 hundredths arrive");
    let owner = alice.key.pubkey();
    let deposit = account_program::deposit(&group, &alice.account, 2, BTC, &purse, &owner, COIN, &[]);
    let sent = done(world.svm.send(&[deposit], &[&alice.key]));
    world.detail("compute units", sent.compute_units);
    assert_eq!(world.margin_account(&alice.account).token_amount(2), 99_000_000);
    let bank = world.bank(&group, 2);
    assert_eq!((bank.deposits, world.tokens(&bank.vault)), (99_000_000, 99_000_000));

    world.step("Half of that leaves, and 1 % less comes home");
    let half = withdraw(&exchange, &alice, 2, &purse, 49_500_000);
    done(world.svm.send(&half, &[&alice.key]));
    assert_eq!(world.tokens(&purse.account), COIN + 49_005_000);
    let too_much = withdraw(&exchange, &alice, 2, &purse, 49_500_001);
    assert!(world.svm.send(&too_much, &[&alice.key]).is_err());
    let rest = withdraw(&exchange, &alice, 2, &purse, 49_500_000);
    done(world.svm.send(&rest, &[&alice.key]));
    let bank = world.bank(&group, 2);
    assert_eq!((bank.deposits, world.tokens(&bank.vault)), (0, 0));
}

/// A mint with one extension, as Token-2022 would have written it.
fn mint_with(world: &mut World, name: &str, extension: u16, length: u16) -> Pubkey {
    let mint = actor(name).pubkey();
    let mut data = vec![0; 165];
    // No authority and nothing minted; eight decimals, initialised.
    (data[44], data[45]) = (8, 1);
    data.push(1);
    data.extend(extension.to_le_bytes());
    data.extend(length.to_le_bytes());
    // Of a state, two is frozen; of anything else, that nothing is set yet.
    data.extend(vec![if extension == 6 { 2 } else { 0 }; length.into()]);
    let lamports = world.svm.rent(data.len());
    world.svm.set_account(
        &mint,
        Account { lamports, data, owner: TOKEN_2022, executable: false, rent_epoch: u64::MAX },
    );
    mint
}

fn tokens_that_can_be_taken_or_stopped_are_refused(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let authority = exchange.risk.authority.insecure_clone();
    // Extension and its length, by the numbers of Token-2022.
    let forbidden = [
        ("close authority", 3, 32),
        ("confidential", 4, 65),
        ("frozen by default", 6, 1),
        ("cannot be transferred", 9, 0),
        ("bears interest", 10, 52),
        ("permanent delegate", 12, 32),
        ("transfer hook", 14, 64),
        ("scaled", 25, 56),
        ("pausable", 26, 33),
    ];
    for (name, extension, length) in forbidden {
        world.step(&format!("A mint: {name}"));
        let mint = mint_with(world, name, extension, length);
        let sent = world.svm.send(&[create_bank(&exchange, &mint)], &[&authority]);
        refused(sent, AccountError::MintUnsupported);
    }
    // One that Token-2022 itself does not know is nothing that Ballast answers for either.
    let mint = mint_with(world, "unknown", 9_999, 8);
    assert!(world.svm.send(&[create_bank(&exchange, &mint)], &[&authority]).is_err());
    // Where the mint's name and picture are is harmless.
    let mint = mint_with(world, "named", 18, 64);
    done(world.svm.send(&[create_bank(&exchange, &mint)], &[&authority]));
}
