//! Worlds and models that several properties are about.

use crate::common::rng::Rng;
use crate::common::units::{contracts, fraction, price};
use crate::common::{models, worlds, Shape, World};
use ballast_margin::book::Collateral;
use ballast_margin::model::{AddOns, Convexity, Liquidity, Model, Tail};
use ballast_margin::presets::ballast::MARKETS;
use ballast_margin::presets::{BALLAST, PMRM, SPAN16, XPM};
use ballast_margin::units::{Fraction, Quote, STEPS};
use proptest::strategy::Strategy;

/// Rows and nothing else.
pub const BARE: Model<'static> = models::bare();
/// Everything that a model can have, made once: its numbers are read from text.
pub const EVERYTHING: Model<'static> = models::everything();

/// Every model that the tests know, with its name.
pub static MODELS: [(&str, Model<'static>); 7] = [
    ("bare", BARE),
    ("discounted", models::discounted()),
    ("everything", EVERYTHING),
    ("ballast", BALLAST),
    ("pmrm", PMRM),
    ("span16", SPAN16),
    ("xpm", XPM),
];

/// The model without add-ons, and with all gains counted: what rows, contingencies and offsets say.
pub fn core_of(model: Model<'static>) -> Model<'static> {
    Model { add_ons: NO_ADD_ONS, gains: XPM.gains, ..model }
}

/// The model without its expected shortfall.
pub fn without_tail(model: Model<'static>) -> Model<'static> {
    Model { tail: Tail { share: Fraction::ZERO, multiplier: Fraction::ZERO }, ..model }
}

/// No add-on.
pub const NO_ADD_ONS: AddOns = AddOns {
    perp_maintenance: Fraction::ZERO,
    perp_initial: Fraction::ZERO,
    option_maintenance: Fraction::ZERO,
    option_initial: Fraction::ZERO,
    score_threshold: Fraction::ZERO,
    score_margin: Fraction::ZERO,
    convexity: Convexity { kappa: Fraction::ZERO, gap: Fraction::ZERO, decay_seconds: 1 },
    twist: Fraction::ZERO,
    liquidity: Liquidity { slope: Fraction::ZERO, cap: Fraction::ZERO },
    interval: Fraction::ZERO,
    roll_per_year: Fraction::ZERO,
    roll_minimum: Fraction::ZERO,
};

/// Books of a few legs in one market.
pub fn small() -> impl Strategy<Value = World> {
    worlds(Shape { markets: 1..=1, expiries: 0..=2, legs: 0..=3, collateral: 0..=1 })
}

/// Books of a few legs in several markets.
pub fn spread() -> impl Strategy<Value = World> {
    worlds(Shape { markets: 2..=4, expiries: 0..=2, legs: 2..=7, collateral: 0..=2 })
}

/// Makes the world's markets those of Ballast's own model, anywhere in their ranges, with good feeds.
pub fn as_ballast(world: &mut World, seed: u64) {
    let mut rng = Rng::of(seed, "ballast", 0);
    for (market, defaults) in world.markets.iter_mut().zip(&MARKETS) {
        let (floor, cap) = (defaults.predictor.floor.0, defaults.predictor.cap.0);
        let share = if rng.chance(0.2) { 1.0 } else { rng.unit() };
        market.id = defaults.id;
        market.range = Fraction(floor + ((cap - floor) as f64 * share) as i64);
        market.interval = Fraction((defaults.interval.0 as f64 * rng.unit()) as i64);
        market.certain = true;
    }
    let held = std::mem::take(&mut world.collateral);
    world.collateral = held.into_iter().map(|token| as_listed(world, token)).collect();
}

/// A token with the price of its market and the haircuts of Ballast's own model.
pub fn as_listed(world: &World, token: Collateral) -> Collateral {
    let market = token.market.map(|place| world.markets[usize::from(place)]);
    Collateral {
        price: market.map_or(token.price, |market| market.index),
        slow: market.map_or(token.price, |market| market.slow),
        haircut: MARKETS[0].haircut,
        haircut_initial: MARKETS[0].haircut_initial,
        ..token
    }
}

/// A token of this value at the market's index, or of seven million contracts if that is less.
pub fn token(world: &World, market: u8, value: f64) -> Collateral {
    let index = world.markets[usize::from(market)].index;
    let dollars = value * world.peg.0 as f64 / STEPS as f64;
    Collateral {
        market: Some(market),
        amount: contracts((dollars / (index.0 as f64 / STEPS as f64)).min(7e6)),
        price: index,
        slow: index,
        haircut: MARKETS[0].haircut,
        haircut_initial: MARKETS[0].haircut_initial,
        score: Fraction::ONE,
    }
}

/// What rounding may come to: this share of the worlds' gross notional, and a few steps.
pub fn allowance(share: f64, worlds: &[&World]) -> Quote {
    let gross: f64 = worlds.iter().map(|world| world.gross()).sum();
    Quote((gross * share * STEPS as f64) as i128 + 8)
}

/// The guard, the errors of both prices of a change, and the roundings of a few legs: 2^-31 of notional.
pub const GUARD: f64 = 1.0 / (1u64 << 31) as f64;

/// Roundings of sums and products, which are of grains: 2^-46 of notional is some dozens of them.
pub const GRAINS: f64 = 1.0 / (1u64 << 46) as f64;

/// A peg and prices at which nothing is added to initial margin.
pub fn at_par(world: &mut World) {
    world.peg = price(1.0);
    for market in &mut world.markets {
        market.slow = market.index;
        (market.score, market.perp_score) = (fraction(1.0), fraction(1.0));
    }
}
