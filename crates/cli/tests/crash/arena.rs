//! A node with two hundred traders, some of them near the edge, and those who hold the other side.

use ballast_interface::account::TradeLeg;
use ballast_localnet::{
    world::{small_world, SmallWorld, PRICES},
    Node, NodeClock, NodeOptions,
};
use ballast_testkit::{dollars, price_account, slice, Arch, Keypair, Signer, Trader, BTC, DOLLAR, ETH};
use std::{fs, path::PathBuf};
use tokio::runtime::Runtime;

/// How many traders there are.
pub const TRADERS: usize = 200;
/// How many hold the other side.
const MAKERS: usize = 4;

/// The node, the world in it, and everybody.
pub struct Arena {
    /// Where clients run.
    pub runtime: Runtime,
    /// The node.
    pub node: Node,
    /// The world in it.
    pub small: SmallWorld,
    /// Those who may fall short.
    pub traders: Vec<Trader>,
    /// Those who hold the other side, and never do.
    pub makers: Vec<Trader>,
    /// Prices in hundredths of what they were at first, by market.
    levels: [i64; 3],
}

/// The price of a lot at first, in quote units.
fn lot_price(market: u16) -> u64 {
    let price = PRICES.iter().find(|(number, _)| *number == market).expect("a market").1;
    // A hundredth of a BTC or an ETH.
    price * DOLLAR as u64 / 100
}

impl Arena {
    /// Everybody with positions, and enough money for them.
    pub fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let options = NodeOptions { rpc_port: 0, arch: Arch::V3, slot_millis: 100, clock: NodeClock::Real };
        let node = runtime.block_on(Node::start(options)).expect("the node starts");
        let small = small_world(&node.handle());
        let mut arena = Self { runtime, node, small, traders: vec![], makers: vec![], levels: [100; 3] };
        for number in 0..MAKERS {
            arena.makers.push(arena.small.world.trader(
                &arena.small.exchange,
                &format!("maker {number}"),
                40_000_000 * DOLLAR,
            ));
        }
        for number in 0..TRADERS {
            let trader =
                arena.small.world.trader(&arena.small.exchange, &format!("trader {number}"), 60_000 * DOLLAR);
            arena.traders.push(trader);
            arena.take_up(number);
            if number % 40 == 39 {
                arena.publish_and_refresh();
            }
        }
        arena
    }

    /// Positions of the trader of a number: six kinds of books.
    fn take_up(&mut self, number: usize) {
        let lots = 10 + (number % 7) as i64 * 3;
        let perp = |market, lots| TradeLeg {
            number: market,
            kind: 1,
            expiry: 0,
            strike: 0,
            lots,
            price: lot_price(market),
        };
        let option = |kind, strike: u64, lots, price| TradeLeg {
            number: BTC,
            kind,
            expiry: self.small.expiries[1],
            strike: strike * 100_000_000,
            lots,
            price,
        };
        let legs = match number % 6 {
            0 => vec![perp(BTC, lots)],
            1 => vec![perp(ETH, 20 * lots)],
            2 => vec![option(4, 90_000, -lots, 20 * DOLLAR as u64)],
            3 => vec![perp(BTC, lots), option(4, 90_000, lots / 2, 20 * DOLLAR as u64)],
            4 => vec![perp(BTC, lots), option(3, 100_000, -lots, 20 * DOLLAR as u64), perp(ETH, 5 * lots)],
            _ => vec![perp(BTC, -lots)],
        };
        let (world, exchange) = (&mut self.small.world, &self.small.exchange);
        let (trader, maker) = (&self.traders[number], &self.makers[number % MAKERS]);
        world
            .block(exchange, trader, maker, &legs)
            .unwrap_or_else(|failure| panic!("{number}: {failure:#?}"));
    }

    /// Takes money from everybody until so many hundredths of the maintenance margin are left: from 108 on, up in steps.
    pub fn stretch(&mut self) {
        let numbers = [BTC, ETH];
        for number in 0..TRADERS {
            let (world, exchange) = (&mut self.small.world, &self.small.exchange);
            let trader = &self.traders[number];
            let account = world.margin_account(&trader.account);
            let held: Vec<u16> = numbers
                .into_iter()
                .filter(|market| account.legs.iter().any(|leg| leg.market == *market))
                .collect();
            let report = world.assess(&exchange.risk, &trader.account, &held);
            let units = |amount: i128| (amount / 10_000) as i64;
            let hundredths = 108 + (number % 50) as i64 * 2;
            let left =
                account.cash - units(report.value.get()) + units(report.maintenance.get()) * hundredths / 100;
            world.impoverish(exchange, trader, left);
        }
    }

    /// Publishes prices at so many hundredths of the first ones, and leaves it to keepers to take them over.
    pub fn publish(&mut self, levels: [i64; 3]) {
        self.levels = levels;
        for ((market, price), level) in PRICES.into_iter().zip(levels) {
            let update = self.small.world.price_update(market, price as i64 * 1_000_000 * level);
            let address = price_account(&self.small.exchange.group(), market);
            self.small.world.publish(&address, &update);
        }
    }

    /// Publishes the same prices once more: feeds go on.
    pub fn republish(&mut self) {
        self.publish(self.levels);
    }

    /// While nobody else does.
    fn publish_and_refresh(&mut self) {
        for ((market, price), level) in PRICES.into_iter().zip(self.levels) {
            self.small.world.set_price(&self.small.exchange.risk, market, price as i64 * 1_000_000 * level);
        }
    }

    /// Surfaces around the prices of now.
    pub fn post_surfaces(&mut self) {
        let now = self.small.world.svm.now();
        for ((market, price), level) in PRICES.into_iter().zip(self.levels) {
            let forward = dollars(price) / 100 * level as u64;
            let slices: Vec<_> =
                self.small.expiries.iter().map(|expiry| slice(now, expiry - now, forward, 0.6)).collect();
            self.small.world.set_surface(&self.small.exchange.risk, market, &slices);
        }
    }

    /// Somebody with a rich margin account, and the file of their key.
    pub fn keeper(&mut self, name: &str) -> (Trader, PathBuf) {
        let trader = self.small.world.trader(&self.small.exchange, name, 20_000_000 * DOLLAR);
        let file = key_file(name, &trader.key);
        (trader, file)
    }
}

/// Writes a key as Solana's tools do.
fn key_file(name: &str, key: &Keypair) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("crash");
    fs::create_dir_all(&folder).expect("a folder for keys");
    let path = folder.join(format!("{name} {}.json", &key.pubkey().to_string()[..6]));
    fs::write(&path, format!("{:?}", key.to_bytes())).expect("the key is written");
    path
}
