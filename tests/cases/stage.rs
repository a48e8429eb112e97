//! What stories about money share: instruments by their names, prices that hold for a while, refusals by their names.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions as account_program, AccountError, Group, OrderLeg, TradeLeg},
    risk::Preset,
    seeds,
};
use ballast_testkit::{dollars, slice, Exchange, Failure, Outcome, World, BTC, DOLLAR, START};

/// The first Friday at eight in the morning, four days and eight hours after the beginning.
pub const FRIDAY: i64 = START + 4 * 86_400 + 28_800;
/// The one after.
pub const NEXT_FRIDAY: i64 = FRIDAY + 7 * 86_400;
/// A coin in the smallest units of its token, and a dollar in those of a price or strike.
pub const COIN: u64 = 100_000_000;

/// An exchange for Bitcoin at 95 000 dollars, with a volatility of about 60 % on some dates.
pub fn bitcoin_exchange(world: &mut World, dates: &[i64]) -> Exchange {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC]);
    price(world, &exchange, 95_000);
    for expiry in dates {
        let list = account_program::list_expiry(&exchange.group(), BTC, *expiry);
        world.svm.send(&[list], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }
    surface(world, &exchange, 95_000, dates);
    exchange
}

/// A price of Bitcoin in dollars.
pub fn price(world: &mut World, exchange: &Exchange, price: i64) {
    world.set_price(&exchange.risk, BTC, price * COIN as i64);
}

/// A surface of Bitcoin at a forward in dollars.
pub fn surface(world: &mut World, exchange: &Exchange, forward: u64, dates: &[i64]) {
    let now = world.svm.now();
    let slices: Vec<_> = dates.iter().map(|expiry| slice(now, expiry - now, dollars(forward), 0.6)).collect();
    if !slices.is_empty() {
        world.set_surface(&exchange.risk, BTC, &slices);
    }
}

/// A price that is published now and every minute until a moment, at which another one may be.
pub fn hold_price(world: &mut World, exchange: &Exchange, dollars: i64, until: i64) {
    while world.svm.now() < until {
        price(world, exchange, dollars);
        let left = until - world.svm.now();
        world.svm.pass(left.min(60));
    }
}

/// Lets time pass up to a moment.
pub fn wait_until(world: &mut World, moment: i64) {
    let now = world.svm.now();
    world.svm.pass(moment - now);
}

const fn leg(kind: u8, expiry: i64, strike: u64, lots: i64, price: i64) -> TradeLeg {
    TradeLeg { number: BTC, kind, expiry, strike: strike * COIN, lots, price: price as u64 }
}

/// Tokens of bank number one, at quote units a lot.
pub const fn spot(lots: i64, price: i64) -> TradeLeg {
    leg(0, 0, 0, lots, price)
}

/// The perp.
pub const fn perp(lots: i64, price: i64) -> TradeLeg {
    leg(1, 0, 0, lots, price)
}

/// A future.
pub const fn future(expiry: i64, lots: i64, price: i64) -> TradeLeg {
    leg(2, expiry, 0, lots, price)
}

/// A call at a strike in dollars.
pub const fn call(expiry: i64, strike: u64, lots: i64, price: i64) -> TradeLeg {
    leg(3, expiry, strike, lots, price)
}

/// A put.
pub const fn put(expiry: i64, strike: u64, lots: i64, price: i64) -> TradeLeg {
    leg(4, expiry, strike, lots, price)
}

/// A leg of a unit of an order; its price does not matter.
pub fn of_unit(leg: TradeLeg) -> OrderLeg {
    let TradeLeg { number, kind, expiry, strike, lots, .. } = leg;
    OrderLeg { number, kind, expiry: expiry as u32, strike, lots: lots as i32 }
}

/// What must succeed.
#[track_caller]
pub fn done(sent: Result<Outcome, Failure>) -> Outcome {
    sent.unwrap_or_else(|failure| panic!("{failure:#?}"))
}

/// What must be refused, and why.
#[track_caller]
pub fn refused(sent: Result<Outcome, Failure>, why: AccountError) {
    match sent {
        Ok(_) => panic!("was accepted, and not refused as {why:?}"),
        Err(failure) => assert_eq!(failure.code(), Some(u32::from(why)), "{why:?}: {failure:#?}"),
    }
}

/// Cash of some accounts.
pub fn cash<const N: usize>(world: &mut World, accounts: [&Pubkey; N]) -> [i64; N] {
    accounts.map(|account| world.margin_account(account).cash)
}

/// What accounts have realised with Bitcoin's pool and not settled.
pub fn unpaid<const N: usize>(world: &mut World, accounts: [&Pubkey; N]) -> [i64; N] {
    accounts.map(|account| world.margin_account(account).unpaid(BTC))
}

/// Tokens in the group's vault; they must be what it owes, to the unit where nobody pays interest.
#[track_caller]
pub fn vault(world: &mut World, exchange: &Exchange) -> i64 {
    let group = exchange.group();
    let held = world.tokens(&seeds::find_vault(&group).0);
    let owed = world.typed::<Group>(&group).owed_tokens();
    assert_eq!(i128::from(held), owed, "the vault holds what the group owes");
    held as i64
}

/// Dollars as quote units.
pub const fn usd(dollars: i64) -> i64 {
    dollars * DOLLAR
}
