//! Invariant 9: parity to the unit, calls between nothing and the forward, and in order by strike and
//! volatility; and in a book: a call less a put is a future, in every row.

use crate::books::{allowance, GRAINS, MODELS};
use crate::common::rng::Rng;
use crate::common::{worlds, Shape, World};
use crate::harness::{ladders, property, CORE, MANY};
use ballast_margin::black::{self, Black};
use ballast_margin::book::{Kind, Leg};
use ballast_margin::model::{Model, Vol};
use ballast_margin::units::{Contracts, Fraction, Price, Quote, STEPS};
use proptest::prelude::any;

const ONE: i64 = Fraction::ONE.0;

/// An option of any size, anywhere that is priced.
struct Terms {
    forward: u64,
    strike: u64,
    sigma: i64,
    seconds: i64,
}

impl Terms {
    fn random(rng: &mut Rng) -> Self {
        let forward = rng.scale(1e3, 1e18);
        let sigma = rng.scale(0.001, 10.0);
        let seconds = if rng.chance(0.1) { rng.below(5) as f64 } else { rng.scale(1.0, 2e8) };
        let deviation = sigma * (seconds / 31_536_000.0).sqrt();
        // Mostly within ten deviations, and anywhere else now and then.
        let log =
            if rng.chance(0.2) { rng.between(-20.0, 20.0) } else { rng.between(-10.0, 10.0) * deviation };
        let strike = (forward * log.clamp(-20.0, 20.0).exp()).clamp(1.0, 1.8e19);
        let sigma = (sigma * ONE as f64) as i64;
        Self { forward: forward as u64, strike: strike as u64, sigma, seconds: seconds as i64 }
    }

    fn price(&self) -> Black {
        black::price(Price(self.forward), Price(self.strike), Fraction(self.sigma), self.seconds)
            .expect("within range")
    }

    /// What a price may fall where it should rise: two units of 2^-40 of forward and strike, and a step.
    fn slack(&self) -> i128 {
        ((i128::from(self.forward) + i128::from(self.strike)) >> 39) + 2
    }
}

#[test]
fn a_call_less_a_put_is_the_forward_less_the_strike_and_both_are_within_their_bounds() {
    property(CORE, any::<u64>(), |seed| {
        let terms = Terms::random(&mut Rng::new(seed));
        let (forward, strike) = (i128::from(terms.forward), i128::from(terms.strike));
        let got = terms.price();
        require!(got.call.0 - got.put.0 == forward - strike, "no parity: {got:?}");
        require!((0..=forward).contains(&got.call.0), "the call of {forward} is {:?}", got.call);
        require!((0..=strike).contains(&got.put.0), "the put of {strike} is {:?}", got.put);
        require!(got.call.0 >= forward - strike && got.put.0 >= strike - forward, "below exercise: {got:?}");
        Ok(())
    });
}

#[test]
fn calls_fall_with_the_strike_and_rise_with_volatility() {
    property(CORE, any::<u64>(), |seed| {
        let mut rng = Rng::new(seed);
        let terms = Terms::random(&mut rng);
        let step = if rng.chance(0.5) { rng.scale(1e-10, 1e-3) } else { rng.unit() };
        let up = |number: u64| number.saturating_add((number as f64 * step) as u64 + 1);
        let base = terms.price();
        let higher = Terms { strike: up(terms.strike).min(u64::MAX / 2 + terms.strike / 2), ..terms };
        let fall = base.call.0 - higher.price().call.0;
        require!(fall >= -higher.slack(), "a call at a higher strike costs {} more", -fall);
        require!(fall <= i128::from(higher.strike - terms.strike) + higher.slack(), "a call falls by {fall}");
        let wilder = Terms { sigma: up(terms.sigma as u64) as i64, ..terms };
        let rise = wilder.price().call.0 - base.call.0;
        require!(rise >= -terms.slack(), "a call at a higher volatility costs {} less", -rise);
        Ok(())
    });
}

/// Long a call, short a put and short the future, at one strike; the first expiry is not discounted.
fn conversion(world: &mut World, quantity: i64, strike: Price) {
    world.edit_expiries(0, |expiries| expiries[0].rate = Fraction::ZERO);
    let (Price(forward), cost) = (world.markets[0].expiries[0].forward, i128::from(quantity));
    let leg = |kind, strike, quantity, basis| Leg {
        market: 0,
        expiry: 0,
        kind,
        strike,
        quantity: Contracts(quantity),
        basis: Quote(basis),
    };
    let basis = -cost * i128::from(forward) / i128::from(STEPS);
    world.legs = vec![
        leg(Kind::Future, Price(0), -quantity, basis),
        leg(Kind::Call, strike, quantity, 0),
        leg(Kind::Put, strike, -quantity, 0),
    ];
}

#[test]
fn a_call_less_a_put_less_the_future_is_flat_in_every_row() {
    let one = worlds(Shape { markets: 1..=1, expiries: 1..=1, legs: 0..=0, collateral: 0..=0 });
    property(MANY, (one, any::<u64>(), 0usize..7), |(mut world, seed, model)| {
        let rng = &mut Rng::new(seed);
        let forward = world.markets[0].expiries[0].forward.0 as f64;
        let strike = Price((forward * rng.scale(0.02, 40.0)) as u64);
        let size = rng.scale(1.0, 1e7) * 1e20 / forward;
        conversion(&mut world, (rng.sign() * size.min(1e18)) as i64, strike);
        // Static discounts treat options and futures apart.
        let model = Model { discount: None, ..MODELS[model].1 };
        let (_, markets) = ladders(&model, &world)?;
        let allowed = allowance(64.0 * 8.0 * GRAINS, &[&world]).0;
        for (row, profit) in model.rows.iter().zip(&markets[0].0) {
            let flat = (-allowed..=allowed / 8).contains(&profit.0);
            require!(flat, "{profit:?} in {row:?}, beyond {allowed}");
            let skew = matches!(row.vol, Vol::Linear | Vol::Absolute);
            require!(!skew || profit.0 <= 0, "a skew row gains {profit:?}");
        }
        require!(markets[0].1 .0 <= 4 * allowed, "forward contingency {:?}", markets[0].1);
        Ok(())
    });
}
