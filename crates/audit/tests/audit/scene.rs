//! A small exchange with a bit of everything in its books.

use anchor_lang::prelude::Pubkey;
use ballast_audit::{solvency::Opinion, Books, Places};
use ballast_interface::{
    account::{instructions as account_program, TradeLeg},
    risk::Preset,
};
use ballast_testkit::{
    dollars, rescue_rules, slice, Arch, Exchange, Lite, Signer, Trader, World, BTC, DOLLAR, ETH, START,
};

/// Numbers of the markets.
pub const MARKETS: [u16; 2] = [BTC, ETH];
/// The Friday after the world's first Monday, at eight.
pub const EXPIRY: i64 = START + 4 * 86_400 + 28_800;
/// Lots of a hundredth of a coin, in one.
pub const COIN: i64 = 100;

/// An exchange and who trades on it.
pub struct Scene {
    pub world: World,
    pub exchange: Exchange,
    pub alice: Trader,
    pub bob: Trader,
}

/// A leg at a price in dollars a coin, or a premium of so many.
pub fn leg(number: u16, kind: u8, lots: i64, price: u64) -> TradeLeg {
    let dated = kind != 1;
    TradeLeg {
        number,
        kind,
        expiry: if dated { EXPIRY } else { 0 },
        strike: if kind > 2 { 100_000 * 100_000_000 } else { 0 },
        lots,
        price: price * DOLLAR as u64 / COIN as u64,
    }
}

impl Scene {
    /// Two traders with a hundred thousand dollars each, who have traded nothing yet; the first has staked, too, and
    /// brought half a bitcoin.
    pub fn new() -> Self {
        let mut world = World::new(Lite::new(Arch::V3));
        let exchange = world.create_exchange(Preset::Ballast, &MARKETS);
        world.create_fund(&exchange, &rescue_rules());
        let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, 100_000 * DOLLAR));
        let mut scene = Self { world, exchange, alice, bob };
        scene.publish(95_000);
        for market in MARKETS {
            let list = account_program::list_expiry(&scene.exchange.group(), market, EXPIRY);
            scene.world.svm.send(&[list], &[]).expect("the date is listed");
        }
        scene.world.deposit_token(&scene.exchange, &scene.alice, 1, 50_000_000);
        scene.world.stake(&scene.exchange, &scene.alice, 5_500 * DOLLAR as u64).expect("the stake is taken");
        scene
    }

    /// The same after a trade of a perp, a future and a call.
    pub fn traded() -> Self {
        let mut scene = Self::new();
        scene.trade(&[leg(BTC, 1, COIN, 95_000), leg(BTC, 2, -20, 95_100), leg(BTC, 3, 30, 900)]);
        scene
    }

    /// Prices and surfaces of now.
    pub fn publish(&mut self, bitcoin: u64) {
        let now = self.world.svm.now();
        for (market, price) in [(BTC, bitcoin), (ETH, 3_400)] {
            self.world.set_price(&self.exchange.risk, market, price as i64 * 100_000_000);
            let date = slice(now, EXPIRY - now, dollars(price), 0.6);
            self.world.set_surface(&self.exchange.risk, market, &[date]);
        }
    }

    /// What alice buys of bob.
    pub fn trade(&mut self, legs: &[TradeLeg]) {
        let done = self.world.block(&self.exchange, &self.alice, &self.bob, legs);
        done.unwrap_or_else(|failure| panic!("the trade: {failure:#?}"));
    }

    /// Where the books are.
    pub fn places(&self) -> Places {
        let accounts = [self.alice.account, self.bob.account];
        Places::new(&self.exchange.group(), &MARKETS, &accounts, &[self.alice.key.pubkey()])
    }

    /// The books as they stand.
    pub fn books(&mut self) -> Books {
        let (places, now) = (self.places(), self.world.svm.now());
        Books::read(&places, now, |key| self.fetch(key)).expect("books")
    }

    /// What they are weighed by.
    pub fn opinion(&mut self) -> Opinion {
        let group = self.exchange.group();
        Opinion::read(&group, &MARKETS, |key| self.fetch(key)).expect("an opinion")
    }

    /// An account's owner and data.
    pub fn fetch(&mut self, key: &Pubkey) -> Option<(Pubkey, Vec<u8>)> {
        self.world.svm.account(key).map(|account| (account.owner, account.data))
    }
}
