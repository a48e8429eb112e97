//! A small Ballast world on a node.

use crate::NodeHandle;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::instructions as account_program, risk::Preset};
use ballast_testkit::{dollars, rescue_rules, slice, Exchange, Trader, World, BTC, ETH, SOL};

/// Markets of a small world, with prices in dollars.
pub const PRICES: [(u16, u64); 3] = [(BTC, 95_000), (ETH, 3_400), (SOL, 180)];

const DAY: i64 = 86_400;
/// Second of the day at which dates expire.
const EXPIRY: i64 = 28_800;
/// A Friday, in days since 1970 modulo seven.
const FRIDAY: i64 = 1;

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
    let expiries = fridays(world.svm.now());
    let mut small = SmallWorld { world, exchange, fund, expiries };
    small.refresh();
    for (market, _) in PRICES {
        for expiry in expiries {
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

/// The first Friday that is more than a day ahead, and the one after it.
fn fridays(now: i64) -> [i64; 2] {
    let tomorrow = (now + DAY - EXPIRY).div_euclid(DAY) + 1;
    let first = tomorrow + (FRIDAY - tomorrow).rem_euclid(7);
    [first, first + 7].map(|day| day * DAY + EXPIRY)
}
