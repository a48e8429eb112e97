//! What the account program costs: whole transactions on books that real trades built.

use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        OrderLeg, SettleFillsArgs, TradeLeg,
    },
    in_parallel,
    risk::Preset,
};
use ballast_testkit::{
    dollars, limit, slice, Arch, Exchange, Instruction, Keypair, Lite, Signer, Trader, World, DOLLAR,
};

/// Numbers of the markets.
const MARKETS: [u16; 2] = [1, 2];
/// Prices in 10^-8 dollars.
const PRICES: [i64; 2] = [95_000_00000000, 3_400_00000000];
/// Fridays at eight, in seconds from the beginning: four, eleven and 32 days ahead.
const FRIDAYS: [i64; 3] = [4 * 86_400 + 28_800, 11 * 86_400 + 28_800, 32 * 86_400 + 28_800];

/// An exchange of two markets with three dates each, and four traders.
struct Scene {
    world: World,
    exchange: Exchange,
    start: i64,
}

impl Scene {
    fn new(arch: Arch) -> Self {
        let mut world = World::new(Lite::new(arch));
        let exchange = world.create_exchange(Preset::Ballast, &MARKETS);
        let start = world.svm.now();
        let mut scene = Self { world, exchange, start };
        scene.refresh();
        for (market, price) in MARKETS.into_iter().zip(PRICES) {
            let index = dollars(price as u64 / 100_000_000);
            let dates = FRIDAYS.map(|seconds| slice(start, seconds, index, 0.6));
            scene.world.set_surface(&scene.exchange.risk, market, &dates);
            for seconds in FRIDAYS {
                let list = account_program::list_expiry(&scene.exchange.group(), market, start + seconds);
                scene.units(&[list], &[]);
            }
        }
        scene
    }

    fn refresh(&mut self) {
        for (market, price) in MARKETS.into_iter().zip(PRICES) {
            self.world.set_price(&self.exchange.risk, market, price);
        }
    }

    fn units(&mut self, steps: &[Instruction], signers: &[&Keypair]) -> u64 {
        let sent = self.world.svm.send(steps, signers);
        sent.unwrap_or_else(|failure| panic!("{failure:#?}")).compute_units
    }

    /// An option of a market's date, so many hundredths of the index away.
    fn option(&self, market: usize, date: usize, kind: u8, percent: u64, lots: i64) -> TradeLeg {
        let strike = (PRICES[market] as u64 / 100_000_000 * percent / 100) * 100_000_000;
        let price = PRICES[market] as u64 / 100_000_000 * 10_000 / 50 / 100 * 100;
        TradeLeg { number: MARKETS[market], kind, expiry: self.start + FRIDAYS[date], strike, lots, price }
    }

    /// A perp at its index.
    fn perp(&self, market: usize, lots: i64) -> TradeLeg {
        let price = PRICES[market] as u64 / 100_000_000 * 10_000;
        TradeLeg { number: MARKETS[market], kind: 1, expiry: 0, strike: 0, lots, price }
    }

    /// Sixteen legs: two perps, and options on three dates of two markets.
    fn sixteen(&self) -> Vec<TradeLeg> {
        let mut legs = vec![];
        for market in 0..2 {
            legs.push(self.perp(market, 20));
            for (date, kinds) in [(0, 4), (1, 2), (2, 1)] {
                for place in 0..kinds {
                    let kind = if place % 2 == 0 { 3 } else { 4 };
                    let lots = if place % 4 < 2 { -10 } else { 10 };
                    legs.push(self.option(market, date, kind, 90 + 10 * place as u64, lots));
                }
            }
        }
        legs
    }

    fn trader(&mut self, name: &str) -> Trader {
        self.world.trader(&self.exchange, name, 500_000 * DOLLAR)
    }

    /// Two traders who hold legs against each other; the dearest block of eight.
    fn pair(&mut self, names: [&str; 2], legs: &[TradeLeg]) -> ([Trader; 2], u64) {
        let traders = names.map(|name| self.trader(name));
        let mut most = 0;
        for legs in legs.chunks(8) {
            let [first, second] = &traders;
            let done = self.world.block(&self.exchange, first, second, legs);
            most = most.max(done.unwrap_or_else(|failure| panic!("{failure:#?}")).compute_units);
        }
        (traders, most)
    }

    /// Four options of one date that both hold, as one order of each, in a form of the fill.
    fn fill(&mut self, traders: &mut [Trader; 2], form: fn(Instruction) -> Instruction) -> u64 {
        let now = self.world.svm.now();
        let legs: Vec<_> = self.sixteen()[1..5].to_vec();
        let mut legs: Vec<_> = legs
            .iter()
            .map(|leg| OrderLeg {
                number: leg.number,
                kind: leg.kind,
                expiry: leg.expiry as u32,
                strike: leg.strike,
                lots: leg.lots.signum() as i32,
            })
            .collect();
        legs.sort_by_key(|leg| leg.instrument().place());
        let mirrored: Vec<_> = legs.iter().map(|leg| OrderLeg { lots: -leg.lots, ..*leg }).collect();
        let prices = legs.iter().map(|_| 20 * DOLLAR as u64).collect();
        let [maker, taker] = traders;
        let args = SettleFillsArgs {
            maker: maker.order(now, 5, 0, &legs),
            taker: taker.order(now, 5, 0, &mirrored),
            maker_units: 2,
            taker_units: 2,
            prices,
            maker_fee: DOLLAR as u64 / 10,
            taker_fee: DOLLAR as u64 / 5,
        };
        let [limit, check, settle] = self.world.settle_fills(&self.exchange, [&maker.key, &taker.key], &args);
        let steps = [limit, check, form(settle)];
        let operator = self.exchange.operator.insecure_clone();
        self.units(&steps, &[&operator])
    }

    fn deposit(&mut self, trader: &Trader) -> u64 {
        let (group, owner) = (self.exchange.group(), trader.key.pubkey());
        let amount = 1_000 * DOLLAR as u64;
        let deposit =
            account_program::deposit(&group, &trader.account, 0, 0, &trader.purse, &owner, amount, &MARKETS);
        self.units(&[deposit], &[&trader.key])
    }

    fn withdraw(&mut self, trader: &Trader) -> u64 {
        let done = self.world.withdraw_cash(&self.exchange, trader, 1_000 * DOLLAR as u64);
        done.unwrap_or_else(|failure| panic!("{failure:#?}")).compute_units
    }

    /// A token of a kind that the account does not have yet.
    fn deposit_token(&mut self, trader: &Trader) -> u64 {
        self.world.deposit_token(&self.exchange, trader, 1, 100_000_000).compute_units
    }

    fn mark(&mut self) -> u64 {
        let operator = self.exchange.operator.insecure_clone();
        let mark = PRICES[0] as u64 / 10_000 + 10_000;
        let post = account_program::post_mark(&self.exchange.group(), 1, 1, &operator.pubkey(), mark);
        self.units(&[post], &[&operator])
    }

    /// Funding of both perps after an hour, and what the pools can pay.
    fn settle(&mut self, trader: &Trader) -> u64 {
        self.world.svm.pass(600);
        self.refresh();
        let update = account_program::update_funding(&self.exchange.group(), 1);
        self.units(&[update], &[]);
        let numbers = Numbers { markets: &MARKETS, banks: &[], risks: &[] };
        let settle = account_program::settle_account(&self.exchange.group(), &trader.account, &numbers);
        self.units(&[limit(), settle], &[])
    }
}

/// What the account program's instructions take.
pub fn figures(arch: Arch) -> Vec<(&'static str, u64)> {
    let mut scene = Scene::new(arch);
    let sixteen = scene.sixteen();
    let ([seller, _], _) = scene.pair(["ann", "ben"], &sixteen[..8]);
    let (mut dealers, block) = scene.pair(["cat", "dan"], &sixteen);
    let seats = dealers.each_ref().map(|trader| trader.account);
    let fill = scene.fill(&mut dealers, |settle| settle);
    let unwritten = scene.fill(&mut dealers, in_parallel);
    let held =
        seats.map(|seat| scene.world.margin_account(&seat).legs.iter().filter(|leg| leg.market != 0).count());
    assert_eq!(held, [16, 16], "the fill is between two accounts of sixteen legs");
    let mark = scene.mark();
    vec![
        ("account.settle_fill_4_legs_16_16", fill),
        ("account.settle_fill_4_legs_16_16_in_parallel", unwritten),
        ("account.block_trade_8_legs_8_8", block),
        ("account.deposit_8_legs", scene.deposit(&seller)),
        ("account.withdraw_8_legs", scene.withdraw(&seller)),
        ("account.deposit_token_8_legs", scene.deposit_token(&seller)),
        ("account.post_mark", mark),
        ("account.settle_account_8_legs", scene.settle(&seller)),
    ]
}
