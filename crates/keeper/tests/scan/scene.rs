//! Groups, markets and accounts at random, from a seed.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{Group, GroupRules, Leg, MarginAccount, Market, MarketDate, MarketTerms, INDEX_ONE},
    risk::{DateRisk, Feed, MarketRisk, MarketRules, Model, PredictorRules},
    Fixed64, Wide,
};
use ballast_keeper::scan::Scanner;
use ballast_margin::presets::{ballast::MARKETS, BALLAST};
use bytemuck::Zeroable;

/// The moment of all scenes: eight in the morning of a Friday.
pub const NOW: i64 = 1_780_646_400;
/// The whole of a ratio in 2^-40.
pub const WHOLE: i64 = 1 << 40;
/// Address of the group.
pub const GROUP: Pubkey = Pubkey::new_from_array([7; 32]);
/// A token of the quote, in quote units.
pub const DOLLAR: i64 = 1_000_000;
/// Steps of 10^-10 in one.
const STEPS: f64 = 1e10;
/// Index prices by market.
const PRICES: [f64; 8] = [95_000.0, 3_400.0, 180.0, 2.5, 25.0, 420.0, 0.8, 9.0];
/// Contracts in a lot by market, in 10^-10.
const LOTS: [u64; 8] = [
    100_000_000,
    100_000_000,
    1_000_000_000,
    100_000_000_000,
    10_000_000_000,
    1_000_000_000,
    1_000_000_000_000,
    100_000_000_000,
];
/// Days to the dates, nearest first.
const DAYS: [i64; 8] = [1, 7, 14, 28, 2, 56, 91, 182];

/// A stream of numbers that are as good as random: SplitMix64.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number from one to another.
    pub fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

pub fn share(value: f64) -> i64 {
    (value * WHOLE as f64).round() as i64
}

/// A group over a dollar of six decimals, with some interest.
pub fn group() -> Group {
    let mut group = Group::zeroed();
    (group.version, group.quote_decimals) = (2, 6);
    (group.authority, group.guardian) = (Pubkey::new_from_array([1; 32]), Pubkey::new_from_array([2; 32]));
    group.liquidation_program = Pubkey::new_from_array([3; 32]);
    (group.deposit_index, group.debt_index) =
        (Fixed64::from_bits((1 << 64) + (1 << 60)), Fixed64::from_bits(5 << 62));
    (group.deposit_shares, group.debt_shares) = (Wide::new(1 << 55), Wide::new(1 << 54));
    group.interest_at = NOW - 3_000;
    group.rules = GroupRules {
        fee_owner: Pubkey::new_from_array([8; 32]),
        fee_share: WHOLE / 4,
        rate_idle: 0,
        rate_kink: WHOLE / 8,
        rate_full: WHOLE,
        kink: WHOLE / 2,
        borrow_cap: 1 << 60,
        outflow_hour: 1 << 50,
        outflow_day: 1 << 52,
    };
    group
}

/// Ballast's own model; a market number above zero is that of the quote token.
pub fn model(peg_market: u16) -> Model {
    let mut model = Model::zeroed();
    (model.version, model.group, model.revision) = (1, GROUP, 3);
    model.take(&BALLAST).expect("the model fits");
    model.peg_market = peg_market;
    model
}

fn rules(number: u16) -> MarketRules {
    let defaults = &MARKETS[usize::from(number - 1).min(2)];
    let mut rules = MarketRules::zeroed();
    rules.feed = Feed { max_interval: defaults.interval.0, band: share(0.1), ..Feed::zeroed() };
    (rules.feed.max_age, rules.feed.wide_grace, rules.feed.far_pause) = (60, 120, 600);
    rules.predictor = PredictorRules::new(&defaults.predictor);
    (rules.lot, rules.depth) = (LOTS[usize::from(number - 1)], defaults.depth.0);
    (rules.haircut, rules.haircut_initial) = (defaults.haircut.0, defaults.haircut_initial.0);
    (rules.moves_like, rules.token_decimals) = (number, 8);
    rules
}

/// The risk of a market with so many dates.
pub fn risk(number: u16, dates: usize) -> MarketRisk {
    let price = PRICES[usize::from(number - 1)];
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.group, risk.rules) = (1, number, GROUP, rules(number));
    let cache = &mut risk.price;
    cache.index = (price * STEPS) as u64;
    (cache.slow, cache.average) = ((price * 0.995 * STEPS) as u64, (price * 1.001 * STEPS) as u64);
    (cache.interval, cache.range) = (share(0.0007), share(0.17));
    (cache.published_at, cache.refreshed_at) = (NOW - 2, NOW - 1);
    let mut days = DAYS[..dates].to_vec();
    days.sort_unstable();
    for (slot, days) in risk.dates.iter_mut().zip(days) {
        *slot = date(price, NOW + days * 86_400, 0.6 + 0.05 * f64::from(number % 4));
    }
    risk.date_count = dates as u8;
    risk
}

/// A date of a market at a price, with about some volatility; posted ten minutes ago.
pub fn date(price: f64, expiry: i64, sigma: f64) -> DateRisk {
    let valid_from = NOW - 600;
    let seconds = (expiry - valid_from) as f64;
    let years = seconds / 31_536_000.0;
    let root = sigma * years.sqrt();
    let bits = |value: f64| (value * (1u64 << 48) as f64).round() as i64;
    DateRisk {
        expiry,
        forward: (price * (1.0 + 0.04 * years) * STEPS) as u64,
        carry: share(1.0 + 0.04 * years),
        a: bits(0.6 * root * root),
        b: bits(0.4 * root),
        rho: bits(-0.3),
        m: bits(0.0),
        s: bits(root),
        years: (years * (1u64 << 60) as f64) as u64,
        valid_from,
        valid_until: NOW + 3_000,
        posted_at: valid_from,
        ..DateRisk::default()
    }
}

/// The market of a risk, with some funding under way.
pub fn market(risk: &MarketRisk) -> Market {
    let mut market = Market::zeroed();
    (market.version, market.market, market.group) = (2, risk.market, GROUP);
    (market.lot, market.unit) = (risk.rules.lot, 10_000);
    market.terms = MarketTerms {
        tick: 1,
        strike_step: 1,
        funding_band: WHOLE / 16,
        funding_cap: WHOLE / 64,
        funding_seconds: 28_800,
        mark_seconds: 86_400,
        venue: 1,
        switches: 7,
        ..MarketTerms::zeroed()
    };
    (market.claim_index, market.claim_era, market.pool) = (INDEX_ONE, 1, 5_000 * DOLLAR as u64);
    (market.funding_index, market.funding_at) = (Fixed64::from_bits(3 << 70), NOW - 1_000);
    (market.premium, market.marked_at) = (WHOLE / 1_000, NOW - 900);
    market.date_count = risk.date_count;
    for (slot, date) in market.dates.iter_mut().zip(risk.dates()) {
        *slot = MarketDate { expiry: date.expiry, ..MarketDate::default() };
    }
    market
}

/// A group's markets and accounts.
pub struct Scene {
    pub group: Group,
    pub model: Model,
    pub risks: Vec<MarketRisk>,
    pub markets: Vec<Market>,
    pub accounts: Vec<(Pubkey, MarginAccount)>,
}

impl Scene {
    /// A scanner that knows all of it and has scanned nothing yet.
    pub fn scanner(&self) -> Scanner {
        let mut scanner = Scanner::new(GROUP, self.group, self.model);
        for (market, risk) in self.markets.iter().zip(&self.risks) {
            scanner.set_market(*market);
            scanner.set_risk(*risk);
        }
        for (key, account) in &self.accounts {
            assert!(scanner.set_account(*key, *account, 1));
        }
        scanner
    }

    /// A day as it is: eight markets, most trade in the first two, books of so many legs in one to three of them, on no
    /// more than so many dates of each.
    pub fn usual(accounts: usize, legs: usize, dates: u64, seed: u64) -> Self {
        let mut rng = Rng(seed);
        let mut scene = Self::empty();
        for place in 0..accounts {
            let mut numbers = Vec::new();
            let most = 1 + rng.below(3) as usize;
            while numbers.len() < most {
                let number = if rng.once_in(3) { 1 + rng.below(8) as u16 } else { 1 + rng.below(2) as u16 };
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            let account = scene.usual_account(&mut rng, &numbers, legs, dates);
            scene.accounts.push((key(place), account));
        }
        scene
    }

    /// Eight markets and no account.
    pub fn empty() -> Self {
        let dates = [8, 8, 6, 4, 4, 3, 2, 2];
        let risks: Vec<MarketRisk> =
            dates.iter().zip(1..).map(|(dates, number)| risk(number, *dates)).collect();
        let markets = risks.iter().map(market).collect();
        Self { group: group(), model: model(0), risks, markets, accounts: Vec::new() }
    }

    /// An account of so many legs in some markets.
    pub fn usual_account(&self, rng: &mut Rng, numbers: &[u16], legs: usize, dates: u64) -> MarginAccount {
        let (mut book, mut count) = (Vec::new(), Vec::new());
        for number in numbers {
            let all = u64::from(self.risks[usize::from(number - 1)].date_count);
            count.push((rng.below(all), 1 + rng.below(dates.min(all))));
        }
        for place in 0..legs {
            let number = numbers[place % numbers.len()];
            loop {
                let leg = self.usual_leg(rng, number, count[place % numbers.len()], place < numbers.len());
                if book.iter().all(|other: &Leg| other.place() != leg.place()) {
                    book.push(leg);
                    break;
                }
            }
        }
        let mut account = account(book);
        // Between a little and much more than what such books need.
        account.counted = (rng.within(10_000.0, 150_000.0) * DOLLAR as f64) as i64;
        account.cash_index = INDEX_ONE;
        move_beside(&mut account, rng);
        if rng.once_in(3) {
            let number = numbers[0];
            let tokens = rng.within(2_000.0, 50_000.0) / PRICES[usize::from(number - 1)];
            let token = &mut account.collateral[0];
            (token.bank, token.market, token.amount) = (number, number, (tokens * 1e8) as u64);
        }
        account
    }

    /// A leg worth some ten thousand dollars of a market, on one of some dates from a first one on; two hundred strikes are
    /// spread over a market's dates.
    fn usual_leg(&self, rng: &mut Rng, number: u16, (first, dates): (u64, u64), perp: bool) -> Leg {
        let (risk, price) = (&self.risks[usize::from(number - 1)], PRICES[usize::from(number - 1)]);
        let lots = rng.within(1_000.0, 30_000.0) / price * STEPS / risk.rules.lot as f64;
        let lots = (lots as i64).max(1) * if rng.once_in(2) { -1 } else { 1 };
        let cost = lots as f64 * risk.rules.lot as f64 / STEPS * price * rng.within(0.97, 1.03);
        let mut leg = Leg::zeroed();
        (leg.market, leg.quantity, leg.kind) = (number, lots, 1);
        leg.entry_value = (cost * DOLLAR as f64) as i64;
        leg.funding_index = Fixed64::from_bits(2 << 70);
        if perp && !rng.once_in(4) {
            return leg;
        }
        leg.funding_index = Fixed64::default();
        let date = (first + rng.below(dates)) % u64::from(risk.date_count);
        leg.expiry = risk.dates()[date as usize].expiry;
        leg.kind = 2;
        if !rng.once_in(12) {
            let strikes = 200 / u64::from(risk.date_count);
            let strike = rng.below(strikes) as f64 / strikes as f64;
            let step = price / 200.0;
            (leg.kind, leg.entry_value) = (3 + rng.below(2) as u8, 0);
            leg.strike = (((0.7 + 0.6 * strike) * price / step).round() * step * 1e8) as u64;
        }
        leg
    }
}

/// The address of an account.
pub fn key(number: usize) -> Pubkey {
    let mut bytes = [9; 32];
    // Like addresses, without an order.
    bytes[..8].copy_from_slice(&Rng(number as u64).next().to_le_bytes());
    bytes[8..16].copy_from_slice(&(number as u64).to_le_bytes());
    Pubkey::new_from_array(bytes)
}

/// An account with a book, in order, and nothing else.
pub fn account(mut book: Vec<Leg>) -> MarginAccount {
    let mut account = MarginAccount::zeroed();
    (account.version, account.group, account.owner) = (2, GROUP, Pubkey::new_from_array([5; 32]));
    book.sort_by_key(Leg::place);
    for (slot, leg) in account.legs.iter_mut().zip(&book) {
        *slot = *leg;
        let known = account.markets.iter().position(|row| row.market == leg.market);
        let place = known.or_else(|| account.markets.iter().position(|row| row.market == 0));
        let row = &mut account.markets[place.expect("a free row")];
        (row.market, row.legs) = (leg.market, row.legs + 1);
        (row.claim_era, row.claim_index) = (1, INDEX_ONE);
    }
    account
}

/// Lets trades have moved the cash of every second account beside what is counted, by an eighth of that at most; who borrows
/// can only have got some.
pub fn move_beside(account: &mut MarginAccount, rng: &mut Rng) {
    let low = if account.counted < 0 { 0.0 } else { -1.0 };
    if rng.once_in(2) {
        account.uncounted = (rng.within(low, 1.0) * (account.counted.abs() >> 3) as f64) as i64;
    }
    account.cash = account.counted + account.uncounted;
}
