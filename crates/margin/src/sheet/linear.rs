//! What moves in proportion to prices: collateral, perps and futures.

use super::price::Position;
use super::Sheet;
use crate::book::{Collateral, Market};
use crate::error::{MarginError, Result};
use crate::grains::{sum, Grains, Scale};
use crate::kernel::widen;
use crate::units::{Contracts, Price, Quote, STEPS};

/// Most contracts of a market that its collateral counts as.
pub(crate) const MOST_COLLATERAL: u64 = 1 << 61;

/// What a token is worth at some price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worth {
    /// Rounded down.
    pub value: Quote,
    /// That in grains, rounded down.
    pub down: Grains,
    /// And rounded up.
    pub up: Grains,
}

impl Worth {
    /// Values collateral at a price.
    #[inline(never)]
    pub fn of(scale: Scale, held: &Collateral, price: Price, peg: Price) -> Result<Self> {
        let value = widen(held.amount.0.max(0).unsigned_abs(), price.0);
        let value = value.checked_div(peg.0 as u128).ok_or(MarginError::MissingPrice)?;
        let value = i128::try_from(value).map(Quote).map_err(|_| MarginError::TooLarge)?;
        let (down, up) = scale.quote_bounds(value);
        Ok(Self { value, down, up })
    }
}

/// Adds collateral that moves with a market to its line.
pub(super) fn collect(sheet: &mut Sheet, market: &Market, place: u8, value: Grains) -> Result<()> {
    let line = sheet.lines.get_mut(place as usize).ok_or(MarginError::TooMany)?;
    line.collateral = line.collateral.plus(value);
    // With those of legs, of which there are 2^62 steps at most.
    let contracts = sum(line.contracts.0, sheet.scale.contracts_down(value, market.index).0);
    // What is more is charged by its value: a token that fell to next to nothing must not stop an assessment.
    line.contracts = Contracts(contracts.min(MOST_COLLATERAL as i64));
    line.rounded = line.rounded.wrapping_add(1);
    Ok(())
}

/// Adds a perp to its market's line.
#[inline(never)]
pub(super) fn perp(sheet: &mut Sheet, market: &Market, place: u8, leg: Position) -> Result<()> {
    let line = sheet.lines.get_mut(place as usize).ok_or(MarginError::TooMany)?;
    let product = widen(leg.quantity.0.unsigned_abs(), market.perp.0);
    line.perps = line.perps.plus(value(sheet.scale, leg, product));
    // 2^62 steps at most, beside 2^61 of collateral.
    line.contracts.0 = line.contracts.0.wrapping_add(leg.quantity.0);
    line.perps_size =
        line.perps_size.plus(sheet.scale.notional_up(leg.quantity.0.unsigned_abs(), market.index));
    unrealise(&mut sheet.unrealised, leg, product)
}

/// A leg in grains, rounded down, by the product of its size and a price.
#[inline(always)]
fn value(scale: Scale, leg: Position, product: u128) -> Grains {
    let (down, up) = scale.bounds(product);
    if leg.quantity.0 < 0 {
        Grains(up.0.wrapping_neg())
    } else {
        down
    }
}

/// Adds a future's profit; returns it at its forward, rounded down.
pub(super) fn future(sheet: &mut Sheet, forward: Price, leg: Position) -> Result<Grains> {
    let product = widen(leg.quantity.0.unsigned_abs(), forward.0);
    unrealise(&mut sheet.unrealised, leg, product)?;
    Ok(value(sheet.scale, leg, product))
}

/// Adds a leg's profit, by the product of its size and the mark less what it cost, rounded down.
fn unrealise(sum: &mut Quote, leg: Position, product: u128) -> Result<()> {
    let (down, up) = by_steps(product);
    let value = if leg.quantity.0 < 0 { up.wrapping_neg() } else { down };
    let profit = value.checked_sub(leg.basis.0).ok_or(MarginError::TooLarge)?;
    *sum = Quote(sum.0.checked_add(profit).ok_or(MarginError::TooLarge)?);
    Ok(())
}

/// A product of below 2^127 by [`STEPS`], rounded down and rounded up.
///
/// After ten places, by 5^10, of 24 bits: long division by words of 32 bits.
#[inline(always)]
#[allow(clippy::arithmetic_side_effects)]
fn by_steps(product: u128) -> (i128, i128) {
    const FIVES: u64 = STEPS >> 10;
    const WORD: u64 = 0xffff_ffff;
    let (high, low) = ((product >> 64) as u64, product as u64);
    let (first, rest) = ((high >> 10) / FIVES, (high >> 10) % FIVES);
    let word = rest << 32 | (high << 22 | low >> 42) & WORD;
    let (second, rest) = (word / FIVES, word % FIVES);
    let word = rest << 32 | low >> 10 & WORD;
    let (third, rest) = (word / FIVES, word % FIVES);
    let down = (first as i128) << 64 | (second << 32 | third) as i128;
    let over = rest != 0 || low & 1023 != 0;
    (down, down + over as i128)
}
