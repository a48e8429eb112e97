//! The largest transactions: what does not fit 1 232 bytes gets lookup tables, which the client's sender makes by itself, and
//! is executed by a validator that would take not one byte more.

use ballast_client::{Build, Chain, CommitmentConfig, Exchange, Held, SendOptions, Sender};
use ballast_interface::{
    account::{MarginAccount, Order, OrderLeg, SettleFillsArgs},
    liquidation::LiquidateArgs,
    risk::{Assessment, QuoteLeg},
};
use ballast_testkit::{
    actor, dollars, fridays, price_account, risk_program, slice,
    validator::{rehearsal, write_price, Genesis},
    Arch, Instruction, Keypair, Shape, Signer, Trader, World, BROAD, DOLLAR, LARGEST, PRICES,
};
use base64::{prelude::BASE64_STANDARD as BASE64, Engine};
use serde_json::{json, Value};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::runtime::Runtime;

/// Most bytes of a transaction.
const MOST: usize = 1_232;
/// Prices that are written and taken over in one transaction.
const AT_ONCE: usize = 3;

/// Two who hold both sides of the largest book there is, on a validator, and somebody who sends.
struct Large {
    world: World,
    desk: ballast_testkit::Exchange,
    pair: [Trader; 2],
    shape: Shape,
    dates: [i64; 3],
    runtime: Runtime,
    chain: Chain,
    url: String,
}

/// The same with the first of them, who is short, at so many hundredths of its maintenance margin.
fn large(shape: &Shape, hundredths: i64) -> Large {
    let mut world = rehearsal(Arch::V3);
    let dates = fridays(world.svm.now());
    let (desk, pair) = world.distressed_pair(shape, hundredths);
    world.svm.fund(&desk.operator.pubkey(), 10_000_000_000);
    let mut world = World::new(Genesis::world(world).start());
    let url = world.validator().rpc_url();
    let runtime = Runtime::new().expect("a runtime");
    let chain = Chain::new(url.clone(), CommitmentConfig::confirmed(), Duration::from_secs(30));
    Large { world, desk, pair, shape: *shape, dates, runtime, chain, url }
}

/// What a transaction took, as the validator has kept it.
struct Kept {
    bytes: usize,
    accounts: usize,
    units: u64,
    returned: Vec<u8>,
}

impl Large {
    fn run<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    fn exchange(&self) -> Exchange {
        self.run(Exchange::load(&self.chain, &self.desk.group())).expect("read")
    }

    fn held(&self, side: usize) -> Held<MarginAccount> {
        let address = self.pair[side].account;
        let state = self.run(self.chain.get(&address)).expect("read");
        Held { address, state }
    }

    fn sender(&self, key: &Keypair) -> Sender {
        Sender::new(self.chain.clone(), Arc::new(key.insecure_clone()), SendOptions::default())
    }

    /// All prices once more, as of now, and all surfaces: the former are good for a minute.
    fn refresh(&mut self) {
        let group = self.desk.group();
        for some in self.shape.numbers().chunks(AT_ONCE) {
            let mut steps = vec![];
            for market in some {
                let dollars = PRICES[usize::from(*market) - 1] as i64;
                let update = self.world.price_update(*market, dollars * 100_000_000);
                let address = price_account(&group, *market);
                steps.push(write_price(&address, &update));
                steps.push(risk_program::refresh_price(&group, *market, &address));
            }
            let sent = self.world.svm.send(&steps, &[&actor("pusher")]);
            sent.unwrap_or_else(|failure| panic!("{failure:#?}"));
        }
    }

    /// Posts the surfaces of all markets that have options once more.
    fn post_surfaces(&mut self) {
        let now = self.world.svm.now();
        for market in 1..=self.shape.with_options {
            let forward = dollars(PRICES[usize::from(market) - 1]);
            let dates = self.dates.iter().zip(self.shape.strikes).filter(|(_, strikes)| *strikes > 0);
            let slices: Vec<_> = dates.map(|(date, _)| slice(now, date - now, forward, 0.6)).collect();
            self.world.set_surface(&self.desk.risk, market, &slices);
        }
    }

    /// Sends what somebody signs and pays for, prices as of now, and says what it took.
    fn send(&mut self, what: &str, key: &Keypair, steps: &[Instruction]) -> Kept {
        let sender = self.sender(key);
        let bare = self.run(sender.size(steps)).expect("built");
        self.run(sender.cover(&self.exchange().addresses())).expect("covered");
        let fit = self.run(sender.fit(steps)).expect("covered");
        self.refresh();
        let sent = self.run(sender.send(steps, &[])).unwrap_or_else(|error| panic!("{what}: {error}"));
        let kept = self.kept(&sent.signature.to_string());
        println!(
            "{what}: {bare} bytes without lookup tables, {} with; {} accounts; {} compute units",
            kept.bytes, kept.accounts, kept.units
        );
        // Tables are for what has no room without.
        let as_expected = if bare <= MOST { kept.bytes == bare } else { kept.bytes <= MOST };
        assert!(as_expected, "{} of {bare} bytes", kept.bytes);
        assert_eq!(kept.bytes, fit, "what was foreseen is what was sent");
        kept
    }

    /// The transaction as the validator tells it.
    fn kept(&self, signature: &str) -> Kept {
        let options = json!({
            "commitment": "confirmed", "encoding": "base64", "maxSupportedTransactionVersion": 0,
        });
        let ask = json!({
            "jsonrpc": "2.0", "id": 1, "method": "getTransaction", "params": [signature, options],
        });
        let asked = self.run(async {
            let answer = reqwest::Client::new().post(&self.url).json(&ask).send().await?;
            answer.json::<Value>().await
        });
        let found = asked.expect("an answer")["result"].take();
        let bytes =
            BASE64.decode(found["transaction"][0].as_str().expect("the transaction")).expect("base64");
        let meta = &found["meta"];
        assert!(meta["err"].is_null(), "{meta:#}");
        let loaded = &meta["loadedAddresses"];
        let loaded = ["writable", "readonly"].map(|kind| loaded[kind].as_array().expect("a list").len());
        // One signature and its count, the version if it is not the oldest, three counts, and the number of keys that stand
        // in the message.
        let version = usize::from(bytes[1 + 64] >> 7);
        let keys = usize::from(bytes[1 + 64 + version + 3]);
        let returned = meta["returnData"]["data"][0].as_str().unwrap_or_default();
        Kept {
            bytes: bytes.len(),
            accounts: keys + loaded[0] + loaded[1],
            units: meta["computeUnitsConsumed"].as_u64().expect("units"),
            returned: BASE64.decode(returned).expect("base64"),
        }
    }
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn the_largest_assessment_and_liquidation_are_sent_and_confirmed() {
    for (name, shape) in [("largest", &LARGEST), ("broad", &BROAD)] {
        let mut large = large(shape, 60);
        large.refresh();
        large.post_surfaces();
        let exchange = large.exchange();
        let build = Build::new(&exchange);
        let key = large.pair[1].key.insecure_clone();
        let owner = key.pubkey();

        let assess = build.assess(&large.held(0));
        let kept = large.send(&format!("{name} assessment"), &key, &[assess]);
        let before = Assessment::from_bytes(&kept.returned).expect("a report");
        assert!(before.health.get() < 0, "the account is to be rescued");

        let begin = build.begin(&large.held(0), &owner).expect("built");
        large.send(&format!("{name} account's rescue begun"), &key, &begin);
        assert!(large.world.is_latched(&large.pair[0].account));

        // Eight calls in parts: nothing is saved by a position that goes whole.
        let legs = (1..9).map(|leg| QuoteLeg { leg, lots: 1 }).collect();
        let args = LiquidateArgs { legs, units: 100, least_pay: 0 };
        let [account, taker] = [0, 1].map(|side| large.held(side));
        let take = build.liquidate(&account, &owner, (&taker, &owner), &args).expect("built");
        large.send(&format!("{name} liquidation"), &key, &take);
        let legs = large.held(0).state.legs;
        assert!((1..9).all(|leg| legs[leg].quantity == -100), "half of each is gone");
        let numbers = shape.numbers();
        let after = large.world.assess(&large.desk.risk, &large.pair[0].account, &numbers);
        assert!(after.health.get() > before.health.get());
    }
}

/// A perp and an option of each of four markets, one lot each, by rising number.
fn contracts(date: i64, lots: i32) -> Vec<OrderLeg> {
    let expiry = u32::try_from(date).expect("before 2106");
    let both = |number: u16| {
        let strike = PRICES[usize::from(number) - 1] * 100_000_000;
        let perp = OrderLeg { number, kind: 1, expiry: 0, strike: 0, lots };
        [perp, OrderLeg { kind: 3, expiry, strike, ..perp }]
    };
    (1..=4).flat_map(both).collect()
}

/// One lot of each of eight tokens, which brings eight banks into the transaction.
fn tokens(_: i64, lots: i32) -> Vec<OrderLeg> {
    (1..=8).map(|number| OrderLeg { number, kind: 0, expiry: 0, strike: 0, lots }).collect()
}

/// How much an account holds, in lots: of positions, and of tokens.
fn holdings(exchange: &Exchange, account: &MarginAccount) -> [i64; 2] {
    let positions = account.legs.iter().map(|leg| leg.quantity).sum();
    // Tokens have eight decimals, lots ten.
    let lots = |number: u16| exchange.risk(number).expect("a market").rules.lot as i64 / 100;
    let held = account.collateral.iter().filter(|token| token.bank != 0);
    [positions, held.map(|token| token.amount as i64 / lots(token.market)).sum()]
}

#[test]
#[ignore = "needs a validator: make validator-test"]
fn the_largest_fill_is_sent_and_confirmed() {
    type Legs = fn(i64, i32) -> Vec<OrderLeg>;
    let cases: [(&str, &Shape, Legs, [i64; 2]); 3] = [
        ("largest fill", &LARGEST, contracts, [8, 0]),
        ("largest fill of tokens", &LARGEST, tokens, [0, 8]),
        ("broad fill", &BROAD, contracts, [8, 0]),
    ];
    for (name, shape, legs, moved) in cases {
        let mut large = large(shape, 300);
        large.refresh();
        large.post_surfaces();
        let exchange = large.exchange();
        let (now, date) = (large.world.svm.now(), large.dates[0]);
        let lot = |number: u16| exchange.risk(number).expect("a market").rules.lot;
        // What a lot of the coin is worth, in quote units; an option costs a fiftieth of that, in whole ticks.
        let coin =
            |number: u16| PRICES[usize::from(number) - 1] * DOLLAR as u64 * lot(number) / 10_000_000_000;
        let price =
            |leg: &OrderLeg| if leg.kind == 3 { coin(leg.number) / 5_000 * 100 } else { coin(leg.number) };
        let prices = legs(date, 1).iter().map(price).collect();
        let [maker, taker] = [(0, 1), (1, -1)]
            .map(|(side, lots)| large.pair[side].order(now, 1, 1_000_000 * DOLLAR, &legs(date, lots)));
        let signature = |side: usize, order: &Order| {
            let key = &large.pair[side].key;
            (key.pubkey(), key.sign_message(&order.message()).into())
        };
        let signatures = [signature(0, &maker), signature(1, &taker)];
        let (maker_units, taker_units, maker_fee, taker_fee) = (1, 1, 0, 0);
        let args = SettleFillsArgs { maker, taker, maker_units, taker_units, prices, maker_fee, taker_fee };
        let accounts = [0, 1].map(|side| large.held(side));
        let operator = large.desk.operator.insecure_clone();
        let sides = [&accounts[0], &accounts[1]];
        let build = Build::new(&exchange);
        let steps = build.settle_fills(&operator.pubkey(), sides, &args, signatures).expect("built");
        large.send(name, &operator, &steps);
        for (side, sign) in [(0, 1), (1, -1)] {
            let before = holdings(&exchange, &accounts[side].state);
            let after = holdings(&exchange, &large.held(side).state);
            assert_eq!(after, [before[0] + sign * moved[0], before[1] + sign * moved[1]], "{name}");
        }
    }
}
