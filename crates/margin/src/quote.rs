//! How much of some legs a liquidation closes, and what that costs: one function for the program, the keeper,
//! the command line and the browser.
//!
//! Legs change hands at the mark. The liquidator is paid a share of the scan loss taken over and the insurance
//! fund another, both in proportion to what is closed, and never more than the account is worth. `docs/margin.md`
//! has the formulas and the directions of rounding.

mod closing;
mod desk;
mod lots;
mod mark;
mod search;
mod taking;
mod terms;

pub(crate) use closing::Closing;
pub use desk::QuoteDesk;
pub use lots::{quantities, quantity};
pub use mark::mark;
pub use taking::{quote_taken, trial, Taken, Trial, MAX_TAKEN};
pub use terms::{Margins, Part, Terms};

use crate::book::{Book, Leg, Snapshot};
use crate::desk::Working;
use crate::error::{MarginError, Result};
use crate::model::Model;
use crate::sheet::Pick;
use crate::units::{Contracts, Quote};
use closing::Point;

/// Most books that a quote weighs: both ends, the search between them, and whole units on either side of what it found.
pub const MAX_WEIGHS: u32 = 2 + search::NEAREST_WEIGHS + search::BRACKET_WEIGHS + 2;

/// What a liquidation closes, and what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liquidation {
    /// The part of every chosen leg that is closed.
    pub closed: Part,
    /// Whether the account is then at its target; if not, no part of these legs is known to bring it there.
    pub restores: bool,
    /// What the liquidator pays the account for options at the mark; negative where the account pays.
    pub premium: Quote,
    /// What the account pays the liquidator beyond marks.
    pub transfer: Quote,
    /// What the account pays the insurance fund.
    pub fee: Quote,
    /// Scan loss of all chosen legs as a book of their own.
    pub risk: Quote,
    /// Value and margins before.
    pub before: Margins,
    /// Value and margins after, costs paid.
    pub after: Margins,
    /// How many books were weighed to find this, apart from the risk.
    pub weighed: u32,
}

impl Liquidation {
    /// How far the maintenance margin falls.
    pub const fn relief(&self) -> Quote {
        Quote(self.before.maintenance.0.saturating_sub(self.after.maintenance.0))
    }

    /// What the account pays beyond marks.
    pub const fn cost(&self) -> Quote {
        Quote(self.transfer.0.saturating_add(self.fee.0))
    }

    /// Writes what to close of every leg, nothing for those that were not chosen; see [`quantities`].
    pub fn quantities(
        &self,
        legs: &[Leg],
        chosen: u64,
        lot: impl Fn(&Leg) -> Contracts,
        out: &mut [Contracts],
    ) -> Result<()> {
        quantities(legs, chosen, self.closed, lot, out)
    }
}

/// Quotes the smallest part of the chosen legs (bits, by their places in the book) that brings the account to
/// its target without lowering its health; where none does, the part that comes nearest.
///
/// Refused when the account is at its target, or when no part of these legs raises its health.
pub fn quote(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    chosen: u64,
    terms: &Terms,
) -> Result<Liquidation> {
    size(desk, model, snapshot, book, chosen, terms, None)
}

/// The same, of at most the part that a keeper asks for: a request beyond the quote is cut to it, and one below
/// it stands where it helps. It costs less than a quote: three books are weighed when the request is just
/// right, or below that.
pub fn quote_up_to(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    chosen: u64,
    terms: &Terms,
    request: Part,
) -> Result<Liquidation> {
    size(desk, model, snapshot, book, chosen, terms, Some(request))
}

fn size(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    chosen: u64,
    terms: &Terms,
    request: Option<Part>,
) -> Result<Liquidation> {
    let all = legs(book);
    let chosen = chosen & all;
    let (rest, set) = (Pick::Legs(all & !chosen), Pick::Legs(chosen));
    let mut working = Working::EMPTY;
    let mut closing = Closing::new((desk, &mut working), model, snapshot, book, (&rest, &set), terms)?;
    let start = closing.start()?;
    if start.gap >= 0 {
        return Err(MarginError::AboveTarget);
    }
    let most = request.unwrap_or(Part::ONE);
    if chosen == 0 || most == Part::NONE {
        return Err(MarginError::NoRelief);
    }
    let found = sized(&mut closing, start, most, request.is_some())?;
    closed(&closing, &start, &found)
}

/// What a quote says of the point that it found, if that helps.
fn closed(closing: &Closing, start: &Point, found: &Point) -> Result<Liquidation> {
    if found.gained <= 0 {
        return Err(MarginError::NoRelief);
    }
    Ok(Liquidation {
        closed: found.closed,
        restores: found.gap >= 0,
        premium: found.premium,
        transfer: found.transfer,
        fee: found.fee,
        risk: closing.risk,
        before: start.margins,
        after: found.margins,
        weighed: closing.weighed,
    })
}

/// The part to close, of at most `most`; one that was asked for may well be just right.
fn sized(closing: &mut Closing, start: Point, most: Part, asked: bool) -> Result<Point> {
    let end = closing.at(most)?;
    if end.gap >= 0 {
        return search::smallest(closing, start, end, asked);
    }
    let found = search::nearest(closing, start, end)?;
    if found.gap >= 0 {
        return search::smallest(closing, start, found, false);
    }
    Ok(found)
}

/// Bits of all legs of a book.
pub(crate) fn legs(book: &Book) -> u64 {
    u64::MAX.checked_shr(u64::BITS.saturating_sub(book.legs.len() as u32)).unwrap_or(0)
}
