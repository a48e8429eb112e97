//! What a desk shows of the last assessment.

use crate::common::models::bare;
use crate::common::simple::{perp, world};
use crate::common::units::{fraction, quote};
use crate::common::World;
use ballast_margin::model::{Model, Row, Vol};
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
