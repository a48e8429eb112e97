//! Without options, neighbouring rows that differ in volatility alone may be worked out as one: nobody can tell.

use crate::books::MODELS;
use crate::common::rng::Rng;
use crate::common::{worlds, Shape, World};
use crate::harness::{ladders, property, Verdict, MANY};
use ballast_margin::book::{Kind, Leg};
use ballast_margin::model::{Model, Row, Tail, Vol};
use ballast_margin::report::Worst;
use ballast_margin::units::{Contracts, Fraction, Quote};
use proptest::prelude::any;
use proptest::strategy::Strategy;

const ONE: i64 = Fraction::ONE.0;

/// Books of perps, futures and collateral; markets have dates.
fn straight() -> impl Strategy<Value = World> {
    worlds(Shape { markets: 1..=4, expiries: 1..=2, legs: 4..=16, collateral: 0..=3 }).prop_map(
        |mut world| {
            world.legs.retain(|leg| leg.kind <= Kind::Future);
            world
        },
    )
}

/// A model's rows, and others of any volatility beside some of them: of the same price and mostly the same weight,
/// which share the mass.
fn crowded(rng: &mut Rng, model: Model) -> Vec<Row> {
    let mut rows = model.rows.to_vec();
    while rows.len() < 40 && rng.chance(0.8) {
        let place = rng.below(rows.len());
        let mut row = rows[place];
        row.vol = [Vol::Down, Vol::Flat, Vol::Up, Vol::Linear, Vol::Absolute][rng.below(5)];
        if rng.chance(0.2) {
            row.weight = Fraction((ONE as f64 * rng.unit()) as i64);
        }
        row.mass.0 = (row.mass.0 as f64 * rng.unit()) as i64;
        rows[place].mass.0 -= row.mass.0;
        rows.insert(place + rng.below(2), row);
    }
    rows
}

/// Any tail, where the rows have masses.
fn any_tail(rng: &mut Rng, model: Model) -> Tail {
    if model.rows.iter().map(|row| row.mass.0).sum::<i64>() == 0 {
        return model.tail;
    }
    let share = (ONE as f64 * rng.scale(1e-3, 1.0)) as i64;
    Tail { share: Fraction(share), multiplier: Fraction((ONE as f64 * rng.between(1.0, 3.0)) as i64) }
}

fn alike(one: &Row, other: &Row) -> bool {
    (one.multiplier, one.scaled, one.weight) == (other.multiplier, other.scaled, other.weight)
}

/// The places of rows in an order in which alike ones do not follow each other if that can be helped.
fn apart(rng: &mut Rng, rows: &[Row]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut order: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let fits = |place: &usize| order.last().is_none_or(|last| !alike(&rows[*last], &rows[*place]));
        let fitting: Vec<usize> = (0..left.len()).filter(|at| fits(&left[*at])).collect();
        let at = if fitting.is_empty() { 0 } else { fitting[rng.below(fitting.len())] };
        order.push(left.remove(at));
    }
    order
}

/// An option on nothing, in a market and a date where the book holds something, if there is one.
fn idle(world: &World) -> Option<Leg> {
    let market = world.legs.first()?.market;
    let expiry = world.markets[usize::from(market)].expiries.first()?;
    let (kind, strike) = (Kind::Call, expiry.forward);
    Some(Leg { market, expiry: 0, kind, strike, quantity: Contracts(0), basis: Quote(0) })
}

/// An option of no contracts has every row worked out on its own, and none of them change.
fn bears_an_idle_option(mut world: World, seed: u64, model: usize) -> Verdict {
    let (rng, model) = (&mut Rng::new(seed), MODELS[model].1);
    let rows = crowded(rng, model);
    let model = Model { rows: &rows, tail: any_tail(rng, model), ..model };
    let Some(idle) = idle(&world) else { return Ok(()) };
    let (report, found) = ladders(&model, &world)?;
    world.legs.push(idle);
    world.tidy();
    let (other, each) = ladders(&model, &world)?;
    require!(found == each, "rows {found:?} are {each:?}");
    require!(report.worst == other.worst, "{:?} is called {:?}", other.worst, report.worst);
    require!(report.components.scan == other.components.scan, "{report:?} scans as {other:?}");
    for (market, other) in report.markets.iter().zip(&other.markets) {
        let scans = [(market.scan, market.worst), (other.scan, other.worst)];
        require!(scans[0] == scans[1], "{scans:?}");
    }
    Ok(())
}

#[test]
fn rows_are_the_same_beside_an_option_of_no_contracts() {
    property(MANY, (straight(), any::<u64>(), 0usize..7), |(world, seed, model)| {
        bears_an_idle_option(world, seed, model)
    });
}

/// A case by what it is, whichever row it is.
fn unnamed(worst: Worst) -> Worst {
    match worst {
        Worst::Row(_) => Worst::Row(0),
        Worst::Systemic(_) => Worst::Systemic(0),
        other => other,
    }
}

/// In an order in which no two alike rows are neighbours, nothing changes but their places.
fn bears_any_order(world: &World, seed: u64, model: usize) -> Verdict {
    let (rng, model) = (&mut Rng::new(seed), MODELS[model].1);
    let rows = crowded(rng, model);
    let model = Model { rows: &rows, tail: any_tail(rng, model), ..model };
    let order = apart(rng, &rows);
    let moved: Vec<Row> = order.iter().map(|place| rows[*place]).collect();
    let (mut report, found) = ladders(&model, world)?;
    let (mut other, each) = ladders(&Model { rows: &moved, ..model }, world)?;
    for ((profits, _), (ordered, _)) in found.iter().zip(&each) {
        let back = order.iter().map(|place| profits[*place]);
        require!(back.eq(ordered.iter().copied()), "{profits:?} in the order {order:?} are not {ordered:?}");
    }
    for (market, (profits, _)) in report.markets.iter_mut().zip(&found) {
        let Worst::Row(row) = market.worst else { continue };
        // One of the least, and no row before it is the same one.
        let (row, least) = (usize::from(row), profits.iter().min());
        let before = row.checked_sub(1).filter(|before| alike(&rows[*before], &rows[row]));
        require!(profits.get(row) == least, "{row} is not among the least of {profits:?}");
        require!(before.map(|before| &profits[before]) != least, "{row} is not the first of {profits:?}");
    }
    for report in [&mut report, &mut other] {
        report.worst = unnamed(report.worst);
        report.markets.iter_mut().for_each(|market| market.worst = unnamed(market.worst));
    }
    require!(report == other, "{report:?} is {other:?} in another order of rows");
    Ok(())
}

#[test]
fn rows_are_the_same_in_an_order_that_keeps_alike_ones_apart() {
    property(MANY, (straight(), any::<u64>(), 0usize..7), |(world, seed, model)| {
        bears_any_order(&world, seed, model)
    });
}
