//! A node, a group on it with accounts in distress, and keepers that run beside the test.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Market, TradeLeg},
    seeds::find_market,
};
use ballast_keeper::{serve, Failure, Keeper, RunArgs};
use ballast_localnet::{
    world::{small_world, SmallWorld},
    Node, NodeOptions,
};
use ballast_testkit::{price_account, Signer, Trader, BTC, DOLLAR};
use solana_keypair::write_keypair_file;
use std::{
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

/// Prices of Bitcoin in dollars, a minute apart, at the end of which the victims fall short.
const FALL: [i64; 5] = [92_000, 89_000, 86_000, 84_000, 82_000];
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A world in distress.
pub struct Stage {
    pub node: Node,
    pub small: SmallWorld,
    /// Long one Bitcoin each, and below maintenance margin.
    pub victims: Vec<Trader>,
}

/// A keeper that runs.
pub struct Running {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), Failure>>,
    /// Where it answers.
    pub address: String,
}

impl Stage {
    /// With so many victims.
    pub async fn new(victims: usize) -> Self {
        let options = NodeOptions { slot_millis: 100, ..NodeOptions::default() };
        let node = Node::start(options).await.expect("the node starts");
        let mut small = small_world(&node.handle());
        let [ben] = small.traders(["ben"], 5_000_000 * DOLLAR);
        let victims: Vec<Trader> = (0..victims)
            .map(|place| {
                let cash = (20_000 + 200 * place as i64) * DOLLAR;
                let [victim] = small.traders([&format!("victim {place}")], cash);
                let perp = TradeLeg {
                    number: BTC,
                    kind: 1,
                    expiry: 0,
                    strike: 0,
                    lots: 100,
                    price: 950 * DOLLAR as u64,
                };
                let traded = small.world.block(&small.exchange, &victim, &ben, &[perp]);
                traded.unwrap_or_else(|failure| panic!("{failure:#?}"));
                victim
            })
            .collect();
        let mut stage = Self { node, small, victims };
        for price in FALL {
            stage.small.world.svm.pass(60);
            stage.price(price);
        }
        stage
    }

    /// A price of Bitcoin.
    pub fn price(&mut self, dollars: i64) {
        let SmallWorld { world, exchange, .. } = &mut self.small;
        world.set_price(&exchange.risk, BTC, dollars * 100_000_000);
    }

    /// A price that Pyth tells, and that the risk program does not know yet.
    pub fn publish(&mut self, dollars: i64) {
        let SmallWorld { world, exchange, .. } = &mut self.small;
        let update = world.price_update(BTC, dollars * 100_000_000);
        world.publish(&price_account(&exchange.group(), BTC), &update);
    }

    /// A trader with so many dollars who will be a keeper.
    pub fn keeper(&mut self, name: &str, dollars: i64) -> Trader {
        let [trader] = self.small.traders([name], dollars * DOLLAR);
        trader
    }

    /// The arguments of somebody's keeper, quick and with nothing but liquidations.
    pub fn args(&self, trader: &Trader, said: &[(&str, &str)]) -> RunArgs {
        let name = format!("ballast-keeper-{}-{}.json", std::process::id(), trader.account);
        let path = std::env::temp_dir().join(name);
        write_keypair_file(&trader.key, &path).expect("the key is written");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let (group, url) = (self.small.exchange.group().to_string(), self.node.rpc_url());
        let mut args = RunArgs::default();
        let fixed = [
            ("url", &url[..]),
            ("group", &group),
            ("keypair", path.to_str().expect("a path")),
            ("listen", &format!("127.0.0.1:{port}")),
            ("roles", "liquidate"),
            ("tick", "0.1"),
            ("backoff", "0.2"),
        ];
        for (key, value) in said.iter().chain(&fixed) {
            args.fill(key, value).expect("a sound value");
        }
        args
    }

    /// Somebody's keeper that does nothing yet.
    pub async fn connect(&self, trader: &Trader, said: &[(&str, &str)]) -> Arc<Keeper> {
        let settings = self.args(trader, said).settle().expect("sound settings");
        Arc::new(Keeper::connect(settings).await.expect("a keeper"))
    }

    /// Starts somebody's keeper.
    pub fn start(&self, trader: &Trader, said: &[(&str, &str)]) -> Running {
        let settings = self.args(trader, said).settle().expect("sound settings");
        let address = settings.listen.0.map_or_else(String::new, |address| format!("http://{address}"));
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        Running { stop: Some(stop), task: tokio::spawn(serve(settings, stopped)), address }
    }

    /// Whether somebody is under liquidation.
    pub fn is_latched(&mut self, account: &Pubkey) -> bool {
        self.small.world.margin_account(account).liquidation_since != 0
    }

    /// Health and free initial margin of an account, and its value.
    pub fn standing(&mut self, account: &Pubkey) -> [i128; 3] {
        let held = self.small.world.margin_account(account).legs[0].market != 0;
        let markets: &[u16] = if held { &[BTC] } else { &[] };
        let report = self.small.world.assess(&self.small.exchange.risk, account, markets);
        [report.health.get(), report.room.get(), report.value.get()]
    }

    /// Whether all victims have what they need, and nobody is under liquidation.
    pub fn is_over(&mut self) -> bool {
        let accounts: Vec<Pubkey> = self.victims.iter().map(|victim| victim.account).collect();
        accounts.iter().all(|account| !self.is_latched(account) && self.standing(account)[0] >= 0)
    }

    /// The group's account as it stands.
    pub fn group(&mut self) -> Vec<u8> {
        let group = self.small.exchange.group();
        self.small.world.svm.account(&group).expect("the group is there").data
    }

    /// The market of Bitcoin.
    pub fn market(&mut self) -> Market {
        let market = find_market(&self.small.exchange.group(), BTC).0;
        self.small.world.typed(&market)
    }

    /// Waits until all victims have what they need.
    pub async fn until_over(&mut self) {
        let begun = Instant::now();
        while !self.is_over() {
            assert!(begun.elapsed() < PATIENCE, "the rescues do not end");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Asserts that a keeper's account has kept a quarter of its value free.
    pub fn assert_floor(&mut self, trader: &Trader) {
        let [_, room, value] = self.standing(&trader.account);
        assert!(room * 4 >= value, "{room} of {value}");
    }

    /// Lots of Bitcoin's perp in an account.
    pub fn lots(&mut self, account: &Pubkey) -> i64 {
        self.small.world.margin_account(account).legs[0].quantity
    }

    /// Transactions that the node was sent so far.
    pub fn sent(&self) -> u64 {
        self.node.handle().faults().rpc_calls().get("sendTransaction").copied().unwrap_or(0)
    }
}

impl Running {
    /// Stops the keeper, and waits until it has ended well.
    pub async fn stop(mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        self.ended().await;
    }

    /// Waits until the keeper has ended well by itself.
    pub async fn ended(self) {
        let ended = tokio::time::timeout(PATIENCE, self.task).await.expect("it ends in time");
        ended.expect("no panic").expect("a good end");
    }

    /// Status and text of an answer.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.address)).await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    }

    /// Waits until it answers that it is ready.
    pub async fn ready(&self) {
        let begun = Instant::now();
        while reqwest::get(format!("{}/readyz", self.address)).await.map_or(true, |it| it.status() != 200) {
            assert!(begun.elapsed() < PATIENCE, "it does not get ready");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// A sum over all lines of a metric that contain some words.
    pub async fn metric(&self, name: &str, words: &[&str]) -> f64 {
        let (_, text) = self.get("/metrics").await;
        let lines = text.lines().filter(|line| line.starts_with(name));
        let lines = lines.filter(|line| words.iter().all(|word| line.contains(word)));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }
}

/// Who pays for a keeper.
pub fn key(trader: &Trader) -> Pubkey {
    trader.key.pubkey()
}
