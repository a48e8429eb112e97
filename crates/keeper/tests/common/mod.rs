//! What tests of the keeper share: a small exchange, and what a keeper would know of it.

#![allow(dead_code, reason = "every test binary uses a part of it")]

use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Exchange as Known, Held, Record};
use ballast_interface::{
    account::{instructions as account_program, MarginAccount, TradeLeg},
    in_parallel,
    risk::Preset,
    seeds,
};
use ballast_keeper::{Job, State};
use ballast_testkit::{
    actor, dollars, slice, Arch, Exchange, Failure, Instruction, Keypair, Lite, Outcome, Signer, Trader,
    World, BTC, DOLLAR, START,
};
use std::collections::BTreeMap;

/// The first Friday at eight in the morning, four days and eight hours after the beginning.
pub const FRIDAY: i64 = START + 4 * 86_400 + 28_800;
/// A dollar in 10^-8, in which prices and strikes are told.
pub const COIN: u64 = 100_000_000;

/// A world on LiteSVM.
pub fn world() -> World {
    World::new(Lite::new(Arch::V0))
}

/// An exchange for some markets, each at 95 000 dollars, with a volatility of about 60 % of Bitcoin on some dates.
pub fn exchange(world: &mut World, markets: &[u16], dates: &[i64]) -> Exchange {
    let exchange = world.create_exchange(Preset::Ballast, markets);
    for market in markets {
        world.set_price(&exchange.risk, *market, 95_000 * COIN as i64);
    }
    for expiry in dates {
        done(world, &[account_program::list_expiry(&exchange.group(), BTC, *expiry)], &[]);
    }
    surface(world, &exchange, 95_000, dates);
    exchange
}

/// A price of Bitcoin in dollars, published and refreshed.
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

/// A leg in Bitcoin: kind, expiry, strike in dollars, lots, and price in quote units a lot.
pub const fn leg(kind: u8, expiry: i64, strike: u64, lots: i64, price: i64) -> TradeLeg {
    TradeLeg { number: BTC, kind, expiry, strike: strike * COIN, lots, price: price as u64 }
}

/// The perp of Bitcoin.
pub const fn perp(lots: i64, price: i64) -> TradeLeg {
    leg(1, 0, 0, lots, price)
}

/// Dollars as quote units.
pub const fn usd(dollars: i64) -> i64 {
    dollars * DOLLAR
}

/// Trades options of Bitcoin between two traders in the form that leaves the group unwritten: premiums stand beside what is
/// counted of their cash.
#[track_caller]
pub fn trade_beside(world: &mut World, exchange: &Exchange, buyer: &Trader, seller: &Trader, leg: TradeLeg) {
    let known = known(world, exchange);
    let sides = [buyer, seller].map(|side| (held(world, &side.account), side.key.pubkey()));
    let [first, second] = sides.each_ref().map(|(held, key)| (held, key));
    let steps = Build::new(&known).block_trade(first, second, &[leg]).expect("it builds");
    let steps: Vec<_> = steps.into_iter().map(in_parallel).collect();
    done(world, &steps, &[&buyer.key, &seller.key]);
}

/// Sends what must succeed, with room for any number of compute units.
#[track_caller]
pub fn done(world: &mut World, steps: &[Instruction], signers: &[&Keypair]) -> Outcome {
    send(world, steps, signers).unwrap_or_else(|failure| panic!("{failure:#?}"))
}

/// Sends steps with room for any number of compute units.
pub fn send(world: &mut World, steps: &[Instruction], signers: &[&Keypair]) -> Result<Outcome, Failure> {
    let steps = [&[ballast_testkit::limit()], steps].concat();
    world.svm.send(&steps, signers)
}

/// Does what a keeper would do: each job by itself, signed by the keeper's key where it must be.
#[track_caller]
pub fn run(world: &mut World, jobs: &[Job], keeper: Option<&Keypair>) {
    for job in jobs {
        let signs = |key: &Keypair| {
            let mut metas = job.steps.iter().flat_map(|step| &step.accounts);
            metas.any(|meta| meta.is_signer && meta.pubkey == key.pubkey())
        };
        let signers: Vec<_> = keeper.into_iter().filter(|key| signs(key)).collect();
        let sent = send(world, &job.steps, &signers);
        sent.unwrap_or_else(|failure| panic!("{}, {}: {failure:#?}", job.target, job.what));
    }
}

/// The key of whoever keeps.
pub fn keeper_key() -> Keypair {
    actor("keeper")
}

/// A group with all that is numbered in it, read account by account as a node would show it.
pub fn known(world: &mut World, exchange: &Exchange) -> Known {
    let group = exchange.group();
    let mut known = Known {
        address: group,
        group: Box::new(world.typed(&group)),
        model: Box::new(world.model(&group)),
        fund: None,
        markets: BTreeMap::new(),
        risks: BTreeMap::new(),
        banks: BTreeMap::new(),
        venues: BTreeMap::new(),
    };
    let mut addresses = vec![seeds::find_venue(&group, 1).0, seeds::find_fund(&group).0];
    for number in &exchange.risk.markets {
        addresses.extend([seeds::find_market(&group, *number).0, seeds::find_market_risk(&group, *number).0]);
    }
    addresses.extend((1..=exchange.mints.len() as u16).map(|bank| seeds::find_bank(&group, bank).0));
    for address in addresses {
        let Some(account) = world.svm.account(&address) else { continue };
        let record = Record::read(&account).unwrap_or_else(|| panic!("{address} is nothing known"));
        assert!(known.take(&address, &record), "{address} belongs to the group");
    }
    known
}

/// What a keeper would know of a world with these margin accounts, scanned.
pub fn state_of(world: &mut World, exchange: &Exchange, accounts: &[Pubkey]) -> State {
    let mut state = State::new(known(world, exchange), 1);
    for address in accounts {
        for part in [*address, seeds::find_auction(address).0, seeds::find_order_record(address).0] {
            if let Some(account) = world.svm.account(&part) {
                assert!(state.take(1, &part, &account), "{part} belongs to the group");
            }
        }
    }
    state.scanner.rescan_all(world.svm.now());
    state
}

/// A margin account with its address.
pub fn held(world: &mut World, address: &Pubkey) -> Held<MarginAccount> {
    Held { address: *address, state: world.margin_account(address) }
}
