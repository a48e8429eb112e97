//! Nothing that is passed in makes the engine panic or leave the range of its numbers: this build checks
//! every sum and product.

mod model;
mod world;

use crate::books::MODELS;
use crate::common::rng::Rng;
use crate::common::{Size, World};
use crate::harness::{property, with_desk, Verdict, CORE};
use ballast_margin::model::Model;
use ballast_margin::report::Report;
use ballast_margin::units::{Fraction, Quote};
pub use model::Parts;
use proptest::prelude::any;
use proptest::strategy::Strategy;

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
    Parts::of(MODELS[place % MODELS.len()].1)
}

/// What a world says under a model, whatever that is.
fn run(model: &Model, world: &World) -> Option<Report> {
    with_desk(model, &world.snapshot(), &world.book(), |report, _| *report).ok()
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

/// A sound world with a few fields changed to anything.
fn worlds_changed() -> impl Strategy<Value = World> {
    let size = (1usize..=3, 0usize..=2, 0usize..=6, 0usize..=2);
    (any::<u64>().no_shrink(), size, 0usize..6).prop_map(
        |(seed, (markets, expiries, legs, collateral), changes)| {
            let mut world = World::sized(seed, Size { markets, expiries, legs, collateral });
            for change in 0..changes {
                let rng = &mut Rng::of(seed, "change", change);
                world::set(&mut world, rng.below(256) as u16, rng.below(64), raw(rng));
            }
            if Rng::of(seed, "order", 0).chance(0.5) {
                world::order(&mut world);
            }
            world
        },
    )
}

/// A model with a few numbers changed, each by what `set` makes of any number.
fn models_changed(
    most: usize,
    set: impl Fn(&mut Parts, u16, usize, i64) + Copy,
) -> impl Strategy<Value = Parts> {
    (any::<u64>().no_shrink(), 0..=most).prop_map(move |(seed, changes)| {
        let mut parts = base(Rng::of(seed, "model", 0).below(7));
        for change in 0..changes {
            let rng = &mut Rng::of(seed, "change", change);
            set(&mut parts, rng.below(256) as u16, rng.below(64), raw(rng));
        }
        parts
    })
}

/// A model of which any number may be anywhere in its range.
pub fn sound_models() -> impl Strategy<Value = Parts> {
    models_changed(24, Parts::set_within)
}

#[test]
fn a_few_senseless_numbers_anywhere_are_no_panic() {
    property(CORE, (worlds_changed(), models_changed(3, Parts::set)), |(world, parts)| -> Verdict {
        run(&parts.model(), &world);
        Ok(())
    });
}

#[test]
fn senseless_numbers_everywhere_are_no_panic() {
    property(CORE, any::<u64>(), |seed| -> Verdict {
        let mut rng = Rng::new(seed);
        let mut world = World::sized(seed, Size { markets: 2, expiries: 1, legs: 3, collateral: 1 });
        let mut parts = base(rng.below(7));
        // Now and then a field stays as it is, so that the next check is reached too.
        let share = rng.unit();
        for place in 0..3 {
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

#[test]
fn under_a_sound_model_no_senseless_book_has_a_margin_below_zero() {
    property(CORE, (worlds_changed(), sound_models()), |(world, parts)| {
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
