//! Closing so many units of some positions: what a program is asked for, and what it can do to the last lot.

use super::closing::{Closing, Point};
use super::terms::{Margins, Part, Terms};
use super::{closed, search, Liquidation, QuoteDesk};
use crate::book::{Book, Snapshot};
use crate::desk::Working;
use crate::error::{MarginError, Result};
use crate::model::Model;
use crate::sheet::Pick;
use crate::units::{Contracts, Quote};

/// Most legs of which something can be taken at once.
pub const MAX_TAKEN: usize = 8;

/// What shall be taken of one leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Place in the book.
    pub leg: u8,
    /// How much, of the position's own sign and no more than it.
    pub quantity: Contracts,
    /// Of a perp or future, what that has cost.
    pub basis: Quote,
}

/// Value and margins of a book before some positions are closed at the mark, without a fee, and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Before.
    pub before: Margins,
    /// After.
    pub after: Margins,
    /// Whether health has risen for sure, whatever an assessment from scratch says.
    pub helps: bool,
}

/// Quotes so many equal units of some positions, which together are `taken`, or fewer of them: the smallest number that
/// brings the account to its target without lowering its health; where none does, the number that comes nearest. A book
/// that is too small to be closed in part gives as many as were asked for, if that helps.
///
/// Returns how many units are taken, and what that costs; books are weighed three times when the request is just right,
/// or too little. Refused as [`super::quote`] is.
#[inline(never)] // Most of this frame is room to weigh in: a program's has 4 KB.
pub fn quote_taken(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    asked: (&[Taken], u32),
    terms: &Terms,
) -> Result<(u32, Liquidation)> {
    let mut working = Working::EMPTY;
    quote_with((desk, &mut working), model, snapshot, book, asked, terms)
}

#[inline(never)]
fn quote_with(
    room: (&mut QuoteDesk, &mut Working),
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    (taken, units): (&[Taken], u32),
    terms: &Terms,
) -> Result<(u32, Liquidation)> {
    check(book, taken)?;
    if units == 0 || taken.is_empty() {
        return Err(MarginError::NoRelief);
    }
    let bits = bits(taken);
    let (rest, set) = (Pick::Left(bits, taken), Pick::Taken(bits, taken));
    let mut closing = Closing::new(room, model, snapshot, book, (&rest, &set), terms)?;
    let start = closing.start()?;
    if start.gap >= 0 {
        return Err(MarginError::AboveTarget);
    }
    let found = sized(&mut closing, start, units, terms.small)?;
    let (units, found) = whole_units(&mut closing, found, units)?;
    Ok((units, closed(&closing, &start, &found)?))
}

/// The part to close: everything, if that is just right, too little, or all of a small book.
#[inline(never)]
fn sized(closing: &mut Closing, start: Point, units: u32, small: Quote) -> Result<Point> {
    let end = closing.at(Part::ONE)?;
    if start.margins.maintenance <= small {
        return Ok(end);
    }
    if end.gap >= 0 {
        let less = units.saturating_sub(1);
        if less == 0 {
            return Ok(end);
        }
        let less = closing.at(part_down(less, units))?;
        return if less.gap < 0 { Ok(end) } else { search::smallest(closing, start, less, false) };
    }
    let found = search::nearest(closing, start, end)?;
    if found.gap >= 0 {
        return search::smallest(closing, start, found, false);
    }
    Ok(found)
}

/// The least number of units that is no less than a part, and the book without them; where that is not enough, and one
/// unit less comes nearer, that one.
#[inline(never)]
fn whole_units(closing: &mut Closing, found: Point, units: u32) -> Result<(u32, Point)> {
    // Of 32 bits by 20.
    let exact = (found.closed.bits() as u64).wrapping_mul(units as u64);
    let taken = (exact.div_ceil(1 << Part::BITS) as u32).min(units);
    let part = part_down(taken, units);
    if part == found.closed {
        return Ok((taken, found));
    }
    let point = closing.at(part)?;
    let less = taken.saturating_sub(1);
    if point.gap >= 0 || less == 0 {
        return Ok((taken, point));
    }
    let before = closing.at(part_down(less, units))?;
    Ok(if before.gap >= point.gap { (less, before) } else { (taken, point) })
}

/// So many of all units as a part, rounded down: what is relied on is no more than what is closed.
fn part_down(taken: u32, units: u32) -> Part {
    let exact = (taken as u64).wrapping_shl(Part::BITS).checked_div(units as u64);
    Part::of_bits(exact.map_or(0, |bits| bits as u32))
}

/// Weighs a book as it is, and without some positions, or without any.
#[inline(never)] // As above.
pub fn trial(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    taken: Option<&[Taken]>,
) -> Result<Trial> {
    let mut working = Working::EMPTY;
    trial_with((desk, &mut working), model, snapshot, book, taken)
}

#[inline(never)]
fn trial_with(
    room: (&mut QuoteDesk, &mut Working),
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    taken: Option<&[Taken]>,
) -> Result<Trial> {
    let (rest, set) = match taken {
        Some(taken) => (Pick::Left(bits(taken), taken), Pick::Taken(bits(taken), taken)),
        None => (Pick::Legs(0), Pick::Legs(u64::MAX)),
    };
    check(book, taken.unwrap_or(&[]))?;
    let terms = Terms::default();
    let mut closing = Closing::new(room, model, snapshot, book, (&rest, &set), &terms)?;
    let start = closing.start()?;
    let end = closing.at(Part::ONE)?;
    Ok(Trial { before: start.margins, after: end.margins, helps: end.gained > 0 })
}

/// Bits of the legs of which something is taken.
fn bits(taken: &[Taken]) -> u64 {
    taken.iter().fold(0, |bits, part| bits | 1u64.checked_shl(part.leg.into()).unwrap_or(0))
}

/// Refuses what is not in the book.
fn check(book: &Book, taken: &[Taken]) -> Result<()> {
    if taken.len() > MAX_TAKEN {
        return Err(MarginError::TooMany);
    }
    let mut next = 0usize;
    for part in taken {
        let leg = book.legs.get(part.leg as usize).ok_or(MarginError::NoRelief)?;
        // Each leg once, by rising place.
        if usize::from(part.leg) < next {
            return Err(MarginError::LegsOutOfOrder);
        }
        next = usize::from(part.leg).saturating_add(1);
        let within = (part.quantity.0 < 0) == (leg.quantity.0 < 0)
            && part.quantity.0 != 0
            && part.quantity.0.unsigned_abs() <= leg.quantity.0.unsigned_abs();
        if !within {
            return Err(MarginError::NoRelief);
        }
    }
    Ok(())
}
