//! The memo's margins are the engine's to the last bit, whatever it was asked before.

use crate::books::MODELS;
use crate::common::{worlds, Shape, World};
use crate::harness::{property, with_desk, Verdict, MANY};
use ballast_margin::book::{Expiry, Market};
use ballast_margin::memo::Memo;
use ballast_margin::model::Model;
use ballast_margin::quote::Margins;
use proptest::prelude::*;

/// Both answers to one question.
fn same(memo: &mut Memo, model: &Model, world: &World) -> Verdict {
    let (snapshot, book) = (world.snapshot(), world.book());
    let exact = with_desk(model, &snapshot, &book, |report, _| Margins {
        value: report.value,
        maintenance: report.maintenance,
        initial: report.initial,
    });
    let found = memo.margins(model, &snapshot, &book);
    require!(found == exact, "{found:?}, but {exact:?} is exact");
    Ok(())
}

/// The world with so many seconds to its expiries, one after the other.
fn hastened(world: &World, seconds: &[i64]) -> World {
    let mut seconds = seconds.iter().cycle();
    let mut sooner = |expiry: &Expiry| Expiry { seconds: *seconds.next().expect("endless"), ..*expiry };
    let hasten = |market: &Market<'static>| {
        let expiries: Vec<Expiry> = market.expiries.iter().map(&mut sooner).collect();
        Market { expiries: expiries.leak(), ..*market }
    };
    World { markets: world.markets.iter().map(hasten).collect(), ..world.clone() }
}

#[test]
fn margins_are_the_engines() {
    let worlds = (0..MODELS.len(), worlds(Shape::default()), any::<u64>());
    property(MANY, worlds, |(model, world, seed)| {
        let model = &MODELS[model].1;
        let mut memo = Memo::new(model);
        same(&mut memo, model, &world)?;
        // Another book beside the same markets finds them known, and the first one still does.
        same(&mut memo, model, &world.rebooked(seed, 12, 2))?;
        same(&mut memo, model, &world)
    });
}

#[test]
fn nothing_is_known_of_other_prices_and_times() {
    let near = proptest::collection::vec(prop_oneof![-2i64..5, 0i64..4_000, 0i64..400_000], 1..5);
    let worlds = (0..MODELS.len(), worlds(Shape::default()), near, 1u64..1 << 20);
    property(MANY, worlds, |(model, world, near, more)| {
        let model = &MODELS[model].1;
        let mut memo = Memo::new(model);
        same(&mut memo, model, &world)?;
        let mut later = hastened(&world, &near);
        same(&mut memo, model, &later)?;
        for market in &mut later.markets {
            market.index.0 = market.index.0.saturating_add(more);
        }
        same(&mut memo, model, &later)?;
        let before = memo.memory();
        memo.clear();
        require!(memo.memory() <= before, "a cleared memo holds more than before");
        same(&mut memo, model, &later)
    });
}
