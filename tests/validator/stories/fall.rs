//! A price falls, and a keeper rescues whoever bought on too little money.

use super::{
    keepers::KeeperProcess,
    stage::{Person, Stage},
    trader::DOLLAR,
};
use ballast_client::{CommitmentConfig, Event, SendOptions, Sender, Signature, Signer};
use ballast_interface::liquidation::{Liquidated, RescueBegan};
use ballast_testkit::actor;
use serde_json::Value;
use solana_rpc_client::rpc_client::GetConfirmedSignaturesForAddress2Config;
use std::{
    fs,
    ops::RangeInclusive,
    path::Path,
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a rescue may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Steps of 10^-10 in a dollar.
const STEPS: i128 = 10_000_000_000;

/// Somebody buys on so many dollars, and the price falls: the numbers were worked out by hand.
pub struct Fall {
    /// Number of the market.
    pub market: u16,
    /// What is bought, as the command takes it.
    pub leg: &'static str,
    /// Lots that this is.
    pub lots: i64,
    /// Lots of a contract.
    pub lots_a_contract: i64,
    /// Dollars of whoever buys it.
    pub dollars: u64,
    /// All prices after the fall.
    pub prices: [i64; 3],
    /// Dollars that the account is then worth.
    pub worth: i128,
    /// Dollars of maintenance margin, at least: four fifths of the least scan range, and one and a half per cent.
    pub maintenance: i128,
    /// Lots that are left of it after the rescue. Halfway between both margins an account needs nine tenths of its range
    /// and 2 % of its value; each lot that goes costs three to four and a half per cent of its range; and the range is the
    /// least one or a little above.
    pub left: RangeInclusive<i64>,
}

/// Two bitcoin bought at 95 000 on 40 000 dollars lose 16 000.
pub const BITCOIN: Fall = Fall {
    market: 1,
    leg: "1-PERP +2 @ 95000",
    lots: 200,
    lots_a_contract: 100,
    dollars: 40_000,
    prices: [87_000, 3_400, 180],
    worth: 24_000,
    // 174 000 times .8 x .16 + .015.
    maintenance: 24_882,
    left: 130..=170,
};

/// Fifty ether bought at 3 400 on 40 000 dollars lose 16 000.
pub const ETHER: Fall = Fall {
    market: 2,
    leg: "2-PERP +50 @ 3400",
    lots: 5_000,
    lots_a_contract: 100,
    dollars: 40_000,
    prices: [95_000, 3_080, 180],
    worth: 24_000,
    // 154 000 times .8 x .18 + .015.
    maintenance: 24_486,
    left: 3_600..=4_300,
};

/// A thousand SOL bought at 180 on 50 000 dollars lose 17 000.
pub const SOL: Fall = Fall {
    market: 3,
    leg: "3-PERP +1000 @ 180",
    lots: 10_000,
    lots_a_contract: 10,
    dollars: 50_000,
    prices: [95_000, 3_080, 163],
    worth: 33_000,
    // 163 000 times .8 x .24 + .015.
    maintenance: 33_741,
    left: 7_800..=8_600,
};

/// A keeper with a rich account, as a process.
pub fn keeper(stage: &mut Stage, name: &str) -> (Person, KeeperProcess) {
    let [person] = stage.people(0, [(name, 200_000 * DOLLAR)]);
    stage.run(&person, &["account", "open"]).fine();
    stage.run(&person, &["deposit", "200000"]).fine();
    let logs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash");
    fs::create_dir_all(logs).expect("a folder for logs");
    let (url, group) = (stage.validator.rpc_url(), stage.group.to_string());
    let mut process = KeeperProcess::start(&url, &group, &person.file, &format!("validator {name}"));
    process.wait_ready();
    // From now on it is the keeper who takes prices over.
    stage.feed.refresh(false);
    stage.told.done(&format!("{name} keeps, as a process with a margin account of its own"));
    (person, process)
}

impl Fall {
    /// Plays it with a new buyer and a new seller.
    pub fn play(&self, stage: &mut Stage, names: [&str; 2], keeper: &Person) {
        let [buyer, seller] =
            stage.people(0, [(names[0], self.dollars * DOLLAR), (names[1], 200_000 * DOLLAR)]);
        stage.all([(&buyer, &["account", "open"]), (&seller, &["account", "open"])]);
        let dollars = self.dollars.to_string();
        stage.all([(&buyer, &["deposit", &dollars]), (&seller, &["deposit", "200000"])]);
        assert_eq!((stage.wallet(&buyer, 0), stage.wallet(&seller, 0)), (0, 0));
        let counterparty = seller.file.display().to_string();
        stage.run(&buyer, &["trade", "block", "--counterparty", &counterparty, "--leg", self.leg]).fine();
        assert_eq!(
            stage.run(&buyer, &["margin", "show", "--check"]).code,
            Some(0),
            "healthy before the fall"
        );
        stage.told.done(&format!("{} bought on {dollars} dollars", self.leg));

        let fallen = Instant::now();
        stage.feed.set(self.prices);
        stage.told.done("a lower price published");
        let (began, takings) = self.rescued(stage, &buyer);
        let seconds = fallen.elapsed().as_secs_f32();
        self.is_right(stage, [&buyer, keeper], &began, &takings, fallen);
        stage.told.done(&format!(
            "the price fell, the keeper took it over and closed {} lots of {}: {seconds:.1} s",
            self.lots - stage.margin_account(&buyer).legs[0].quantity,
            self.lots
        ));
    }

    /// Waits until the rescue of an account has ended, and says what happened.
    fn rescued(&self, stage: &Stage, buyer: &Person) -> (RescueBegan, Vec<Liquidated>) {
        let begun = Instant::now();
        loop {
            let (mut began, mut takings, mut ended) = (None, vec![], false);
            for event in events(stage, buyer) {
                match event {
                    Event::RescueBegan(event) if event.margin_account == buyer.account => {
                        assert!(began.replace(*event).is_none(), "one rescue");
                    }
                    Event::Liquidated(event) if event.margin_account == buyer.account => takings.push(*event),
                    Event::RescueEnded(event) => ended |= event.margin_account == buyer.account,
                    _ => {}
                }
            }
            match began {
                Some(began) if ended => return (began, takings),
                _ => assert!(begun.elapsed() < PATIENCE, "nobody rescues: {began:?} {takings:?}"),
            }
            sleep(Duration::from_millis(200));
        }
    }

    fn is_right(
        &self,
        stage: &Stage,
        [buyer, keeper]: [&Person; 2],
        began: &RescueBegan,
        takings: &[Liquidated],
        fallen: Instant,
    ) {
        let index = stage.exchange().risk(self.market).expect("a market").price.index;
        assert_eq!(i128::from(index), i128::from(self.prices[usize::from(self.market) - 1]) * STEPS);
        // It really fell short.
        assert_eq!(began.value, self.worth * STEPS);
        assert!(began.maintenance >= self.maintenance * STEPS, "{began:?}");
        assert_eq!(began.beginner, keeper.key.pubkey());
        assert!(takings.iter().all(|taking| taking.taker == keeper.account && !taking.forced), "{takings:?}");
        let restores: Vec<_> = takings.iter().map(|taking| taking.restores).collect();
        assert!(
            restores.last() == Some(&true) && restores.iter().filter(|it| **it).count() == 1,
            "{restores:?}"
        );

        // What the buyer lost, the keeper holds, and nobody took more than was needed.
        let account = stage.margin_account(buyer);
        let left = account.legs[0].quantity;
        assert!(self.left.contains(&left), "{left} of {} lots are left", self.lots);
        assert_eq!(account.liquidation_since, 0);
        let shown = stage.run(buyer, &["margin", "show", "--json"]).json();
        let [value, maintenance, initial] =
            ["value", "maintenance", "initial"].map(|name| number(&shown, name));
        let target = (maintenance + initial) / 2.0;
        // The range, of which an account needs nine tenths, rises by .04 an hour at most, and falls by .002.
        let price = self.prices[usize::from(self.market) - 1] * left;
        let range =
            price as f64 / self.lots_a_contract as f64 * 0.9 * fallen.elapsed().as_secs_f64() / 3_600.0;
        assert!(value >= target - 0.04 * range, "{value} is below the target {target}");
        // A lot more would need its part of the target, and would have kept what it cost.
        let paid: f64 = takings.iter().map(|taking| taking.paid as f64 + taking.insurance as f64).sum();
        let saved = paid / DOLLAR as f64 / (self.lots - left) as f64;
        let needed = target / left as f64 + 0.002 * range;
        assert!(value + saved < target + needed, "{value} + {saved} is enough for {target} + {needed}");
    }
}

fn number(shown: &Value, name: &str) -> f64 {
    shown[name].as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no {name}: {shown}"))
}

/// Events of every transaction that named somebody's account, in order.
fn events(stage: &Stage, person: &Person) -> Vec<Event> {
    let sender = Sender::new(stage.chain.clone(), Arc::new(actor("pusher")), SendOptions::default());
    stage.wait(async {
        // Unless it is told otherwise, a node lists only what is finalized.
        let config = GetConfirmedSignaturesForAddress2Config {
            commitment: Some(CommitmentConfig::confirmed()),
            ..GetConfirmedSignaturesForAddress2Config::default()
        };
        let rpc = stage.chain.rpc();
        let listed =
            rpc.get_signatures_for_address_with_config(&person.account, config).await.expect("a list");
        let mut all = vec![];
        // The newest comes first.
        for one in listed.iter().rev().filter(|one| one.err.is_none()) {
            let signature: Signature = one.signature.parse().expect("a signature");
            // A node may list a transaction a moment before it can tell of it.
            all.extend(sender.events(&signature).await.unwrap_or_default());
        }
        all
    })
}

/// The keeper hears of changes by a websocket, and has lost the connection as often as expected.
pub fn follows(keeper: &KeeperProcess, lost: RangeInclusive<u32>) {
    let (status, page) = keeper.ask("/metrics").expect("an answer");
    assert_eq!(status, 200);
    let line = |name: &str| {
        let found = page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        found.unwrap_or_else(|| panic!("no {name}: {page}"))
    };
    assert!(line("ballast_keeper_age_seconds{of=\"stream\"}") < 5.0, "see {}", keeper.log.display());
    let times = line("ballast_keeper_stream_lost_total") as u32;
    assert!(lost.contains(&times), "{times} times; see {}", keeper.log.display());
}
