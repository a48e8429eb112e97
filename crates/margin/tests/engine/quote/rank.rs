//! Which legs a liquidation closes first.

use super::distress::{distressed, tolerance};
use super::traders::notional;
use crate::common::models;
use crate::common::simple::{expiry, leg, perp, world};
use crate::common::units::{fraction, quote as money};
use crate::common::World;
use ballast_margin::book::Kind;
use ballast_margin::model::{AddOns, Model};
use ballast_margin::presets::{BALLAST, PMRM};
use ballast_margin::quote::{quote, Liquidation, QuoteDesk, Terms};
use ballast_margin::rank::{choose, rank, Ranked};
use ballast_margin::units::{Contracts, Quote};
use ballast_margin::{assess, Desk, MarginError};

const ROOM: [Ranked; 64] = [Ranked { leg: 0, relief: Quote(0), cost: Quote(0) }; 64];

fn terms() -> Terms {
    Terms { discount: fraction(0.1), insurance: fraction(0.05), target: fraction(0.5), ..Terms::default() }
}

fn ranked(desk: &mut QuoteDesk, model: &Model, world: &World, terms: &Terms) -> Vec<Ranked> {
    let mut out = ROOM;
    let count = rank(desk, model, &world.snapshot(), &world.book(), terms, &mut out).expect("ranked");
    out[..count].to_vec()
}

fn places(ranked: &[Ranked]) -> Vec<u8> {
    ranked.iter().map(|ranked| ranked.leg).collect()
}

fn hedged() -> World {
    let mut world = world(1);
    world.markets[0].expiries = vec![expiry(86_400)].leak();
    World { legs: vec![perp(0, 10.0), leg(0, Kind::Future, 0.0, -6.0)], ..world }
}

#[test]
fn hedges_are_left_out() {
    let mut desk = QuoteDesk::new();
    let world = hedged();
    let found = ranked(&mut desk, &models::bare(), &world, &terms());
    assert_eq!(places(&found), [0]);
    // A 64th of ten at ten per cent, of which fifteen per cent is the cost.
    let near = |amount: Quote, expected: f64| (amount.0 - money(expected).0).abs() < 20;
    assert!(near(found[0].relief, 100.0 / 64.0) && near(found[0].cost, 15.0 / 64.0), "{found:?}");
    let turned = World { legs: world.legs.iter().map(|leg| double(leg, -2)).collect(), ..world };
    assert_eq!(
        places(&ranked(&mut desk, &models::bare(), &turned, &terms())),
        [0],
        "the perp is still larger"
    );
}

fn double(leg: &ballast_margin::book::Leg, times: i64) -> ballast_margin::book::Leg {
    ballast_margin::book::Leg {
        quantity: Contracts(leg.quantity.0 * times),
        basis: Quote(leg.basis.0 * i128::from(times)),
        ..*leg
    }
}

#[test]
fn what_relieves_most_for_its_cost_comes_first() {
    // Both perps also need 1.5 % of their notional: beside a range of 2 % that is more than beside one of 10 %.
    let model = Model {
        add_ons: AddOns { perp_maintenance: fraction(0.015), ..models::bare().add_ons },
        ..models::bare()
    };
    let mut two = World { legs: vec![perp(0, 10.0), perp(1, 10.0), perp(2, 5.0)], ..world(3) };
    let mut desk = QuoteDesk::new();
    assert_eq!(places(&ranked(&mut desk, &model, &two, &terms())), [0, 1, 2], "equal: as in the book");
    two.markets[1].range = fraction(0.02);
    two.markets[2].range = fraction(0.05);
    let found = ranked(&mut desk, &model, &two, &terms());
    assert_eq!(places(&found), [1, 2, 0]);
    // 0.02 + 0.015 of 1000, a 64th of it, for 0.15 of 0.02 of that.
    let near = |amount: Quote, expected: f64| (amount.0 - money(expected).0).abs() < 20;
    assert!(near(found[0].relief, 35.0 / 64.0) && near(found[0].cost, 3.0 / 64.0), "{found:?}");
    let free = Terms { discount: fraction(0.0), insurance: fraction(0.0), ..terms() };
    let found = ranked(&mut desk, &model, &two, &free);
    assert!(found.iter().all(|ranked| ranked.cost == Quote(1)), "one step at least");
    assert_eq!(places(&found), [0, 1, 2], "relief alone: 115, 35 and 32.5");
}

#[test]
fn room_must_be_given_for_every_leg_that_ranks() {
    let two = World { legs: vec![perp(0, 10.0), perp(1, 10.0)], ..world(2) };
    let (mut desk, mut out) = (QuoteDesk::new(), [ROOM[0]; 1]);
    let refused = rank(&mut desk, &models::bare(), &two.snapshot(), &two.book(), &terms(), &mut out);
    assert_eq!(refused, Err(MarginError::TooMany));
}

#[test]
fn legs_are_chosen_until_the_target_is_restored() {
    let mut desk = QuoteDesk::new();
    let mut pick = |world: &World| {
        choose(&mut desk, &models::bare(), &world.snapshot(), &world.book(), &terms()).expect("chosen")
    };
    // 100 and 50 are needed. Closing the first alone is enough for 60, and both are for 40.
    let two = World { legs: vec![perp(0, 10.0), perp(1, 5.0)], ..world(2) };
    let (set, found) = pick(&World { cash: money(70.0), ..two.clone() });
    assert!((set, found.restores) == (0b01, true), "{set:b} {found:?}");
    let (set, found) = pick(&World { cash: money(40.0), ..two.clone() });
    assert!((set, found.restores) == (0b11, true), "{set:b} {found:?}");
    let (set, found) = pick(&World { cash: money(-40.0), ..two });
    assert!((set, found.restores) == (0b11, false), "{set:b} {found:?}");
    // The hedge goes only when what it hedges goes: 40 - 100 f = 10 - 15 f.
    let (set, found) = pick(&World { cash: money(10.0), ..hedged() });
    assert!((set, found.restores) == (0b01, true), "{set:b} {found:?}");
}

/// Margin of the book with a 64th of one leg closed; basis goes with it, and cash is no matter.
fn trimmed(desk: &mut Desk, model: &Model, world: &World, place: usize) -> i128 {
    let mut trimmed = world.clone();
    trimmed.legs[place].quantity.0 -= trimmed.legs[place].quantity.0 / 64;
    let report = assess(desk, model, &trimmed.snapshot(), &trimmed.book());
    report.expect("assessed").maintenance.0
}

/// What a quote closes of some legs, in money.
fn size(world: &World, set: u64, quoted: &Liquidation) -> f64 {
    let legs = world.legs.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
    legs.map(|(_, leg)| notional(world, leg, leg.quantity.0)).sum::<f64>() * f64::from(quoted.closed.bits())
}

#[test]
fn what_can_be_done_without_is_left_out() {
    // Perps at ranges of ten and two per cent also need 1.5 % of their size: the second relieves 3.5 for each 2 of risk,
    // the first 11.5 for each 10.
    let model = Model {
        add_ons: AddOns { perp_maintenance: fraction(0.015), ..models::bare().add_ons },
        ..models::bare()
    };
    let mut two = World { legs: vec![perp(0, 10.0), perp(1, 10.0)], cash: money(140.0), ..world(2) };
    two.markets[1].range = fraction(0.02);
    let terms = Terms { target: fraction(0.0), ..terms() };
    let mut desk = QuoteDesk::new();
    let mut pick =
        |world: &World| choose(&mut desk, &model, &world.snapshot(), &world.book(), &terms).expect("chosen");
    // All legs: 150 (1 - f) = 140 - 18 f at f = 10 / 132, which closes 152 at a cost of 1.364. The second alone:
    // 150 - 35 f = 140 - 3 f at f = .3125, 312 at .94. The first alone: 150 - 115 f = 140 - 15 f at f = .1, 100 at 1.5,
    // which is a tenth dearer than all.
    let (set, found) = pick(&two);
    assert!((set, found.restores) == (0b01, true), "{set:b} {found:?}");
    assert!(found.closed.bits().abs_diff(104_858) <= 1, "{found:?}");
    // Five per cent, and twenty of the second. All: 135 (1 - f) = 125 - 13.5 f at f = 10 / 121.5, 247 at 1.111. The
    // second alone: 135 - 70 f = 125 - 6 f, 312 at .94. The first: 135 - 65 f = 125 - 7.5 f, 174 at 1.304: a sixth dearer.
    two.markets[0].range = fraction(0.05);
    two.legs[1] = perp(1, 20.0);
    two.cash = money(125.0);
    let (set, found) = pick(&two);
    assert!((set, found.restores) == (0b11, true), "{set:b} {found:?}");
    assert!(found.closed.bits().abs_diff(86_303) <= 1, "{found:?}");
}

#[test]
fn ranks_hold_for_books_of_every_kind() {
    let (mut desk, mut plain, mut seen) = (Box::new(QuoteDesk::new()), Box::new(Desk::new()), [0; 5]);
    for (seed, model) in (0..300).zip([BALLAST, PMRM, models::everything()].iter().cycle()) {
        let Some(case) = distressed(&mut plain, model, seed) else { continue };
        let (world, terms) = (&case.world, &case.terms);
        if world.legs.len() > 14 {
            continue;
        }
        seen[0] += 1;
        let found = ranked(&mut desk, model, world, terms);
        let rate = |ranked: &Ranked| ranked.relief.0 as f64 / ranked.cost.0 as f64;
        for pair in found.windows(2) {
            assert!(rate(&pair[0]) >= rate(&pair[1]) * (1.0 - 1e-5) - 1e-5, "{seed}: {pair:?}");
        }
        for (place, leg) in world.legs.iter().enumerate() {
            let slack = tolerance(world, 1 << place);
            let relief = case.before.maintenance.0 - trimmed(&mut plain, model, world, place);
            match found.iter().find(|ranked| usize::from(ranked.leg) == place) {
                Some(ranked) => {
                    seen[1] += 1;
                    assert!(ranked.relief.0 > 0 && relief >= -slack, "{seed}: {place} {relief}");
                    assert!((ranked.relief.0 - relief).abs() <= slack, "{seed}: {ranked:?} {relief}");
                }
                None => {
                    seen[2] += 1;
                    let noise = slack + (case.before.maintenance.0 >> 20);
                    assert!(relief <= noise || leg.quantity.0.abs() < 64, "{seed}: {place} {relief}");
                }
            }
        }
        let (snapshot, book) = (world.snapshot(), world.book());
        let all = u64::MAX >> (64 - world.legs.len());
        let whole = quote(&mut desk, model, &snapshot, &book, all, terms);
        let picked = choose(&mut desk, model, &snapshot, &book, terms);
        if let Ok(whole) = whole {
            let (set, picked) = picked.expect("chosen");
            assert!(set & !all == 0 && (picked.restores || !whole.restores), "{seed}: {set:b} {picked:?}");
            let above =
                |margins: ballast_margin::quote::Margins| margins.above(terms.target).expect("in range");
            assert!(picked.restores || above(picked.after) >= above(whole.after), "{seed}: {set:b}");
            seen[3] += usize::from(picked.restores && set != all);
            if whole.restores {
                // No dearer than all legs by more than an eighth, and no larger.
                let (cost, closed) = (picked.cost().0, size(world, set, &picked));
                assert!(cost <= whole.cost().0 + whole.cost().0 / 8, "{seed}: {set:b} {picked:?}");
                assert!(closed <= size(world, all, &whole) * 1.001, "{seed}: {set:b} {picked:?}");
                seen[4] += 1;
            }
        }
    }
    println!("{seen:?}");
    assert!(seen[0] > 200 && seen[1] > 500 && seen[2] > 300 && seen[3] > 40 && seen[4] > 40, "{seen:?}");
}
