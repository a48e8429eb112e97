//! A small Ballast world on a node.

use crate::NodeHandle;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::instructions as account_program, risk::Preset};
use ballast_testkit::{dollars, fridays, rescue_rules, slice, Exchange, Trader, World, BTC, ETH, SOL};

/// Markets of a small world, with prices in dollars.
pub const PRICES: [(u16, u64); 3] = [(BTC, 95_000), (ETH, 3_400), (SOL, 180)];

/// An exchange with three markets, prices, surfaces of two dates, and an insurance fund.
pub struct SmallWorld {
    /// The world, which belongs to one thread.
    pub world: World,
    /// The exchange.
    pub exchange: Exchange,
    /// Address of the insurance fund.
    pub fund: Pubkey,
    /// The two dates that are listed in every market, the earlier first.
    pub expiries: [i64; 2],
}

/// Creates a small world on a node on which there is none.
pub fn small_world(handle: &NodeHandle) -> SmallWorld {
    let mut world = World::new(handle.clone());
    let exchange = world.create_exchange(Preset::Ballast, &PRICES.map(|(market, _)| market));
    let fund = world.create_fund(&exchange, &rescue_rules());
    let [first, second, _] = fridays(world.svm.now());
    let mut small = SmallWorld { world, exchange, fund, expiries: [first, second] };
    small.refresh();
    for (market, _) in PRICES {
        for expiry in small.expiries {
            let list = account_program::list_expiry(&small.exchange.group(), market, expiry);
            small.world.svm.send(&[list], &[]).unwrap_or_else(|failure| panic!("{failure:#?}"));
        }
    }
    small
}

impl SmallWorld {
    /// Publishes all prices and surfaces as of now: both grow old.
    pub fn refresh(&mut self) {
        let now = self.world.svm.now();
        for (market, price) in PRICES {
            self.world.set_price(&self.exchange.risk, market, price as i64 * 100_000_000);
            let dates = self.expiries.iter().filter(|expiry| **expiry > now);
            let slices: Vec<_> = dates.map(|expiry| slice(now, expiry - now, dollars(price), 0.6)).collect();
            self.world.set_surface(&self.exchange.risk, market, &slices);
        }
    }

    /// Traders by their names, each with so many quote units deposited and as many in the purse.
    pub fn traders<const N: usize>(&mut self, names: [&str; N], cash: i64) -> [Trader; N] {
        names.map(|name| self.world.trader(&self.exchange, name, cash))
    }
}
