//! One book at every size that the engine holds, from single steps to thirteen million millions, against the twin:
//! what a grain is goes from far below a step to far above one.

use crate::common::models::{bare, discounted};
use crate::common::simple::{expiry, leg, perp, tokens, world};
use crate::common::units::{fraction, price, quote};
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{AddOns, Model, Row, Vol};
use ballast_margin::twin::{self, from_quote};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};
use ballast_margin::{assess, Desk};

/// A straddle, a future and a perp of 2^`size` steps at a price of 2^`high` steps, and a little cash.
fn book(size: u32, high: u32) -> World {
    let (mut world, hundred) = (world(1), Price(1 << high));
    world.markets[0].expiries = vec![expiry(40 * 86_400)].leak();
    world.edit_expiries(0, |all| (all[0].forward, all[0].svi.forward) = (hundred, hundred));
    let market = &mut world.markets[0];
    (market.index, market.slow, market.perp) = (hundred, hundred, hundred);
    world.legs = vec![
        perp(0, 0.0),
        leg(0, Kind::Future, 0.0, 0.0),
        leg(0, Kind::Call, 0.0, 0.0),
        leg(0, Kind::Put, 0.0, 0.0),
    ];
    for (leg, share) in world.legs.iter_mut().zip([3, -1, -4, 2]) {
        leg.quantity = Contracts(share * (1 << size));
        leg.basis = Quote(0);
        if leg.kind > Kind::Future {
            leg.strike = hundred;
        }
    }
    world.collateral = vec![tokens(Some(0), 0.0)];
    (world.collateral[0].price, world.collateral[0].slow) = (hundred, hundred);
    world.collateral[0].amount = Contracts(1 << size);
    (world.collateral[0].haircut, world.collateral[0].haircut_initial) = (fraction(0.1), fraction(0.05));
    world
}

#[test]
fn a_book_is_the_same_at_every_size() {
    let (model, mut desk) = (discounted(), Box::new(Desk::new()));
    // Four legs, the strikes of two and the collateral come to less than 2^5 contracts at the price.
    for bits in 0..=105 {
        let world = book(bits / 2, bits - bits / 2);
        let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
        let exact = twin::assess(&model, &world.snapshot(), &world.book());
        let gross = world.gross();
        // The guard at twice the forward, times a static discount above one, and a few steps.
        let (noise, guard) = (1e-11 * gross + 1e-10, gross / f64::from(1 << 29) + 2e-9);
        let check = |what: &str, fixed: Quote, exact: f64, sign: f64| {
            let beyond = sign * (from_quote(fixed) - exact);
            assert!(
                beyond <= noise && beyond >= -guard,
                "{what} of 2^{bits}: {} for {exact}",
                from_quote(fixed)
            );
        };
        check("value", report.value, exact.value, 1.0);
        check("health", report.health, exact.health, 1.0);
        check("room", report.room, exact.room, 1.0);
        check("maintenance", report.maintenance, exact.maintenance, -1.0);
        check("initial", report.initial, exact.initial, -1.0);
        check("perp", report.components.perp, exact.components.perp, -1.0);
        check("option", report.components.option, exact.components.option, -1.0);
        check("haircut", report.components.haircut, exact.components.haircut, -1.0);
        check("basis", desk.basis(0), exact.basis[0], -1.0);
        for (row, exact) in exact.rows[0].iter().enumerate() {
            check("a row", desk.row(0, row), *exact, 1.0);
        }
    }
}

#[test]
fn profits_that_grains_hold_exactly_are_rounded_once() {
    let row = |multiplier| Row {
        multiplier: fraction(multiplier),
        scaled: false,
        vol: Vol::Flat,
        weight: Fraction::ONE,
        mass: Fraction::ZERO,
    };
    let rows = [row(1.5), row(0.5)];
    let (model, mut desk) = (Model { rows: &rows, ..bare() }, Box::new(Desk::new()));
    // Odd numbers of 25 bits times powers of two: half of their product has 50 bits, and grains 51 or more.
    let odd = [(33_554_431i64, 33_554_393u64), (-16_777_259, 17_000_001), (20_000_003, 1)];
    let mut pairs: Vec<_> = (0..=59u32)
        .flat_map(|places| odd.map(|(q, p)| (q << (places / 2), p << (places - places / 2))))
        .collect();
    // Half of this is two units of 10^-20 more than whole steps.
    pairs.extend([(750_000_000_000_001, 4), (-750_000_000_000_001, 4)]);
    // And of these it is whole steps.
    pairs.extend([(750_000_000_000_000, 4), (-750_000_000_000_000, 4), (1 << 60, 10_000_000_000)]);
    for (quantity, price) in pairs {
        let mut world = world(1);
        let market = &mut world.markets[0];
        (market.index, market.slow, market.perp) = (Price(price), Price(price), Price(price));
        world.legs = vec![perp(0, 0.0)];
        world.legs[0].quantity = Contracts(quantity);
        let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
        // Half the notional in 10^-20, by 10^10 to the step.
        let notional = i128::from(quantity) * i128::from(price);
        let (up, down) = (notional.div_euclid(20_000_000_000), (-notional).div_euclid(20_000_000_000));
        assert_eq!((desk.row(0, 0).0, desk.row(0, 1).0), (up, down), "{quantity} at {price}");
        assert_eq!(report.components.scan.0, -up.min(down), "{quantity} at {price}");
        assert_eq!(report.markets[0].scan.0, -up.min(down));
    }
}

#[test]
fn charges_on_collateral_cover_what_its_contracts_were_rounded_by() {
    let mut world = world(1);
    let market = &mut world.markets[0];
    (market.index, market.slow, market.interval) = (price(30_000.0), price(30_000.0), Fraction::ONE);
    let add_ons = AddOns { interval: Fraction::ONE, ..bare().add_ons };
    // A hundred are a third of a hundredth of a contract, rounded down: a step is worth 30 000 of money's.
    world.collateral = vec![tokens(Some(0), 1.0)];
    let model = Model { add_ons, ..bare() };
    let report =
        assess(&mut Box::new(Desk::new()), &model, &world.snapshot(), &world.book()).expect("a sound book");
    let above = report.components.interval.0 - quote(100.0).0;
    assert!((0..=30_000).contains(&above), "{above}");
}

#[test]
fn products_of_grains_are_rounded_once() {
    let mut desk = Box::new(Desk::new());
    // So large that a grain is millions of steps: 50 bits, times 2^57 of 10^-20.
    for (quantity, high) in
        [(33_554_431i64, 33_554_393u64), (-16_777_259, 17_000_001), (29_999_999, 31_415_927)]
    {
        let (quantity, high) = (quantity << 29, Price(high << 29));
        let notional = i128::from(quantity) * i128::from(high.0);
        let unit = (128 - notional.unsigned_abs().leading_zeros()) - 52;
        for share in [1i64, 3, 12_345, 999_999_999_989, 549_755_813_887, 1_048_577, 1_099_510_579_201] {
            // Charged as a share of notional: up.
            let add_ons = AddOns { perp_maintenance: Fraction(share), ..bare().add_ons };
            let model = Model { add_ons, ..bare() };
            let mut world = world(1);
            let market = &mut world.markets[0];
            (market.index, market.slow, market.perp) = (high, high, high);
            world.legs = vec![perp(0, 0.0)];
            world.legs[0].quantity = Contracts(quantity);
            let report = assess(&mut desk, &model, &world.snapshot(), &world.book()).expect("a sound book");
            let grains = notional.abs() >> unit;
            let charged = -((-grains * i128::from(share)) >> 40);
            let steps = -((-(charged << unit)).div_euclid(10_000_000_000));
            assert_eq!(report.components.perp, Quote(steps), "{share} of {quantity} at {high:?}");
        }
    }
}
