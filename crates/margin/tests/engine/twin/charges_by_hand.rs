//! The twin's add-ons, margins and greeks against numbers worked out by hand.

use super::by_hand::{assess, near, DAY, TENS};
use crate::common::models::bare;
use crate::common::simple::{expiry, leg, perp, tokens, world};
use crate::common::units::{contracts, fraction, parameter, price, quote, years};
use crate::common::World;
use ballast_margin::book::{Kind, Leg};
use ballast_margin::model::{AddOns, Convexity, Factors, Gains, Liquidity, Model};
use ballast_margin::units::Fraction;

#[test]
fn shares_of_notional() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(DAY), expiry(2 * DAY)].leak();
    let second = |mut leg: Leg| {
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
    // A token's own slow price counts whether it moves with a market or not.
    world.collateral[0].slow = price(90.0);
    near(assess(bare(), &world).components.bias, 0.05 * 300.0 + 0.2 * 300.0 + 0.1 * 100.0);
    world.collateral[0].slow = price(110.0);
    near(assess(bare(), &world).components.bias, 0.05 * 300.0 + 0.2 * 300.0);
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
fn unpaid_profit_counts_as_a_gain_and_makes_up_for_losses() {
    let mut world = world(1);
    let model = Model { gains: Gains { weight: fraction(0.5), cap: quote(20.0) }, ..bare() };
    let mut of = |unpaid, loss| {
        world.unpaid = quote(unpaid);
        world.legs = vec![perp(0, 2.0)];
        world.legs[0].basis = quote(200.0 + loss);
        let report = assess(model, &world);
        (report.value, report.components.gains)
    };
    for (unpaid, loss, value, gains) in [
        (30.0, 0.0, 30.0, 15.0),
        (60.0, 0.0, 60.0, 40.0),
        // What is owed and a gain at the mark are one sum.
        (30.0, -30.0, 60.0, 40.0),
        (30.0, 20.0, 10.0, 5.0),
        (30.0, 60.0, -30.0, 0.0),
        // A debt counts as it is.
        (-30.0, -50.0, 20.0, 10.0),
        (-30.0, 0.0, -30.0, 0.0),
    ] {
        let found = of(unpaid, loss);
        near(found.0, value);
        near(found.1, gains);
    }
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
            all[0].svi.a = parameter(sigma * sigma);
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
