//! Books too large for the engine's numbers.

use super::{dated, fine, outcome, refused};
use crate::common::models::{bare, discounted};
use crate::common::simple::{leg, perp, tokens, world};
use crate::common::units::fraction;
use crate::common::World;
use ballast_margin::book::{Kind, Leg};
use ballast_margin::error::MarginError::*;
use ballast_margin::model::{AddOns, Factors, Model, StaticDiscount};
use ballast_margin::units::{Contracts, Fraction, Price, Quote};

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

#[test]
fn collateral_is_below_two_to_the_sixty_one_contracts_of_its_market() {
    let mut base = world(1);
    (base.markets[0].index, base.markets[0].slow) = (Price(1), Price(1));
    base.collateral = vec![tokens(Some(0), 0.0)];
    // At a price of 2^6 in a market of one: 2^61 contracts, and 2^62.
    (base.collateral[0].price, base.collateral[0].slow) = (Price(1 << 6), Price(1 << 6));
    base.collateral[0].amount = Contracts(1 << 55);
    fine(&base);
    base.collateral[0].amount = Contracts(1 << 56);
    refused(&base, TooLarge);
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
