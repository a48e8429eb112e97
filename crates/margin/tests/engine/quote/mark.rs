//! What legs change hands at.

use super::distress::distressed;
use crate::common::simple::{self, expiry, leg, perp};
use crate::common::units::{fraction, parameter, price, years};
use crate::common::{models, pmrm, World};
use ballast_margin::black;
use ballast_margin::book::{Expiry, Kind, Leg, Svi};
use ballast_margin::quote::{mark, quote, Part, QuoteDesk};
use ballast_margin::twin;
use ballast_margin::units::{Price, STEPS};
use ballast_margin::{Desk, MarginError};

const YEAR: f64 = 31_536_000.0;

fn at(world: &World, leg: &Leg) -> f64 {
    twin::from_price(mark(&world.snapshot(), leg).expect("a price"))
}

/// One market at 3 000 whose options have a volatility of .8, with so many seconds left, discounted at this rate.
fn flat(seconds: i64, rate: f64) -> World {
    let mut world = simple::world(1);
    let forward = price(3_000.0);
    let svi = Svi { a: parameter(0.64), forward, years: years(1.0), ..Svi::default() };
    world.markets[0].expiries = vec![Expiry { forward, svi, rate: fraction(rate), ..expiry(seconds) }].leak();
    world
}

/// What an error of a price may be: 2^-35 of the forward and 2^-38 of the strike, and two steps.
fn allowed(forward: f64, strike: f64) -> f64 {
    forward / (1u64 << 35) as f64 + strike / (1u64 << 38) as f64 + 2e-10
}

#[test]
fn perps_and_futures_have_marks_of_their_own() {
    let mut world = flat(86_400, 0.1);
    (world.markets[0].perp, world.markets[0].index) = (price(3_001.5), price(2_998.0));
    assert_eq!(at(&world, &perp(0, -3.0)), 3_001.5);
    assert_eq!(at(&world, &leg(0, Kind::Future, 0.0, 1.0)), 3_000.0);
}

#[test]
fn options_are_worth_what_black_and_quantlib_say() {
    // 45 days at 3 200 by QuantLib 1.44 (`blackFormula`, with sigma sqrt(45 / 365)).
    let world = flat(45 * 86_400, 0.0);
    let call = at(&world, &leg(0, Kind::Call, 3_200.0, -2.0));
    assert!((call - 255.290_192_395_319_1).abs() <= allowed(3_000.0, 3_200.0), "{call}");
    for seconds in [1, 60, 3_600, 86_400, 2_592_000, 63_072_000] {
        for (strike, rate) in
            [(300.0, 0.0), (2_500.0, 0.1), (3_000.0, 0.0), (3_333.25, 0.03), (9_000.0, -0.1)]
        {
            let world = flat(seconds, rate);
            let black = black::price(price(3_000.0), price(strike), fraction(0.8), seconds).expect("a price");
            let discount = (-f64::max(rate, 0.0) * seconds as f64 / YEAR).exp();
            for (kind, undiscounted) in [(Kind::Call, black.call), (Kind::Put, black.put)] {
                let expected = twin::from_quote(undiscounted) * discount;
                let found = at(&world, &leg(0, kind, strike, 1.0));
                assert!((found - expected).abs() <= allowed(3_000.0, strike), "{seconds} {strike}: {found}");
            }
        }
    }
}

#[test]
fn expired_options_are_worth_their_exercise_to_the_step() {
    for seconds in [0, -1, -86_400] {
        // Nothing is discounted any more.
        let world = flat(seconds, 0.5);
        for (kind, strike, worth) in [
            (Kind::Call, 2_900.0, 100.0),
            (Kind::Call, 3_000.0, 0.0),
            (Kind::Call, 3_100.0, 0.0),
            (Kind::Put, 2_900.0, 0.0),
            (Kind::Put, 3_100.25, 100.25),
        ] {
            assert_eq!(at(&world, &leg(0, kind, strike, 1.0)), worth, "{kind:?} {strike}");
        }
    }
}

#[test]
fn calls_less_puts_are_the_discounted_carry() {
    let mut seen = 0;
    for seed in 0..400 {
        let world = World::random(seed);
        for option in world.legs.iter().filter(|leg| leg.kind > Kind::Future) {
            let date = &world.markets[usize::from(option.market)].expiries[usize::from(option.expiry)];
            let of = |kind| mark(&world.snapshot(), &Leg { kind, ..*option }).map(|mark| mark.0 as f64);
            let (call, put) = (of(Kind::Call).expect("a price"), of(Kind::Put).expect("a price"));
            let time = date.seconds.max(0) as f64 / YEAR;
            let discount = (-twin::from_fraction(date.rate).max(0.0) * time).exp();
            let carry = (date.forward.0 as f64 - option.strike.0 as f64) * discount;
            // Each is rounded down, and a discount has 40 places; a number has 53.
            let slack = 2.0 + (date.forward.0.max(option.strike.0)) as f64 / (1u64 << 38) as f64;
            assert!((call - put - carry).abs() <= slack, "{seed}: {call} {put} {carry}");
            let (forward, strike) = (twin::from_price(date.forward), twin::from_price(option.strike));
            let sigma = twin::sigma(&date.svi, option.strike);
            let twin = twin::black(forward, strike, sigma, time).call * discount;
            let error = (call / STEPS as f64 - twin).abs();
            assert!(error <= allowed(forward, strike), "{seed}: {error} of {forward} {strike}");
            seen += 1;
        }
    }
    assert!(seen > 5_000, "{seen}");
}

#[test]
fn published_books_are_worth_the_sum_of_their_marks() {
    let mut options = 0;
    for case in pmrm::cases() {
        let world = &case.world;
        let mut worth = twin::from_quote(world.cash);
        for token in &world.collateral {
            let price = twin::from_price(token.price) / twin::from_price(world.peg);
            worth += twin::from_contracts(token.amount) * price;
        }
        for leg in &world.legs {
            options += u32::from(leg.kind > Kind::Future);
            worth += twin::from_contracts(leg.quantity) * at(world, leg) - twin::from_quote(leg.basis);
        }
        let error = (worth - case.value).abs();
        assert!(error <= 1e-9 * world.gross() + 1e-6, "{}: {worth}, published {}", case.name, case.value);
    }
    assert!(options > 40, "{options}");
}

#[test]
fn a_quote_pays_marks_but_for_its_guard() {
    let (mut desk, mut plain, mut seen) = (Box::new(QuoteDesk::new()), Box::new(Desk::new()), 0);
    let model = models::everything();
    for seed in 0..400 {
        let Some(case) = distressed(&mut plain, &model, seed) else { continue };
        let (snapshot, book) = (case.world.snapshot(), case.world.book());
        let Ok(found) = quote(&mut desk, &model, &snapshot, &book, case.chosen, &case.terms) else {
            continue;
        };
        if found.closed != Part::ONE {
            continue;
        }
        let (mut sum, mut notional) = (0.0, 0.0);
        for (place, leg) in case.world.legs.iter().enumerate() {
            if case.chosen >> place & 1 == 1 && leg.kind > Kind::Future {
                let size = twin::from_contracts(leg.quantity);
                let date = &case.world.markets[usize::from(leg.market)].expiries[usize::from(leg.expiry)];
                sum += size * at(&case.world, leg);
                notional +=
                    size.abs() * allowed(twin::from_price(date.forward), twin::from_price(leg.strike));
            }
        }
        // A sheet counts money in grains, 2^-51 of the gross notional at most; the guard has 2^11 + 16 for each leg.
        let grains = case.world.gross() / (1u64 << 51) as f64 * (2_064 * case.world.legs.len() + 20) as f64;
        let error = (twin::from_quote(found.premium) - sum).abs();
        assert!(error <= 2.0 * notional + grains + 1e-9, "{seed}: {error} of {notional} {grains}");
        seen += u32::from(notional > 0.0);
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn legs_without_a_market_or_a_price_have_no_mark() {
    let world = flat(86_400, 0.0);
    let refusal = |leg: &Leg| mark(&world.snapshot(), leg).expect_err("refused");
    assert_eq!(refusal(&perp(1, 1.0)), MarginError::UnknownMarket);
    let option = leg(0, Kind::Call, 3_000.0, 1.0);
    assert_eq!(refusal(&Leg { expiry: 1, ..option }), MarginError::UnknownExpiry);
    assert_eq!(refusal(&Leg { strike: Price(1), ..option }), MarginError::StrikeOutOfRange);
}
