//! Quotes in whole units that can be worked out by hand: every price is 100, and a market's worst row is ten per cent.

use crate::common::models;
use crate::common::simple::{expiry, leg, perp, world};
use crate::common::units::{contracts, fraction, quote as money};
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{Gains, Model};
use ballast_margin::quote::{quote_taken, trial, Liquidation, Margins, QuoteDesk, Taken, Terms, Trial};
use ballast_margin::units::{Contracts, Quote};
use ballast_margin::{MarginError, Result};

/// A tenth of what is taken over to the liquidator, a twentieth to the insurance, and maintenance margin as the target.
fn terms() -> Terms {
    Terms { discount: fraction(0.1), insurance: fraction(0.05), ..Terms::default() }
}

/// So much of a leg that cost 100 for each contract.
fn taken(leg: u8, quantity: f64) -> Taken {
    Taken { leg, quantity: contracts(quantity), basis: money(100.0 * quantity) }
}

fn ask(world: &World, asked: &[Taken], units: u32, terms: &Terms) -> Result<(u32, Liquidation)> {
    let (mut desk, model) = (Box::new(QuoteDesk::new()), models::bare());
    quote_taken(&mut desk, &model, &world.snapshot(), &world.book(), (asked, units), terms)
}

fn weigh(model: &Model, world: &World, taken: Option<&[Taken]>) -> Trial {
    let mut desk = Box::new(QuoteDesk::new());
    trial(&mut desk, model, &world.snapshot(), &world.book(), taken).expect("weighed")
}

/// Ten perps, which need 100.
fn ten_perps(value: f64) -> World {
    World { cash: money(value), legs: vec![perp(0, 10.0)], ..world(1) }
}

/// Ten perps against six futures, which need 40.
fn hedged(value: f64) -> World {
    let mut world = World { cash: money(value), ..world(1) };
    world.markets[0].expiries = vec![expiry(86_400)].leak();
    world.legs = vec![perp(0, 10.0), leg(0, Kind::Future, 0.0, -6.0)];
    world
}

#[track_caller]
fn near(amount: Quote, expected: f64) {
    let expected = money(expected).0;
    assert!((amount.0 - expected).abs() <= 20, "{amount:?} is not {expected}");
}

#[track_caller]
fn needs(margins: &Margins, value: f64, maintenance: f64, initial: f64) {
    near(margins.value, value);
    near(margins.maintenance, maintenance);
    near(margins.initial, initial);
}

#[test]
fn the_smallest_number_of_units_restores_the_target() {
    // 40 - 15 f = 100 (1 - f) at f = 60 / 85 = .70588: whole units of all ten, rounded up.
    for (units, expected) in [(10, 8), (5, 4), (4, 3), (2, 2), (1, 1), (1_000, 706), (100_000, 70_598)] {
        // A hundred thousand units are finer than the last place of a part, which is taken to be worth eight times its
        // price: 8 x 1000 / 2^20 of 85 are nine units.
        let (given, found) = ask(&ten_perps(40.0), &[taken(0, 10.0)], units, &terms()).expect("quoted");
        assert_eq!((given, found.restores), (expected, true), "of {units}");
    }
    // 17 units of half a contract: 40 - 12.75 g = 100 - 85 g at g = .83045, 14.1 of 17. 15 / 17 are 925 214.1 of 2^-20.
    let (given, found) = ask(&ten_perps(40.0), &[taken(0, 8.5)], 17, &terms()).expect("quoted");
    let part = 925_214.0 / 1_048_576.0;
    assert_eq!((given, found.restores, found.closed.bits()), (15, true, 925_214));
    near(found.risk, 85.0);
    near(found.transfer, 8.5 * part);
    near(found.fee, 4.25 * part);
    needs(&found.before, 40.0, 100.0, 100.0);
    needs(&found.after, 40.0 - 12.75 * part, 100.0 - 85.0 * part, 100.0 - 85.0 * part);
}

#[test]
fn units_hold_their_legs_in_one_proportion() {
    // 140 are needed. Five units of two and a half of one take over 125: 60 - 18.75 g = 140 - 125 g at g = .753.
    let two = World { cash: money(60.0), legs: vec![perp(0, 10.0), perp(1, -4.0)], ..world(2) };
    let asked = [taken(0, 10.0), taken(1, -2.5)];
    let (given, found) = ask(&two, &asked, 5, &terms()).expect("quoted");
    assert_eq!((given, found.restores), (4, true));
    near(found.risk, 125.0);
    // Four fifths are 838 860 of 2^-20, and a fifth of one is left out.
    let part = 838_860.0 / 1_048_576.0;
    needs(&found.after, 60.0 - 18.75 * part, 140.0 - 125.0 * part, 140.0 - 125.0 * part);
}

#[test]
fn a_request_that_is_just_right_stands_after_three_books() {
    let book = ten_perps(40.0);
    let stands = |contracts: f64, units| {
        let (given, found) = ask(&book, &[taken(0, contracts)], units, &terms()).expect("quoted");
        (given, found.restores, found.weighed)
    };
    assert_eq!(stands(8.0, 8), (8, true, 3));
    assert_eq!(stands(7.06, 706), (706, true, 3));
    // With one unit there is no less to look at.
    assert_eq!(stands(8.0, 1), (1, true, 2));
    assert_eq!(stands(7.0, 7), (7, false, 3), "too little is given as it is");
    let (given, restores, weighed) = stands(9.0, 9);
    assert!((given, restores) == (8, true) && weighed > 3, "{weighed}");
}

#[test]
fn a_small_book_gives_all_that_was_asked_for() {
    let book = ten_perps(40.0);
    let of = |small: f64, asked: f64, units| {
        let terms = Terms { small: money(small), ..terms() };
        ask(&book, &[taken(0, asked)], units, &terms).map(|(given, found)| (given, found.restores))
    };
    assert_eq!(of(99.0, 10.0, 10), Ok((8, true)), "it needs a hundred");
    assert_eq!(of(101.0, 10.0, 10), Ok((10, true)));
    assert_eq!(of(101.0, 9.0, 9), Ok((9, true)));
    assert_eq!(of(101.0, 2.0, 4), Ok((4, false)));
    // Six of ten perps leave four to six futures; all ten would need 60.
    let (terms, perps) = (Terms { small: money(41.0), ..Terms::default() }, [taken(0, 10.0)]);
    assert_eq!(ask(&hedged(4.0), &perps, 10, &terms), Err(MarginError::NoRelief));
    assert_eq!(ask(&hedged(4.0), &perps, 10, &Terms::default()).map(|found| found.0), Ok(4));
    // And at its target nobody closes it, however small.
    assert_eq!(ask(&ten_perps(100.1), &perps, 1, &terms), Err(MarginError::AboveTarget));
}

#[test]
fn what_is_small_and_what_is_at_its_target_are_so_to_the_step() {
    let perps = [taken(0, 10.0)];
    let (_, found) = ask(&ten_perps(40.0), &perps, 10, &terms()).expect("quoted");
    let needed = found.before.maintenance;
    for (small, expected) in [(needed.0, 10), (needed.0 - 1, 8)] {
        let terms = Terms { small: Quote(small), ..terms() };
        assert_eq!(ask(&ten_perps(40.0), &perps, 10, &terms).map(|found| found.0), Ok(expected));
    }
    let at = World { cash: needed, ..ten_perps(0.0) };
    assert_eq!(ask(&at, &perps, 10, &terms()), Err(MarginError::AboveTarget));
    let below = World { cash: Quote(needed.0 - 1), ..at };
    assert_eq!(ask(&below, &perps, 10, &terms()).map(|found| found.0), Ok(1));
}

#[test]
fn where_no_number_of_units_is_enough_the_nearest_is_given() {
    let free = Terms::default();
    // The hedge is even when four of ten are closed.
    for (contracts, units, nearest) in [(10.0, 10, 4), (10.0, 5, 2), (10.0, 100, 40), (8.0, 4, 2)] {
        let found = ask(&hedged(-1.0), &[taken(0, contracts)], units, &free).expect("quoted");
        assert_eq!((found.0, found.1.restores), (nearest, false), "{contracts} in {units}");
    }
    // One unit of three leaves one contract open, two units leave two, on the other side.
    let (given, found) = ask(&hedged(-1.0), &[taken(0, 9.0)], 3, &free).expect("quoted");
    assert_eq!((given, found.restores), (1, false), "{found:?}");
    // 4 would be enough for .4 of a contract either way, between the two.
    let (given, found) = ask(&hedged(4.0), &[taken(0, 9.0)], 3, &free).expect("quoted");
    assert_eq!((given, found.restores), (1, false), "{found:?}");
    near(found.after.maintenance, 10.0 + 90.0 * (1.0 / 3.0 - 349_525.0 / 1_048_576.0));
    // Nor does a unit that turns the book into a worse one.
    assert_eq!(ask(&hedged(4.0), &[taken(0, 10.0)], 1, &free), Err(MarginError::NoRelief));
}

#[test]
fn what_is_not_in_the_book_is_refused() {
    let book = hedged(4.0);
    let ask = |asked: &[Taken], units| ask(&book, asked, units, &terms()).map(|found| found.0);
    let refused = Err(MarginError::NoRelief);
    assert!(ask(&[taken(0, 4.0)], 4).is_ok() && ask(&[taken(0, 10.0), taken(1, -6.0)], 2).is_ok());
    assert_eq!(ask(&[taken(0, 4.0)], 0), refused);
    assert_eq!(ask(&[], 4), refused);
    assert_eq!(ask(&[taken(0, 0.0)], 4), refused);
    assert_eq!(ask(&[taken(2, 4.0)], 4), refused, "no such place");
    assert_eq!(ask(&[taken(0, -4.0)], 4), refused, "of the wrong sign");
    assert_eq!(ask(&[taken(0, 4.0), taken(1, 4.0)], 4), refused, "of the wrong sign");
    let more = Taken { quantity: Contracts(contracts(10.0).0 + 1), ..taken(0, 10.0) };
    assert_eq!(ask(&[more], 4), refused, "more than there is");
    let order = Err(MarginError::LegsOutOfOrder);
    assert_eq!(ask(&[taken(0, 4.0), taken(0, 4.0)], 4), order, "twice");
    assert_eq!(ask(&[taken(1, -4.0), taken(0, 4.0)], 4), order);
    let nine = World { legs: (0..9).map(|_| perp(0, 1.0)).collect(), ..ten_perps(4.0) };
    let places: Vec<Taken> = (0..9).map(|place| taken(place, 1.0)).collect();
    let mut desk = Box::new(QuoteDesk::new());
    let (model, snapshot, book) = (models::bare(), nine.snapshot(), nine.book());
    let found = quote_taken(&mut desk, &model, &snapshot, &book, (&places, 1), &terms());
    assert_eq!(found, Err(MarginError::TooMany));
    let found = trial(&mut desk, &model, &snapshot, &book, Some(&places));
    assert_eq!(found, Err(MarginError::TooMany));
    let found = trial(&mut desk, &model, &snapshot, &book, Some(&[taken(9, 1.0)]));
    assert_eq!(found, Err(MarginError::NoRelief));
}

#[test]
fn a_trial_weighs_a_book_with_and_without() {
    let model = models::bare();
    let found = weigh(&model, &ten_perps(40.0), Some(&[taken(0, 4.0)]));
    needs(&found.before, 40.0, 100.0, 100.0);
    needs(&found.after, 40.0, 60.0, 60.0);
    assert!(found.helps);
    let found = weigh(&model, &ten_perps(40.0), None);
    needs(&found.after, 40.0, 0.0, 0.0);
    // An account that is well is weighed, too; taking its hedge away does not help it, taking nothing neither.
    let found = weigh(&model, &hedged(500.0), Some(&[taken(1, -6.0)]));
    needs(&found.before, 500.0, 40.0, 40.0);
    needs(&found.after, 500.0, 100.0, 100.0);
    assert!(!found.helps);
    let found = weigh(&model, &hedged(500.0), Some(&[]));
    assert_eq!((found.before, found.helps), (found.after, false));
}

#[test]
fn what_is_closed_leaves_with_its_own_cost() {
    // Ten at a cost of 900 have gained 100, of which 50 count as initial margin.
    let mut model = models::bare();
    model.gains = Gains { weight: fraction(0.5), cap: money(1e6) };
    let mut book = ten_perps(-60.0);
    book.legs[0].basis = money(900.0);
    // Four of them at 360 have gained 40; at 400 nothing; at 300 all.
    for (basis, left) in [(360.0, 60.0), (400.0, 100.0), (300.0, 0.0)] {
        let some = Taken { basis: money(basis), ..taken(0, 4.0) };
        let found = weigh(&model, &book, Some(&[some]));
        needs(&found.before, 40.0, 100.0, 150.0);
        needs(&found.after, 40.0, 60.0, 60.0 + left / 2.0);
    }
}
