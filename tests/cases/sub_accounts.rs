//! Two accounts of one owner: money moves between them, but not margin that one of them needs; and how they end.

use crate::stage::{bitcoin_exchange, cash, done, perp, price, refused, usd, vault, COIN};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, MarginAccount, OrderRecord, PlaceTriggerArgs,
    },
    seeds,
};
use ballast_testkit::{
    actor, dollars, fraction, limit, Exchange, Failure, Outcome, Signer, Trader, World, BTC, DOLLAR,
};

ballast_testkit::on_every_svm!(
    money_moves_as_far_as_margin_lets_it,
    an_account_is_closed_when_nothing_is_left,
);

/// Alice's two accounts: the first with fifty thousand dollars and a coin, the second with nothing.
fn scene(world: &mut World) -> (Exchange, Trader, Pubkey) {
    let exchange = bitcoin_exchange(world, &[]);
    let alice = world.trader(&exchange, "alice", usd(50_000));
    world.deposit_token(&exchange, &alice, 1, COIN);
    let (second, _) = world.open_account(&exchange.group(), &alice.key, &alice.key, 1);
    (exchange, alice, second)
}

/// Moves cash for number zero, or a bank's tokens, out of one of a trader's accounts.
fn transfer(
    world: &mut World,
    exchange: &Exchange,
    who: &Trader,
    [from, to]: [&Pubkey; 2],
    bank: u16,
    amount: u64,
) -> Result<Outcome, Failure> {
    let [markets, _] = world.needs(exchange, &[*from], &[]);
    let numbers = Numbers { markets: &markets, banks: &[], risks: &[BTC] };
    let owner = who.key.pubkey();
    let transfer = account_program::transfer(&exchange.group(), from, to, bank, &owner, amount, &numbers);
    world.svm.send(&[limit(), transfer], &[&who.key])
}

fn coins(world: &mut World, account: &Pubkey) -> u64 {
    world.margin_account(account).token_amount(1)
}

fn money_moves_as_far_as_margin_lets_it(world: &mut World) {
    let (exchange, alice, second) = scene(world);
    let bob = world.trader(&exchange, "bob", usd(50_000));
    let (there, back) = ([&alice.account, &second], [&second, &alice.account]);
    world
        .step("Ten thousand dollars and four tenths of a coin go to the second account, and part of it back");
    let sent = done(transfer(world, &exchange, &alice, there, 0, 10_000_000_000));
    world.detail("compute units", sent.compute_units);
    done(transfer(world, &exchange, &alice, there, 1, 40_000_000));
    done(transfer(world, &exchange, &alice, back, 0, 1_000_000_000));
    done(transfer(world, &exchange, &alice, back, 1, 10_000_000));
    assert_eq!(cash(world, there), [usd(41_000), usd(9_000)]);
    assert_eq!(there.map(|account| coins(world, account)), [70_000_000, 30_000_000]);
    let bank = world.bank(&exchange.group(), 1);
    assert_eq!((bank.deposits, vault(world, &exchange)), (COIN, usd(100_000)));

    world.step("Not more than there is, not to somebody else, not to itself, not nothing");
    refused(transfer(world, &exchange, &alice, there, 1, 70_000_001), AccountError::TokensMissing);
    refused(transfer(world, &exchange, &alice, there, 0, 0), AccountError::AmountZero);
    let to_bob = [&alice.account, &bob.account];
    refused(transfer(world, &exchange, &alice, to_bob, 0, 1), AccountError::NotOwner);
    refused(transfer(world, &exchange, &bob, there, 0, 1), AccountError::NotOwner);
    assert!(transfer(world, &exchange, &alice, [&second; 2], 0, 1).is_err());

    world.step("The second account sells Bob a perp on a tenth of a coin, which its coins hedge");
    // From now on its perp must be known.
    let sale = {
        let mut trade = world.block_trade(&exchange, &alice, &bob, &[perp(-10, usd(950))]);
        trade.accounts[1].pubkey = second;
        world.svm.send(&[limit(), trade], &[&alice.key, &bob.key])
    };
    done(sale);
    // Cash and coins may leave while the rest is worth more than initial margin: with a tenth of a coin and without
    // cash it is worth 9 500; it needs roll 23.75, perp 142.50 and 47.50, haircuts 190 and 285: 688.75.
    done(transfer(world, &exchange, &alice, back, 0, 9_000_000_000));
    done(transfer(world, &exchange, &alice, back, 1, 20_000_000));
    // It could even owe: up to 8 811.25, but for what is rounded.
    refused(transfer(world, &exchange, &alice, back, 0, 8_811_250_001), AccountError::MarginShort);
    done(transfer(world, &exchange, &alice, back, 0, 8_811_249_000));
    refused(transfer(world, &exchange, &alice, back, 1, 1_000_000), AccountError::MarginShort);
    done(transfer(world, &exchange, &alice, there, 0, 8_811_249_000));

    world.step("While the price is stale nothing leaves an account with a position; the other may give");
    world.svm.pass(61);
    refused(transfer(world, &exchange, &alice, back, 1, 1_000_000), AccountError::FeedsForbid);
    done(transfer(world, &exchange, &alice, there, 0, 1_000_000));
    done(transfer(world, &exchange, &alice, there, 1, 1_000_000));
    // But a kind of token that the account does not know has to have a good price.
    let (third, _) = world.open_account(&exchange.group(), &alice.key, &alice.key, 2);
    let new = [&alice.account, &third];
    refused(transfer(world, &exchange, &alice, new, 1, 1_000_000), AccountError::FeedDoubtful);
    price(world, &exchange, 95_000);
    done(transfer(world, &exchange, &alice, new, 1, 1_000_000));
    assert_eq!(
        [&alice.account, &second, &third].map(|account| coins(world, account)),
        [88_000_000, 11_000_000, 1_000_000]
    );
}

/// Lamports at an address.
fn lamports(world: &mut World, address: &Pubkey) -> u64 {
    world.svm.account(address).map_or(0, |account| account.lamports)
}

fn an_account_is_closed_when_nothing_is_left(world: &mut World) {
    let (exchange, alice, second) = scene(world);
    let owner = alice.key.pubkey();
    let home = actor("alice's home").pubkey();
    let close =
        |account: &Pubkey, record: bool| account_program::close_account(account, record, &owner, &home);
    let there = [&alice.account, &second];
    world.step(
        "An account with cash is not closed, nor one with tokens, nor one that still waits for a price",
    );
    let attempt = |world: &mut World, account: &Pubkey, record: bool| {
        world.svm.send(&[close(account, record)], &[&alice.key])
    };
    refused(attempt(world, &alice.account, true), AccountError::AccountNotEmpty);
    done(transfer(world, &exchange, &alice, there, 0, 50_000 * DOLLAR as u64));
    refused(attempt(world, &alice.account, true), AccountError::AccountNotEmpty);
    refused(attempt(world, &second, false), AccountError::AccountNotEmpty);
    done(transfer(world, &exchange, &alice, there, 1, COIN));
    let trigger = PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -100,
        above: false,
        level: dollars(90_000),
        limit: 0,
        slippage: fraction(0.01),
        fee: 0,
        expires_at: world.svm.now() + 60,
    };
    let place = account_program::place_trigger(&alice.account, &owner, &trigger);
    done(world.svm.send(&[place], &[&alice.key]));
    refused(attempt(world, &alice.account, true), AccountError::AccountNotEmpty);
    let cancel = account_program::cancel_trigger(&alice.account, &owner, 0);
    done(world.svm.send(&[cancel], &[&alice.key]));

    world.step("It is closed together with its record of orders, and both rents come back");
    refused(attempt(world, &alice.account, false), AccountError::RecordMissing);
    let rent = world.svm.rent(MarginAccount::SIZE) + world.svm.rent(OrderRecord::SIZE);
    let record = seeds::find_order_record(&alice.account).0;
    assert_eq!(lamports(world, &alice.account) + lamports(world, &record), rent);
    let sent = done(attempt(world, &alice.account, true));
    world.detail("compute units", sent.compute_units);
    assert_eq!(lamports(world, &home), rent);
    assert_eq!([&alice.account, &record].map(|address| lamports(world, address)), [0, 0]);

    world.step("The second, too, once Alice has taken everything out");
    refused(attempt(world, &second, false), AccountError::AccountNotEmpty);
    let numbers = Numbers { risks: &[BTC], ..Numbers::default() };
    let group = exchange.group();
    let purse = world.purse(&exchange.mints[0], &alice.key, "alice's coins", 0);
    let steps = [
        account_program::withdraw(&group, &second, 0, &alice.purse, &owner, 50_000_000_000, &numbers),
        account_program::withdraw(&group, &second, 1, &purse, &owner, COIN, &numbers),
    ];
    for step in steps {
        done(world.svm.send(&[limit(), step], &[&alice.key]));
    }
    done(attempt(world, &second, false));
    assert_eq!(lamports(world, &home), rent + world.svm.rent(MarginAccount::SIZE));
    assert_eq!(vault(world, &exchange), 0);

    world.step("An account of the same number can be opened again; its record begins above old nonces");
    world.open_account(&group, &alice.key, &alice.key, 0);
    let open = account_program::open_orders(&alice.account, &owner, &owner, 1_000);
    done(world.svm.send(&[open], &[&alice.key]));
    assert_eq!(world.typed::<OrderRecord>(&record).watermark, 1_000);
    assert!(world.margin_account(&alice.account).is_empty());
}
