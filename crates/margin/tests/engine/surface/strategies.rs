//! Random slices, and how properties run: with a fixed seed, so that a failure comes back by itself.

use super::reference::Shape;
use crate::common::cases::cases;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// So many cases; see [`cases`].
pub fn config(all: u32) -> ProptestConfig {
    let seed = RngSeed::Fixed(0xba11a57);
    ProptestConfig {
        cases: cases(all),
        rng_seed: seed,
        failure_persistence: None,
        max_local_rejects: u32::MAX,
        ..ProptestConfig::default()
    }
}

/// Slices anywhere within the bounds: dates from seconds to years, most shapes, and many of them arbitrage.
pub fn shapes() -> impl Strategy<Value = Shape> {
    let logs = (-8.5..1.7f64, -2.0..1.5f64, -3.6..1.2f64);
    let skew = (-3.0..0.0f64, any::<bool>());
    let offset = prop_oneof![-0.2..0.2f64, -2.0..2.0f64];
    (logs, skew, offset).prop_filter_map("out of bounds", |((level, b, s), (skew, down), offset)| {
        let level = 10f64.powf(level);
        let limit = 4.0 * level.sqrt();
        let rho = (1.0 - 10f64.powf(skew)) * if down { -1.0 } else { 1.0 };
        let (b, s) = (10f64.powf(b) * level.sqrt(), 10f64.powf(s) * limit);
        bounded(Shape::of_level(level, b, rho, offset * limit, s))
    })
}

/// A slice, and another with more variance and not quite its shape: half of them touch or cross.
pub fn pairs() -> impl Strategy<Value = (Shape, Shape)> {
    let up = prop_oneof![0.0..0.2f64, 0.0..3.0f64];
    let other = (0.0..1.0f64, -0.2..0.2f64, -0.5..0.5f64, -0.3..0.3f64, -0.3..0.3f64);
    (shapes(), up, other).prop_filter_map("out of bounds", |(first, up, (power, b, s, rho, m))| {
        let up = 10f64.powf(up);
        let b = first.b * up.powf(power) * 10f64.powf(b);
        let s = first.s * up.sqrt() * 10f64.powf(s);
        let m = first.m * up.sqrt() + m * first.limit();
        let rho = (first.rho + rho).clamp(-0.999, 0.999);
        bounded(Shape::of_level(first.level() * up, b, rho, m, s)).map(|second| (first, second))
    })
}

/// Slices as a market's fits give them: of the published portfolios' shapes, some per cent beside.
pub fn fits() -> impl Strategy<Value = Shape> {
    let near = (0.4..0.65f64, 0.1..0.45f64, -0.55..0.1f64, -0.16..0.05f64);
    (-8.0..0.5f64, near).prop_filter_map("out of bounds", |(level, (b, s, rho, m))| {
        let level = 10f64.powf(level);
        let limit = 4.0 * level.sqrt();
        bounded(Shape::of_level(level, b * level.sqrt(), rho, m * limit, s * limit))
    })
}

fn bounded(shape: Shape) -> Option<Shape> {
    shape.is_bounded().then_some(shape)
}
