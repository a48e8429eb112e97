//! What prices rely on beyond accuracy: order, symmetry, and calm at the ends of every range.

use ballast_margin::kernel::{density, exp, ln, normal, pow, sqrt};
use ballast_margin::units::Fraction;

const ONE: i64 = 1 << 40;
/// Knots of the normal distribution's table, on [0, 7], and their distance in 2^-36.
const KNOTS: i64 = 896;
const STEP: i64 = 1 << 29;
/// What the exponential gives above its range.
const HIGHEST: i64 = 1 << 61;

/// A fixed sequence of 64-bit numbers without a pattern (splitmix64).
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    })
}

/// Checks that `f` does not fall along `points`, which rise.
fn rises<X: Copy + std::fmt::Debug>(f: impl Fn(X) -> i64, points: impl Iterator<Item = X>) {
    let mut last: Option<(X, i64)> = None;
    for x in points {
        let y = f(x);
        if let Some((before, held)) = last {
            assert!(held <= y, "{before:?} gives {held}, {x:?} gives {y}");
        }
        last = Some((x, y));
    }
}

#[test]
fn the_distribution_rises_and_is_symmetric_at_every_knot() {
    for knot in 0..=KNOTS {
        let near = || (-3..=3).map(move |step| knot * STEP + step);
        rises(normal, near());
        rises(normal, near().map(|d| -d).rev());
        for d in near() {
            assert_eq!(normal(d) + normal(-d), ONE, "at {d}");
        }
    }
    rises(normal, (-KNOTS..=KNOTS).map(|knot| knot * STEP));
}

#[test]
fn the_distribution_rises_and_is_symmetric_in_between() {
    // 2 million places of [-8, 8], no two at the same distance from a knot, each with its neighbour.
    let stride = 549_755;
    let places = (0..2_000_000).map(|place| place * stride - (8 << 36));
    rises(normal, places.clone().flat_map(|d| [d, d + 1]));
    for d in places.step_by(2) {
        assert_eq!(normal(d) + normal(-d), ONE, "at {d}");
    }
}

#[test]
fn the_distribution_keeps_to_its_range() {
    assert_eq!(normal(0), ONE / 2);
    for d in [8 << 36, i64::MAX - 1, i64::MAX] {
        assert_eq!((normal(d), normal(-d)), (ONE, 0));
        assert_eq!((density(d), density(-d)), (0, 0));
    }
    assert_eq!((normal(i64::MIN), density(i64::MIN)), (0, 0));
    assert!((0..200_000).map(|place| place * (9 << 20)).all(|d| normal(d) <= ONE));
}

#[test]
fn the_density_is_symmetric_and_falls_from_its_peak() {
    let places = || (0..300_000).map(|place: i64| place * 2_000_003);
    assert!(places().all(|d| density(d) == density(-d)));
    // It may rise by its error, 2^-32, and no more.
    let mut least = density(0);
    for d in places() {
        assert!(density(d) <= least + (1 << 8), "at {d}");
        least = least.min(density(d));
    }
}

#[test]
fn logarithms_rise_across_every_piece() {
    assert_eq!((ln(0), ln(1)), (0, 0));
    for place in 0..57 {
        for piece in 128..=256u64 {
            let knot = u128::from(piece) << place;
            let near = (knot - 20..=knot + 20).filter_map(|x| u64::try_from(x).ok());
            rises(ln, near);
        }
    }
    rises(ln, 0..=100_000);
    let mut scattered: Vec<u64> = numbers(1).take(200_000).map(|n| n >> (n & 63)).collect();
    scattered.sort_unstable();
    rises(ln, scattered.into_iter());
    rises(ln, u64::MAX - 1_000..=u64::MAX);
}

#[test]
fn exponentials_rise_across_every_piece_and_stop_at_the_ends() {
    let piece = std::f64::consts::LN_2 / 64.0 * 2f64.powi(48);
    for end in -2_700..1_420 {
        let knot = ((f64::from(end) + 0.5) * piece) as i64;
        rises(exp, knot - 40..=knot + 40);
    }
    // A million places with their neighbours: a series cut too short falls between the ends of a piece.
    let (low, high) = (-45i64 << 48, 16i64 << 48);
    rises(exp, (0..1_000_000).map(|place| low + place * ((high - low) / 1_000_000)).flat_map(|x| [x, x + 1]));
    assert_eq!((exp(0), exp(low), exp(i64::MIN)), (ONE, 0, 0));
    assert_eq!((exp(high), exp(i64::MAX)), (HIGHEST, HIGHEST));
}

#[test]
fn square_roots_are_floors_by_squaring() {
    let pairs = numbers(2).zip(numbers(3)).take(300_000);
    for (high, low) in pairs {
        let x = (u128::from(high) << 64 | u128::from(low)) >> (low & 127);
        let root = u128::from(sqrt(x));
        assert!(root * root <= x, "root {root} of {x} is too large");
        // (2^64)^2 is above every argument.
        assert!(
            root == u128::from(u64::MAX) || (root + 1) * (root + 1) > x,
            "root {root} of {x} is too small"
        );
    }
}

#[test]
fn powers_know_their_plain_cases() {
    for base in numbers(4).take(20_000).map(|n| Fraction((n >> 3 >> (n & 31)) as i64)) {
        assert_eq!(pow(base, Fraction::ZERO), Fraction::ONE);
        let same = pow(base, Fraction::ONE).0;
        assert!((same - base.0).abs() <= 1 + (base.0 >> 43), "{} to the power one is {same}", base.0);
    }
    assert_eq!(pow(Fraction::ONE, Fraction(12_345)), Fraction::ONE);
    assert_eq!(pow(Fraction::ZERO, Fraction::ZERO), Fraction::ONE);
    assert_eq!(pow(Fraction::ZERO, Fraction::ONE), Fraction::ZERO);
    assert_eq!(pow(Fraction(-1), Fraction::ONE), Fraction::ZERO);
}

#[test]
fn powers_rise_with_the_base_and_end_at_the_range() {
    for exponent in ["0.13", "0.3", "0.5", "1", "1.7"].map(|text| text.parse::<f64>().expect("a number")) {
        let exponent = Fraction((exponent * ONE as f64) as i64);
        rises(|base| pow(Fraction(base), exponent).0, (0..100_000).map(|place| place * 40_000_003));
    }
    for base in [1, ONE, i64::MAX] {
        for exponent in [i64::MIN, -ONE, ONE, i64::MAX] {
            let power = pow(Fraction(base), Fraction(exponent)).0;
            assert!((0..=HIGHEST).contains(&power), "{base} to the power {exponent} is {power}");
        }
    }
}
