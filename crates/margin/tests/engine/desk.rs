//! What a desk shows of the last assessment.

use crate::common::models::bare;
use crate::common::simple::{expiry, leg, perp, world};
use crate::common::units::{fraction, price, quote};
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{Basis, Model, Row, Vol};
use ballast_margin::units::{Fraction, Quote};
use ballast_margin::{assess, Desk};

/// Prices up by ten, twenty and thirty in a hundred.
fn rows() -> [Row; 3] {
    [1.1, 1.2, 1.3].map(|multiplier| Row {
        multiplier: fraction(multiplier),
        scaled: false,
        vol: Vol::Flat,
        weight: Fraction::ONE,
        mass: Fraction::ZERO,
    })
}

fn shown(desk: &mut Desk, rows: &[Row], world: &World) -> [Quote; 3] {
    let model = Model { rows, ..bare() };
    assess(desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
    [0, 1, 2].map(|row| desk.row(0, row))
}

#[test]
fn rows_beyond_the_models_are_zero_whatever_was_there_before() {
    let (mut desk, rows) = (Box::new(Desk::new()), rows());
    let mut world = world(1);
    world.legs = vec![perp(0, -1.0)];
    let losses = shown(&mut desk, &rows, &world);
    for (shown, exact) in losses.into_iter().zip([-10.0, -20.0, -30.0]) {
        assert!(shown <= quote(exact) && shown.0 >= quote(exact).0 - 1_000, "{shown:?} for {exact}");
    }
    let fewer = shown(&mut desk, &rows[..1], &world);
    assert_eq!(fewer, [losses[0], Quote(0), Quote(0)]);
    // Neither is there anything beyond what a desk can hold.
    assert_eq!((desk.row(0, usize::MAX), desk.row(usize::MAX, 0)), (Quote(0), Quote(0)));
}

#[test]
fn forty_rows_leave_room_for_the_contingency_and_the_slow_price() {
    let (mut desk, mut world) = (Box::new(Desk::new()), world(1));
    world.markets[0].expiries = vec![expiry(8_640_000)].leak();
    world.markets[0].slow = price(70.0);
    world.legs = vec![leg(0, Kind::Call, 1.0, 1.0)];
    // Rows up to one half more; a call at next to nothing moves as its forward does.
    let rows = (0..40).map(|n| Row { multiplier: fraction(1.0 + f64::from(n) / 80.0), ..rows()[0] });
    let (rows, zero) = (rows.collect::<Vec<_>>(), Fraction::ZERO);
    let basis =
        Basis { up: fraction(1.25), down: fraction(0.75), scaled: false, add: Fraction::ONE, per_year: zero };
    let model = Model { rows: &rows, basis, ..bare() };
    let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
    let near =
        |got: Quote, exact: f64| assert!((got.0 - quote(exact).0).abs() < 2_000, "{got:?} for {exact}");
    for row in 0..40u32 {
        near(desk.row(0, row as usize), 100.0 * f64::from(row) / 80.0);
    }
    near(desk.basis(0), 25.0);
    near(report.components.bias, 30.0);
    near(report.components.scan, 25.0);
}

#[test]
fn the_contingency_may_grow_with_time_alone() {
    let (mut desk, mut world) = (Box::new(Desk::new()), world(1));
    world.markets[0].expiries = vec![expiry(31_536_000 / 2)].leak();
    world.legs = vec![leg(0, Kind::Call, 1.0, 1.0)];
    let (up, down, add) = (fraction(1.25), fraction(0.75), Fraction::ZERO);
    let basis = Basis { up, down, scaled: false, add, per_year: Fraction::ONE };
    let model = Model { rows: &rows(), basis, ..bare() };
    assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
    // A quarter of the forward for half a year.
    assert!((desk.basis(0).0 - quote(12.5).0).abs() < 2_000, "{:?}", desk.basis(0));
}
