//! Checks on a book's positions, and its size.

use super::super::book::{Book, Kind, Leg, Market, Snapshot, MAX_COLLATERAL, MAX_LEGS, MAX_MARKETS};
use crate::book::Expiry;
use crate::error::{MarginError, Result};
use crate::kernel::widen;
use crate::units::{Price, STEPS};

/// The place of a leg in the canonical order: market, perp or date, strike, kind.
#[inline(always)]
pub(crate) fn order(leg: &Leg) -> (u32, u64, Kind) {
    let date = if leg.kind == Kind::Perp { 0 } else { 1 << 8 | leg.expiry as u32 };
    ((leg.market as u32) << 16 | date, leg.strike.0, leg.kind)
}

/// The market at a place, if it has an index.
pub(crate) fn market<'a>(snapshot: &Snapshot<'a>, place: u8) -> Result<&'a Market<'a>> {
    let market = snapshot.markets.get(place as usize).ok_or(MarginError::UnknownMarket)?;
    if market.index == Price(0) || market.slow == Price(0) {
        return Err(MarginError::MissingPrice);
    }
    Ok(market)
}

/// The expiry of a leg, if it has a forward.
pub(crate) fn expiry<'a>(market: &Market<'a>, leg: &Leg) -> Result<&'a Expiry> {
    let expiry = market.expiries.get(leg.expiry as usize).ok_or(MarginError::UnknownExpiry)?;
    if expiry.forward == Price(0) {
        return Err(MarginError::MissingPrice);
    }
    Ok(expiry)
}

/// What a leg's weights are counted with: a price of the underlying, and for options the strike.
fn prices(market: &Market, leg: &Leg) -> Result<(Price, Price)> {
    Ok(match leg.kind {
        Kind::Perp if market.perp == Price(0) => return Err(MarginError::MissingPrice),
        Kind::Perp => (market.perp.max(market.index), Price(0)),
        Kind::Future => (expiry(market, leg)?.forward.max(market.index), Price(0)),
        Kind::Call | Kind::Put if leg.strike == Price(0) => return Err(MarginError::StrikeOutOfRange),
        Kind::Call | Kind::Put => (expiry(market, leg)?.forward.max(market.index), leg.strike),
    })
}

/// Most contracts of all legs, in steps: sums of any of them, and as many again of collateral, fit in 64 bits.
const MOST_CONTRACTS: u64 = 1 << 62;

/// Gross notional of the whole book in 10^-20 quote, and whether any of its legs may be an option; refuses positions
/// that are not canonical.
pub(crate) fn gross(snapshot: &Snapshot, book: &Book) -> Result<(u128, bool)> {
    if book.legs.len() > MAX_LEGS
        || snapshot.markets.len() > MAX_MARKETS
        || book.collateral.len() > MAX_COLLATERAL
    {
        return Err(MarginError::TooMany);
    }
    if snapshot.peg == Price(0) {
        return Err(MarginError::MissingPrice);
    }
    let (mut sum, mut contracts, mut strikes) = (0u128, 0u64, 0u64);
    let mut last = None;
    for leg in book.legs {
        let place = order(leg);
        if last.is_some_and(|last| last >= place) {
            return Err(MarginError::LegsOutOfOrder);
        }
        last = Some(place);
        let (price, strike) = prices(market(snapshot, leg.market)?, leg)?;
        let size = leg.quantity.0.unsigned_abs();
        // No option has none.
        strikes |= strike.0;
        contracts = contracts.checked_add(size).ok_or(MarginError::TooLarge)?;
        // No more than all contracts, of which there are below 2^64, at the highest price.
        sum = sum.wrapping_add(widen(size, price.0.saturating_add(strike.0)));
    }
    if contracts > MOST_CONTRACTS {
        return Err(MarginError::TooLarge);
    }
    for held in book.collateral {
        if let Some(place) = held.market {
            market(snapshot, place)?;
        }
        // Twice, as far as half the peg; below that, in the quote token.
        let value = widen(held.amount.0.unsigned_abs(), held.price.0.max(held.slow.0));
        let value = if snapshot.peg.0 >= STEPS / 2 {
            value.saturating_mul(2)
        } else {
            crate::wide::mul_div_up(value, STEPS as u128, snapshot.peg.0 as u128)?
        };
        sum = sum.saturating_add(value);
    }
    Ok((sum, strikes != 0))
}
