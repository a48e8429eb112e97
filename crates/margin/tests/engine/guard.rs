//! The guard, to the grain: worthless options, of which nothing but the guard is left.

use crate::common::models::{bare, discounted};
use crate::common::simple::{expiry, leg, world};
use crate::common::units::fraction;
use crate::common::World;
use ballast_margin::book::{Kind, Leg};
use ballast_margin::model::{AddOns, Basis, Model, Row, StaticDiscount, Vol};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};
use ballast_margin::{assess, Desk};

/// Contracts of 2^54 steps at a forward of 2^53 and a strike of 2^54: a gross notional of 1.5 x 2^108, of which the
/// forward's part is 2^50 grains of 2^57 x 10^-20 and the strike's 2^51.
const QUANTITY: i64 = 1 << 54;
const FORWARD: Price = Price(1 << 53);
const STRIKE: Price = Price(1 << 54);

/// Calls on as many expiries, at twice the forward and without volatility.
fn worthless(expiries: u8) -> World {
    let mut world = world(1);
    let market = &mut world.markets[0];
    (market.index, market.slow, market.perp) = (FORWARD, FORWARD, FORWARD);
    market.expiries =
        (1..=i64::from(expiries)).map(|month| expiry(month * 2_592_000)).collect::<Vec<_>>().leak();
    world.edit_expiries(0, |all| {
        for one in all {
            (one.forward, one.svi.forward, one.svi.a) = (FORWARD, FORWARD, fixed::types::I16F48::ZERO);
        }
    });
    let quantity = Contracts(QUANTITY / i64::from(expiries));
    let call = Leg { strike: STRIKE, quantity, ..leg(0, Kind::Call, 0.0, 0.0) };
    world.legs = (0..expiries).map(|expiry| Leg { expiry, ..call }).collect();
    world
}

/// So many grains as money that is owed: rounded up.
fn owed(grains: i128) -> Quote {
    Quote((-(grains << 57)).div_euclid(10_000_000_000))
}

/// Value, profit where prices rise by half and where they fall by half, and the contingency.
fn guards(discount: Option<StaticDiscount>, world: &World) -> [Quote; 4] {
    let row = |multiplier| Row {
        multiplier: fraction(multiplier),
        scaled: false,
        vol: Vol::Flat,
        weight: Fraction::ONE,
        mass: Fraction::ZERO,
    };
    let (up, down) = (fraction(1.5), fraction(0.5));
    let basis = Basis { up, down, scaled: false, add: Fraction::ONE, per_year: Fraction::ZERO };
    let (rows, mut desk) = ([row(1.5), row(0.5)], Box::new(Desk::new()));
    let model = Model { rows: &rows, basis, discount, ..bare() };
    let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
    [report.value, desk.row(0, 0), desk.row(0, 1), Quote(-desk.basis(0).0)]
}

#[test]
fn one_option_costs_what_the_page_says() {
    // Still: 2^51 / 2^37 + 16 + 18. Moving: 2^50 / 2^34 + 2 x 2^10 + 2.
    let (still, moving) = (16_384 + 34, 65_536 + 2_048 + 2);
    let (one, up) = (owed(still + moving), owed(still + moving * 3 / 2 + 2));
    assert_eq!(guards(None, &worthless(1)), [one, up, one, up]);
}

#[test]
fn each_expiry_has_its_own() {
    // Half of each, and the same for the legs.
    let (still, moving) = (2 * (8_192 + 34), 2 * (32_768 + 2_048 + 2));
    let (one, up) = (owed(still + moving), owed(still + moving * 3 / 2 + 2));
    // Contingencies are added up one by one: two for each expiry.
    assert_eq!(guards(None, &worthless(2)), [one, up, one, owed(still + moving * 3 / 2 + 4)]);
}

#[test]
fn options_too_calm_to_be_priced_cost_what_they_may_be_worth() {
    let mut world = worthless(1);
    // sqrt(2^-48 x 30 / 365) is 2^-25.8, below 2^-22.
    world.edit_expiries(0, |all| all[0].svi.a = fixed::types::I16F48::from_bits(1));
    let (still, moving) = (16_384 + 34, 65_536 + 2_048 + 2 + (1 << 28));
    let (one, up) = (owed(still + moving), owed(still + moving * 3 / 2 + 2));
    assert_eq!(guards(None, &world), [one, up, one, up]);
}

#[test]
fn deltas_that_are_charged_have_their_error_added() {
    let rows = [Row { vol: Vol::Flat, ..bare().rows[0] }];
    let add_ons = AddOns { roll_minimum: Fraction::ONE, ..bare().add_ons };
    let model = Model { rows: &rows, add_ons, ..bare() };
    let (world, mut desk) = (worthless(1), Box::new(Desk::new()));
    let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
    // No delta at all: 2^50 / 2^35, a weight for the leg and one more, and 2^-38 by the least deviation of
    // 2^-22 + 2^-35, of a unit more than 2^50.
    let by_deviation = (((1i128 << 38) + 1) << 10) / ((1 << 14) + 2) + 1;
    let slack = 32_768 + 2 * 1_024 + by_deviation;
    let shown = report.components.roll.0;
    assert!((shown + owed(slack).0).abs() <= -owed(16).0, "{shown} for {:?}", owed(slack));
}

#[test]
fn a_static_discount_above_one_enlarges_it() {
    let with = |base| StaticDiscount {
        long_base: fraction(base),
        long_add: Fraction::ZERO,
        ..discounted().discount.expect("discounts")
    };
    // By a half: 16 418 and 67 586 become 24 627 and 101 379, and two more each.
    let (still, moving) = (24_629, 101_381);
    let [value, up, down, _] = guards(Some(with(1.5)), &worthless(1));
    assert_eq!((value, down), (owed(still + moving), owed(still + moving)));
    // 152 071.5 is rounded down.
    assert_eq!(up, owed(still + 152_071 + 2));
    // One and less enlarges nothing.
    assert_eq!(guards(Some(with(1.0)), &worthless(1)), guards(None, &worthless(1)));
    assert_eq!(guards(Some(with(0.5)), &worthless(1)), guards(None, &worthless(1)));
}
