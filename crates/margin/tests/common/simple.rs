//! A small world whose numbers can be worked out by hand: every price is 100.

use super::units::{contracts, fraction, parameter, price, quote, years};
use super::world::World;
use ballast_margin::book::{Collateral, Expiry, Kind, Leg, Market, Svi};
use ballast_margin::units::{Contracts, Fraction, Quote};

/// Markets with the ids 1, 2, 3 ... at 100, without expiries, full of trust and depth, in no cash.
pub fn world(markets: usize) -> World {
    let hundred = price(100.0);
    let market = |place| Market {
        id: place as u16 + 1,
        index: hundred,
        slow: hundred,
        perp: hundred,
        range: fraction(0.1),
        interval: Fraction::ZERO,
        depth: Contracts(i64::MAX),
        score: Fraction::ONE,
        perp_score: Fraction::ONE,
        certain: true,
        expiries: &[],
    };
    World {
        peg: price(1.0),
        markets: (0..markets).map(market).collect(),
        cash: Quote(0),
        unpaid: Quote(0),
        collateral: Vec::new(),
        legs: Vec::new(),
    }
}

/// An expiry at 100 with a volatility of one half at every strike, undiscounted.
pub fn expiry(seconds: i64) -> Expiry {
    let svi = Svi { a: parameter(0.25), forward: price(100.0), years: years(1.0), ..Svi::default() };
    Expiry { seconds, forward: price(100.0), rate: Fraction::ZERO, svi, score: Fraction::ONE }
}

/// A position of the first expiry, or the perp, that cost 100 for each contract, or a premium long paid.
pub fn leg(market: u8, kind: Kind, strike: f64, quantity: f64) -> Leg {
    let basis = if kind <= Kind::Future { quote(100.0 * quantity) } else { Quote(0) };
    Leg { market, expiry: 0, kind, strike: price(strike), quantity: contracts(quantity), basis }
}

/// A perp.
pub fn perp(market: u8, quantity: f64) -> Leg {
    leg(market, Kind::Perp, 0.0, quantity)
}

/// Tokens at 100, without a haircut.
pub fn tokens(market: Option<u8>, amount: f64) -> Collateral {
    Collateral {
        market,
        amount: contracts(amount),
        price: price(100.0),
        slow: price(100.0),
        haircut: Fraction::ZERO,
        haircut_initial: Fraction::ZERO,
        score: Fraction::ONE,
    }
}
