//! Every refusal of an assessment, for its cause and on both sides of its limit.

mod sizes;

use crate::common::models::bare;
use crate::common::simple::{expiry, leg, perp, tokens, world};
use crate::common::units::parameter;
use crate::common::World;
use ballast_margin::book::{Kind, Leg, Years};
use ballast_margin::error::MarginError::{self, *};
use ballast_margin::model::{Model, Row};
use ballast_margin::units::{Contracts, Price};
use ballast_margin::{assess, Desk};

const DAY: i64 = 86_400;

fn outcome(model: &Model, world: &World) -> Result<(), MarginError> {
    assess(&mut Box::new(Desk::new()), model, &world.snapshot(), &world.book()).map(drop)
}

#[track_caller]
fn fine(world: &World) {
    assert_eq!(outcome(&bare(), world), Ok(()));
}

#[track_caller]
fn refused(world: &World, error: MarginError) {
    assert_eq!(outcome(&bare(), world), Err(error));
}

/// A market with expiries a day apart.
fn dated(expiries: usize) -> World {
    let mut world = world(1);
    world.markets[0].expiries = (1..=expiries as i64).map(|day| expiry(day * DAY)).collect::<Vec<_>>().leak();
    world
}

/// An option at a hundred.
fn call() -> Leg {
    leg(0, Kind::Call, 100.0, 1.0)
}

#[test]
fn too_many_is_one_more_than_fits() {
    let mut many = dated(1);
    many.legs = (0..64).map(|place| leg(0, Kind::Call, 100.0 + f64::from(place), 1.0)).collect();
    fine(&many);
    many.legs.push(leg(0, Kind::Call, 200.0, 1.0));
    refused(&many, TooMany);

    let mut many = dated(13);
    let future = |place| Leg { expiry: place, ..leg(0, Kind::Future, 0.0, 1.0) };
    many.legs = (0..12).map(future).collect();
    fine(&many);
    many.legs.push(future(12));
    refused(&many, TooMany);

    let mut many = world(8);
    many.legs = (0..8).map(|market| perp(market, 1.0)).collect();
    fine(&many);
    many.markets.push(Clone::clone(&many.markets[0]));
    refused(&many, TooMany);

    let mut many = world(1);
    many.collateral = vec![tokens(None, 1.0); 12];
    fine(&many);
    many.collateral.push(tokens(Some(0), 1.0));
    refused(&many, TooMany);

    let rows = |count| vec![bare().rows[0]; count];
    let with = |rows: &[Row]| outcome(&Model { rows, ..bare() }, &dated(1));
    assert_eq!((with(&rows(40)), with(&rows(41))), (Ok(()), Err(TooMany)));
    assert_eq!(with(&[]), Ok(()));
}

#[test]
fn expiries_count_over_all_markets() {
    let mut many = world(2);
    let dates = (1..=7).map(|day| expiry(day * DAY)).collect::<Vec<_>>().leak();
    many.markets[0].expiries = dates;
    many.markets[1].expiries = dates;
    let future = |market, place| Leg { expiry: place, ..leg(market, Kind::Future, 0.0, 1.0) };
    many.legs = (0..6).map(|place| future(0, place)).chain((0..6).map(|place| future(1, place))).collect();
    fine(&many);
    many.legs.push(future(1, 6));
    refused(&many, TooMany);
}

#[test]
fn legs_stand_in_their_order_and_once() {
    let mut base = world(2);
    base.markets[0].expiries = vec![expiry(DAY), expiry(2 * DAY)].leak();
    let second = |leg: Leg| Leg { expiry: 1, ..leg };
    let ordered = [
        perp(0, 1.0),
        leg(0, Kind::Future, 0.0, 1.0),
        leg(0, Kind::Call, 90.0, 1.0),
        leg(0, Kind::Put, 90.0, 1.0),
        leg(0, Kind::Call, 100.0, 1.0),
        second(leg(0, Kind::Future, 0.0, 1.0)),
        second(leg(0, Kind::Call, 80.0, 1.0)),
        perp(1, 1.0),
    ];
    base.legs = ordered.to_vec();
    fine(&base);
    for place in 1..ordered.len() {
        base.legs = ordered.to_vec();
        base.legs.swap(place - 1, place);
        refused(&base, LegsOutOfOrder);
        base.legs = ordered.to_vec();
        base.legs.insert(place, ordered[place]);
        refused(&base, LegsOutOfOrder);
    }
    // The expiry of a perp is no matter, and does not make it another instrument.
    base.legs = vec![Leg { expiry: 9, ..perp(0, 1.0) }];
    fine(&base);
    base.legs.push(Leg { expiry: 10, ..perp(0, 1.0) });
    refused(&base, LegsOutOfOrder);
    // Whatever stands in its strike, it comes before all that is dated.
    base.legs = vec![Leg { strike: Price(5), ..perp(0, 1.0) }, leg(0, Kind::Future, 0.0, 1.0)];
    fine(&base);
}

#[test]
fn markets_and_expiries_are_those_of_the_snapshot() {
    let mut base = dated(2);
    base.legs = vec![Leg { expiry: 1, ..call() }];
    fine(&base);
    base.legs = vec![Leg { expiry: 2, ..call() }];
    refused(&base, UnknownExpiry);
    base.legs = vec![Leg { expiry: 2, ..leg(0, Kind::Future, 0.0, 1.0) }];
    refused(&base, UnknownExpiry);
    base.legs = vec![Leg { market: 1, ..call() }];
    refused(&base, UnknownMarket);
    base.legs = vec![perp(1, 1.0)];
    refused(&base, UnknownMarket);
    base.legs.clear();
    base.collateral = vec![tokens(Some(0), 1.0)];
    fine(&base);
    base.collateral = vec![tokens(Some(1), 1.0)];
    refused(&base, UnknownMarket);
}

#[test]
fn prices_are_needed_of_what_is_held_alone() {
    let mut base = dated(2);
    base.legs = vec![call()];
    let edited = |edit: fn(&mut World)| {
        let mut world = base.clone();
        edit(&mut world);
        world
    };
    refused(&edited(|world| world.peg = Price(0)), MissingPrice);
    refused(&edited(|world| world.markets[0].index = Price(0)), MissingPrice);
    refused(&edited(|world| world.markets[0].slow = Price(0)), MissingPrice);
    refused(&edited(|world| world.edit_expiries(0, |all| all[0].forward = Price(0))), MissingPrice);
    fine(&edited(|world| world.edit_expiries(0, |all| all[1].forward = Price(0))));
    fine(&edited(|world| world.markets[0].perp = Price(0)));
    refused(
        &edited(|world| {
            world.markets[0].perp = Price(0);
            world.legs.insert(0, perp(0, 1.0));
        }),
        MissingPrice,
    );
    refused(
        &edited(|world| {
            world.legs.clear();
            world.collateral = vec![tokens(Some(0), 1.0)];
            world.markets[0].index = Price(0);
        }),
        MissingPrice,
    );
    // The prices of one step are prices.
    fine(&edited(|world| (world.markets[0].index, world.markets[0].slow) = (Price(1), Price(1))));
    fine(&edited(|world| world.peg = Price(1)));
}

#[test]
fn strikes_are_within_twenty_four_of_the_forward_in_logarithms() {
    let mut base = dated(1);
    base.edit_expiries(0, |all| all[0].forward = Price(10_000_000_000_000_000_000));
    let at = |log: f64| {
        let mut world = base.clone();
        world.legs = vec![call()];
        world.legs[0].quantity = Contracts(1);
        world.legs[0].strike = Price((1e19 * log.exp()) as u64);
        world
    };
    fine(&at(-23.999));
    refused(&at(-24.001), StrikeOutOfRange);
    // The same the other way round.
    base.edit_expiries(0, |all| all[0].forward = Price(100_000_000));
    let above = |log: f64| {
        let mut world = base.clone();
        world.legs = vec![call()];
        world.legs[0].quantity = Contracts(1);
        world.legs[0].strike = Price((1e8 * log.exp()) as u64);
        world
    };
    fine(&above(23.999));
    refused(&above(24.001), StrikeOutOfRange);
    base.legs = vec![leg(0, Kind::Put, 0.0, 1.0)];
    refused(&base, StrikeOutOfRange);
}

#[test]
fn surfaces_need_a_forward_and_a_time_while_there_is_time_left() {
    let mut base = dated(1);
    base.legs = vec![call()];
    let edited = |edit: fn(&mut ballast_margin::book::Expiry)| {
        let mut world = base.clone();
        world.edit_expiries(0, |all| edit(&mut all[0]));
        outcome(&bare(), &world)
    };
    assert_eq!(edited(|expiry| expiry.svi.forward = Price(0)), Err(BadSurface));
    assert_eq!(edited(|expiry| expiry.svi.years = Years(0)), Err(BadSurface));
    // Total variance of no time at all for sixteen years.
    assert_eq!(edited(|expiry| (expiry.seconds, expiry.svi.years) = (i64::MAX, Years(1))), Err(BadSurface));
    assert_eq!(edited(|expiry| (expiry.seconds, expiry.svi.years) = (0, Years(0))), Ok(()));
    assert_eq!(edited(|expiry| expiry.svi.a = parameter(-1.0)), Ok(()));
    base.legs = vec![leg(0, Kind::Future, 0.0, 1.0)];
    base.edit_expiries(0, |all| all[0].svi.years = Years(0));
    fine(&base);
}
