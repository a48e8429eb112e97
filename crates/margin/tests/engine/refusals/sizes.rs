//! Books too large for the engine's numbers.

use super::{dated, fine, outcome, refused};
use crate::common::models::{bare, discounted};
use crate::common::simple::{leg, perp, tokens, world};
use crate::common::units::fraction;
use crate::common::World;
use ballast_margin::book::{Kind, Leg};
use ballast_margin::error::MarginError::*;
use ballast_margin::model::{AddOns, Factors, Liquidity, Model, StaticDiscount};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};
use ballast_margin::{assess, Desk};

#[test]
fn gross_notional_fits_in_a_hundred_and_ten_bits() {
    let mut base = world(1);
    let market = &mut base.markets[0];
    (market.index, market.slow, market.perp) = (Price(1 << 55), Price(1 << 55), Price(1 << 55));
    for sign in [1, -1] {
        base.legs = vec![perp(0, 0.0)];
        base.legs[0].quantity = Contracts(((1 << 55) - 1) * sign);
        fine(&base);
        base.legs[0].quantity = Contracts((1 << 55) * sign);
        refused(&base, TooLarge);
    }
    // Collateral counts twice.
    base.legs.clear();
    base.collateral = vec![tokens(None, 0.0)];
    base.collateral[0].price = Price(1 << 55);
    base.collateral[0].amount = Contracts((1 << 54) - 1);
    fine(&base);
    base.collateral[0].amount = Contracts(1 << 54);
    refused(&base, TooLarge);
}

#[test]
fn money_leaves_no_range_unseen() {
    let mut base = world(1);
    base.collateral = vec![tokens(None, 1.0)];
    base.cash = Quote(i128::MAX - 1_000_000_000_000);
    fine(&base);
    base.cash = Quote(i128::MAX);
    refused(&base, TooLarge);
    base.cash = Quote(0);
    base.legs = vec![perp(0, 1.0)];
    base.legs[0].basis = Quote(i128::MIN);
    refused(&base, TooLarge);
    // Two of the largest positions at one strike cannot be counted together.
    let mut base = dated(1);
    let cheap =
        |kind, quantity| Leg { strike: Price(1), quantity: Contracts(quantity), ..leg(0, kind, 0.0, 0.0) };
    base.edit_expiries(0, |all| all[0].forward = Price(1));
    (base.markets[0].index, base.markets[0].slow) = (Price(1), Price(1));
    base.legs = vec![cheap(Kind::Call, 1 << 57), cheap(Kind::Put, 1 << 57)];
    fine(&base);
    base.legs = vec![cheap(Kind::Call, 1 << 61), cheap(Kind::Put, -(1 << 61))];
    fine(&base);
    base.legs[1].quantity.0 -= 1;
    refused(&base, TooLarge);
    base.legs = vec![cheap(Kind::Call, i64::MAX), cheap(Kind::Put, i64::MAX)];
    refused(&base, TooLarge);
}

#[test]
fn charges_that_leave_the_range_are_refused() {
    let mut base = world(1);
    base.legs = vec![perp(0, 1.0)];
    let charged = |interval: i64, base: &World| {
        let mut world = base.clone();
        world.markets[0].interval = Fraction(interval);
        let add_ons = AddOns { interval: fraction(16.0), ..bare().add_ons };
        outcome(&Model { add_ons, ..bare() }, &world)
    };
    // A hundred is between 2^51 and 2^52 grains: by 16 x 32 it is below 2^61, by 16 x 128 at least 2^62.
    assert_eq!(charged(fraction(32.0).0, &base), Ok(()));
    assert_eq!(charged(fraction(128.0).0, &base), Err(TooLarge));
    // Beyond 64 bits, and the scan loss beside it.
    assert_eq!(charged(i64::MAX, &base), Err(TooLarge));
    base.legs = vec![perp(0, -1.0)];
    assert_eq!(charged(i64::MAX, &base), Err(TooLarge));
    // Neither do factors bring them back.
    let mut world = base.clone();
    world.markets[0].interval = Fraction(i64::MAX);
    let add_ons = AddOns { interval: fraction(16.0), ..bare().add_ons };
    let factors = Factors { maintenance: fraction(7.0), initial: fraction(8.0), ..bare().factors };
    assert_eq!(outcome(&Model { add_ons, factors, ..bare() }, &world), Err(TooLarge));
}

/// A token that fell to next to nothing is held in more contracts than can be counted, and charged for all of them.
#[test]
fn collateral_beyond_two_to_the_sixty_one_contracts_is_charged_by_its_value() {
    let mut base = world(1);
    (base.markets[0].index, base.markets[0].slow) = (Price(1), Price(1));
    base.markets[0].interval = fraction(0.5);
    base.collateral = vec![tokens(Some(0), 0.0)];
    (base.collateral[0].price, base.collateral[0].slow) = (Price(1 << 6), Price(1 << 6));
    let liquidity = Liquidity { slope: fraction(0.125), cap: fraction(0.25) };
    let add_ons = AddOns { interval: fraction(1.0), liquidity, ..bare().add_ons };
    let model = Model { add_ons, ..bare() };
    // Contracts held, the market's depth, and what the charges are of: contracts at a price of one step each.
    let held = |places: u32, depth: i64| {
        let mut world = base.clone();
        world.markets[0].depth = Contracts(depth);
        world.collateral[0].amount = Contracts(1 << (places - 6));
        let report = assess(&mut Box::new(Desk::new()), &model, &world.snapshot(), &world.book());
        report.expect("a report")
    };
    let near = |found: Quote, steps: f64| {
        // In 10^-20, of which 10^10 are a step of quote.
        let exact = steps / 1e10;
        let found = found.0 as f64;
        assert!(found >= exact && found - exact < 1e-6 * exact + 2.0, "{found} is not {exact}");
    };
    for places in [60, 61, 62, 63, 68] {
        let contracts = 2f64.powi(places as i32);
        let report = held(places, 0);
        assert_eq!(report.value.0, (1i128 << places) / 10_000_000_000);
        near(report.components.interval, contracts / 2.0);
        near(report.components.liquidity, contracts / 4.0);
        // Beyond a depth of half of the contracts that can be counted.
        near(
            held(places, 1 << 60).components.liquidity,
            match places {
                60 => 0.0,
                // By the slope: an eighth for one depth beyond it.
                61 => 2f64.powi(60) / 8.0,
                _ => (contracts - 2f64.powi(60)) / 4.0,
            },
        );
    }
    // A depth that is more than is held costs nothing, whatever can be counted.
    assert_eq!(held(62, i64::MAX).components.liquidity, Quote(0));
    let deep = held(64, i64::MAX).components.liquidity;
    near(deep, (2f64.powi(64) - 2f64.powi(63)) / 4.0);
    // Delta stays within what can be counted.
    assert_eq!(held(62, 0).markets[0].delta, Contracts(1 << 61));
    // A step of quote is 10^10 contracts here, and value is cut to whole ones.
    assert!(((1 << 60) - held(60, 0).markets[0].delta.0) < 10_000_000_000);
}

#[test]
fn static_discounts_are_sixty_four_at_most() {
    let mut base = dated(1);
    base.edit_expiries(0, |all| (all[0].seconds, all[0].rate) = (31_536_000 * 5, fraction(1.0)));
    base.legs = vec![leg(0, Kind::Call, 100.0, -1.0)];
    // The lower of exp(r T) = 148 and a factor of base exp(T (r rate + add)).
    let with = |base_factor, add| {
        let discount = StaticDiscount {
            short_base: fraction(base_factor),
            short_rate: Fraction::ZERO,
            short_add: fraction(add),
            ..discounted().discount.expect("discounts")
        };
        Model { discount: Some(discount), ..bare() }
    };
    // exp(4.1) = 60, exp(4.2) = 67.
    assert_eq!(outcome(&with(1.0, 0.82), &base), Ok(()));
    assert_eq!(outcome(&with(1.0, 0.84), &base), Err(TooLarge));
    // And where it is charged by the rate itself: exp(4.1) and exp(4.2) again.
    let mut flat = base.clone();
    flat.edit_expiries(0, |all| all[0].rate = fraction(0.82));
    assert_eq!(outcome(&with(4.0, 16.0), &flat), Ok(()));
    flat.edit_expiries(0, |all| all[0].rate = fraction(0.84));
    assert_eq!(outcome(&with(4.0, 16.0), &flat), Err(TooLarge));
}
