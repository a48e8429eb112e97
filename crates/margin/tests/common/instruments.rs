//! Random positions, collateral and cash.

use super::rng::Rng;
use super::surroundings::score;
use super::units::{contracts, fraction, price, quote};
use ballast_margin::book::{Collateral, Expiry, Kind, Leg, Market};
use ballast_margin::units::{Contracts, Price, Quote, STEPS};

/// A balance: none, some or a debt.
pub fn cash(rng: &mut Rng) -> Quote {
    if rng.chance(0.1) {
        return Quote(0);
    }
    let sign = if rng.chance(0.75) { 1.0 } else { -1.0 };
    quote(sign * rng.scale(1.0, 1e7))
}

/// Profit that is owed; mostly none.
pub fn unpaid(rng: &mut Rng) -> Quote {
    if rng.chance(0.7) {
        return Quote(0);
    }
    quote(rng.scale(1.0, 1e7))
}

/// A token beside cash; every other one moves with a market.
pub fn collateral(rng: &mut Rng, markets: &[Market<'_>]) -> Collateral {
    let place = rng.below(markets.len().max(1));
    let market = (rng.chance(0.5) && !markets.is_empty()).then_some(place as u8);
    let worth = match market {
        Some(place) => markets[usize::from(place)].index.0 as f64 / STEPS as f64 * rng.between(0.9, 1.1),
        None => rng.scale(0.1, 200_000.0),
    };
    let slow = if rng.chance(0.4) { worth } else { worth * (1.0 + 0.02 * rng.bell()) };
    Collateral {
        market,
        amount: contracts(rng.scale(1.0, 1e6) / worth),
        price: price(worth),
        slow: price(slow),
        haircut: fraction(rng.between(0.0, 0.5)),
        haircut_initial: fraction(rng.between(0.0, 0.3)),
        score: score(rng),
    }
}

/// A position in an instrument that some market has.
pub fn leg(rng: &mut Rng, markets: &[Market<'_>]) -> Leg {
    let market = rng.below(markets.len());
    let Market { index, perp, expiries, .. } = markets[market];
    let (quantity, place) = (quantity(rng, index), rng.below(expiries.len().max(1)));
    let base = Leg {
        market: market as u8,
        expiry: 0,
        kind: Kind::Perp,
        strike: Price(0),
        quantity,
        basis: Quote(0),
    };
    let Some(expiry) = expiries.get(place) else {
        return Leg { basis: cost(rng, quantity, perp), ..base };
    };
    let dated = Leg { expiry: place as u8, ..base };
    match rng.below(20) {
        0 => Leg { basis: cost(rng, quantity, perp), ..base },
        1 => Leg { kind: Kind::Future, basis: cost(rng, quantity, expiry.forward), ..dated },
        n => Leg {
            kind: if n % 2 == 0 { Kind::Call } else { Kind::Put },
            strike: strike(rng, expiry),
            ..dated
        },
    }
}

/// Of either sign: mostly for ten to a million of quote, and now and then the least there is.
fn quantity(rng: &mut Rng, index: Price) -> Contracts {
    let sign = rng.sign();
    if rng.chance(0.02) {
        return Contracts(sign as i64);
    }
    let size = rng.scale(10.0, 1e6) / (index.0 as f64 / STEPS as f64);
    let Contracts(steps) = contracts(if rng.chance(0.3) && size > 1.0 { size.round() } else { size });
    Contracts(steps * sign as i64)
}

/// What a position cost, within a fifth of its mark.
fn cost(rng: &mut Rng, quantity: Contracts, mark: Price) -> Quote {
    let steps = STEPS as f64;
    quote(quantity.0 as f64 / steps * (mark.0 as f64 / steps) * (1.0 + 0.05 * rng.bell()))
}

/// Mostly within three deviations of the forward, now and then anywhere from 0.02 to 30 times it. Every
/// other one is a round number, so that strikes meet, and a few are the forward itself.
fn strike(rng: &mut Rng, expiry: &Expiry) -> Price {
    let (low, high) = (0.0201f64.ln(), 29.9f64.ln());
    let forward = expiry.forward.0 as f64 / STEPS as f64;
    let variance = expiry.svi.a.to_num::<f64>() + expiry.svi.b.to_num::<f64>() * expiry.svi.s.to_num::<f64>();
    let k = if rng.chance(0.15) { rng.between(low, high) } else { rng.bell() * 1.2 * variance.sqrt() };
    let exact = forward * k.clamp(low, high).exp();
    if rng.chance(0.05) {
        return expiry.forward;
    }
    let grid = 10f64.powf(forward.log10().floor()) / 20.0;
    let round = (exact / grid).round() * grid;
    let near = round > 0.02 * forward && round < 29.9 * forward;
    price(if near && rng.chance(0.5) { round } else { exact })
}
