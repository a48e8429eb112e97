//! Where two cases are equal the first counts, and what cancels exactly costs nothing at all.

use crate::common::models::bare;
use crate::common::simple::{expiry, leg, perp, tokens, world};
use crate::common::units::{fraction, price, quote};
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{AddOns, Basis, Correlation, Cross, Model, Row, Tail, Vol};
use ballast_margin::report::{Report, Worst};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};
use ballast_margin::{assess, Desk};

const ONE: Fraction = Fraction::ONE;
const ZERO: Fraction = Fraction::ZERO;
/// One step of a fraction more than the whole.
const ABOVE: Fraction = Fraction(ONE.0 + 1);

fn row(multiplier: f64, mass: f64) -> Row {
    Row { multiplier: fraction(multiplier), scaled: false, vol: Vol::Flat, weight: ONE, mass: fraction(mass) }
}

fn run(model: &Model, world: &World) -> Report {
    assess(&mut Box::new(Desk::new()), model, &world.snapshot(), &world.book()).expect("a sound book")
}

#[test]
fn of_equal_rows_the_first_is_named() {
    let mut world = world(1);
    world.legs = vec![perp(0, -1.0)];
    let rows = [row(0.9, 0.0), row(1.1, 0.0), row(1.1, 0.0)];
    assert_eq!(run(&Model { rows: &rows, ..bare() }, &world).worst, Worst::Row(1));
    // No loss is no case.
    world.legs = vec![perp(0, 1.0)];
    let report = run(&Model { rows: &rows[1..], ..bare() }, &world);
    assert_eq!((report.worst, report.markets[0].worst), (Worst::Nothing, Worst::Nothing));
}

#[test]
fn rows_that_differ_in_volatility_keep_their_names() {
    let of = |multiplier, vol, weight| Row { vol, weight: fraction(weight), ..row(multiplier, 0.0) };
    let rows = [
        of(1.2, Vol::Up, 0.5),
        of(1.2, Vol::Up, 1.0),
        of(1.2, Vol::Down, 1.0),
        // A skew moves no price, whatever it says.
        of(1.2, Vol::Linear, 1.0),
        of(0.5, Vol::Absolute, 1.0),
        of(0.8, Vol::Down, 0.5),
        of(0.8, Vol::Down, 1.0),
        of(0.8, Vol::Flat, 1.0),
        of(0.8, Vol::Up, 1.0),
        of(1.0, Vol::Up, 1.0),
    ];
    let mut desk = Box::new(Desk::new());
    let model = Model { rows: &rows, ..bare() };
    for (quantity, worst, exact) in [
        (-1.0, 1, [-10.0, -20.0, -20.0, 0.0, 0.0, 10.0, 20.0, 20.0, 20.0, 0.0]),
        (1.0, 6, [10.0, 20.0, 20.0, 0.0, 0.0, -10.0, -20.0, -20.0, -20.0, 0.0]),
    ] {
        let mut world = world(1);
        world.legs = vec![perp(0, quantity)];
        let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
        assert_eq!((report.worst, report.markets[0].worst), (Worst::Row(worst), Worst::Row(worst)));
        for (row, exact) in exact.into_iter().enumerate() {
            let shown = desk.row(0, row);
            assert!((shown.0 - quote(exact).0).abs() < 1_000, "row {row}: {shown:?} for {exact}");
        }
        assert_eq!(desk.row(0, rows.len()), Quote(0));
    }
    // Nor does a name depend on how many markets share it.
    let mut world = world(2);
    world.legs = vec![perp(0, 1.0), perp(1, 1.0)];
    let cross = Cross { offset: ONE, floor: ZERO, covariance: false, correlations: &[] };
    assert_eq!(run(&Model { cross, ..model }, &world).worst, Worst::Systemic(6));
}

#[test]
fn a_tail_may_end_within_rows_that_differ_in_volatility() {
    let of = |multiplier, vol, mass| Row { vol, ..row(multiplier, mass) };
    let rows = [
        of(0.8, Vol::Up, 0.125),
        of(0.8, Vol::Down, 0.125),
        of(0.9, Vol::Up, 0.25),
        of(0.9, Vol::Flat, 0.25),
        of(1.1, Vol::Flat, 0.25),
    ];
    let mut world = world(1);
    world.legs = vec![perp(0, 1.0)];
    // Twenty for a quarter of the mass, ten for the next half, then a gain of ten; three times the mean.
    for (share, mean) in [
        (0.0625, 20.0),
        (0.1875, 20.0),
        (0.25, 20.0),
        (0.5, 15.0),
        (0.625, 14.0),
        (0.75, 40.0 / 3.0),
        (1.0, 7.5),
    ] {
        let tail = Tail { share: fraction(share), multiplier: fraction(3.0) };
        let report = run(&Model { rows: &rows, tail, ..bare() }, &world);
        assert_eq!(report.worst, Worst::Shortfall);
        let scan = report.components.scan;
        assert!((scan.0 - quote(3.0 * mean).0).abs() <= 10, "{scan:?} for {share}");
    }
}

#[test]
fn a_row_comes_before_an_equal_contingency() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(86_400)].leak();
    world.legs = vec![leg(0, Kind::Future, 0.0, -1.0)];
    let rows = [row(1.1, 0.0)];
    let worst = |add| {
        let basis = Basis { up: fraction(1.1), down: ONE, scaled: false, add, per_year: ZERO };
        run(&Model { rows: &rows, basis, ..bare() }, &world).worst
    };
    assert_eq!((worst(ONE), worst(ABOVE)), (Worst::Row(0), Worst::Basis));
}

#[test]
fn a_systemic_row_comes_before_an_equal_covariance_and_an_equal_floor() {
    let mut world = world(2);
    world.legs = vec![perp(0, 1.0), perp(1, 1.0)];
    let rows = [row(1.1, 0.0), row(0.9, 0.0)];
    let worst = |high, floor| {
        let pairs = [Correlation { markets: (1, 2), low: ZERO, high }];
        let cross = Cross { offset: ONE, floor, covariance: true, correlations: &pairs };
        let report = run(&Model { rows: &rows, cross, ..bare() }, &world);
        assert!(report.components.scan.0 - quote(20.0).0 <= 10, "{:?}", report.components.scan);
        report.worst
    };
    // Ten and ten, fully correlated, are twenty; so is all of their sum.
    assert_eq!(worst(ONE, ZERO), Worst::Systemic(1));
    assert_eq!(worst(ONE, ONE), Worst::Systemic(1));
    // Nothing in any market is nothing together.
    world.legs.clear();
    world.collateral = vec![tokens(Some(0), 1.0), tokens(Some(1), 1.0)];
    let rows = [row(1.1, 0.0)];
    let cross = Cross { offset: ONE, floor: ONE, covariance: true, correlations: &[] };
    let report = run(&Model { rows: &rows, cross, ..bare() }, &world);
    assert_eq!((report.worst, report.components.scan), (Worst::Nothing, Quote(0)));
}

#[test]
fn the_worst_across_markets_is_named() {
    let mut world = world(2);
    world.legs = vec![perp(0, 1.0), perp(1, -1.0)];
    let rows = [row(1.1, 0.0), row(0.9, 0.0)];
    let run = |world: &World, low, floor| {
        let pairs = [Correlation { markets: (1, 2), low: fraction(low), high: ONE }];
        let cross = Cross { offset: ONE, floor: fraction(floor), covariance: true, correlations: &pairs };
        let report = run(&Model { rows: &rows, cross, ..bare() }, world);
        (report.worst, (report.components.scan.0 as f64 / 1e10 * 1e6).round() / 1e6)
    };
    // One gains what the other loses: together nothing but what correlations leave, sqrt(200 - 200 rho).
    assert_eq!(run(&world, 0.5, 0.0), (Worst::Covariance, 10.0));
    assert_eq!(run(&world, 0.28, 0.0), (Worst::Covariance, 12.0));
    assert_eq!(run(&world, 0.28, 0.75), (Worst::Floor, 15.0));
    // Never below the worst market alone, which a rise of both says here.
    assert_eq!(run(&world, 1.0, 0.0), (Worst::Covariance, 10.0));
    // With a doubtful feed, all losses; without a loss there is no case.
    world.markets[1].certain = false;
    assert_eq!(run(&world, 0.28, 0.0), (Worst::Sum, 20.0));
    world.legs.clear();
    world.collateral = vec![tokens(Some(0), 0.0), tokens(Some(1), 0.0)];
    assert_eq!(run(&world, 0.28, 0.0), (Worst::Nothing, 0.0));
    world.legs = vec![perp(0, 0.0), perp(1, 0.0)];
    assert_eq!(run(&world, 0.28, 0.0), (Worst::Nothing, 0.0));
}

#[test]
fn a_shortfall_of_no_more_than_the_worst_row_is_not_named() {
    let mut world = world(1);
    world.legs = vec![perp(0, 1.0)];
    // Half of the mass loses ten: twice the mean of five is as much, three times is more.
    let rows = [row(0.9, 0.5), row(1.1, 0.0), row(1.0, 0.5)];
    let report = |multiplier| {
        let tail = Tail { share: ONE, multiplier: fraction(multiplier) };
        run(&Model { rows: &rows, tail, ..bare() }, &world)
    };
    assert_eq!(report(1.9).worst, Worst::Row(0));
    // Alone in the tail, the worst row is its own mean; that the mean is rounded up makes it no worse.
    let rows = [row(0.9, 1.0), row(1.1, 0.0)];
    let tail = Tail { share: fraction(0.25), multiplier: ONE };
    assert_eq!(run(&Model { rows: &rows, tail, ..bare() }, &world).worst, Worst::Row(0));
    let report = report(3.0);
    assert_eq!(report.worst, Worst::Shortfall);
    assert!((report.components.scan.0 - quote(15.0).0).abs() <= 10);
}

#[test]
fn what_stands_still_has_no_bias() {
    let mut world = world(1);
    // So large a book that what a grain is no longer divides a step.
    world.legs = vec![perp(0, 1e7)];
    world.collateral = vec![tokens(None, 1.000_000_000_1)];
    world.collateral[0].price = price(1.000_000_000_3);
    world.collateral[0].slow = price(1.000_000_000_3);
    assert_eq!(run(&bare(), &world).components.bias, Quote(0));
    world.collateral[0].slow = price(0.5);
    let bias = run(&bare(), &world).components.bias;
    assert!(bias >= quote(0.5) && bias <= quote(0.500_001), "{bias:?}");
    // A slow price above counts for nothing.
    world.collateral[0].slow = price(2.0);
    assert_eq!(run(&bare(), &world).components.bias, Quote(0));
    // All of that holds of a token that moves with a market, too.
    world.collateral[0].market = Some(0);
    assert_eq!(run(&bare(), &world).components.bias, Quote(0));
    world.collateral[0].slow = price(0.5);
    assert_eq!(run(&bare(), &world).components.bias, bias);
}

#[test]
fn one_expiry_offsets_its_own_vega_exactly() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(30 * 86_400), expiry(60 * 86_400)].leak();
    world.legs = vec![leg(0, Kind::Call, 100.0, -3.0), leg(0, Kind::Put, 110.0, 1.0)];
    let add_ons = AddOns { twist: ONE, ..bare().add_ons };
    let twist = |world: &World| run(&Model { add_ons, ..bare() }, world).components.twist;
    assert_eq!(twist(&world), Quote(0));
    world.legs[1].expiry = 1;
    assert!(twist(&world) > quote(1.0));
}

#[test]
fn what_is_expired_stands_still_with_a_window_and_without_one() {
    let rows = [row(1.1, 0.0), row(0.9, 0.0)];
    let scan = |seconds, window| {
        let mut world = world(1);
        world.markets[0].expiries = vec![expiry(seconds)].leak();
        world.legs = vec![leg(0, Kind::Future, 0.0, 1.0)];
        run(&Model { rows: &rows, settlement_seconds: window, ..bare() }, &world).components.scan
    };
    for window in [0, 1, 1_800] {
        assert_eq!((scan(0, window), scan(-1, window)), (Quote(0), Quote(0)), "{window} s");
    }
    for (seconds, window, loss) in [(1, 0, 10.0), (1, 1, 10.0), (1, 2, 5.0), (1_800, 1_800, 10.0)] {
        assert!((scan(seconds, window).0 - quote(loss).0).abs() <= 10, "{seconds} of {window} s");
    }
}

#[test]
fn futures_at_powers_of_two_have_their_deltas_to_the_step() {
    let (mut world, price) = (world(1), Price(1 << 40));
    world.markets[0].expiries = vec![expiry(86_400)].leak();
    world.edit_expiries(0, |all| all[0].forward = price);
    (world.markets[0].index, world.markets[0].slow, world.markets[0].perp) = (price, price, price);
    for quantity in [1 << 30, -(1 << 30), 0] {
        world.legs = vec![leg(0, Kind::Future, 0.0, 0.0)];
        world.legs[0].quantity = Contracts(quantity);
        assert_eq!(run(&bare(), &world).markets[0].delta, Contracts(quantity));
    }
}
