//! Small days: one market at about a hundred dollars, and a model whose numbers are exact.

use anchor_lang::prelude::Pubkey;
use ballast_demo::{
    regimes::{play, Outcome, Rule, Terms},
    tape::{Start, Tape, Traded, View},
};
use ballast_interface::{
    account::{Group, Market, MarketDate, TradeLeg, INDEX_ONE},
    risk::{DateRisk, Feed, MarketRisk, MarketRules, Model, NO_RULES},
};
use ballast_margin::{
    model::{Factors, Gains, Model as Rules, Row, Vol},
    units::{Fraction, Quote, STEPS},
};
use bytemuck::Zeroable;

/// Quote units of a dollar.
pub const DOLLAR: i64 = 1_000_000;
/// A ratio of one, in 2^-40.
pub const WHOLE: i64 = 1 << 40;
/// When days begin.
pub const NOW: i64 = 1_780_646_400;
/// When the future expires.
pub const EXPIRY: i64 = NOW + 7 * 86_400;
/// Address of the group.
pub const GROUP: Pubkey = Pubkey::new_from_array([7; 32]);

/// A perp.
pub const PERP: (u8, i64) = (1, 0);
/// The future.
pub const FUTURE: (u8, i64) = (2, EXPIRY);
/// A call of the same date.
pub const CALL: (u8, i64) = (3, EXPIRY);
/// The token of bank 1.
pub const TOKEN: (u8, i64) = (0, 0);

/// Prices move by an eighth either way; that is maintenance margin, and half as much again is initial margin.
pub fn model() -> Box<Model> {
    let row = |multiplier| Row {
        multiplier,
        scaled: false,
        vol: Vol::Flat,
        weight: Fraction::ONE,
        mass: Fraction::ZERO,
    };
    let rows = [row(Fraction::lit("0.875")), row(Fraction::lit("1.125"))];
    let factors = Factors { maintenance: Fraction::ONE, initial: Fraction::lit("1.5"), ..NO_RULES.factors };
    let gains = Gains { weight: Fraction::ONE, cap: Quote(1 << 100) };
    let rules = Rules { rows: &rows, factors, gains, settlement_seconds: 1_800, ..NO_RULES };
    let mut model = Box::new(Model::zeroed());
    (model.version, model.group) = (Model::VERSION, GROUP);
    model.take(&rules).expect("two rows fit");
    model
}

/// A liquidator gets an eighth of the risk, the insurance a sixteenth; slices go half way to initial margin; tokens are
/// sold a sixty-fourth below the index.
pub const TERMS: Terms = Terms {
    discount: Fraction(WHOLE / 8),
    insurance: Fraction(WHOLE / 16),
    target: Fraction(WHOLE / 2),
    token_discount: WHOLE / 64,
};

/// What is known so many minutes after the beginning, at a price in dollars.
pub fn view(minutes: i64, dollars: u64) -> View {
    let mut group = Box::new(Group::zeroed());
    (group.version, group.quote_decimals) = (Group::VERSION, 6);
    let time = NOW + minutes * 60;
    let mut risk = MarketRisk::zeroed();
    (risk.version, risk.market, risk.group) = (MarketRisk::VERSION, 1, GROUP);
    risk.rules = MarketRules { lot: STEPS, moves_like: 1, token_decimals: 8, ..MarketRules::zeroed() };
    risk.rules.feed =
        Feed { max_interval: WHOLE / 100, band: WHOLE / 2, max_age: 60, wide_grace: 120, ..Feed::zeroed() };
    let price = dollars * STEPS;
    (risk.price.index, risk.price.slow, risk.price.average) = (price, price, price);
    (risk.price.published_at, risk.price.refreshed_at) = (time, time);
    risk.date_count = 1;
    risk.dates[0] = DateRisk {
        expiry: EXPIRY,
        forward: price,
        carry: WHOLE,
        a: 1 << 40,
        s: 1 << 40,
        years: 1 << 60,
        valid_from: NOW,
        valid_until: EXPIRY,
        ..DateRisk::default()
    };
    let mut market = Market::zeroed();
    (market.version, market.market, market.group) = (Market::VERSION, 1, GROUP);
    (market.lot, market.unit, market.date_count) = (STEPS, 10_000, 1);
    (market.claim_index, market.claim_era) = (INDEX_ONE, 1);
    market.dates[0] = MarketDate { expiry: EXPIRY, ..MarketDate::default() };
    View { time, group, risks: vec![risk], markets: vec![market] }
}

/// A day with a price a minute, and what everybody brings: dollars, and coins.
pub fn day(prices: &[u64], starts: &[(i64, u64)]) -> Tape {
    let starts = starts.iter().enumerate().map(|(person, (dollars, coins))| {
        let tokens = if *coins == 0 { vec![] } else { vec![(1, 1, coins * 100_000_000)] };
        Start { person, cash: dollars * DOLLAR, tokens }
    });
    Tape {
        model: model(),
        starts: starts.collect(),
        flow: vec![],
        views: (0..).zip(prices).map(|(minutes, price)| view(minutes, *price)).collect(),
        taken: vec![],
        borne: vec![],
    }
}

/// The first buys lots of something from the second at the price of a step; below zero he sells.
pub fn trade(tape: &mut Tape, step: usize, between: (usize, usize), what: (u8, i64), lots: i64) {
    let (kind, expiry) = what;
    let price = tape.views[step].risks[0].price.index / 10_000;
    let leg = TradeLeg { number: 1, kind, expiry, strike: 0, lots, price };
    let (first, second) = between;
    let time = tape.views[step].time;
    tape.flow.push(Traded { step, time, first, second, legs: vec![leg], fees: [0; 2] });
}

/// Plays a day of traders alone, with so many dollars of insurance.
pub fn played(tape: &Tape, insurance: i64, rule: Rule) -> Outcome {
    play(tape, tape.starts.len(), insurance * DOLLAR, TERMS, rule).expect("the day can be played")
}

/// Refuses amounts that are not near what they ought to be: no less, and no more than so many units above, since every
/// requirement is rounded up.
pub fn near(found: &[i64], expected: &[i64], units: i64) {
    assert_eq!(found.len(), expected.len());
    let near = |(found, expected): (&i64, &i64)| (0..=units).contains(&(found - expected));
    assert!(found.iter().zip(expected).all(near), "{found:?} are not {expected:?}");
}
