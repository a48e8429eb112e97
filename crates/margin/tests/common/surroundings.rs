//! Random markets: indices, expiries and surfaces as they are seen, and now and then the odd one.

use super::rng::Rng;
use super::units::{contracts, fraction, parameter, price, years};
use ballast_margin::book::{Expiry, Market, Svi};
use ballast_margin::units::{Fraction, Price};

const HOUR: f64 = 3_600.0;
const DAY: f64 = 24.0 * HOUR;
const YEAR: f64 = 365.0 * DAY;

/// A price of the quote token, mostly next to one.
pub fn peg(rng: &mut Rng) -> Price {
    price(if rng.chance(0.8) { rng.between(0.995, 1.005) } else { rng.between(0.8, 1.05) })
}

/// A market with `expiries` expiries. Ids go from one to eight and are not in order.
pub fn market(seed: u64, place: usize, expiries: usize) -> Market<'static> {
    let rotation = Rng::of(seed, "id", 0).below(8);
    let rng = &mut Rng::of(seed, "market", place);
    let index = rng.scale(0.1, 200_000.0);
    let slow = if rng.chance(0.4) { index } else { index * (1.0 + 0.02 * rng.bell()) };
    let volatility = rng.scale(0.1, 1.8);
    let depth = if rng.chance(0.1) { 0.0 } else { rng.scale(1e2, 1e8) / index };
    Market {
        id: ((place + rotation) % 8 + 1) as u16,
        index: price(index),
        slow: price(slow),
        perp: price(index * (1.0 + 0.003 * rng.bell())),
        range: fraction(rng.between(0.02, 0.4)),
        interval: fraction(if rng.chance(0.2) { 0.0 } else { rng.between(0.0, 0.01) }),
        depth: contracts(depth),
        score: score(rng),
        perp_score: score(rng),
        certain: rng.chance(0.9),
        expiries: dates(seed, place, expiries, index, volatility).leak(),
    }
}

/// How far a feed trusts itself: mostly fully.
pub fn score(rng: &mut Rng) -> Fraction {
    fraction(if rng.chance(0.6) { 1.0 } else { rng.unit() })
}

/// Expiries in the order of time, no two at the same.
fn dates(seed: u64, market: usize, count: usize, index: f64, volatility: f64) -> Vec<Expiry> {
    let mut dates: Vec<Expiry> = Vec::new();
    for place in 0..count {
        let rng = &mut Rng::of(seed, "expiry", market * 1_000 + place);
        let expiry = loop {
            let expiry = date(rng, index, volatility);
            if dates.iter().all(|other| other.seconds != expiry.seconds) {
                break expiry;
            }
        };
        dates.push(expiry);
    }
    dates.sort_by_key(|expiry| expiry.seconds);
    dates
}

fn date(rng: &mut Rng, index: f64, volatility: f64) -> Expiry {
    let seconds = match rng.below(20) {
        0 => 0.0,
        1 => 1.0,
        2 => -rng.between(1.0, DAY),
        3 | 4 => rng.between(1.0, 0.5 * HOUR),
        5..=7 => rng.between(0.5 * HOUR, DAY),
        8..=13 => rng.between(DAY, 30.0 * DAY),
        _ => rng.between(30.0 * DAY, 2.0 * YEAR),
    }
    .round();
    let time = seconds.max(0.0) / YEAR;
    let volatility = volatility * rng.between(0.8, 1.25);
    let forward = index * (1.0 + 0.002 * rng.bell() + time * 0.05 * rng.bell()).max(0.5);
    Expiry {
        seconds: seconds as i64,
        forward: price(forward),
        rate: fraction(if rng.chance(0.2) { 0.0 } else { rng.between(-0.05, 0.25) }),
        svi: surface(rng, seconds, forward, volatility),
        score: score(rng),
    }
}

/// A smile of about this volatility, stamped up to an hour before now. Its level is never below zero
/// and its wings stay within b (1 + |rho|) < 2.
fn surface(rng: &mut Rng, seconds: f64, forward: f64, volatility: f64) -> Svi {
    let time = ((seconds + rng.between(0.0, HOUR).round()).max(1.0)) / YEAR;
    let variance = volatility * volatility * time;
    let deviation = variance.sqrt();
    let a = variance * rng.unit();
    let roundness = deviation * rng.scale(0.2, 2.0);
    let rho = rng.between(-0.8, 0.6);
    let b = ((variance - a) / roundness).min(1.9 / (1.0 + rho.abs()));
    Svi {
        a: parameter(a),
        b: parameter(b),
        rho: parameter(rho),
        m: parameter(deviation * rng.between(-0.5, 0.5)),
        s: parameter(roundness),
        forward: price(forward * (1.0 + 0.002 * rng.bell())),
        years: years(time),
    }
}
