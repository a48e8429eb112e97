//! The books that are timed: as a trader has them, not as chance does.

use super::common::units::{contracts, fraction, parameter, price, quote, years};
use super::common::World;
use ballast_margin::book::{Collateral, Expiry, Kind, Leg, Market, Svi};
use ballast_margin::units::{Fraction, Price, Quote};

/// 64 options of one expiry, each at a strike of its own, from 70 % to 133 % of the index.
pub fn chain() -> World {
    let mut world = empty(1, 1);
    let index = index(0);
    let option = |place: u32| option(0, 0, index * (0.7 + 0.01 * f64::from(place)), place.is_multiple_of(2));
    world.legs.extend((0..64).map(option));
    world
}

/// Ten legs: a perp and two options of two expiries in each of two markets, and a token of each beside.
pub fn account() -> World {
    let mut world = empty(2, 2);
    for market in 0..2 {
        let index = index(market);
        let quantity = contracts(50_000.0 / index);
        let basis = quote(49_000.0);
        let base = Leg { market, expiry: 0, kind: Kind::Perp, strike: Price(0), quantity, basis };
        world.legs.push(base);
        for expiry in 0..2 {
            let strikes = [(0.9, true), (1.1, false)];
            let options = strikes.map(|(strike, put)| option(market, expiry, index * strike, put));
            world.legs.extend(options);
        }
        world.collateral.push(Collateral {
            market: Some(market),
            amount: contracts(20_000.0 / index),
            price: price(index),
            slow: price(index),
            haircut: fraction(0.05),
            haircut_initial: fraction(0.05),
            score: Fraction::ONE,
        });
    }
    world
}

/// Short puts and long calls.
fn option(market: u8, expiry: u8, strike: f64, put: bool) -> Leg {
    let size = 30_000.0 / index(market);
    Leg {
        market,
        expiry,
        kind: if put { Kind::Put } else { Kind::Call },
        strike: price(strike),
        quantity: contracts(if put { -size } else { size }),
        basis: Quote(0),
    }
}

fn index(market: u8) -> f64 {
    [95_000.0, 3_400.0][usize::from(market)]
}

fn empty(markets: u8, expiries: u8) -> World {
    World {
        peg: price(1.0),
        markets: (0..markets).map(|place| market(place, expiries)).collect(),
        cash: quote(100_000.0),
        unpaid: Quote(0),
        collateral: Vec::new(),
        legs: Vec::new(),
    }
}

fn market(place: u8, expiries: u8) -> Market<'static> {
    let index = index(place);
    let expiries: Vec<Expiry> = (0..expiries).map(|date| expiry(index, date)).collect();
    Market {
        id: u16::from(place) + 1,
        index: price(index),
        slow: price(index * 0.99),
        perp: price(index * 1.001),
        range: fraction(0.18),
        interval: fraction(0.001),
        depth: contracts(1_000_000.0 / index),
        score: Fraction::ONE,
        perp_score: Fraction::ONE,
        certain: true,
        expiries: expiries.leak(),
    }
}

/// 9 or 37 days away, volatility near 60 %.
fn expiry(index: f64, date: u8) -> Expiry {
    let seconds = [9, 37][usize::from(date)] * 86_400;
    let time = seconds as f64 / 31_536_000.0;
    let forward = price(index * 1.002);
    Expiry {
        seconds,
        forward,
        rate: fraction(0.04),
        svi: Svi {
            a: parameter(0.3 * time),
            b: parameter(0.2 * time.sqrt()),
            rho: parameter(-0.3),
            m: parameter(-0.02),
            s: parameter(0.2 * time.sqrt()),
            forward,
            years: years(time),
        },
        score: Fraction::ONE,
    }
}
