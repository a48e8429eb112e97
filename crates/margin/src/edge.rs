//! How far one market's price may go before a book falls below its maintenance margin.
//!
//! For people and keepers, on the host: every step of the way is a whole assessment. No program asks for it.

use crate::assess;
use crate::book::{
    Book, Collateral, Expiry, Market, Snapshot, Svi, Years, MAX_COLLATERAL, MAX_EXPIRIES, MAX_MARKETS,
};
use crate::desk::Desk;
use crate::error::{MarginError, Result};
use crate::model::{Model, Row};
use crate::units::{Contracts, Fraction, Price, Quote};
use crate::wide::mul_div_down;

/// The least price move of a row is walked in so many steps.
const STEPS_OF_ROW: i64 = 8;
/// Finest and coarsest steps of the walk, as shares of the price.
const STEPS: (i64, i64) = (Fraction::ONE.0 >> 10, Fraction::ONE.0 >> 6);
/// Beyond twice the price, or half of it, steps are so many times longer ...
const STRIDE: i64 = 8;
/// ... and the walk ends at so many times the price, in powers of two, or below the price by as much squared.
const FURTHEST: u32 = 6;

/// Prices of one market between which a book keeps its maintenance margin, all else equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// The nearest price below the index beyond which health is below zero.
    pub below: Option<Price>,
    /// The nearest one above it.
    pub above: Option<Price>,
}

/// Finds the index prices of a market nearest to the one of now, on either side, beyond which a book is worth less than
/// its maintenance margin.
///
/// The perp's mark, forwards and tokens that the market moves go along in proportion; volatility stays by strike, and
/// scan ranges and all other markets stay as they are. Every price on the way is a full assessment.
///
/// An edge is exact: at it health is not below zero, and one step of the price further it is. It is the nearest but for
/// dips that are narrower than a step of the walk, an eighth of the least move of a row. A side has none if health holds
/// to 64 times the price, or to a 4096th of it, or as far as the engine can price; neither has one if health is below
/// zero already, or the market does not move the book.
pub fn edges(
    desk: &mut Desk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    market: usize,
) -> Result<Edges> {
    let moved = snapshot.markets.get(market).ok_or(MarginError::UnknownMarket)?;
    let now = assess(desk, model, snapshot, book)?;
    let held = book.legs.iter().any(|leg| usize::from(leg.market) == market)
        || book.collateral.iter().any(|token| token.market.map(usize::from) == Some(market));
    if now.health < Quote(0) || !held {
        return Ok(Edges::default());
    }
    let mut walk = Walk { desk, model, snapshot, book, market, index: moved.index.0 };
    let step = step(model.rows, moved.range);
    Ok(Edges { below: walk.edge(step, false), above: walk.edge(step, true) })
}

/// Steps of the walk: fine enough to come by every row.
fn step(rows: &[Row], range: Fraction) -> i64 {
    let moves = rows.iter().map(|row| {
        let move_ = row.multiplier.minus(Fraction::ONE);
        if row.scaled { move_.times_down(range) } else { move_ }.0.saturating_abs()
    });
    let least = moves.filter(|size| *size > 0).min().unwrap_or(0);
    least.div_euclid(STEPS_OF_ROW).clamp(STEPS.0, STEPS.1)
}

/// A walk along one market's price.
struct Walk<'a> {
    desk: &'a mut Desk,
    model: &'a Model<'a>,
    snapshot: &'a Snapshot<'a>,
    book: &'a Book<'a>,
    market: usize,
    /// Where it begins.
    index: u64,
}

impl Walk<'_> {
    /// The edge on one side, if there is one.
    fn edge(&mut self, step: i64, up: bool) -> Option<Price> {
        let (most, least) =
            (self.index.checked_mul(1 << FURTHEST)?, self.index.wrapping_shr(2 * FURTHEST).max(1));
        let (double, half) = (self.index.checked_mul(2)?, self.index / 2);
        let mut good = self.index;
        while least < good && good < most {
            let share = if (half..=double).contains(&good) { step } else { step.saturating_mul(STRIDE) };
            let length = product_down(good, share.unsigned_abs())?.max(1);
            let next = if up { good.checked_add(length)? } else { good.checked_sub(length)?.max(1) };
            if self.holds(next)? {
                good = next;
            } else {
                return self.between(good, next);
            }
        }
        None
    }

    /// The last price that holds between one that does and one that does not.
    fn between(&mut self, mut good: u64, mut bad: u64) -> Option<Price> {
        while good.abs_diff(bad) > 1 {
            let middle = good.min(bad).checked_add(good.abs_diff(bad) / 2)?;
            *(if self.holds(middle)? { &mut good } else { &mut bad }) = middle;
        }
        Some(Price(good))
    }

    /// Whether health is at least zero at an index; nothing where the engine cannot say.
    fn holds(&mut self, index: u64) -> Option<bool> {
        let mut expiries = [NO_EXPIRY; MAX_EXPIRIES];
        let mut markets = [NO_MARKET; MAX_MARKETS];
        let mut tokens = [NO_TOKEN; MAX_COLLATERAL];
        let base = self.index;
        let along = |price: Price| moved(price, index, base);

        let count = self.snapshot.markets.len();
        let from = self.snapshot.markets.get(self.market)?;
        let dates = expiries.get_mut(..from.expiries.len())?;
        for (slot, date) in dates.iter_mut().zip(from.expiries) {
            *slot = Expiry { forward: along(date.forward)?, ..*date };
        }
        markets.get_mut(..count)?.copy_from_slice(self.snapshot.markets);
        let (perp, slow) = (along(from.perp)?, from.slow);
        *markets.get_mut(self.market)? = Market { index: Price(index), slow, perp, expiries: dates, ..*from };
        let held = tokens.get_mut(..self.book.collateral.len())?;
        for (slot, token) in held.iter_mut().zip(self.book.collateral) {
            *slot = *token;
            if token.market.map(usize::from) == Some(self.market) {
                (slot.price, slot.slow) = (along(token.price)?, along(token.slow)?);
            }
        }
        let snapshot = Snapshot { markets: markets.get(..count)?, ..*self.snapshot };
        let book = Book { collateral: held, ..*self.book };
        Some(assess(self.desk, self.model, &snapshot, &book).ok()?.health >= Quote(0))
    }
}

/// A price that went along with the index, rounded down; one that was above zero stays so.
fn moved(price: Price, index: u64, base: u64) -> Option<Price> {
    let exact = mul_div_down(price.0.into(), index.into(), base.into()).ok()?;
    let moved = u64::try_from(exact).ok()?;
    Some(Price(moved.max(price.0.min(1))))
}

/// A share of a price, rounded down.
fn product_down(price: u64, share: u64) -> Option<u64> {
    u64::try_from(mul_div_down(price.into(), share.into(), 1 << 40).ok()?).ok()
}

// What rooms are filled with before they are used.

const NO_EXPIRY: Expiry = Expiry {
    seconds: 0,
    forward: Price(0),
    rate: Fraction::ZERO,
    svi: Svi {
        a: crate::book::SviNumber::ZERO,
        b: crate::book::SviNumber::ZERO,
        rho: crate::book::SviNumber::ZERO,
        m: crate::book::SviNumber::ZERO,
        s: crate::book::SviNumber::ZERO,
        forward: Price(0),
        years: Years(0),
    },
    score: Fraction::ZERO,
};

const NO_MARKET: Market<'static> = Market {
    id: 0,
    index: Price(0),
    slow: Price(0),
    perp: Price(0),
    range: Fraction::ZERO,
    interval: Fraction::ZERO,
    depth: Contracts(0),
    score: Fraction::ZERO,
    perp_score: Fraction::ZERO,
    certain: true,
    expiries: &[],
};

const NO_TOKEN: Collateral = Collateral {
    market: None,
    amount: Contracts(0),
    price: Price(0),
    slow: Price(0),
    haircut: Fraction::ZERO,
    haircut_initial: Fraction::ZERO,
    score: Fraction::ZERO,
};
