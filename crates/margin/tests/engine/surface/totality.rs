//! Any bits at all are judged: nothing panics, and only surfaces' own errors come out.

use super::strategies::config;
use crate::common::rng::Rng;
use ballast_margin::book::{Svi, SviNumber, Years};
use ballast_margin::surface::{check_calendar, check_slice, check_surface};
use ballast_margin::units::Price;
use ballast_margin::MarginError;
use proptest::prelude::*;

const ONE: i64 = 1 << 48;

/// Any number, of any magnitude, and now and then an end.
fn number(rng: &mut Rng) -> SviNumber {
    const ENDS: [i64; 6] = [i64::MIN, i64::MAX, 0, 1, -1, ONE];
    let any = rng.next() as i64 >> rng.below(64);
    SviNumber::from_bits(if rng.chance(0.1) { ENDS[rng.below(6)] } else { any })
}

pub(super) fn slice(rng: &mut Rng) -> Svi {
    Svi {
        a: number(rng),
        b: number(rng),
        rho: number(rng),
        m: number(rng),
        s: number(rng),
        forward: Price(rng.next() >> rng.below(64)),
        years: Years(rng.next() >> rng.below(64)),
    }
}

/// One of two numbers, or one between them; or next to it.
fn between(rng: &mut Rng, low: i64, high: i64) -> i64 {
    let inside = rng.scale(low.max(1) as f64, high.max(1) as f64) as i64;
    [low, high, inside][rng.below(3)] + rng.below(5) as i64 - 2
}

/// A slice at the edges of the bounds, where the arithmetic has the least room.
pub(super) fn edge(rng: &mut Rng) -> Svi {
    let level = between(rng, 1 << 16, 64 << 48);
    let limit = ((level as f64).sqrt() * (4u64 << 24) as f64) as i64;
    let s = between(rng, limit >> 12, limit << 4);
    let rho = rng.sign() as i64 * between(rng, 0, ONE - 1);
    let steepest = (2.0 / (1.0 + rho.abs() as f64 / ONE as f64) * ONE as f64) as i64;
    let b = between(rng, 1, (limit << 3).min(s.saturating_mul(1_024)).min(steepest));
    let a = level - ((i128::from(b) * i128::from(s)) >> 48) as i64;
    let m = rng.sign() as i64 * between(rng, 0, limit << 1);
    let [a, b, rho, m, s] = [a, b, rho, m, s].map(SviNumber::from_bits);
    Svi { a, b, rho, m, s, forward: Price(1), years: Years(1) }
}

fn judged(verdict: Result<(), MarginError>) -> bool {
    use MarginError::{BadSurface, ButterflyArbitrage, CalendarArbitrage, WingTooSteep};
    matches!(verdict, Ok(()) | Err(BadSurface | WingTooSteep | ButterflyArbitrage | CalendarArbitrage))
}

proptest! {
    #![proptest_config(config(100_000))]

    #[test]
    fn any_bits_are_judged(seed in any::<u64>()) {
        let rng = &mut Rng::new(seed);
        let (first, second) = (slice(rng), slice(rng));
        prop_assert!(judged(check_slice(&first)));
        prop_assert!(judged(check_calendar(&first, &second)));
    }

    #[test]
    fn the_edges_of_the_bounds_are_judged(seed in any::<u64>()) {
        let rng = &mut Rng::new(seed);
        let (first, second) = (edge(rng), Svi { years: Years(2), ..edge(rng) });
        prop_assert!(judged(check_slice(&first)));
        prop_assert!(judged(check_calendar(&first, &second)));
        prop_assert!(judged(check_surface([&first, &second])));
    }
}

#[test]
fn edges_meet_every_verdict() {
    let rng = &mut Rng::new(1);
    let mut seen = [0; 4];
    for _ in 0..10_000 {
        seen[match check_slice(&edge(rng)) {
            Ok(()) => 0,
            Err(MarginError::ButterflyArbitrage) => 1,
            Err(MarginError::WingTooSteep) => 2,
            Err(_) => 3,
        }] += 1;
    }
    assert!(seen[0] > 2_000 && seen[1] > 300 && seen[2] > 200, "{seen:?}");
}
