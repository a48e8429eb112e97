//! From the markets' scan losses to the book's.

use crate::book::{Snapshot, MAX_MARKETS};
use crate::desk::Working;
use crate::grains::{difference, sum, Grains};
use crate::kernel::{sqrt, widen};
use crate::model::{Cross, Model, MAX_ROWS};
use crate::report::Worst;
use crate::rungs::Rung;
use crate::scan::{Ladder, Scan};
use crate::units::Fraction;

/// Most pairs of markets.
const MAX_PAIRS: usize = MAX_MARKETS * (MAX_MARKETS - 1) / 2;

/// What the first market of each pair adds to the second's loss: too large for a program's stack.
#[derive(Clone, Debug)]
pub(crate) struct Products {
    /// The first's loss times the correlation, by the second's direction and its own: where prices fall, where they
    /// rise.
    pairs: [[i64; 4]; MAX_PAIRS],
}

impl Products {
    /// No pairs.
    pub const NONE: Self = Self { pairs: [[0; 4]; MAX_PAIRS] };
}

/// Places of the markets that a book holds.
struct Places {
    places: [usize; MAX_MARKETS],
    count: usize,
}

impl Places {
    /// The places of the bits that are set.
    fn of(mut held: u8) -> Self {
        let (mut places, mut count) = ([0; MAX_MARKETS], 0usize);
        for place in 0..MAX_MARKETS {
            if let (1, Some(slot)) = (held & 1, places.get_mut(count)) {
                (*slot, count) = (place, count.wrapping_add(1));
            }
            held >>= 1;
        }
        Self { places, count }
    }

    /// The entries at these places.
    fn chosen<'a, T>(&'a self, entries: &'a [T]) -> impl Iterator<Item = &'a T> {
        self.places.iter().take(self.count).filter_map(move |place| entries.get(*place))
    }
}

/// Losses that sum to so much, hundreds of times the gross notional, do not offset each other.
const MOST: Grains = Grains(1 << 61);

/// Scan loss of a book over the markets that it holds, and which case it is.
#[inline(never)]
pub(crate) fn across(
    model: &Model,
    snapshot: &Snapshot,
    held: u8,
    rungs: &[Rung],
    working: &mut Working,
) -> (Grains, Worst) {
    let Working { ladders, scans, products } = working;
    let held = Places::of(held);
    let (mut sum, mut most) = (Grains::ZERO, (Grains::ZERO, Worst::Nothing));
    for scan in held.chosen(scans) {
        sum = sum.plus(scan.loss);
        if scan.loss > most.0 {
            most = (scan.loss, scan.worst);
        }
    }
    if held.count <= 1 {
        return most;
    }
    if sum >= MOST || held.chosen(snapshot.markets).any(|market| !market.certain) {
        return (sum, if sum == Grains::ZERO { Worst::Nothing } else { Worst::Sum });
    }
    let mut worst = systemic(&model.cross, rungs, &held, ladders);
    if model.cross.covariance {
        let loss = covariance(&model.cross, snapshot, &held, scans, products);
        if loss > worst.0 {
            worst = (loss, Worst::Covariance);
        }
    }
    let floor = sum.times_up(model.cross.floor).max(most.0);
    if floor > worst.0 {
        worst = (floor, Worst::Floor);
    }
    // No offset costs more than none at all, whatever the rounding.
    (worst.0.min(sum), worst.1)
}

/// The worst row of the ladders' sum, gains credited in part.
#[inline(never)]
#[allow(clippy::arithmetic_side_effects)] // No row loses more than the scan losses' sum, and no gain is below zero.
fn systemic(
    cross: &Cross,
    rungs: &[Rung],
    held: &Places,
    ladders: &[Ladder; MAX_MARKETS],
) -> (Grains, Worst) {
    let mut chosen = [&[0i64; MAX_ROWS]; MAX_MARKETS];
    for (slot, ladder) in chosen.iter_mut().zip(held.chosen(ladders)) {
        *slot = ladder;
    }
    let chosen = chosen.get(..held.count).unwrap_or(&[]);
    let mut worst = (0i64, Worst::Nothing);
    for (row, rung) in rungs.iter().enumerate().take(MAX_ROWS) {
        let (mut gains, mut losses) = (0i64, 0i64);
        for ladder in chosen {
            let pl = ladder[row];
            if pl > 0 {
                gains = sum(gains, pl);
            } else {
                losses -= pl;
            }
        }
        if losses > worst.0 {
            let loss = difference(losses, Grains(gains).times_down(cross.offset).0);
            if loss > worst.0 {
                worst = (loss, Worst::Systemic(rung.row));
            }
        }
    }
    (Grains(worst.0), worst.1)
}

/// The root of the worst quadratic form over all combinations of the markets' directions, rounded up.
#[inline(never)]
fn covariance(
    cross: &Cross,
    snapshot: &Snapshot,
    held: &Places,
    scans: &[Scan; MAX_MARKETS],
    products: &mut Products,
) -> Grains {
    // Losses where prices fall and where they rise.
    let (mut losses, mut sum) = ([[0i64; 2]; MAX_MARKETS], Grains::ZERO);
    for (slot, scan) in losses.iter_mut().zip(held.chosen(scans)) {
        *slot = [scan.down.0, scan.up.0];
        sum = sum.plus(scan.down.max(scan.up));
    }
    if sum >= MOST {
        return Grains(i64::MAX);
    }
    let losses = losses.get(..held.count).unwrap_or(&[]);
    let hedges = multiply(cross, snapshot, held, losses, products);
    let square = worst(products, losses, hedges);
    let root = sqrt(square);
    let exact = widen(root, root) == square;
    Grains(crate::wide::clamp(root as i128)).plus(Grains(if exact { 0 } else { 1 }))
}

/// Fills in the products of pairs, but for directions in which one of the two loses nothing. Returns the bits of the
/// markets whose loss makes up for a later one's.
#[inline(never)]
#[allow(clippy::arithmetic_side_effects)] // Places below `MAX_MARKETS`.
fn multiply(
    cross: &Cross,
    snapshot: &Snapshot,
    held: &Places,
    losses: &[[i64; 2]],
    products: &mut Products,
) -> usize {
    let mut ids = [0u16; MAX_MARKETS];
    for (id, market) in ids.iter_mut().zip(held.chosen(snapshot.markets)) {
        *id = market.id;
    }
    let (mut hedges, mut pairs) = (0usize, products.pairs.iter_mut());
    for (second, (own, id)) in losses.iter().zip(&ids).enumerate() {
        for (first, ([down, up], other)) in losses.iter().zip(&ids).enumerate().take(second) {
            let (low, high) = bounds(cross, *other, *id);
            let apart = Fraction(low.0.wrapping_neg());
            let Some(pair) = pairs.next() else { break };
            for (direction, rhos) in [(0, [high, apart]), (1, [apart, high])] {
                if own[direction] != 0 {
                    let products = [Grains(*down).times_up(rhos[0]).0, Grains(*up).times_up(rhos[1]).0];
                    [pair[direction << 1], pair[direction << 1 | 1]] = products;
                    hedges |= usize::from(products[0] < 0 || products[1] < 0) << first;
                }
            }
        }
    }
    hedges
}

/// The largest quadratic form of all combinations of directions, zero at least.
///
/// Each market adds its loss times the sum of that and twice what those before it add to it. Combinations of the
/// same beginning share its sum: the last market's direction turns first. A market that loses in one direction alone
/// need not turn where its loss adds something, and to no later one's takes something away.
#[allow(clippy::arithmetic_side_effects)] // Places below `MAX_MARKETS`.
fn worst(products: &Products, losses: &[[i64; 2]], hedges: usize) -> u128 {
    // Sums of the first so many markets; the directions, of which a set bit is a rise, and those still to be turned;
    // the place of the first pair.
    let (mut sums, mut signs, mut turns) = ([0i128; MAX_MARKETS], 0usize, 0usize);
    let (mut place, mut pair, mut worst) = (0usize, 0usize, 0i128);
    let mut turned = false;
    while let (Some(both), Some(pairs)) = (losses.get(place), products.pairs.get(pair..pair + place)) {
        // A fall first, if it is a loss.
        let rise = if turned { signs >> place & 1 ^ 1 } else { usize::from(both[0] == 0) };
        signs = signs & !(1 << place) | rise << place;
        let (loss, mut sum) = (both[rise], sums[place]);
        if loss != 0 {
            let (mut weight, mut signs) = (0i64, signs);
            for pair in pairs {
                weight = weight.wrapping_add(pair[rise << 1 | signs & 1]);
                signs >>= 1;
            }
            // Twice the sum of all losses is below 2^62, and no correlation above one.
            let weight = loss.wrapping_add(weight.wrapping_mul(2));
            sum = sum.wrapping_add(signed(loss, weight));
            let turn = if both[rise ^ 1] == 0 { weight < 0 || hedges >> place & 1 != 0 } else { !turned };
            turns |= usize::from(turn) << place;
        }
        if place + 1 < losses.len() {
            (pair, place, turned) = (pair + place, place + 1, false);
            sums[place] = sum;
            continue;
        }
        worst = worst.max(sum);
        if turns == 0 {
            break;
        }
        while turns >> place & 1 == 0 {
            (pair, place) = (pair + 1 - place, place - 1);
        }
        (turns, turned) = (turns & !(1 << place), true);
    }
    worst.unsigned_abs()
}

/// The product of a number without a sign and one with.
fn signed(a: i64, b: i64) -> i128 {
    let size = widen(a.unsigned_abs(), b.unsigned_abs()) as i128;
    if b < 0 {
        size.wrapping_neg()
    } else {
        size
    }
}

/// Bounds of the correlation of two markets; none at all for a pair that the model does not know.
#[inline(always)]
fn bounds(cross: &Cross, first: u16, second: u16) -> (Fraction, Fraction) {
    let pair = (first.min(second), first.max(second));
    let known = cross.correlations.iter().find(|known| known.markets == pair);
    known.map_or((Fraction(-Fraction::ONE.0), Fraction::ONE), |known| (known.low, known.high))
}
