//! Which legs to close: those that relieve the margin most for what closing them costs.
//!
//! For keepers, on the host: every leg is priced and weighed on its own. The program takes any set of legs, and
//! checks what it does.

use crate::book::{Book, Snapshot, MAX_LEGS};
use crate::desk::Working;
use crate::error::{MarginError, Result};
use crate::model::Model;
use crate::quote::{legs, quote, Closing, Liquidation, Part, QuoteDesk, Terms};
use crate::sheet::Pick;
use crate::units::Quote;
use crate::wide::mul_div_down;

/// What is closed of a leg to see what it does.
const TRIAL: Part = Part::of_bits(1 << 14);
/// Relief below this share of the margin, in powers of two, is taken for noise.
const NOISE: u32 = 20;

/// One leg that relieves the margin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    /// Place in the book.
    pub leg: u8,
    /// Fall of the maintenance margin when 1/64 of the leg is closed.
    pub relief: Quote,
    /// What that costs, the account's value apart; at least one step.
    pub cost: Quote,
}

impl Ranked {
    /// Relief for each unit of cost, in 2^-20.
    fn rate(&self) -> u128 {
        let (relief, cost) = (self.relief.0.max(0).unsigned_abs(), self.cost.0.max(1).unsigned_abs());
        mul_div_down(relief, 1 << 20, cost).unwrap_or(u128::MAX)
    }
}

/// Ranks the legs whose closing lowers the maintenance margin by its fall for each unit of cost, the best first
/// and of equal ones the first in the book. Returns how many there are; `out` holds one for each leg of the book.
///
/// A leg that hedges others raises the margin when it goes, and is left out.
pub fn rank(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    terms: &Terms,
    out: &mut [Ranked],
) -> Result<usize> {
    rank_without(desk, model, snapshot, book, terms, 0, out)
}

/// The same for the book that is left when the legs of `gone` are closed.
fn rank_without(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    terms: &Terms,
    gone: u64,
    out: &mut [Ranked],
) -> Result<usize> {
    let left = legs(book) & !gone;
    let (mut count, mut working) = (0usize, Working::EMPTY);
    for (place, leg) in book.legs.iter().enumerate() {
        let bit = 1u64.checked_shl(place as u32).unwrap_or(0);
        if left & bit == 0 || leg.quantity.0 == 0 {
            continue;
        }
        let (rest, set) = (Pick::Legs(left & !bit), Pick::Legs(bit));
        let mut closing = Closing::new((desk, &mut working), model, snapshot, book, (&rest, &set), terms)?;
        let before = closing.at(Part::NONE)?.margins.maintenance.0;
        let after = closing.at(TRIAL)?.margins.maintenance.0;
        let relief = before.saturating_sub(after);
        // A leg of a book of n could bear 1/64 n of its margin in a trial: far above noise.
        if relief > before >> NOISE {
            let (_, cost) = terms.cost(closing.risk.0.max(0).unsigned_abs(), TRIAL)?;
            let cost = i128::try_from(cost.max(1)).map_err(|_| MarginError::TooLarge)?;
            let slot = out.get_mut(count).ok_or(MarginError::TooMany)?;
            *slot = Ranked { leg: place as u8, relief: Quote(relief), cost: Quote(cost) };
            count = count.saturating_add(1);
        }
    }
    let found = out.get_mut(..count).unwrap_or(&mut []);
    found.sort_unstable_by_key(|ranked| (core::cmp::Reverse(ranked.rate()), ranked.leg));
    Ok(count)
}

/// What a choice may cost beyond cutting all positions by the same share, in powers of two of that: an eighth.
const DEARER: u32 = 3;
/// Sizes that lie this close together are equal, in powers of two: they are those of parts, which are rounded.
const EQUAL: u32 = 16;

/// Chooses legs to close, so that the quote restores the target with little closed and at little cost.
///
/// No set costs much less than all legs together, each cut by the same share: a book's scan loss is no more than the sum
/// of its parts'. Fewer legs close less. So a choice closes no more than all legs would, and costs no more than an eighth
/// beyond them: the legs by rank, or all, and of those every leg that can be done without on these terms left out.
/// Where all legs do not restore the target, it is the legs by rank that do; where nothing does, the set by rank that
/// comes nearest.
pub fn choose(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    terms: &Terms,
) -> Result<(u64, Liquidation)> {
    let ranked = by_rank(desk, model, snapshot, book, terms)?;
    let mut restoring = |set: u64| match quote(desk, model, snapshot, book, set, terms) {
        Ok(quoted) => Ok(quoted.restores.then_some((set, quoted))),
        Err(MarginError::NoRelief) => Ok(None),
        Err(error) => Err(error),
    };
    let all = restoring(legs(book))?.filter(|_| ranked.1.restores);
    let Some(mut best) = all else { return Ok(ranked) };
    let dearest = best.1.cost().0.saturating_add(best.1.cost().0 >> DEARER);
    let better = |found: &(u64, Liquidation), best: &(u64, Liquidation)| {
        let (size, most) = (closed(snapshot, book, found), closed(snapshot, book, best));
        found.1.cost().0 <= dearest && size <= most.saturating_add(most >> EQUAL)
    };
    if better(&ranked, &best) {
        best = ranked;
    }
    for place in 0..book.legs.len() {
        let less = best.0 & !1u64.checked_shl(place as u32).unwrap_or(0);
        if less == 0 || less == best.0 {
            continue;
        }
        if let Some(found) = restoring(less)?.filter(|found| better(found, &best)) {
            best = found;
        }
    }
    Ok(best)
}

/// What a quote closes of some legs, at the index, in 10^-20.
fn closed(snapshot: &Snapshot, book: &Book, (set, quoted): &(u64, Liquidation)) -> u128 {
    let mut sum = 0u128;
    for (place, leg) in book.legs.iter().enumerate() {
        if set & 1u64.checked_shl(place as u32).unwrap_or(0) != 0 {
            let index = snapshot.markets.get(leg.market as usize).map_or(0, |market| market.index.0);
            let size = (leg.quantity.0.unsigned_abs() as u128).saturating_mul(index as u128);
            sum = sum.saturating_add(size);
        }
    }
    (sum >> Part::BITS).saturating_mul(quoted.closed.bits() as u128)
}

/// Legs by rank, until the quote restores the target; those left are ranked again when all that helped were taken, and
/// when none helps alone, all go together. Where nothing restores the target, the set that comes nearest.
fn by_rank(
    desk: &mut QuoteDesk,
    model: &Model,
    snapshot: &Snapshot,
    book: &Book,
    terms: &Terms,
) -> Result<(u64, Liquidation)> {
    let mut ranked = [Ranked::default(); MAX_LEGS];
    let (mut set, mut best): (u64, Option<(u64, Liquidation)>) = (0, None);
    while set != legs(book) {
        let count = rank_without(desk, model, snapshot, book, terms, set, &mut ranked)?;
        let everything = [legs(book)];
        let bits = ranked.iter().take(count).map(|next| 1u64.checked_shl(next.leg as u32).unwrap_or(0));
        for bit in bits.chain(everything.into_iter().filter(|_| count == 0)) {
            set |= bit;
            let quoted = match quote(desk, model, snapshot, book, set, terms) {
                Err(MarginError::NoRelief) => continue,
                other => other?,
            };
            if quoted.restores {
                return Ok((set, quoted));
            }
            let above = |quoted: &Liquidation| quoted.after.above(terms.target);
            let nearer = match &best {
                Some((_, last)) => above(&quoted)? > above(last)?,
                None => true,
            };
            if nearer {
                best = Some((set, quoted));
            }
        }
    }
    best.ok_or(MarginError::NoRelief)
}
