//! Accounts are settled when a date is frozen, when a pool can pay, and when cash or a loan can; and not before.

use crate::common::{
    done, exchange, hold_price, leg, perp, price, run, send, state_of, trade_beside, usd, wait_until, world,
    COIN, FRIDAY,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::Build;
use ballast_keeper::{
    roles::settle::{due, Settings},
    Job,
};
use ballast_testkit::{account_program, Exchange, Signer, Trader, World, BTC};

fn jobs(world: &mut World, exchange: &Exchange, traders: &[&Trader], settings: &Settings) -> Vec<Job> {
    let accounts: Vec<Pubkey> = traders.iter().map(|trader| trader.account).collect();
    let (state, now) = (state_of(world, exchange, &accounts), world.svm.now());
    due(&state, settings, now)
}

fn targets(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| &job.target[..]).collect()
}

fn about(trader: &Trader) -> String {
    format!("account {}", trader.account)
}

/// Freezes the Friday at a price that was held for its last half hour.
fn freeze(world: &mut World, exchange: &Exchange, dollars: i64) {
    wait_until(world, FRIDAY - 1_800);
    hold_price(world, exchange, dollars, FRIDAY);
    price(world, exchange, dollars);
    done(world, &[account_program::freeze_settlement(&exchange.group(), BTC, FRIDAY)], &[]);
}

#[test]
fn a_frozen_date_settles_losers_first() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let [alice, bob, carol] =
        ["alice", "bob", "carol"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &alice, &bob, &[leg(2, FRIDAY, 0, 50, usd(950))]).expect("futures");
    world.block(&exchange, &carol, &bob, &[leg(2, FRIDAY, 0, 10, usd(950))]).expect("futures");
    let all = [&alice, &bob, &carol];
    assert!(jobs(world, &exchange, &all, &Settings::default()).is_empty(), "nothing is frozen");
    freeze(world, &exchange, 104_000);
    let found = jobs(world, &exchange, &all, &Settings::default());
    assert_eq!(targets(&found), [about(&bob), about(&alice), about(&carol)], "who pays, then the biggest");
    let one = Settings { most: 1, ..Settings::default() };
    assert_eq!(targets(&jobs(world, &exchange, &all, &one)), [about(&bob)]);
    run(world, &found, None);
    // 90 a lot on 60 and 50 and 10.
    let expected = [50_000 + 4_500, 50_000 - 5_400, 50_000 + 900].map(usd);
    assert_eq!(all.map(|trader| world.margin_account(&trader.account).cash), expected);
    assert_eq!(world.margin_account(&alice.account).legs[0].market, 0);
    assert!(jobs(world, &exchange, &all, &Settings::default()).is_empty());
}

#[test]
fn who_owes_more_than_he_has_is_settled_without_a_loan() {
    let world = &mut world();
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    world.block(&exchange, &alice, &bob, &[leg(2, FRIDAY, 0, 100, usd(950))]).expect("futures");
    freeze(world, &exchange, 40_000);
    let state = state_of(world, &exchange, &[alice.account]);
    let held = state.held(&alice.account).expect("her account");
    let plain = Build::new(&state.exchange).settle_account(&held).expect("it builds");
    assert!(send(world, &plain, &[]).is_err(), "nobody lends to her");
    let found = jobs(world, &exchange, &[&alice, &bob], &Settings::default());
    run(world, &found, None);
    let account = world.margin_account(&alice.account);
    assert_eq!((account.cash, account.unpaid(BTC)), (0, usd(-5_000)));
    assert_eq!(world.margin_account(&bob.account).unpaid(BTC), usd(5_000));
    assert!(jobs(world, &exchange, &[&alice, &bob], &Settings::default()).is_empty());
}

/// Alice wins ten dollars a lot on a hundred lots and closes against Carol; Bob, who owes them, has not closed.
fn claim(world: &mut World) -> (Exchange, [Trader; 3]) {
    let exchange = exchange(world, &[BTC], &[]);
    let traders = ["alice", "bob", "carol"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let [alice, bob, carol] = &traders;
    world.block(&exchange, alice, bob, &[perp(100, usd(950))]).expect("a perp");
    price(world, &exchange, 96_000);
    world.block(&exchange, alice, carol, &[perp(-100, usd(960))]).expect("she closes");
    assert_eq!(world.margin_account(&alice.account).unpaid(BTC), usd(1_000));
    (exchange, traders)
}

#[test]
fn a_claim_is_settled_once_the_pool_can_pay() {
    let world = &mut world();
    let (exchange, [alice, bob, carol]) = claim(world);
    let all = [&alice, &bob, &carol];
    assert!(jobs(world, &exchange, &all, &Settings::default()).is_empty(), "the pool is empty");
    world.block(&exchange, &bob, &carol, &[perp(100, usd(960))]).expect("he closes");
    let more = Settings { least: usd(1_000) as u64 + 1, ..Settings::default() };
    assert!(jobs(world, &exchange, &all, &more).is_empty(), "less than what is worth a fee");
    let found = jobs(world, &exchange, &all, &Settings::default());
    assert_eq!(targets(&found), [about(&alice)]);
    run(world, &found, None);
    assert_eq!(world.margin_account(&alice.account).cash, usd(51_000));
    assert!(jobs(world, &exchange, &all, &Settings::default()).is_empty());
}

/// Alice has a coin and no cash, and has lost a thousand dollars to Bob, who waits for them.
fn loss(world: &mut World) -> (Exchange, [Trader; 3]) {
    let exchange = exchange(world, &[BTC], &[]);
    let [alice, bob, carol] = [("alice", 0), ("bob", 50_000), ("carol", 50_000)]
        .map(|(name, cash)| world.trader(&exchange, name, usd(cash)));
    world.deposit_token(&exchange, &alice, 1, COIN);
    world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]).expect("a perp");
    price(world, &exchange, 94_000);
    world.block(&exchange, &alice, &bob, &[perp(-100, usd(940))]).expect("it is closed");
    let account = world.margin_account(&alice.account);
    assert_eq!((account.cash, account.unpaid(BTC)), (0, usd(-1_000)));
    (exchange, [alice, bob, carol])
}

#[test]
fn a_healthy_accounts_loss_becomes_a_loan_while_somebody_waits() {
    let world = &mut world();
    let (exchange, [alice, bob, _]) = loss(world);
    let both = [&alice, &bob];
    let without = Settings { loans: false, ..Settings::default() };
    assert!(jobs(world, &exchange, &both, &without).is_empty());
    let found = jobs(world, &exchange, &both, &Settings::default());
    assert_eq!(targets(&found), [about(&alice)]);
    run(world, &found, None);
    assert_eq!(world.margin_account(&alice.account).cash, usd(-1_000));
    let found = jobs(world, &exchange, &both, &Settings::default());
    assert_eq!(targets(&found), [about(&bob)]);
    run(world, &found, None);
    assert_eq!(world.margin_account(&bob.account).cash, usd(51_000));
}

#[test]
fn without_a_good_price_nobody_borrows() {
    let world = &mut world();
    let (exchange, [alice, bob, _]) = loss(world);
    world.svm.pass(61);
    assert!(jobs(world, &exchange, &[&alice, &bob], &Settings::default()).is_empty());
    price(world, &exchange, 94_000);
    assert_eq!(jobs(world, &exchange, &[&alice, &bob], &Settings::default()).len(), 1);
}

#[test]
fn cash_that_comes_in_pays_a_loss() {
    let world = &mut world();
    let (exchange, [alice, bob, _]) = loss(world);
    let without = Settings { loans: false, ..Settings::default() };
    world.mint_to(&alice.purse, usd(400) as u64);
    let owner = alice.key.pubkey();
    let deposit = account_program::deposit(
        &exchange.group(),
        &alice.account,
        0,
        0,
        &alice.purse,
        &owner,
        usd(400) as u64,
        &[],
    );
    done(world, &[deposit], &[&alice.key]);
    let found = jobs(world, &exchange, &[&alice, &bob], &without);
    assert_eq!(targets(&found), [about(&alice)]);
    run(world, &found, None);
    let account = world.margin_account(&alice.account);
    assert_eq!((account.cash, account.unpaid(BTC)), (0, usd(-600)));
    assert_eq!(targets(&jobs(world, &exchange, &[&alice, &bob], &without)), [about(&bob)]);
}

/// Alice buys a call of Bob for 1 000 dollars, and Carol one for 3 000, all beside what is counted of 50 000 dollars each.
fn beside(world: &mut World) -> (Exchange, [Trader; 3]) {
    let exchange = exchange(world, &[BTC], &[FRIDAY]);
    let traders = ["alice", "bob", "carol"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let [alice, bob, carol] = &traders;
    trade_beside(world, &exchange, alice, bob, leg(3, FRIDAY, 95_000, 10, usd(100)));
    trade_beside(world, &exchange, carol, bob, leg(3, FRIDAY, 95_000, 10, usd(300)));
    (exchange, traders)
}

/// What is counted of somebody's cash, and what is beside that.
fn counted(world: &mut World, trader: &Trader) -> (i64, i64) {
    let account = world.margin_account(&trader.account);
    assert_eq!(account.cash, account.counted + account.uncounted, "nobody borrows");
    (account.counted, account.uncounted)
}

#[test]
fn what_is_not_counted_is_counted_the_most_first() {
    let world = &mut world();
    let (exchange, [alice, bob, carol]) = beside(world);
    let all = [&alice, &bob, &carol];
    let moved = [-1_000, 4_000, -3_000].map(|moved| (usd(50_000), usd(moved)));
    assert_eq!(all.map(|trader| counted(world, trader)), moved);
    let found = jobs(world, &exchange, &all, &Settings::default());
    assert_eq!(targets(&found), [about(&bob), about(&carol), about(&alice)]);
    assert!(found.iter().all(|job| job.as_is), "the group has to be written");
    run(world, &found, None);
    let after = [49_000, 54_000, 47_000].map(|dollars| (usd(dollars), 0));
    assert_eq!(all.map(|trader| counted(world, trader)), after);
    assert!(jobs(world, &exchange, &all, &Settings::default()).is_empty());
}

#[test]
fn little_that_is_not_counted_is_left() {
    let world = &mut world();
    let (exchange, [alice, bob, carol]) = beside(world);
    let all = [&alice, &bob, &carol];
    let least = |units: i64| Settings { least: units as u64, ..Settings::default() };
    let found = jobs(world, &exchange, &all, &least(usd(3_000)));
    assert_eq!(targets(&found), [about(&bob), about(&carol)], "as much as that is enough");
    let found = jobs(world, &exchange, &all, &least(usd(3_000) + 1));
    assert_eq!(targets(&found), [about(&bob)]);
    assert!(jobs(world, &exchange, &all, &least(usd(4_000) + 1)).is_empty());
}

#[test]
fn other_settlements_need_not_write_the_group() {
    let world = &mut world();
    let (exchange, [alice, bob, _]) = loss(world);
    let found = jobs(world, &exchange, &[&alice, &bob], &Settings::default());
    assert_eq!(found.iter().map(|job| job.as_is).collect::<Vec<_>>(), [false]);
}
