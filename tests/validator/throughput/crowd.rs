//! A crowd on several exchanges, made in LiteSVM: traders in pairs who hold both sides of a perp, some who have fallen short,
//! and those who will take over from them.

use super::load::Ready;
use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::RECEIVERS;
use ballast_interface::{
    account::TradeLeg,
    risk::{CreateMarketRiskArgs, CreateModelArgs, Preset},
};
use ballast_testkit::AccountMeta;
use ballast_testkit::{
    actor, price_account, rescue_rules, risk_program, rules, validator::rehearsal, Account, Arch, Exchange,
    GroupSpec, Instruction, Keypair, RiskSpec, Signer, Trader, World, BTC, DOLLAR, ETH, PRICES,
};
use std::sync::Arc;

/// Markets of the first exchange.
pub const MARKETS: [u16; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
/// Exchanges besides, each with Bitcoin alone.
pub const OTHERS: usize = 8;
/// Pairs of traders in each of three parts: all in one market, spread over the markets, spread over the other exchanges.
const PAIRS: usize = 96;
/// Those who have fallen short, in each of two parts: all in one market, spread over the markets.
const FALLEN: usize = 240;
/// Those who take over, in each part; so many that each has one market.
const TAKERS: usize = 24;
/// Those who pay for others' transactions; so many that each pays in one market alone.
const PAYERS: usize = 24;
/// What a trader has in an account, and once more in the purse, in dollars.
const MONEY: i64 = 50_000;
/// What a position is worth of those who fall short, in dollars.
const EXPOSURE: u64 = 19_000;

/// Two who trade with each other.
pub struct Pair {
    /// Place of their exchange.
    pub exchange: usize,
    /// Their market.
    pub market: u16,
    /// Who buys, and who sells.
    pub sides: [Trader; 2],
}

/// Somebody below the maintenance margin.
pub struct Fallen {
    /// The margin account.
    pub account: Pubkey,
    /// The only market of it.
    pub market: u16,
    /// Lots held.
    pub lots: u32,
}

/// Everybody.
pub struct Crowd {
    /// The first has all markets, the others one each.
    pub exchanges: Vec<Exchange>,
    /// Pairs in the first exchange's first market.
    pub together: Vec<Pair>,
    /// Pairs over its markets.
    pub spread: Vec<Pair>,
    /// Pairs over the other exchanges.
    pub elsewhere: Vec<Pair>,
    /// Who fell short in the first market, and who did over all markets.
    pub fallen: [Vec<Fallen>; 2],
    /// Who takes over from them, apart for both: a taker needs all markets that he has positions in.
    pub takers: [Vec<Trader>; 2],
    /// Who pays.
    pub payers: Vec<Arc<Keypair>>,
}

/// The price of a lot, in quote units.
pub fn lot_price(market: u16) -> u64 {
    // A hundredth of a BTC or an ETH, a tenth of all others.
    let parts = if market == BTC || market == ETH { 100 } else { 10 };
    PRICES[market as usize - 1] * DOLLAR as u64 / parts
}

fn perp(market: u16, lots: i64) -> TradeLeg {
    TradeLeg { number: market, kind: 1, expiry: 0, strike: 0, lots, price: lot_price(market) }
}

// In turn, each payer and each taker meets the same market again.
const _: () = assert!(
    PAIRS.is_multiple_of(PAYERS)
        && PAYERS.is_multiple_of(MARKETS.len())
        && TAKERS.is_multiple_of(MARKETS.len())
);

impl Crowd {
    /// A world with everybody in it.
    pub fn new(arch: Arch) -> (World, Self) {
        let mut world = rehearsal(arch);
        // Who pays in a rehearsal has a thousand SOL, which is ten people's.
        let payer = world.svm.payer();
        let rich = world.svm.account(&payer).expect("somebody pays");
        world.svm.set_account(&payer, Account { lamports: 1 << 60, ..rich });
        let first = world.create_exchange(Preset::Ballast, &MARKETS);
        world.create_fund(&first, &rescue_rules());
        let mut exchanges = vec![first];
        for index in 0..OTHERS as u16 {
            let risk = another(&mut world, &exchanges[0].risk, index + 2);
            exchanges.push(world.open_exchange(risk));
        }
        world.person("operator");
        let mut crowd = Self {
            exchanges,
            together: vec![],
            spread: vec![],
            elsewhere: vec![],
            fallen: [vec![], vec![]],
            takers: [vec![], vec![]],
            payers: (0..PAYERS).map(|place| Arc::new(world.person(&format!("payer {place}")))).collect(),
        };
        crowd.quote(&mut world);
        for place in 0..PAIRS {
            let market = MARKETS[place % MARKETS.len()];
            crowd.together.push(crowd.pair(&mut world, 0, MARKETS[0], &format!("t {place}")));
            crowd.spread.push(crowd.pair(&mut world, 0, market, &format!("s {place}")));
            crowd.elsewhere.push(crowd.pair(&mut world, 1 + place % OTHERS, BTC, &format!("e {place}")));
        }
        for place in 0..TAKERS {
            for (part, takers) in crowd.takers.iter_mut().enumerate() {
                let name = format!("taker {part} {place}");
                takers.push(world.trader(&crowd.exchanges[0], &name, 1_000_000 * DOLLAR));
            }
        }
        let rich = world.trader(&crowd.exchanges[0], "rich", 100_000_000 * DOLLAR);
        for place in 0..FALLEN {
            let market = MARKETS[place % MARKETS.len()];
            crowd.fallen[0].push(crowd.fall(&mut world, &rich, MARKETS[0], &format!("t {place}")));
            crowd.fallen[1].push(crowd.fall(&mut world, &rich, market, &format!("s {place}")));
        }
        (world, crowd)
    }

    /// Publishes and takes over all prices, in LiteSVM.
    fn quote(&self, world: &mut World) {
        for exchange in &self.exchanges {
            for market in &exchange.risk.markets {
                world.set_price(&exchange.risk, *market, PRICES[*market as usize - 1] as i64 * 100_000_000);
            }
        }
    }

    /// The same on a validator, as transactions.
    pub fn quotes(&self, world: &mut World) -> Vec<Ready> {
        let pusher = Arc::new(actor("pusher"));
        let payer = Arc::new(actor("payer"));
        let mut quotes = vec![];
        for exchange in &self.exchanges {
            for market in &exchange.risk.markets {
                let address = price_account(&exchange.group(), *market);
                let price = PRICES[*market as usize - 1] as i64 * 100_000_000;
                let accounts =
                    vec![AccountMeta::new(address, false), AccountMeta::new_readonly(pusher.pubkey(), true)];
                let data = world.price_update(*market, price).data();
                let publish = Instruction { program_id: RECEIVERS[0], accounts, data };
                let refresh = risk_program::refresh_price(&exchange.group(), *market, &address);
                let signers = vec![payer.clone(), pusher.clone()];
                quotes.push(Ready { steps: vec![publish, refresh], signers, limited: false });
            }
        }
        quotes
    }

    fn pair(&self, world: &mut World, place: usize, market: u16, name: &str) -> Pair {
        let exchange = &self.exchanges[place];
        let sides =
            ["buyer", "seller"].map(|side| world.trader(exchange, &format!("{side} {name}"), MONEY * DOLLAR));
        let traded = world.block(exchange, &sides[0], &sides[1], &[perp(market, 1)]);
        traded.unwrap_or_else(|failure| panic!("{failure:#?}"));
        Pair { exchange: place, market, sides }
    }

    /// Somebody who bought from the rich, and has four fifths of the maintenance margin left.
    fn fall(&self, world: &mut World, rich: &Trader, market: u16, name: &str) -> Fallen {
        let exchange = &self.exchanges[0];
        let trader = world.trader(exchange, &format!("fallen {name}"), MONEY * DOLLAR);
        let lots = EXPOSURE * DOLLAR as u64 / lot_price(market);
        let traded = world.block(exchange, &trader, rich, &[perp(market, lots as i64)]);
        traded.unwrap_or_else(|failure| panic!("{failure:#?}"));
        let report = world.assess(&exchange.risk, &trader.account, &[market]);
        let units = |amount: i128| (amount / 10_000) as i64;
        let cash = world.margin_account(&trader.account).cash;
        let left = cash - units(report.value.get()) + units(report.maintenance.get()) * 80 / 100;
        world.impoverish(exchange, &trader, left);
        Fallen { account: trader.account, market, lots: lots as u32 }
    }
}

/// Another group of the same authority, with Bitcoin alone.
fn another(world: &mut World, first: &RiskSpec, index: u16) -> RiskSpec {
    let authority = first.authority.insecure_clone();
    let key = authority.pubkey();
    let (group, _) = world.create_group(&GroupSpec {
        creator: &authority,
        payer: &authority,
        quote_mint: actor("dollar").pubkey(),
        index,
        authority: key,
        guardian: actor("guardian").pubkey(),
    });
    let attestors = first.attestors.each_ref().map(Keypair::insecure_clone);
    let seats = attestors.each_ref().map(Signer::pubkey);
    let model = CreateModelArgs { preset: Preset::Ballast, peg_market: 0 };
    let risk = CreateMarketRiskArgs { market: BTC, rules: rules(&group, BTC) };
    let steps = [
        risk_program::create_model(&group, &key, &key, model),
        risk_program::create_committee(&group, &key, &key, &seats, 2),
        risk_program::create_market_risk(&group, &key, &key, &risk),
    ];
    for step in steps {
        world.svm.send(&[step], &[&authority]).unwrap_or_else(|failure| panic!("{failure:#?}"));
    }
    RiskSpec { group, authority, attestors, markets: vec![BTC] }
}
