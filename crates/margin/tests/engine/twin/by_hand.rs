//! The twin's scan loss against numbers worked out by hand.

use crate::common::models::bare;
use crate::common::simple::{expiry, leg, perp, world};
use crate::common::units::fraction;
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{Basis, Correlation, Cross, Model, Row, Tail, Vol};
use ballast_margin::report::Worst;
use ballast_margin::twin::{self, Report};
use ballast_margin::units::Fraction;

pub const DAY: i64 = 86_400;

fn row(multiplier: f64, weight: f64, mass: f64) -> Row {
    let (multiplier, weight, mass) = (fraction(multiplier), fraction(weight), fraction(mass));
    Row { multiplier, scaled: false, vol: Vol::Flat, weight, mass }
}

/// Ten up and ten down.
pub const TENS: &[Row] = &[ten("1.1"), ten("0.9")];

const fn ten(multiplier: &str) -> Row {
    Row {
        multiplier: Fraction::lit(multiplier),
        scaled: false,
        vol: Vol::Flat,
        weight: Fraction::ONE,
        mass: Fraction::ZERO,
    }
}

pub fn assess(model: Model<'_>, world: &World) -> Report {
    twin::assess(&model, &world.snapshot(), &world.book())
}

#[track_caller]
pub fn near(got: f64, expected: f64) {
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
