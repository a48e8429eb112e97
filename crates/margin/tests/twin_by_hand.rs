//! The twin's aggregation and add-ons against numbers worked out by hand.
#![cfg(feature = "twin")]

mod common;

use ballast_margin::book::Kind;
use ballast_margin::model::{
    AddOns, Basis, Convexity, Correlation, Cross, Factors, Gains, Liquidity, Model, Row, Tail, Vol,
};
use ballast_margin::report::Worst;
use ballast_margin::twin::{self, Report};
use ballast_margin::units::Fraction;
use common::models::bare;
use common::simple::{expiry, leg, perp, tokens, world};
use common::units::{contracts, fraction, price, quote, years};
use common::World;

const DAY: i64 = 86_400;

fn row(multiplier: f64, weight: f64, mass: f64) -> Row {
    let (multiplier, weight, mass) = (fraction(multiplier), fraction(weight), fraction(mass));
    Row { multiplier, scaled: false, vol: Vol::Flat, weight, mass }
}

/// Ten up and ten down.
const TENS: &[Row] = &[ten("1.1"), ten("0.9")];

const fn ten(multiplier: &str) -> Row {
    Row {
        multiplier: Fraction::lit(multiplier),
        scaled: false,
        vol: Vol::Flat,
        weight: Fraction::ONE,
        mass: Fraction::ZERO,
    }
}

fn assess(model: Model<'_>, world: &World) -> Report {
    twin::assess(&model, &world.snapshot(), &world.book())
}

#[track_caller]
fn near(got: f64, expected: f64) {
    // Fractions have steps of 2^-40, which is 1e-12, and notionals here stay below 10 000.
    assert!((got - expected).abs() < 1e-8, "{got} is not {expected}");
}

#[test]
fn rows_weigh_and_scale() {
    let mut world = world(1);
    world.legs = vec![perp(0, 3.0)];
    let scaled = |multiplier| Row { scaled: true, ..row(multiplier, 0.35, 0.0) };
    // A range of 0.1: minus three ranges are 1 + (-2 - 1) 0.1; minus forty stop at 1/1024.
    let rows = [row(1.1, 1.0, 0.0), row(0.9, 0.5, 0.0), scaled(-2.0), scaled(-40.0)];
    let report = assess(Model { rows: &rows, ..bare() }, &world);
    for (got, expected) in
        report.rows[0].iter().zip([30.0, -15.0, -31.5, 0.35 * 300.0 * (1.0 / 1024.0 - 1.0)])
    {
        near(*got, expected);
    }
    assert_eq!(report.worst, Worst::Row(3));
}

#[test]
fn settlement_fixes_the_forward_and_basis_is_a_case() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(450)].leak();
    world.legs = vec![leg(0, Kind::Future, 0.0, 2.0)];
    let factor = |value| Basis {
        up: fraction(1.2),
        down: fraction(0.7),
        scaled: false,
        add: fraction(value),
        per_year: Fraction::ZERO,
    };
    // A quarter of 1 800 s is left: the forward moves by a quarter of 10, or of 30 in the contingency.
    let report = assess(Model { rows: TENS, basis: factor(0.5), ..bare() }, &world);
    near(report.rows[0][0], 5.0);
    near(report.basis[0], 0.5 * 2.0 * 0.25 * 30.0);
    near(report.scan, 7.5);
    assert_eq!(report.worst, Worst::Basis);
    near(report.markets[0].delta, 0.5);
    assert_eq!(assess(Model { rows: TENS, basis: factor(0.3), ..bare() }, &world).worst, Worst::Row(1));
}

#[test]
fn shortfall_takes_masses_from_the_worst_up() {
    let mut world = world(1);
    world.legs = vec![perp(0, 1.0)];
    let rows = [row(1.1, 1.0, 0.5), row(0.8, 1.0, 0.02), row(0.9, 1.0, 0.04), row(0.5, 0.4, 0.0)];
    let tail = |share, multiplier| Tail { share: fraction(share), multiplier: fraction(multiplier) };
    // 0.02 of 20, then 0.03 of 10.
    let report = assess(Model { rows: &rows, tail: tail(0.05, 2.0), ..bare() }, &world);
    near(report.scan, 2.0 * (0.02 * 20.0 + 0.03 * 10.0) / 0.05);
    assert_eq!(report.worst, Worst::Shortfall);
    // 0.02 of 20, 0.04 of 10, and 0.02 of a gain of 10.
    let report = assess(Model { rows: &rows[..3], tail: tail(0.08, 4.0), ..bare() }, &world);
    near(report.scan, 4.0 * (0.4 + 0.4 - 0.2) / 0.08);
    // So many gains that nothing is left.
    let report = assess(Model { rows: &rows[..3], tail: tail(0.5, 4.0), ..bare() }, &world);
    assert_eq!(report.worst, Worst::Row(1));
}

fn cross(offset: f64, floor: f64, correlations: &[Correlation]) -> Cross<'_> {
    Cross {
        offset: fraction(offset),
        floor: fraction(floor),
        covariance: !correlations.is_empty(),
        correlations,
    }
}

#[test]
fn markets_offset_in_rows_down_to_a_floor() {
    let mut world = world(3);
    world.legs = vec![perp(0, 5.0), perp(1, -3.0)];
    let with = |offset, floor| Model { rows: TENS, cross: cross(offset, floor, &[]), ..bare() };
    // Alone 50 and 30; in the row down, 50 less a share of 30.
    for (offset, floor, scan, worst) in [
        (0.0, 0.0, 50.0, Worst::Systemic(1)),
        (1.0, 0.0, 50.0, Worst::Floor),
        (1.0, 0.75, 60.0, Worst::Floor),
        (1.0, 1.0, 80.0, Worst::Floor),
    ] {
        let report = assess(with(offset, floor), &world);
        near(report.scan, scan);
        assert_eq!(report.worst, worst);
    }
    world.legs[1] = perp(1, 3.0);
    near(assess(with(0.6, 0.0), &world).scan, 80.0);
    // The third market holds nothing, so its feed is no matter.
    world.markets[2].certain = false;
    assert_eq!(assess(with(0.6, 0.0), &world).worst, Worst::Systemic(1));
    world.markets[1].certain = false;
    world.legs[1] = perp(1, -3.0);
    let report = assess(with(1.0, 0.0), &world);
    near(report.scan, 80.0);
    assert_eq!(report.worst, Worst::Sum);
}

const fn pair(low: &str) -> Correlation {
    Correlation { markets: (1, 2), low: Fraction::lit(low), high: Fraction::lit("0.9") }
}

#[test]
fn covariance_takes_the_worse_bound_of_each_pair() {
    let mut world = world(2);
    const TIGHT: &[Correlation] = &[pair("0.6")];
    const LOOSE: &[Correlation] = &[pair("0.2")];
    let with =
        |bounds: &'static [Correlation]| Model { rows: TENS, cross: cross(1.0, 0.0, bounds), ..bare() };
    // Long both, 40 and 30: both lose going down, at the upper bound. The row of both says 70.
    world.legs = vec![perp(0, 4.0), perp(1, 3.0)];
    near(assess(with(TIGHT), &world).scan, 70.0);
    // Long one and short the other: down and up lose, and offset by the lower bound.
    world.legs = vec![perp(0, 4.0), perp(1, -4.0)];
    let report = assess(with(TIGHT), &world);
    near(report.scan, (2.0 * 1600.0 * (1.0 - 0.6_f64)).sqrt().max(40.0));
    let report = assess(with(LOOSE), &world);
    near(report.scan, (2.0 * 1600.0 * (1.0 - 0.2_f64)).sqrt());
    assert_eq!(report.worst, Worst::Covariance);
    // An unlisted pair offsets nothing; the order of the ids is that of the markets reversed.
    world.markets[0].id = 7;
    near(assess(with(LOOSE), &world).scan, 80.0);
}

#[test]
fn covariance_keeps_rows_to_their_direction() {
    let mut world = world(2);
    // The future loses 10 going down and nothing going up, but the contingency's 15 count both ways.
    world.markets[0].expiries = vec![expiry(DAY)].leak();
    world.legs = vec![leg(0, Kind::Future, 0.0, 1.0), perp(1, -2.0)];
    let basis = Basis {
        up: fraction(1.0),
        down: fraction(0.7),
        scaled: false,
        add: fraction(0.5),
        per_year: Fraction::ZERO,
    };
    let bounds = [Correlation { markets: (1, 2), low: fraction(0.0), high: fraction(0.5) }];
    let report = assess(Model { rows: TENS, basis, cross: cross(1.0, 0.0, &bounds), ..bare() }, &world);
    // Up: 15 and 20 at a half; down: 15 and 0; against each other: 15 and 20 at zero.
    near(report.scan, (225.0 + 400.0 + 2.0 * 0.5 * 300.0_f64).sqrt());
}

#[test]
fn shares_of_notional() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(DAY), expiry(2 * DAY)].leak();
    let second = |mut leg: ballast_margin::book::Leg| {
        leg.expiry = 1;
        leg
    };
    world.legs = vec![
        perp(0, -2.0),
        leg(0, Kind::Call, 90.0, -3.0),
        leg(0, Kind::Put, 90.0, 1.0),
        leg(0, Kind::Call, 95.0, 7.0),
        second(leg(0, Kind::Put, 90.0, -0.5)),
    ];
    let add_ons = AddOns {
        perp_maintenance: fraction(0.02),
        perp_initial: fraction(0.01),
        option_maintenance: fraction(0.03),
        option_initial: fraction(0.05),
        ..bare().add_ons
    };
    let parts = assess(Model { add_ons, ..bare() }, &world).components;
    near(parts.perp, 4.0);
    near(parts.perp_initial, 2.0);
    // Naked: 3 - 1 at 90 of the first expiry, 0.5 of the second.
    near(parts.option, 2.5 * 100.0 * 0.03);
    near(parts.option_initial, 2.5 * 100.0 * 0.05);
}

#[test]
fn mistrust_costs_by_the_lowest_score_in_question() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(DAY)].leak();
    world.markets[0].perp_score = fraction(0.25);
    world.legs = vec![leg(0, Kind::Future, 0.0, -1.0), leg(0, Kind::Call, 100.0, 2.0)];
    world.collateral = vec![tokens(None, 4.0)];
    world.collateral[0].score = fraction(0.5);
    let add_ons = AddOns { score_threshold: fraction(0.625), score_margin: fraction(0.5), ..bare().add_ons };
    let score = |world: &World| assess(Model { add_ons, ..bare() }, world).components.score;
    // No perps, so theirs is no matter: collateral alone.
    near(score(&world), 0.5 * 0.5 * 400.0);
    world.edit_expiries(0, |all| all[0].score = fraction(0.375));
    near(score(&world), 0.5 * (0.5 * 400.0 + 0.625 * 300.0));
    world.legs.insert(0, perp(0, -1.0));
    near(score(&world), 0.5 * (0.5 * 400.0 + 0.75 * 300.0 + 0.75 * 100.0));
    // At the threshold nothing is doubted.
    world.collateral[0].score = fraction(0.625);
    near(score(&world), 0.5 * (0.75 * 300.0 + 0.75 * 100.0));
}

#[test]
fn liquidity_interval_and_roll_go_by_delta() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(73 * DAY)].leak();
    world.markets[0].interval = fraction(0.01);
    world.markets[0].depth = contracts(4.0);
    world.legs = vec![perp(0, 5.0), leg(0, Kind::Future, 0.0, 3.0)];
    world.collateral = vec![tokens(Some(0), 2.0), tokens(None, 9.0)];
    let add_ons = |slope, per_year, minimum| AddOns {
        liquidity: Liquidity { slope: fraction(slope), cap: fraction(0.5) },
        interval: fraction(2.0),
        roll_per_year: fraction(per_year),
        roll_minimum: fraction(minimum),
        ..bare().add_ons
    };
    // Delta is 10: 6 beyond a depth of 4. A fifth of a year is left.
    let report = assess(Model { add_ons: add_ons(0.2, 0.1, 0.01), ..bare() }, &world);
    near(report.markets[0].delta, 10.0);
    near(report.components.liquidity, 600.0 * 0.2 * 6.0 / 4.0);
    near(report.components.interval, 2.0 * 0.01 * 1_000.0);
    // The perp rolls at the minimum.
    near(report.components.roll, 0.02 * 300.0 + 0.01 * 500.0);
    let report = assess(Model { add_ons: add_ons(0.9, 0.1, 0.05), ..bare() }, &world);
    near(report.components.liquidity, 600.0 * 0.5);
    near(report.components.roll, 0.05 * 300.0 + 0.05 * 500.0);
    world.markets[0].depth = contracts(0.0);
    near(assess(Model { add_ons: add_ons(0.2, 0.0, 0.0), ..bare() }, &world).components.liquidity, 500.0);
}

#[test]
fn convexity_and_twist_go_by_the_bell() {
    let mut world = world(1);
    // A quarter of a year at one half: a total volatility of a quarter; a year: one half.
    world.markets[0].expiries = vec![expiry(7_884_000), expiry(31_536_000)].leak();
    let strike = 100.0 * (0.25_f64 * 0.25 / 2.0).exp();
    let mut far = leg(0, Kind::Put, 100.0 * 0.125_f64.exp(), 1.0);
    far.expiry = 1;
    world.legs = vec![leg(0, Kind::Call, strike, -2.0), far];
    let convexity = |gap| Convexity { kappa: fraction(0.5), gap: fraction(gap), decay_seconds: 7_884_000 };
    let add_ons = |gap| AddOns { convexity: convexity(gap), twist: fraction(0.5), ..bare().add_ons };
    let parts = assess(Model { add_ons: add_ons(0.125), ..bare() }, &world).components;
    // Both strikes have d1 = 0, where the bell is 1 / sqrt(2 pi). The long put owes nothing.
    let bell = 100.0 / (2.0 * std::f64::consts::PI).sqrt();
    near(parts.convexity, 0.5 * 0.5 * 2.0 * bell / 0.25 * 0.125 * 0.125 * (-1.0_f64).exp());
    // The model's `up` is 0.5 and its long power 0.13.
    let z = |days: f64| (30.0 / days).powf(0.13);
    let (one, other) = (-2.0 * bell * 0.25 * 0.5 * z(91.25), bell * 0.5 * 0.5 * z(365.0));
    let expected = 0.5 * (one.abs() + other.abs() - (one + other).abs());
    assert!((parts.twist - expected).abs() < 1e-7 && expected > 1.0, "{} is not {expected}", parts.twist);
    // A gap beyond the deviation takes its place: with s = 0.5, d1 = -0.03125 / 0.5 + 0.25 = 0.1875.
    let parts = assess(Model { add_ons: add_ons(0.5), ..bare() }, &world).components;
    let bell = bell * (-0.1875_f64 * 0.1875 / 2.0).exp();
    near(parts.convexity, 0.5 * 0.5 * 2.0 * bell / 0.5 * 0.25 * (-1.0_f64).exp());
}

#[test]
fn slow_prices_and_gains_count_in_initial_margin_only() {
    let mut world = world(1);
    world.markets[0].slow = price(95.0);
    world.legs = vec![perp(0, 2.0)];
    world.collateral = vec![tokens(Some(0), 1.0), tokens(None, 3.0)];
    world.collateral[1].slow = price(80.0);
    let parts = assess(bare(), &world).components;
    near(parts.bias, 0.05 * 300.0 + 0.2 * 300.0);
    world.markets[0].slow = price(105.0);
    world.collateral[1].slow = price(120.0);
    near(assess(bare(), &world).components.bias, 0.0);
    world.legs = vec![perp(0, -2.0)];
    near(assess(bare(), &world).components.bias, 0.05 * 100.0);
    // A gain of 60, of which a half, or 20, counts.
    world.legs[0].basis = quote(-260.0);
    let gains = |cap| Gains { weight: fraction(0.5), cap: quote(cap) };
    near(assess(Model { gains: gains(1e6), ..bare() }, &world).components.gains, 30.0);
    near(assess(Model { gains: gains(20.0), ..bare() }, &world).components.gains, 40.0);
    // Losses count fully.
    world.legs[0].basis = quote(-140.0);
    let report = assess(Model { gains: gains(20.0), ..bare() }, &world);
    near(report.components.gains, 0.0);
    near(report.value, 400.0 - 60.0);
}

#[test]
fn margins_are_the_sum_of_their_parts() {
    let mut world = world(1);
    world.peg = price(0.9);
    world.cash = quote(-50.0);
    world.legs = vec![perp(0, 4.0)];
    world.collateral = vec![tokens(None, 9.0)];
    world.collateral[0].haircut = fraction(0.1);
    world.collateral[0].haircut_initial = fraction(0.05);
    let factors = Factors {
        maintenance: fraction(0.75),
        initial: fraction(1.25),
        peg_threshold: fraction(0.98),
        peg_factor: fraction(2.0),
    };
    let report = assess(Model { rows: TENS, factors, ..bare() }, &world);
    // Tokens are worth 900 dollars, which is 1 000 of quote. The scan loss is 40.
    near(report.value, 950.0);
    near(report.maintenance, 0.75 * 40.0 + 100.0);
    near(report.components.peg, 40.0 * 0.08 * 2.0);
    near(report.initial, 1.25 * 40.0 + 6.4 + 150.0);
    near(report.health, 820.0);
    near(report.room, 743.6);
    // Initial margin is never the lower one.
    let factors = Factors { initial: Fraction::ZERO, peg_factor: Fraction::ZERO, ..factors };
    world.collateral.clear();
    let report = assess(Model { rows: TENS, factors, ..bare() }, &world);
    near(report.initial, 30.0);
}

#[test]
fn greeks_are_slopes_of_value() {
    let mut world = world(1);
    let mut date = expiry(90 * DAY);
    date.rate = fraction(0.1);
    world.markets[0].expiries = vec![date].leak();
    world.legs = vec![
        perp(0, -1.5),
        leg(0, Kind::Future, 0.0, 2.0),
        leg(0, Kind::Put, 90.0, 3.0),
        leg(0, Kind::Call, 110.0, -5.0),
    ];
    world.collateral = vec![tokens(Some(0), 0.25)];
    let value = |share: f64, sigma: f64, seconds: i64| {
        let mut world = world.clone();
        let moved = price(100.0 * (1.0 + share));
        world.markets[0].perp = moved;
        world.collateral[0].price = moved;
        world.edit_expiries(0, |all| {
            all[0].forward = moved;
            all[0].seconds += seconds;
            all[0].svi.a = common::units::parameter(sigma * sigma);
        });
        assess(bare(), &world).value
    };
    let greeks = assess(bare(), &world).markets[0];
    let close =
        |got: f64, expected: f64| assert!((got / expected - 1.0).abs() < 1e-5, "{got} is not {expected}");
    close(greeks.delta, (value(1e-4, 0.5, 0) - value(-1e-4, 0.5, 0)) / 0.02);
    // The slope of delta by a move of one in a hundred.
    let bend = value(1e-3, 0.5, 0) + value(-1e-3, 0.5, 0) - 2.0 * value(0.0, 0.5, 0);
    close(greeks.gamma, bend / 0.01);
    close(greeks.vega, (value(0.0, 0.5001, 0) - value(0.0, 0.4999, 0)) * 50.0);
    close(greeks.theta, (value(0.0, 0.5, -600) - value(0.0, 0.5, 600)) * 72.0);
    assert_eq!(years(1.0).0, 1 << 60);
}
