//! Each bound of a parameter on both sides.

use super::reference::of_bits;
use ballast_margin::book::{Svi, SviNumber, Years};
use ballast_margin::surface::check_slice;
use ballast_margin::units::Price;
use ballast_margin::MarginError::{self, BadSurface, WingTooSteep};

const ONE: i64 = 1 << 48;

/// A year of a + b s = 1/16 and one step more, so that the clamp is one.
fn base() -> Svi {
    let (b, s) = (ONE >> 10, ONE >> 2);
    with_level(ONE >> 4, of_bits([0, b, 0, 0, s], 365 * 86_400))
}

/// The slice with a such that a + b s is `level`, rounded up.
fn with_level(level: i64, svi: Svi) -> Svi {
    let dip = (i128::from(svi.b.to_bits()) * i128::from(svi.s.to_bits())) >> 48;
    Svi { a: SviNumber::from_bits(level - dip as i64 + 1), ..svi }
}

/// Whether the bound that is tried lets the slice pass; it may still be arbitrage.
fn passes(svi: Svi) -> bool {
    check_slice(&svi) != Err(BadSurface)
}

/// A little beyond: a part in 2^32, which is more than the step of the level moves a clamp.
fn beyond(bits: i64) -> i64 {
    bits + (bits >> 32)
}

/// The base with one parameter changed.
fn edited(edit: impl Fn(&mut Svi)) -> Result<(), MarginError> {
    let mut svi = base();
    edit(&mut svi);
    check_slice(&svi)
}

#[test]
fn forward_and_time_must_be_above_nothing() {
    assert_eq!(edited(|_| ()), Ok(()));
    assert_eq!(edited(|svi| svi.forward = Price(0)), Err(BadSurface));
    assert_eq!(edited(|svi| svi.forward = Price(1)), Ok(()));
    assert_eq!(edited(|svi| svi.years = Years(0)), Err(BadSurface));
    assert_eq!(edited(|svi| svi.years = Years(1)), Ok(()));
}

#[test]
fn the_level_lies_between_two_to_the_minus_32_and_64() {
    let flat = |bits: i64| check_slice(&Svi { b: SviNumber::ZERO, a: SviNumber::from_bits(bits), ..base() });
    assert_eq!(flat(1 << 16), Ok(()));
    assert_eq!(flat((1 << 16) - 1), Err(BadSurface));
    assert_eq!(flat(64 << 48), Ok(()));
    assert_eq!(flat((64 << 48) + 1), Err(BadSurface));
    assert_eq!(flat(0), Err(BadSurface));
    assert_eq!(flat(i64::MIN), Err(BadSurface));
}

#[test]
fn b_is_not_negative_and_without_it_the_rest_does_not_matter() {
    assert_eq!(edited(|svi| svi.b = SviNumber::from_bits(-1)), Err(BadSurface));
    assert_eq!(edited(|svi| svi.b = SviNumber::from_bits(1)), Ok(()));
    let shapeless = |svi: &mut Svi| {
        (svi.b, svi.rho, svi.m, svi.s) = (SviNumber::ZERO, SviNumber::MAX, SviNumber::MIN, SviNumber::MIN);
    };
    assert_eq!(edited(shapeless), Ok(()));
}

#[test]
fn rho_is_below_one_either_way() {
    for sign in [-1, 1] {
        let rho = |size: i64| edited(|svi| svi.rho = SviNumber::from_bits(sign * size));
        assert_eq!(rho(ONE), Err(BadSurface));
        assert_eq!(rho(ONE - 1), Ok(()));
        assert_eq!(rho(i64::MAX), Err(BadSurface));
    }
    assert_eq!(edited(|svi| svi.rho = SviNumber::MIN), Err(BadSurface));
}

#[test]
fn m_is_within_two_clamps() {
    for sign in [-1, 1] {
        assert!(edited(|svi| svi.m = SviNumber::from_bits(sign * 2 * ONE)).is_ok());
        assert_eq!(edited(|svi| svi.m = SviNumber::from_bits(sign * beyond(2 * ONE))), Err(BadSurface));
    }
    assert_eq!(edited(|svi| svi.m = SviNumber::MIN), Err(BadSurface));
}

#[test]
fn s_is_between_a_part_of_the_clamp_and_sixteen() {
    let s = |bits: i64| passes(with_level(ONE >> 4, Svi { s: SviNumber::from_bits(bits), ..base() }));
    assert!(s(16 * ONE) && !s(beyond(16 * ONE)));
    assert!(s(ONE / 4_096) && !s(ONE / 4_096 - 1));
    assert!(!s(0) && !s(-1) && !s(i64::MIN));
}

#[test]
fn b_is_within_eight_clamps() {
    // A clamp of 1/16. What is steeper is arbitrage too, so the refusal itself tells.
    let b = |bits: i64| {
        let s = SviNumber::from_bits(ONE >> 10);
        passes(with_level(ONE >> 12, Svi { b: SviNumber::from_bits(bits), s, ..base() }))
    };
    assert!(b(ONE >> 1) && !b(beyond(ONE >> 1)));
}

#[test]
fn the_curvature_is_at_most_1024() {
    let b = |bits: i64| {
        let s = SviNumber::from_bits(ONE >> 11);
        passes(with_level(ONE >> 4, Svi { b: SviNumber::from_bits(bits), s, ..base() }))
    };
    assert!(b(ONE >> 1) && !b((ONE >> 1) + 1_024));
}

#[test]
fn the_bottom_is_a_64th_of_the_level_at_least() {
    // b s = 1/8 is twice the level; 63/128 of it, as 1 - sqrt(1 - rho^2), leaves a 64th.
    let rho = (1.0 - (65.0f64 / 128.0).powi(2)).sqrt();
    let bottom = |rho: f64| {
        let (b, s) = (SviNumber::from_num(0.25), SviNumber::from_num(0.5));
        passes(with_level(ONE >> 4, Svi { b, s, rho: SviNumber::from_num(rho), ..base() }))
    };
    for sign in [-1.0, 1.0] {
        assert!(bottom(sign * (rho - 1e-9)) && !bottom(sign * (rho + 1e-9)));
    }
}

#[test]
fn wings_are_at_most_two_steep() {
    // A clamp of eight and a bottom as wide.
    let wing = |b: i64, rho: i64| {
        let (b, rho, s) = (SviNumber::from_bits(b), SviNumber::from_bits(rho), SviNumber::from_num(8));
        check_slice(&with_level(4 * ONE, Svi { b, rho, s, ..base() }))
    };
    assert_eq!(wing(2 * ONE, 0), Ok(()));
    assert_eq!(wing(2 * ONE + 1, 0), Err(WingTooSteep));
    assert_eq!(wing(2 * ONE, 1), Err(WingTooSteep));
    for rho in [ONE / 4, -ONE / 4] {
        // 1.6 times 1.25, cut to the step below.
        let most = (ONE as f64 * 1.6).floor() as i64;
        assert_eq!((wing(most, rho), wing(most + 1, rho)), (Ok(()), Err(WingTooSteep)));
    }
}
