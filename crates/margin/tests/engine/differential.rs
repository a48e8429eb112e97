//! The engine against its floating-point twin in random worlds: never more generous, and hardly less.

use crate::common::{cases, models, pmrm, Shape, World};
use ballast_margin::model::{Model, Row};
use ballast_margin::presets::{BALLAST, PMRM, SPAN16, XPM};
use ballast_margin::report::{Report, Worst};
use ballast_margin::units::Quote;
use ballast_margin::{assess, twin, Desk};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What rounding of the twin itself may come to, as a share of gross notional.
const NOISE: f64 = 1e-11;
/// What the engine may take from one market's result, as a share of gross notional: 2^-31.
const GUARD: f64 = 1.0 / (1u64 << 31) as f64;
/// What it may take from a forward contingency, whose factor may be above one.
const GUARDS: f64 = 2.0 * GUARD;
/// What it may take where delta is charged: in an expiry's last seconds delta is hardly known.
const NEAR_EXPIRY: f64 = 1.0 / (1u64 << 26) as f64;
/// The least amount of money.
const STEP: f64 = 1e-10;
/// Steps that a sum of roundings may come to.
const STEPS: f64 = 5e-9;

/// Everything that is wrong, by what it is about: how often, how far, and where it is worst.
type Findings = BTreeMap<&'static str, (usize, f64, String)>;

/// One world under one model, both ways.
struct Pair<'a> {
    name: String,
    findings: &'a RefCell<Findings>,
    world: &'a World,
    desk: &'a Desk,
    fixed: Report,
    exact: twin::Report,
    gross: f64,
    /// How many times its notional a row may make a position weigh, one at least.
    reach: f64,
    /// What the least number of contracts is worth, over all markets.
    contract: f64,
}

impl Pair<'_> {
    /// Takes note of an error that is larger than its bound, both in quote.
    fn check(&self, what: &'static str, error: f64, bound: f64, numbers: (f64, f64)) {
        if error <= bound {
            return;
        }
        let (mut findings, share) = (self.findings.borrow_mut(), error / self.gross);
        let finding = findings.entry(what).or_default();
        finding.0 += 1;
        if share > finding.1 {
            (finding.1, finding.2) = (share, format!("{}: {} for {}", self.name, numbers.0, numbers.1));
        }
    }

    /// A value: rounded down, so at most what it is exactly, and not below it by much.
    fn value(&self, what: &'static str, fixed: f64, exact: f64, guard: f64) {
        self.check(what, fixed - exact, NOISE * self.gross + STEP, (fixed, exact));
        self.shown(what, fixed, exact, guard);
    }

    /// A requirement: rounded up.
    fn requirement(&self, what: &'static str, fixed: Quote, exact: f64, guard: f64) {
        self.value(what, -twin::from_quote(fixed), -exact, guard);
    }

    /// Something shown, or added to what is rounded later: rounded either way.
    fn shown(&self, what: &'static str, fixed: f64, exact: f64, guard: f64) {
        let bound = guard * self.reach * self.gross + STEPS + self.contract;
        self.check(what, (fixed - exact).abs(), bound, (fixed, exact));
    }

    fn margins(&self) {
        let (fixed, exact) = (&self.fixed, &self.exact);
        for (what, fixed, exact, guard) in [
            ("value", fixed.value, exact.value, GUARD),
            ("health", fixed.health, exact.health, NEAR_EXPIRY),
            ("room", fixed.room, exact.room, NEAR_EXPIRY),
        ] {
            self.value(what, twin::from_quote(fixed), exact, guard);
        }
        self.requirement("maintenance", fixed.maintenance, exact.maintenance, NEAR_EXPIRY);
        self.requirement("initial", fixed.initial, exact.initial, NEAR_EXPIRY);
        self.requirement("scan", fixed.components.scan, exact.scan, GUARD);
    }

    fn components(&self) {
        let (fixed, exact) = (&self.fixed.components, &self.exact.components);
        // Charges on greeks may be short by the error of a greek, for which the guards of the rows make up;
        // the gain of which gains are a share is itself rounded down.
        for (what, fixed, exact) in [
            ("roll", fixed.roll, exact.roll),
            ("convexity", fixed.convexity, exact.convexity),
            ("twist", fixed.twist, exact.twist),
            ("liquidity", fixed.liquidity, exact.liquidity),
            ("interval", fixed.interval, exact.interval),
            ("peg", fixed.peg, exact.peg),
            ("gains", fixed.gains, exact.gains),
        ] {
            self.shown(what, twin::from_quote(fixed), exact, NEAR_EXPIRY);
        }
        for (what, fixed, exact) in [
            ("perp", fixed.perp, exact.perp),
            ("perp, initial", fixed.perp_initial, exact.perp_initial),
            ("option", fixed.option, exact.option),
            ("option, initial", fixed.option_initial, exact.option_initial),
            ("haircut", fixed.haircut, exact.haircut),
            ("haircut, initial", fixed.haircut_initial, exact.haircut_initial),
            ("score", fixed.score, exact.score),
            ("bias", fixed.bias, exact.bias),
        ] {
            self.requirement(what, fixed, exact, GUARD);
        }
    }

    fn markets(&self) {
        for (market, exact) in self.exact.markets.iter().enumerate() {
            let fixed = &self.fixed.markets[market];
            let basis = self.exact.basis[market];
            for (row, exact) in self.exact.rows[market].iter().enumerate() {
                self.value("row", twin::from_quote(self.desk.row(market, row)), *exact, GUARD);
            }
            self.requirement("basis", self.desk.basis(market), basis, GUARDS);
            self.requirement("scan of a market", fixed.scan, exact.scan, GUARD);
            // Near ties may fall either way, but what is named must be as bad as the worst.
            let named = match fixed.worst {
                Worst::Nothing => 0.0,
                Worst::Row(row) => -self.exact.rows[market][usize::from(row)],
                Worst::Basis => basis,
                _ => exact.scan,
            };
            self.shown("worst of a market", named, exact.scan, GUARD);
            self.greeks(market);
        }
    }

    fn greeks(&self, market: usize) {
        let (fixed, exact) = (&self.fixed.markets[market], &self.exact.markets[market]);
        let index = twin::from_price(self.world.markets[market].index);
        self.shown("delta", twin::from_contracts(fixed.delta) * index, exact.delta * index, 1e-6);
        // For one part in a hundred of the index.
        let move_of = index / 100.0;
        self.shown("gamma", twin::from_contracts(fixed.gamma) * move_of, exact.gamma * move_of, 1e-6);
        self.shown("vega", twin::from_quote(fixed.vega), exact.vega, 1e-10);
        self.shown("theta", twin::from_quote(fixed.theta), exact.theta, 1e-5);
    }
}

/// The models of the tests and the published ones.
fn all_models() -> Vec<(&'static str, Model<'static>)> {
    let presets = [("ballast", BALLAST), ("pmrm", PMRM), ("span16", SPAN16), ("xpm", XPM)];
    models::all().into_iter().chain(presets).collect()
}

/// What a row multiplies a position by, its weight included; scan ranges stay below a half.
fn reach(row: &Row) -> f64 {
    let multiplier = twin::from_fraction(row.multiplier);
    let multiplier = if row.scaled { 1.0 + (multiplier - 1.0) / 2.0 } else { multiplier };
    multiplier * twin::from_fraction(row.weight)
}

/// One world under one model.
fn compare(name: String, model: &Model, world: &World, desk: &mut Desk, findings: &RefCell<Findings>) {
    let (snapshot, book) = (world.snapshot(), world.book());
    let fixed = assess(desk, model, &snapshot, &book);
    let pair = Pair {
        fixed: fixed.unwrap_or_else(|error| panic!("{name}: {error}")),
        exact: twin::assess(model, &snapshot, &book),
        gross: world.gross(),
        reach: model.rows.iter().map(reach).fold(1.0, f64::max),
        // Delta is charged in whole 1e-10 of a contract, two for each expiry and one for each collateral.
        contract: world.markets.iter().map(|m| twin::from_price(m.index) * 8e-10).sum(),
        name,
        findings,
        world,
        desk,
    };
    pair.margins();
    pair.components();
    pair.markets();
}

/// Worlds of a shape, each under the next of all models.
fn compare_worlds(count: u32, shape: &Shape) {
    let (models, mut desk, findings) = (all_models(), Box::new(Desk::new()), RefCell::default());
    for seed in 0..u64::from(cases(count)) {
        let (name, model) = &models[seed as usize % models.len()];
        let world = World::shaped(seed, shape);
        compare(format!("world {seed} under {name}"), model, &world, &mut desk, &findings);
    }
    expect_none(&findings.borrow());
}

fn expect_none(findings: &Findings) {
    for (what, (times, share, example)) in findings {
        println!("{what}: {times} times, at most by {share:.1e} of gross in {example}");
    }
    assert!(findings.is_empty(), "the engine and its twin differ");
}

#[test]
fn models_are_sound() {
    for (name, model) in all_models() {
        assert_eq!(model.check(), Ok(()), "{name}");
    }
}

#[test]
fn books_of_all_sizes_agree() {
    compare_worlds(20_000, &Shape::default());
}

#[test]
fn small_books_agree() {
    // Nothing hides the error of a single option.
    compare_worlds(40_000, &Shape { markets: 1..=2, expiries: 0..=1, legs: 1..=2, collateral: 0..=1 });
}

#[test]
fn published_portfolios_agree() {
    let (mut desk, findings) = (Box::new(Desk::new()), RefCell::default());
    for case in pmrm::cases() {
        compare(case.name.clone(), &case.model(), &case.world, &mut desk, &findings);
    }
    expect_none(&findings.borrow());
}
