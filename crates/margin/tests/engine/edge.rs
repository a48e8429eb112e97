//! How far a price may go: by hand where the answer is a linear equation, else by assessing at the edge and beyond it.

use crate::common::simple::{expiry, leg, perp, tokens, world};
use crate::common::units::{price, quote};
use crate::common::World;
use ballast_margin::book::{Expiry, Kind, Market};
use ballast_margin::edge::{edges, Edges};
use ballast_margin::model::Model;
use ballast_margin::presets::{BALLAST, PMRM, SPAN16};
use ballast_margin::report::Report;
use ballast_margin::units::{Price, Quote};
use ballast_margin::{assess, Desk, MarginError};

const DAY: i64 = 86_400;

/// Of a perp's value in PMRM: eight tenths of the row of 18 %, and 1.5 %.
const SHARE: f64 = 0.8 * 0.18 + 0.015;

fn find_by(model: &Model, world: &World, market: usize) -> Result<Edges, MarginError> {
    edges(&mut Desk::new(), model, &world.snapshot(), &world.book(), market)
}

fn find(world: &World, market: usize) -> Edges {
    find_by(&PMRM, world, market).expect("a book that can be margined")
}

fn report(world: &World) -> Result<Report, MarginError> {
    assess(&mut Desk::new(), &PMRM, &world.snapshot(), &world.book())
}

/// Health at an index of market 0, its forwards and its tokens along with it.
fn health(world: &World, index: Price) -> i128 {
    let base = world.markets[0].index.0 as u128;
    let along = |old: Price| Price((old.0 as u128 * index.0 as u128 / base).max(1) as u64);
    let mut moved = world.clone();
    let market = world.markets[0];
    let dates: Vec<_> =
        market.expiries.iter().map(|date| Expiry { forward: along(date.forward), ..*date }).collect();
    moved.markets[0] = Market { index, perp: along(market.perp), expiries: dates.clone().leak(), ..market };
    for token in moved.collateral.iter_mut().filter(|token| token.market == Some(0)) {
        (token.price, token.slow) = (along(token.price), along(token.slow));
    }
    report(&moved).expect("a book").health.0
}

/// An edge holds, and one step beyond does not.
fn assert_edge(world: &World, edge: Price, beyond: i64) {
    assert!(health(world, edge) >= 0, "at {edge:?}");
    assert!(health(world, Price(edge.0.wrapping_add_signed(beyond))) < 0, "beyond {edge:?}");
}

fn perps(quantity: f64, cash: f64) -> World {
    let mut world = world(1);
    (world.cash, world.legs) = (quote(cash), vec![perp(0, quantity)]);
    world
}

fn assert_near(seen: Option<Price>, expected: f64) {
    let (seen, expected) = (seen.expect("an edge").0 as f64, price(expected).0 as f64);
    // The last step of a price of 100 is a part in 10^12.
    assert!((seen - expected).abs() / expected < 1e-9, "{seen}, expected {expected}");
}

#[test]
fn a_long_perp_solves_a_linear_equation() {
    for (quantity, cash) in [(2.0, 50.0), (2.0, 100.0), (1.0, 95.0), (1_000.0, 30_000.0)] {
        let world = perps(quantity, cash);
        let found = find(&world, 0);
        assert_near(found.below, (100.0 * quantity - cash) / (quantity * (1.0 - SHARE)));
        assert_eq!(found.above, None);
        assert_edge(&world, found.below.expect("an edge"), -1);
    }
}

#[test]
fn a_short_perp_solves_another() {
    for (quantity, cash) in [(2.0, 50.0), (2.0, 1_000.0), (1_000.0, 30_000.0)] {
        let world = perps(-quantity, cash);
        let found = find(&world, 0);
        assert_near(found.above, (100.0 * quantity + cash) / (quantity * (1.0 + SHARE)));
        assert_eq!(found.below, None);
        assert_edge(&world, found.above.expect("an edge"), 1);
    }
}

#[test]
fn a_hedged_book_has_no_edge() {
    let mut world = perps(-2.0, 100.0);
    world.markets[0].expiries = vec![expiry(30 * DAY)].leak();
    world.legs.push(leg(0, Kind::Future, 0.0, 2.0));
    // Rows are all that this model knows, and they move both alike.
    assert_eq!(find_by(&SPAN16, &world, 0), Ok(Edges::default()));
    let mut covered = perps(-1.0, -60.0);
    covered.collateral = vec![tokens(Some(0), 1.0)];
    let found = find(&covered, 0);
    assert_eq!(found.below, None);
    // Only the perp's charge of 1.5 % grows with the price.
    assert_near(found.above, 40.0 / 0.015);
}

#[test]
fn paid_up_holdings_have_none() {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(30 * DAY)].leak();
    (world.cash, world.legs) = (quote(1.0), vec![leg(0, Kind::Call, 100.0, 1.0)]);
    assert_eq!(find(&world, 0), Edges::default());
}

#[test]
fn a_strangle_has_two_edges_and_every_price_between_them_holds() {
    for (low, high, cash) in [(80.0, 120.0, 40.0), (95.0, 105.0, 55.0), (60.0, 110.0, 30.0)] {
        let mut world = world(1);
        world.markets[0].expiries = vec![expiry(20 * DAY), expiry(90 * DAY)].leak();
        let mut far = leg(0, Kind::Call, high, -1.0);
        far.expiry = 1;
        (world.cash, world.legs) = (quote(cash), vec![leg(0, Kind::Put, low, -1.0), far]);
        let found = find(&world, 0);
        let (below, above) = (found.below.expect("an edge"), found.above.expect("an edge"));
        assert!(below < price(100.0) && price(100.0) < above);
        assert_edge(&world, below, -1);
        assert_edge(&world, above, 1);
        let steps = 400;
        for step in 0..=steps {
            let between = below.0 + (above.0 - below.0) / steps * step;
            assert!(health(&world, Price(between)) >= 0, "{between}");
        }
    }
}

#[test]
fn edges_of_random_books_are_exact() {
    let mut edged = 0;
    for seed in 0..60 {
        let mut world = World::random(seed);
        world.cash = Quote(world.cash.0.max(0));
        let Ok(report) = report(&world) else { continue };
        // Every book gets a cushion of half of its margin.
        world.cash = Quote(world.cash.0 - report.health.0 + report.maintenance.0 / 2);
        let Ok(found) = find_by(&PMRM, &world, 0) else { continue };
        for (edge, beyond) in [(found.below, -1), (found.above, 1)] {
            if let Some(edge) = edge {
                assert_edge(&world, edge, beyond);
                edged += 1;
            }
        }
    }
    assert!(edged > 40, "{edged}");
}

#[test]
fn another_market_does_not_matter_and_an_unknown_one_is_refused() {
    let mut world = world(2);
    (world.cash, world.legs) = (quote(50.0), vec![perp(0, 2.0)]);
    assert_eq!(find(&world, 1), Edges::default());
    assert_eq!(find_by(&PMRM, &world, 2), Err(MarginError::UnknownMarket));
}

#[test]
fn a_book_below_its_margin_is_beyond_its_edge() {
    assert_eq!(find(&perps(2.0, 10.0), 0), Edges::default());
    let at_the_edge = perps(2.0, 2.0 * 100.0 * SHARE + 1e-9);
    assert!(find(&at_the_edge, 0).below.is_some_and(|edge| edge <= price(100.0)));
}

#[test]
fn ranges_count_where_rows_are_scaled() {
    let world = perps(2.0, 80.0);
    let found = find_by(&BALLAST, &world, 0);
    assert!(found.expect("a book").below.is_some_and(|edge| edge < price(100.0)));
}
