//! From the markets' scan losses to the book's.

use crate::book::{Snapshot, MAX_MARKETS};
use crate::grains::Grains;
use crate::kernel::{scale, sqrt};
use crate::model::{Cross, Model};
use crate::report::Worst;
use crate::scan::{Ladder, Scan};
use crate::units::Fraction;

/// Most pairs of markets.
const MAX_PAIRS: usize = MAX_MARKETS * (MAX_MARKETS - 1) / 2;

/// Products of the markets' losses, by their directions: too large for a program's stack.
#[derive(Clone, Debug)]
pub(crate) struct Products {
    /// Squares: where prices fall, where they rise.
    squares: [[i128; 2]; MAX_MARKETS],
    /// Twice the correlated products of a pair, by the directions of its first and second market.
    pairs: [[i128; 4]; MAX_PAIRS],
}

/// Scan loss of a book over the markets that it holds, and which case it is.
#[inline(never)]
pub(crate) fn across(
    model: &Model,
    snapshot: &Snapshot,
    held: u8,
    scans: &[Scan; MAX_MARKETS],
    ladders: &[Ladder; MAX_MARKETS],
    products: &mut Products,
    offsets: bool,
) -> (Grains, Worst) {
    let (mut sum, mut most, mut count) = (Grains::ZERO, Scan::default(), 0u32);
    for (_, scan) in chosen(held, scans) {
        sum = sum.plus(scan.loss);
        count = count.saturating_add(1);
        if scan.loss > most.loss {
            most = *scan;
        }
    }
    if count <= 1 {
        return (most.loss, most.worst);
    }
    if !offsets || chosen(held, snapshot.markets).any(|(_, market)| !market.certain) {
        return (sum, if sum == Grains::ZERO { Worst::Nothing } else { Worst::Sum });
    }
    let mut worst = systemic(&model.cross, model.rows.len(), held, ladders);
    if model.cross.covariance {
        let loss = covariance(&model.cross, snapshot, held, scans, products);
        if loss > worst.0 {
            worst = (loss, Worst::Covariance);
        }
    }
    let floor = sum.times_up(model.cross.floor).max(most.loss);
    if floor > worst.0 {
        worst = (floor, Worst::Floor);
    }
    // No offset costs more than none at all, whatever the rounding.
    (worst.0.min(sum), worst.1)
}

/// The entries whose bit is set, with their places.
fn chosen<T>(held: u8, entries: &[T]) -> impl Iterator<Item = (usize, &T)> {
    entries
        .iter()
        .enumerate()
        .filter(move |(place, _)| held & 1u8.checked_shl(*place as u32).unwrap_or(0) != 0)
}

/// The worst row of the ladders' sum, gains credited in part.
fn systemic(cross: &Cross, rows: usize, held: u8, ladders: &[Ladder; MAX_MARKETS]) -> (Grains, Worst) {
    let mut worst = (Grains::ZERO, Worst::Nothing);
    for row in 0..rows {
        let mut total = Grains::ZERO;
        for (_, ladder) in chosen(held, ladders) {
            let pl = Grains(ladder.get(row).copied().unwrap_or(0));
            total = total.plus(if pl.0 > 0 { Grains(scale(pl.0, cross.offset.0)) } else { pl });
        }
        let loss = Grains::ZERO.minus(total);
        if loss > worst.0 {
            worst = (loss, Worst::Systemic(row as u8));
        }
    }
    worst
}

/// The root of the worst quadratic form over all combinations of the markets' directions, rounded up.
#[inline(never)]
fn covariance(
    cross: &Cross,
    snapshot: &Snapshot,
    held: u8,
    scans: &[Scan; MAX_MARKETS],
    products: &mut Products,
) -> Grains {
    let mut count = 0usize;
    let mut pair = 0usize;
    for (second, scan) in chosen(held, scans) {
        let losses = [scan.down.0, scan.up.0];
        if let Some(square) = products.squares.get_mut(count) {
            *square = losses.map(|loss| product(loss, loss));
        }
        for (first, other) in chosen(held, scans).take(count) {
            let (low, high) = bounds(cross, snapshot, first, second);
            let (same, apart) = (high, Fraction(low.0.saturating_neg()));
            let ends = [other.down.0, other.up.0];
            if let Some(slot) = products.pairs.get_mut(pair) {
                let at = |a: usize, b: usize, rho: Fraction| {
                    let left = Grains(ends.get(a).copied().unwrap_or(0)).times_up(rho);
                    product(left.0, losses.get(b).copied().unwrap_or(0)).saturating_mul(2)
                };
                *slot = [at(0, 0, same), at(0, 1, apart), at(1, 0, apart), at(1, 1, same)];
            }
            pair = pair.saturating_add(1);
        }
        count = count.saturating_add(1);
    }
    let mut worst = 0i128;
    for signs in 0..1u32.checked_shl(count as u32).unwrap_or(0) {
        worst = worst.max(form(products, count, signs));
    }
    let square = worst.unsigned_abs();
    let root = sqrt(square);
    let exact = crate::kernel::widen(root, root) == square;
    Grains(crate::wide::clamp(root as i128)).plus(Grains(if exact { 0 } else { 1 }))
}

/// The quadratic form for one combination of directions; a set bit is a rise. Losses stay below 2^59 (2^52
/// grains, a multiplier of 8 and a weight of 8), and 64 products of them below 2^124.
fn form(products: &Products, count: usize, signs: u32) -> i128 {
    let (mut sum, mut pairs) = (0i128, products.pairs.iter());
    for second in 0..count {
        let rise = (signs >> second) & 1;
        let square = products.squares.get(second).and_then(|square| square.get(rise as usize));
        sum = sum.wrapping_add(square.copied().unwrap_or(0));
        for first in 0..second {
            let combination = ((signs >> first) & 1) << 1 | rise;
            let term = pairs.next().and_then(|pair| pair.get(combination as usize));
            sum = sum.wrapping_add(term.copied().unwrap_or(0));
        }
    }
    sum
}

/// The product of two losses; 64 bits by 64 bits cannot leave 128.
fn product(a: i64, b: i64) -> i128 {
    (a as i128).wrapping_mul(b as i128)
}

/// Bounds of the correlation of two markets; none at all for a pair that the model does not know.
fn bounds(cross: &Cross, snapshot: &Snapshot, first: usize, second: usize) -> (Fraction, Fraction) {
    let id = |place: usize| snapshot.markets.get(place).map_or(0, |market| market.id);
    let pair = (id(first).min(id(second)), id(first).max(id(second)));
    let known = cross.correlations.iter().find(|known| known.markets == pair);
    known.map_or((Fraction(-Fraction::ONE.0), Fraction::ONE), |known| (known.low, known.high))
}
