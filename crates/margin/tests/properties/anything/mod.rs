//! Nothing that is passed in makes the engine panic or leave the range of its numbers: this build checks
//! every sum and product.

mod model;
mod world;

use crate::common::rng::Rng;
use crate::common::{models, Size, World};
use crate::harness::{property, with_desk, Verdict, CORE};
use ballast_margin::model::Model;
use ballast_margin::presets;
use ballast_margin::report::Report;
use ballast_margin::units::{Fraction, Quote};
pub use model::Parts;
use proptest::collection::vec;
use proptest::prelude::{any, Just};
use proptest::prop_oneof;
use proptest::strategy::Strategy;

/// Any number, and the ends of ranges and what lies next to them more often.
fn number() -> impl Strategy<Value = i64> {
    let power =
        (0u32..64, -2i64..=2, any::<bool>()).prop_map(|(bits, off, negative)| near(bits, off, negative));
    prop_oneof![
        3 => prop_oneof![Just(0), Just(1), Just(-1), Just(i64::MAX), Just(i64::MIN), Just(i64::MIN + 1)],
        4 => power,
        2 => any::<i64>(),
    ]
}

/// A number next to a power of two.
fn near(bits: u32, off: i64, negative: bool) -> i64 {
    let power = (1u64 << bits.min(63)) as i64;
    let sum = power.wrapping_add(off);
    if negative {
        sum.wrapping_neg()
    } else {
        sum
    }
}

/// A number of twice the bits, whose size is about the square.
fn wide(n: i64) -> i128 {
    i128::from(n).wrapping_mul(i128::from(n).unsigned_abs() as i128) << (n & 1)
}

/// The models that changes start from.
fn base(place: usize) -> Parts {
    let all = models::all().map(|(_, model)| model).into_iter();
    let all = all.chain([presets::BALLAST, presets::PMRM, presets::XPM]);
    Parts::of(all.cycle().nth(place).expect("no end"))
}

/// What a world says under a model, whatever that is.
fn run(model: &Model, world: &World) -> Option<Report> {
    with_desk(model, &world.snapshot(), &world.book(), |report, _| *report).ok()
}

/// A sound world with a few fields changed, and the model that it is under.
fn changed(changes_of_model: usize) -> impl Strategy<Value = (World, Parts)> {
    let size = (1usize..=3, 0usize..=2, 0usize..=6, 0usize..=2);
    let change = || (any::<u16>(), 0usize..64, number());
    let place = (any::<u64>().no_shrink(), size, 0usize..6, any::<bool>());
    (place, vec(change(), 0..6), vec(change(), 0..=changes_of_model)).prop_map(
        |((seed, (markets, expiries, legs, collateral), start, order), of_world, of_model)| {
            let mut world = World::sized(seed, Size { markets, expiries, legs, collateral });
            let mut parts = base(start);
            of_world.into_iter().for_each(|(field, place, n)| world::set(&mut world, field, place, n));
            of_model.into_iter().for_each(|(field, place, n)| parts.set(field, place, n));
            if order {
                world::order(&mut world);
            }
            (world, parts)
        },
    )
}

/// A number of any size.
fn raw(rng: &mut Rng) -> i64 {
    match rng.below(4) {
        0 => near(rng.below(64) as u32, rng.below(5) as i64 - 2, rng.chance(0.5)),
        1 => (rng.next() >> rng.below(64)) as i64,
        2 => [0, 1, -1, i64::MAX, i64::MIN][rng.below(5)],
        _ => rng.next() as i64,
    }
}

#[test]
fn a_few_senseless_numbers_anywhere_are_no_panic() {
    property(CORE, changed(3), |(world, parts)| -> Verdict {
        run(&parts.model(), &world);
        Ok(())
    });
}

#[test]
fn senseless_numbers_everywhere_are_no_panic() {
    property(CORE, any::<u64>(), |seed| -> Verdict {
        let mut rng = Rng::new(seed);
        let mut world = World::sized(seed, Size { markets: 2, expiries: 1, legs: 3, collateral: 1 });
        let mut parts = base(rng.below(6));
        // Now and then a field stays as it is, so that the next check is reached too.
        let share = rng.unit();
        for place in 0..24 {
            for field in 0..world::FIELDS {
                if rng.chance(share) {
                    world::set(&mut world, field, place, raw(&mut rng));
                }
            }
        }
        for field in 0..model::FIELDS {
            if rng.chance(share) {
                parts.set(field, rng.below(64), raw(&mut rng));
            }
        }
        world::order(&mut world);
        run(&parts.model(), &world);
        Ok(())
    });
}

/// A model of which any number may be anywhere in its range.
pub fn sound_models() -> impl Strategy<Value = Parts> {
    (0usize..6, vec((any::<u16>(), 0usize..64, number()), 0..24)).prop_map(|(start, changes)| {
        let mut parts = base(start);
        changes.into_iter().for_each(|(field, place, n)| parts.set_within(field, place, n));
        parts
    })
}

#[test]
fn under_a_sound_model_no_senseless_book_has_a_margin_below_zero() {
    property(CORE, (changed(0), sound_models()), |((world, _), parts)| {
        let model = parts.model();
        require!(model.check() == Ok(()), "{:?}", model.check());
        let sane = |f: Fraction| (0..=Fraction::ONE.0).contains(&f.0);
        let tokens = world.collateral.iter().all(|c| sane(c.haircut) && sane(c.haircut_initial));
        if let (Some(report), true) = (run(&model, &world), tokens) {
            require!(report.maintenance.0 >= 0, "maintenance margin {:?}", report.maintenance);
            require!(report.initial >= report.maintenance, "initial margin {:?}", report.initial);
            let negative = |part: &Quote| part.0 < 0;
            let scans = report.markets.map(|market| market.scan);
            require!(!scans.iter().any(negative) && report.components.scan.0 >= 0, "{:?}", report.components);
        }
        Ok(())
    });
}
