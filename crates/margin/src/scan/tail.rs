//! Expected shortfall: the mean of the worst rows.

use super::Scan;
use crate::grains::{sum, Grains};
use crate::model::{Tail, MAX_ROWS};
use crate::report::Worst;
use crate::rungs::Rungs;
use crate::sheet::Multipliers;
use crate::units::Fraction;

/// A market's rows.
pub(super) struct Rows<'a> {
    /// Their profits.
    pub profits: &'a [i64],
    /// What they are.
    pub rungs: &'a Rungs,
    /// How far they move prices.
    pub multipliers: &'a Multipliers,
}

impl Rows<'_> {
    /// Whether a row's loss counts.
    #[inline(always)]
    fn counts(&self, row: usize, side: Side) -> bool {
        match side {
            Side::Both => true,
            Side::Up => self.multipliers[row] >= Fraction::ONE.0,
            Side::Down => self.multipliers[row] <= Fraction::ONE.0,
        }
    }
}

/// Which rows' losses count; those of others are zero.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Both,
    Up,
    Down,
}

/// Lets the expected shortfall count; by direction, with the least profits of each, only where it may be worse
/// than what is known.
#[inline(never)]
pub(super) fn weigh(scan: &mut Scan, tail: &Tail, rows: &Rows, (up, down): (i64, i64), directed: bool) {
    // Rows mostly stand in the order of their moves: it is quickest to begin where the worst are.
    let rising = rows.multipliers.first().is_some_and(|first| *first < Fraction::ONE.0);
    let (mean, edge) = shortfall(tail, rows, Side::Both, rising != (down < up));
    if mean > scan.loss {
        (scan.loss, scan.worst) = (mean, Worst::Shortfall);
    }
    if !directed {
        return;
    }
    // Where the share takes no gains, losses of one side are no worse than those of both, and the same if it
    // takes none of the other's.
    let of = |side: Side, own: i64, other: i64, known: Grains| {
        if own == 0 || edge <= 0 && mean <= known {
            return known;
        }
        if edge <= 0 && other > edge {
            return mean;
        }
        shortfall(tail, rows, side, rising != (side == Side::Down)).0.max(known)
    };
    scan.up = of(Side::Up, up, down, scan.up);
    scan.down = of(Side::Down, down, up, scan.down);
}

/// Mean loss of the worst `share` of the rows' mass, the last row in part, times the multiplier: rounded up, and
/// at least zero. And the last row's profit, the highest number of all if there are too few rows.
#[inline(never)]
fn shortfall(tail: &Tail, rows: &Rows, side: Side, backwards: bool) -> (Grains, i64) {
    let mut taken = Taken {
        rows: [(0, 0); MAX_ROWS],
        count: 0,
        held: 0,
        share: tail.share.0,
        edge: if side == Side::Both { i64::MAX } else { 0 },
    };
    let (first, end) = rows.rungs.massed;
    let profits = rows.profits.get(..end).unwrap_or(&[]);
    if backwards {
        for row in (first..profits.len()).rev() {
            taken.offer(rows, profits, row, side);
        }
    } else {
        for row in first..profits.len() {
            taken.offer(rows, profits, row, side);
        }
    }
    let mean = mean(taken.rows.get(..taken.count).unwrap_or(&[]), taken.share);
    (Grains(mean).times_up(tail.multiplier), taken.edge)
}

/// The rows of the least profits, least first, no more of them than the share takes.
struct Taken {
    /// Profits and masses.
    rows: [(i64, i64); MAX_ROWS],
    count: usize,
    /// Sum of the masses.
    held: i64,
    share: i64,
    /// Rows of this profit and above have no place.
    edge: i64,
}

impl Taken {
    /// Takes a row in, if it has a mass that counts, and a place.
    #[inline(always)]
    fn offer(&mut self, rows: &Rows, profits: &[i64], row: usize, side: Side) {
        let pl = profits[row];
        if pl < self.edge {
            let mass = rows.rungs.all()[row].mass;
            if mass > 0 && rows.counts(row, side) {
                self.take(pl, mass);
            }
        }
    }

    /// Takes a row in, which has a mass.
    #[inline(never)] // Seldom called, from a loop that needs the registers.
    fn take(&mut self, pl: i64, mass: i64) {
        if self.count >= MAX_ROWS {
            return;
        }
        let mut place = self.count;
        while let Some(better) = place.checked_sub(1) {
            if self.rows[better].0 <= pl {
                break;
            }
            self.rows[place] = self.rows[better];
            place = better;
        }
        self.rows[place] = (pl, mass);
        let (mut count, mut held) = (self.count.wrapping_add(1), sum(self.held, mass));
        // What the share can do without falls off the end.
        while let Some(&(pl, mass)) = self.rows.get(count.wrapping_sub(1)) {
            let rest = held.wrapping_sub(mass);
            if rest < self.share {
                if held >= self.share {
                    self.edge = pl;
                }
                break;
            }
            (count, held) = (count.wrapping_sub(1), rest);
        }
        (self.count, self.held) = (count, held);
    }
}

/// Mean loss of rows, what a share lacks counting as no loss; rounded up, and at least zero.
///
/// Profits are split at 2^32 and masses, of which a share has at most 2^40, at 2^20: sums of the products over
/// the share stay in 64 bits. They wrap for a share that no sound model has.
#[inline(never)]
fn mean(rows: &[(i64, i64)], share: i64) -> i64 {
    let (mut left, mut sums) = (share, [0i64; 4]);
    for (pl, mass) in rows {
        let part = left.min(*mass);
        left = left.wrapping_sub(part);
        let (high, low) = (pl >> 32, pl & 0xffff_ffff);
        let (whole, rest) = (part >> 20, part & 0xf_ffff);
        sums[0] = sums[0].wrapping_add(high.wrapping_mul(whole));
        sums[1] = sums[1].wrapping_add(high.wrapping_mul(rest));
        sums[2] = sums[2].wrapping_add(low.wrapping_mul(whole));
        sums[3] = sums[3].wrapping_add(low.wrapping_mul(rest));
    }
    let places = |sum: i64, places: u32| (sum as i128).wrapping_shl(places);
    let total = places(sums[0], 52).wrapping_add(places(sums[1], 32));
    let total = total.wrapping_add(places(sums[2], 20)).wrapping_add(sums[3] as i128);
    if total >= 0 || share <= 0 {
        return 0;
    }
    quotient(total.unsigned_abs(), share.unsigned_abs()).saturating_add(1)
}

/// The quotient, clamped. Of a share up to 2^40 by long division: a mean of 64 bits has a first quotient of 15,
/// and remainders have 40, with 24 more 64.
#[allow(clippy::arithmetic_side_effects)]
fn quotient(sum: u128, share: u64) -> i64 {
    let (first, low) = ((sum >> 48) as u64, sum as u64);
    if share > 1 << 40 || sum >> 112 != 0 || (first / share) >> 15 != 0 {
        return crate::wide::clamp(sum.checked_div(share as u128).unwrap_or(0) as i128);
    }
    let (high, rest) = (first / share, (first % share) << 24 | (low >> 24 & 0xff_ffff));
    let (middle, rest) = (rest / share, (rest % share) << 24 | (low & 0xff_ffff));
    ((high << 48) + (middle << 24) + rest / share) as i64
}
