//! An assessment on chain is, to the last bit, what the engine says on the host of the same book.
//!
//! A book is drawn once and written down twice: as accounts, and in the engine's own words. The second does not go
//! through the code that reads accounts, so that a mistake there shows.

mod book;
mod draw;
mod market;
mod quotes;

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::MarginAccount,
    risk::{Assessment, Preset},
    seeds,
};
use ballast_margin::{
    assess,
    book::{Book, Snapshot},
    model::Model,
    presets,
    report::{Report, Worst},
    units::{Price, STEPS},
    Desk,
};
use ballast_testkit::{risk_program, Arch, Bank, Lite, RiskSpec, Signer, World};
use book::Facts;
use draw::Draw;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use std::collections::BTreeMap;

/// Books for each architecture in LiteSVM.
const MANY: usize = 1_000;
/// Books for each architecture in solana-program-test, where a transaction takes longer.
const SOME: usize = 40;

#[test]
fn on_litesvm_v0() {
    agree(&mut World::new(Lite::new(Arch::V0)), MANY, 1);
}

#[test]
fn on_litesvm_v3() {
    agree(&mut World::new(Lite::new(Arch::V3)), MANY, 2);
}

#[test]
fn on_program_test_v0() {
    agree(&mut World::new(Bank::new(Arch::V0)), SOME, 3);
}

#[test]
fn on_program_test_v3() {
    agree(&mut World::new(Bank::new(Arch::V3)), SOME, 4);
}

const PRESETS: [(Preset, &Model); 4] = [
    (Preset::Ballast, &presets::BALLAST),
    (Preset::Pmrm, &presets::PMRM),
    (Preset::Span16, &presets::SPAN16),
    (Preset::Xpm, &presets::XPM),
];

/// Every number that a market can have here: four with dates, one price that moves like another, one that moves
/// nothing, and the quote token's.
const MARKETS: [u16; 7] = [1, 2, 3, 4, 9, 10, 20];

fn agree(world: &mut World, count: usize, seed: u64) {
    let mut draw = Draw::new(seed);
    let spec = world.create_risk(Preset::Ballast, &MARKETS);
    let owner = world.person("alice");
    let (account, _) = world.open_account(&spec.group, &owner, &owner, 0);
    let mut desk = Box::new(Desk::new());
    let mut seen = BTreeMap::<_, usize>::new();
    let mut quotes = quotes::Quotes::default();
    for (number, (preset, rules)) in PRESETS.iter().enumerate() {
        let load = risk_program::load_preset(&spec.group, &spec.authority.pubkey(), *preset);
        world.svm.send(&[load], &[&spec.authority]).expect("the preset is loaded");
        for _ in 0..count / PRESETS.len() {
            let now = world.svm.now();
            let facts = Facts::draw(&mut draw, now);
            let numbers = put(world, &spec, &account, &facts);
            let ask = risk_program::assess(&spec.group, &account, &numbers);
            let limit = ComputeBudgetInstruction::set_compute_unit_limit(1_400_000);
            let sent = world.svm.send(&[limit, ask], &[]);
            let sent = sent.unwrap_or_else(|failure| panic!("{facts:#?}: {failure:#?}"));
            let there = Assessment::from_bytes(&sent.return_data).expect("a report");
            let here = host(&facts, rules, &mut desk, now);
            compare(&here, &there, &facts);
            *seen.entry((number, there.worst[0], there.offsets_off)).or_default() += 1;
            quotes.ask(world, (&spec, &account, &numbers), facts, (rules, &here), &mut draw);
        }
    }
    quotes.enough(count);
    // The draws reach what they are meant to reach: offsets on and off, and most ways to be the worst.
    let cases: std::collections::BTreeSet<_> = seen.keys().map(|(_, worst, off)| (*worst, *off)).collect();
    let enough = if count >= MANY { 8 } else { 3 };
    assert!(cases.len() >= enough, "{seen:?}");
}

/// Writes the facts into the accounts; the numbers of the markets that the account needs.
fn put(world: &mut World, spec: &RiskSpec, address: &Pubkey, facts: &Facts) -> Vec<u16> {
    for market in &facts.markets {
        let risk = seeds::find_market_risk(&spec.group, market.number).0;
        let mut layout = world.market_risk(&spec.group, market.number);
        market.write(&mut layout);
        world.overwrite(&risk, &layout);
    }
    let mut model = world.model(&spec.group);
    model.peg_market = facts.peg.map_or(0, |place| facts.markets[place].number);
    world.overwrite(&seeds::find_model(&spec.group).0, &model);
    let mut account: MarginAccount = world.typed(address);
    facts.write(&mut account);
    account.invariant().expect("a book that the account program could hold");
    world.overwrite(address, &account);
    facts.markets.iter().map(|market| market.number).collect()
}

/// What the engine says of the facts.
fn host(facts: &Facts, rules: &Model, desk: &mut Desk, now: i64) -> Report {
    let report = engine(facts, now, |snapshot, book| assess(desk, rules, snapshot, book));
    report.unwrap_or_else(|error| panic!("{error}: {facts:#?}"))
}

/// Asks the engine something about the facts.
fn engine<T>(facts: &Facts, now: i64, ask: impl FnOnce(&Snapshot, &Book) -> T) -> T {
    let held = facts.held();
    let certain = facts.markets.iter().all(|market| market.is_good(now));
    let expiries: Vec<_> = held.iter().map(|place| facts.markets[*place].expiries(now)).collect();
    let sheets = held.iter().zip(&expiries);
    let markets: Vec<_> =
        sheets.map(|(place, expiries)| facts.markets[*place].engine(expiries, certain, now)).collect();
    let peg = facts.peg.map_or(STEPS, |place| facts.markets[place].index);
    let snapshot = Snapshot { peg: Price(peg), markets: &markets };
    let (legs, collateral) = (facts.legs(), facts.collateral(now));
    let (cash, unpaid) = (facts.cash(), facts.unpaid());
    ask(&snapshot, &Book { cash, unpaid, collateral: &collateral, legs: &legs })
}

fn worst(case: Worst) -> [u8; 2] {
    match case {
        Worst::Nothing => [0, 0],
        Worst::Row(row) => [1, row],
        Worst::Basis => [2, 0],
        Worst::Shortfall => [3, 0],
        Worst::Systemic(row) => [4, row],
        Worst::Covariance => [5, 0],
        Worst::Floor => [6, 0],
        Worst::Sum => [7, 0],
    }
}

fn compare(here: &Report, there: &Assessment, facts: &Facts) {
    let amounts = [here.value, here.maintenance, here.initial, here.health, here.room].map(|amount| amount.0);
    let theirs = [there.value, there.maintenance, there.initial, there.health, there.room];
    assert_eq!(amounts, theirs.map(|amount| amount.get()), "{facts:#?}");
    assert_eq!(worst(here.worst), there.worst, "{facts:#?}");
    let (c, p) = (&here.components, &there.parts);
    let parts = [
        (c.scan, p.scan),
        (c.roll, p.roll),
        (c.convexity, p.convexity),
        (c.twist, p.twist),
        (c.liquidity, p.liquidity),
        (c.interval, p.interval),
        (c.perp, p.perp),
        (c.perp_initial, p.perp_initial),
        (c.option, p.option),
        (c.option_initial, p.option_initial),
        (c.haircut, p.haircut),
        (c.haircut_initial, p.haircut_initial),
        (c.score, p.score),
        (c.peg, p.peg),
        (c.bias, p.bias),
        (c.gains, p.gains),
    ];
    for (place, (ours, theirs)) in parts.into_iter().enumerate() {
        assert_eq!(ours.0, theirs.get(), "part {place}: {facts:#?}");
    }
    let held = facts.held();
    assert_eq!(there.market_count as usize, held.len());
    for (place, market) in held.iter().enumerate() {
        let (ours, theirs) = (&here.markets[place], &there.markets[place]);
        assert_eq!(theirs.market, facts.markets[*market].number);
        let numbers = (ours.scan.0, ours.vega.0, ours.theta.0, ours.delta.0, ours.gamma.0);
        let others = (theirs.scan.get(), theirs.vega.get(), theirs.theta.get(), theirs.delta, theirs.gamma);
        assert_eq!(numbers, others, "{facts:#?}");
        assert_eq!(worst(ours.worst), theirs.worst, "{facts:#?}");
    }
}
