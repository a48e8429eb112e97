//! How high a surface may be and how far it may move: both sides of each bound at each checked moneyness, and random
//! slices against the formulas in floating point.
//!
//! sigma(k) = sqrt(w(k) / years), k clamped to +-4 sqrt(a + b s); checked at 0 and at the ends and halves of the clamp.

use super::reference::Shape;
use super::strategies::{config, pairs, shapes};
use super::totality::{edge, slice};
use crate::common::rng::Rng;
use crate::common::units::fraction;
use ballast_margin::book::{Svi, Years};
use ballast_margin::surface::{check_level, check_move};
use ballast_margin::units::Fraction;
use ballast_margin::MarginError::{self, BadSurface, SurfaceJump, SurfaceLevel, WingTooSteep};
use proptest::prelude::*;

const YEAR: i64 = 365 * 86_400;

/// The checked moneynesses, as parts of the clamp.
const PLACES: [f64; 5] = [-1.0, -0.5, 0.0, 0.5, 1.0];

/// Total variance at the checked moneynesses of another slice.
fn variances(shape: &Shape, of: &Shape) -> [f64; 5] {
    PLACES.map(|part| shape.priced(part * of.limit()))
}

/// What cuts of numbers may do to a variance, with a clamp of so much in the same unit.
fn grain(shape: &Shape, level: f64, limit: f64) -> f64 {
    2f64.powi(-20) * (level / 64.0 + shape.b * limit)
}

/// Volatility of a total variance.
fn sigma(variance: f64, seconds: i64) -> f64 {
    (variance / (seconds as f64 / YEAR as f64)).sqrt()
}

/// A number a little below and a little above, by a part in a million.
fn around(value: f64) -> (Fraction, Fraction) {
    (fraction(value * (1.0 - 1e-6)), fraction(value * (1.0 + 1e-6)))
}

/// A slice whose lowest point is that part of its clamp from the forward.
fn lowest_at(part: f64, level: f64) -> Shape {
    let limit = 4.0 * level.sqrt();
    Shape::of_level(level, 0.02, 0.0, part * limit, 0.1 * limit)
}

fn first_of(values: &[f64; 5], better: impl Fn(f64, f64) -> bool) -> usize {
    (0..5).fold(0, |best, place| if better(values[place], values[best]) { place } else { best })
}

#[test]
fn a_slice_is_too_low_wherever_it_is_lowest() {
    for (place, part) in PLACES.into_iter().enumerate() {
        let shape = lowest_at(part, 0.09);
        let values = variances(&shape, &shape);
        assert_eq!(first_of(&values, |value, best| value < best), place);
        for seconds in [5 * 86_400, 30 * 86_400, YEAR, 10 * YEAR] {
            let (below, above) = around(sigma(values[place], seconds));
            let judged = |least| check_level(&shape.svi(seconds), least, Fraction(i64::MAX));
            assert_eq!(judged(below), Ok(()), "{part}, {seconds}");
            assert_eq!(judged(above), Err(SurfaceLevel), "{part}, {seconds}");
        }
    }
}

#[test]
fn a_slice_is_too_high_wherever_it_is_highest() {
    // A smile is highest at an end, and at both where it has no lean.
    for (part, highest) in [(0.5, 0), (-0.5, 4), (0.0, 0), (0.1, 0), (-0.1, 4)] {
        let shape = lowest_at(part, 0.09);
        let values = variances(&shape, &shape);
        assert_eq!(first_of(&values, |value, best| value > best + 1e-12), highest, "{part}");
        for seconds in [30 * 86_400, YEAR, 10 * YEAR] {
            let (below, above) = around(sigma(values[highest], seconds));
            assert_eq!(check_level(&shape.svi(seconds), Fraction(0), above), Ok(()), "{part}, {seconds}");
            assert_eq!(
                check_level(&shape.svi(seconds), Fraction(0), below),
                Err(SurfaceLevel),
                "{part}, {seconds}"
            );
        }
    }
}

#[test]
fn both_bounds_are_allowed_and_not_a_step_beyond() {
    // A half for a year, and for four: exact in every step.
    for (level, years) in [(0.25, 1), (1.0, 4)] {
        let svi =
            Svi { years: Years(years << 60), ..Shape { a: level, b: 0.0, rho: 0.0, m: 0.0, s: 0.0 }.svi(0) };
        let half = Fraction(1 << 39);
        let (low, high) = (Fraction(half.0 - 1), Fraction(half.0 + 1));
        assert_eq!(check_level(&svi, half, half), Ok(()));
        assert_eq!(check_level(&svi, low, high), Ok(()));
        assert_eq!(check_level(&svi, high, high), Err(SurfaceLevel));
        assert_eq!(check_level(&svi, low, low), Err(SurfaceLevel));
        assert_eq!(check_level(&svi, high, low), Err(SurfaceLevel), "bounds that leave nothing");
        // Bounds below zero count as zero.
        assert_eq!(check_level(&svi, Fraction(i64::MIN), Fraction(i64::MAX)), Ok(()));
        assert_eq!(check_level(&svi, Fraction(i64::MIN), Fraction(i64::MIN)), Err(SurfaceLevel));
    }
}

/// Pairs of times, of which the later is not so much shorter that volatility could rise by that.
const TIMES: [(i64, i64); 3] = [(YEAR, YEAR), (YEAR / 3, YEAR), (86_400, 85_000)];

#[test]
fn a_slice_falls_too_far_wherever_it_falls_furthest() {
    // From 30 % to 20 % at that part of the older clamp, and higher everywhere else.
    let flat = Shape { a: 0.09, b: 0.0, rho: 0.0, m: 0.0, s: 0.0 };
    for (place, part) in PLACES.into_iter().enumerate() {
        let dip = Shape { m: part * flat.limit(), ..lowest_at(0.0, 0.04) };
        let values = variances(&dip, &flat);
        assert_eq!(first_of(&values, |value, best| value < best), place);
        for (before, after) in TIMES {
            let furthest = sigma(0.09, before) / sigma(values[place], after);
            assert!(furthest > 1.3, "{furthest}");
            moves_by(&flat.svi(before), &dip.svi(after), furthest);
        }
    }
}

#[test]
fn a_slice_rises_too_far_wherever_it_rises_furthest() {
    let flat = Shape { a: 0.09, b: 0.0, rho: 0.0, m: 0.0, s: 0.0 };
    for (place, part) in PLACES.into_iter().enumerate() {
        let dip = lowest_at(part, 0.04);
        let values = variances(&dip, &dip);
        assert_eq!(first_of(&values, |value, best| value < best), place);
        for (after, before) in TIMES {
            let furthest = sigma(0.09, after) / sigma(values[place], before);
            assert!(furthest > 1.3, "{furthest}");
            moves_by(&dip.svi(before), &flat.svi(after), furthest);
        }
    }
}

/// Both sides of a factor; its square has sixteen places.
fn moves_by(old: &Svi, new: &Svi, factor: f64) {
    assert_eq!(check_move(old, new, fraction(factor - 1.0 + 2e-5)), Ok(()), "{factor}");
    assert_eq!(check_move(old, new, fraction(factor - 1.0 - 1e-6)), Err(SurfaceJump), "{factor}");
}

#[test]
fn a_slice_may_rise_and_fall_by_the_whole_factor() {
    let flat = |variance: f64, seconds| Shape { a: variance, b: 0.0, rho: 0.0, m: 0.0, s: 0.0 }.svi(seconds);
    // The factor is 5/4, so that its square is exact; seconds may differ, volatilities are by the year.
    for (before, after) in [(YEAR, YEAR), (YEAR, YEAR / 4), (7 * 86_400, 86_400), (3_600, 7_200)] {
        let old = flat(0.36 * before as f64 / YEAR as f64, before);
        let new = |sigma: f64| flat(sigma * sigma * after as f64 / YEAR as f64, after);
        for (factor, expected) in [
            (1.25 * (1.0 - 1e-7), Ok(())),
            (1.25 * (1.0 + 1e-7), Err(SurfaceJump)),
            (0.8 * (1.0 + 1e-7), Ok(())),
            (0.8 * (1.0 - 1e-7), Err(SurfaceJump)),
            (1.0, Ok(())),
        ] {
            assert_eq!(check_move(&old, &new(0.6 * factor), fraction(0.25)), expected, "{factor}");
        }
        // Nothing is below nothing.
        assert_eq!(check_move(&old, &new(0.600_01), Fraction(-1)), Err(SurfaceJump));
    }
    let same = flat(0.36, YEAR);
    // More than sixteen counts as sixteen: a factor of 17.
    let least = flat(0.36 / 289.0, YEAR);
    let less = flat(0.36 / 289.0 * (1.0 - 1e-6), YEAR);
    for most in [Fraction(16 << 40), Fraction(i64::MAX)] {
        assert_eq!(check_move(&same, &less, most), Err(SurfaceJump));
        assert_eq!(check_move(&less, &same, most), Err(SurfaceJump));
        assert_eq!(check_move(&same, &flat(0.36 / 289.0 * (1.0 + 1e-6), YEAR), most), Ok(()));
    }
    assert_eq!(check_move(&least, &same, Fraction((16 << 40) - (1 << 20))), Err(SurfaceJump));
    assert_eq!(check_move(&same, &same, Fraction(0)), Ok(()));
    assert_eq!(check_move(&same, &same, Fraction(i64::MIN)), Ok(()));
}

#[test]
fn only_what_is_checked_is_judged() {
    // A dip between the forward and the half is at 30 %, at both of them it is more.
    let shape = lowest_at(0.25, 0.09);
    let values = variances(&shape, &shape);
    let least = values.iter().fold(f64::MAX, |least, value| least.min(*value));
    assert!(least > 0.090_1 && shape.priced(0.25 * shape.limit()) < 0.090_001);
    assert_eq!(check_level(&shape.svi(YEAR), fraction(0.300_1), fraction(1.0)), Ok(()));
    // Forwards do not matter: moneyness counts from each slice's own.
    let far = Svi { forward: ballast_margin::units::Price(1), ..shape.svi(YEAR) };
    assert_eq!(check_move(&shape.svi(YEAR), &far, Fraction(0)), Ok(()));
}

/// What must be said of numbers that shall all be above zero; nothing within the tolerance.
fn verdict(margins: impl Iterator<Item = (f64, f64)>, no: MarginError) -> Option<Result<(), MarginError>> {
    let mut clear = true;
    for (margin, tolerance) in margins {
        if margin < -tolerance {
            return Some(Err(no));
        }
        clear &= margin > tolerance;
    }
    clear.then_some(Ok(()))
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn levels_are_judged_as_by_the_formula(
        shape in shapes(), seconds in 60i64..YEAR, part in 0usize..5, off in -0.01..0.01f64, low in any::<bool>(),
    ) {
        let values = variances(&shape, &shape);
        let bound = sigma(values[part], seconds) * (1.0 + off);
        prop_assume!(bound < 15.9);
        let (least, most) = if low { (bound, 16.0) } else { (0.0, bound) };
        let years = seconds as f64 / YEAR as f64;
        // The square of a bound has forty places.
        let tolerance = grain(&shape, shape.level(), shape.limit()) + years * 2f64.powi(-39);
        let margins = values.iter().flat_map(|value| {
            [(value - least * least * years, tolerance), (most * most * years - value, tolerance)]
        });
        if let Some(expected) = verdict(margins, SurfaceLevel) {
            prop_assert_eq!(check_level(&shape.svi(seconds), fraction(least), fraction(most)), expected);
        }
    }

    #[test]
    fn moves_are_judged_as_by_the_formula(
        (first, second) in pairs(), swap in any::<bool>(), times in (60i64..YEAR, 0.5..1.0f64),
        off in -0.02..0.02f64,
    ) {
        let (old, new) = if swap { (second, first) } else { (first, second) };
        let (before, after) = (times.0, (times.0 as f64 * times.1) as i64);
        let (old_values, new_values) = (variances(&old, &old), variances(&new, &old));
        let ratios = old_values.iter().zip(&new_values);
        let ratios = ratios.map(|(old, new)| sigma(*new, after) / sigma(*old, before));
        let furthest = ratios.fold(1.0, |most: f64, ratio| most.max(ratio).max(1.0 / ratio));
        let factor = (furthest * (1.0 + off)).clamp(1.0, 16.0);
        let (level, limit) = (old.level().max(new.level()), old.limit().max(new.limit()));
        let grains = [grain(&old, level, limit), grain(&new, level, limit)];
        let years = [before, after].map(|seconds| seconds as f64);
        let margins = old_values.iter().zip(&new_values).flat_map(|(old, new)| {
            let (old, new, square) = (old * years[1], new * years[0], factor * factor);
            let grains = grains[0] * years[1] + grains[1] * years[0];
            // The square has sixteen places.
            let up = (old * square - new, square * grains + old * 2e-5);
            [up, (new * square - old, square * grains + new * 2e-5)]
        });
        if let Some(expected) = verdict(margins, SurfaceJump) {
            let most = fraction(factor - 1.0);
            prop_assert_eq!(check_move(&old.svi(before), &new.svi(after), most), expected);
        }
    }

    /// What is too far up is too far down, where both are judged at the same places.
    #[test]
    fn moves_are_judged_alike_both_ways(
        (first, second) in pairs(), level in 0.5..2.0f64, flat in any::<bool>(), most in 0.0..0.5f64,
        (before, after) in (60i64..YEAR, 60i64..YEAR),
    ) {
        let shapes = if flat {
            let without = |level: f64| Shape { a: level, b: 0.0, rho: 0.0, m: 0.0, s: 0.0 };
            [without(first.level()), without(first.level() * level)]
        } else {
            // One bend and one level, and so one clamp.
            [first, Shape { rho: second.rho, m: second.m.clamp(-first.limit(), first.limit()), ..first }]
        };
        let (old, new) = (shapes[0].svi(before), shapes[1].svi(after));
        prop_assert_eq!(check_move(&old, &new, fraction(most)), check_move(&new, &old, fraction(most)));
    }

    #[test]
    fn any_bits_are_judged_by_level_and_move(seed in any::<u64>()) {
        let rng = &mut Rng::new(seed);
        let years = |rng: &mut Rng| Years((rng.next() >> rng.below(64)).max(1));
        let edges = [years(rng), years(rng)].map(|years| Svi { years, ..edge(rng) });
        for [old, new] in [[slice(rng), slice(rng)], edges, [edges[0], slice(rng)], [slice(rng), edges[1]]] {
            let bounds = [Fraction(rng.next() as i64 >> rng.below(64)), Fraction(rng.next() as i64 >> rng.below(64))];
            let level = check_level(&old, bounds[0], bounds[1]);
            prop_assert!(matches!(level, Ok(()) | Err(BadSurface | WingTooSteep | SurfaceLevel)));
            let moved = check_move(&old, &new, bounds[0]);
            prop_assert!(matches!(moved, Ok(()) | Err(BadSurface | WingTooSteep | SurfaceJump)));
        }
    }
}
