//! What does not matter: the order of rows, of markets and of tokens, positions of nothing, which desk is
//! used, and how one book is spread over copies of one market.

use crate::books::{allowance, spread, BARE, GRAINS, GUARD, MODELS};
use crate::common::rng::Rng;
use crate::common::World;
use crate::harness::{needs, property, MANY};
use ballast_margin::model::{Cross, Model, Row};
use ballast_margin::report::{Report, Worst};
use ballast_margin::units::{Contracts, Fraction, Quote};
use ballast_margin::{assess, Desk};
use proptest::prelude::any;

/// Places in a random order.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut rng = Rng::of(seed, "order", 0);
    let mut places: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        places.swap(place, rng.below(place + 1));
    }
    places
}

/// The report without the names of cases.
fn nameless(mut report: Report) -> Report {
    report.worst = Worst::Nothing;
    report.markets.iter_mut().for_each(|market| market.worst = Worst::Nothing);
    report
}

#[test]
fn the_order_of_rows_changes_names_alone() {
    property(MANY, (spread(), any::<u64>(), 0usize..7), |(world, seed, model)| {
        let model = MODELS[model].1;
        let places = shuffled(model.rows.len(), seed);
        let rows: Vec<Row> = places.iter().map(|place| model.rows[*place]).collect();
        let (one, other) = (needs(&model, &world)?, needs(&Model { rows: &rows, ..model }, &world)?);
        require!(nameless(one) == nameless(other), "{one:?} becomes {other:?}");
        // A row is named by its place; of rows that lose the same, by the first.
        for (one, other) in one.markets.iter().zip(&other.markets) {
            let rows = matches!((one.worst, other.worst), (Worst::Row(_), Worst::Row(_)));
            require!(rows || one.worst == other.worst, "{one:?} becomes {other:?}");
        }
        Ok(())
    });
}

#[test]
fn the_order_of_markets_and_of_tokens_changes_roundings_alone() {
    property(MANY, (spread(), any::<u64>(), 0usize..7), |(world, seed, model)| {
        let model = MODELS[model].1;
        let places = shuffled(world.markets.len(), seed);
        let now = |before: u8| places.iter().position(|place| *place == usize::from(before)).unwrap() as u8;
        let mut moved = world.clone();
        moved.markets = places.iter().map(|place| world.markets[*place]).collect();
        moved.legs.iter_mut().for_each(|leg| leg.market = now(leg.market));
        moved.collateral.iter_mut().for_each(|token| token.market = token.market.map(now));
        moved.collateral.reverse();
        moved.tidy();
        let (one, other) = (needs(&model, &world)?, needs(&model, &moved)?);
        let (name, mut back) = (one.worst, other);
        for (place, market) in places.iter().zip(&other.markets) {
            back.markets[*place] = *market;
        }
        // The products of the covariance are rounded in the order of markets.
        let allowed = if model.cross.covariance { 8 * allowance(GRAINS, &[&world]).0 } else { 0 };
        let near = |one: Quote, other: Quote| (one.0 - other.0).abs() <= allowed;
        require!(one.markets == back.markets && one.value == back.value, "{one:?} becomes {back:?}");
        require!(near(one.maintenance, back.maintenance), "{one:?} becomes {back:?}");
        require!(near(one.initial, back.initial), "{one:?} becomes {back:?}");
        require!(allowed > 0 || name == other.worst || nameless(one) == nameless(back), "{one:?}, {back:?}");
        Ok(())
    });
}

#[test]
fn positions_of_nothing_change_nothing() {
    property(MANY, (spread(), any::<u64>(), 0usize..7), |(world, seed, model)| {
        let model = MODELS[model].1;
        // Instruments of markets and expiries that the book holds already: the guard counts legs.
        let mut empty = world.rebooked(seed, 3, 0);
        empty.legs.retain(|leg| {
            let same = |held: &&ballast_margin::book::Leg| {
                (held.market, held.kind) == (leg.market, leg.kind) && held.expiry == leg.expiry
            };
            world.legs.iter().any(|held| same(&held))
        });
        empty.legs.iter_mut().for_each(|leg| (leg.quantity, leg.basis) = (Contracts(0), Quote(0)));
        (empty.cash, empty.unpaid) = (Quote(0), Quote(0));
        let (one, other) = (needs(&model, &world)?, needs(&model, &world.joined(&empty))?);
        let allowed = allowance(GUARD, &[&world]).0;
        let near = |one: Quote, other: Quote| (one.0 - other.0).abs() <= allowed;
        require!(near(one.health, other.health) && near(one.room, other.room), "{one:?} becomes {other:?}");
        Ok(())
    });
}

#[test]
fn a_used_desk_gives_what_a_new_one_gives() {
    property(MANY, (spread(), spread(), 0usize..7, 0usize..7), |(first, second, one, other)| {
        let used = &mut Box::new(Desk::new());
        let fresh = &mut Box::new(Desk::new());
        let run = |desk: &mut Desk, model: usize, world: &World| {
            assess(desk, &MODELS[model].1, &world.snapshot(), &world.book())
        };
        run(used, one, &first).expect("a sound world");
        let (after, alone) = (run(used, other, &second), run(fresh, other, &second));
        require!(after == alone, "{after:?} for {alone:?}");
        let count = MODELS[other].1.rows.len();
        let rows = |desk: &Desk| (0..count).map(|row| desk.row(1, row)).collect::<Vec<_>>();
        require!(rows(used) == rows(fresh), "another ladder");
        Ok(())
    });
}

#[test]
fn a_book_spread_over_two_copies_of_a_market_needs_the_same_where_gains_count_fully() {
    let cross = Cross { offset: Fraction::ONE, floor: Fraction::ZERO, covariance: false, correlations: &[] };
    let model = Model { cross, ..BARE };
    let one = crate::common::worlds(crate::common::Shape {
        markets: 1..=1,
        expiries: 0..=2,
        legs: 1..=4,
        collateral: 0..=0,
    });
    property(MANY, (one, any::<u64>()), |(mut whole, seed)| {
        crate::books::at_par(&mut whole);
        whole.markets[0].certain = true;
        let mut parts = whole.clone();
        parts.markets.push(parts.markets[0]);
        parts.markets[1].id = whole.markets[0].id % 8 + 1;
        // The same share of every leg: no copy hedges the other, and the rows add up to those of the whole.
        let share = Rng::new(seed).below(5) as i64;
        let divided = |quantity: i64, share: i64| quantity / 4 * share;
        let copies = whole.legs.iter().flat_map(|leg| {
            let part = |market, share| {
                let quantity = Contracts(divided(leg.quantity.0, share));
                ballast_margin::book::Leg { market, quantity, basis: Quote(0), ..*leg }
            };
            [part(0, share), part(1, 4 - share)]
        });
        parts.legs = copies.filter(|leg| leg.quantity.0 != 0).collect();
        parts.tidy();
        for leg in &mut whole.legs {
            (leg.quantity.0, leg.basis) = (divided(leg.quantity.0, 4), Quote(0));
        }
        let (together, apart) = (needs(&model, &whole)?, needs(&model, &parts)?);
        let allowed = allowance(8.0 * GUARD, &[&whole]).0;
        let gap = (together.components.scan.0 - apart.components.scan.0).abs();
        require!(gap <= allowed, "{:?} becomes {:?}", together.components, apart.components);
        Ok(())
    });
}
