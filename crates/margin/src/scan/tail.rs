//! Expected shortfall: the mean of the worst rows.

use super::{Ladder, Scan};
use crate::grains::Grains;
use crate::model::{Model, Row, Tail, MAX_ROWS};
use crate::report::Worst;
use crate::sheet::Multipliers;
use crate::units::Fraction;

/// A market's rows.
pub(super) struct Rows<'a> {
    pub ladder: &'a Ladder,
    pub model: &'a Model<'a>,
    pub multipliers: &'a Multipliers,
}

/// Which rows' losses count; those of others are zero.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Both,
    Up,
    Down,
}

/// Lets the expected shortfall count, by direction only where it may be worse than what is known.
#[inline(never)]
pub(super) fn weigh(scan: &mut Scan, rows: &Rows, (up, down): (i64, i64), directed: bool) {
    // Rows mostly stand in the order of their moves: it is quickest to begin where the worst are.
    let rising = rows.multipliers.first().is_some_and(|first| *first < Fraction::ONE.0);
    let (mean, edge) = shortfall(rows, Side::Both, rising != (down < up));
    if mean > scan.loss {
        (scan.loss, scan.worst) = (mean, Worst::Shortfall);
    }
    if !directed {
        return;
    }
    for (side, own, other, known) in
        [(Side::Up, up, down, &mut scan.up), (Side::Down, down, up, &mut scan.down)]
    {
        // Where the share takes no gains, losses of one side are no worse than those of both ...
        if own == 0 || edge <= 0 && mean <= *known {
            continue;
        }
        // ... and the same, if it takes none of the other's.
        let found = if edge <= 0 && other > edge {
            mean
        } else {
            shortfall(rows, side, rising != (side == Side::Down)).0
        };
        *known = found.max(*known);
    }
}

/// Mean loss of the worst `share` of the rows' mass, the last row in part, times the multiplier, and the last
/// row's profit; rows of the other side count as no loss. Rounded up, and at least zero.
#[inline(never)]
fn shortfall(rows: &Rows, side: Side, backwards: bool) -> (Grains, i64) {
    let Tail { share, multiplier } = rows.model.tail;
    let mut worst = Taken { rows: [(0, 0); MAX_ROWS], count: 0, mass: 0, share: share.0, edge: i64::MAX };
    if side != Side::Both {
        worst.edge = 0;
    }
    let data = rows.model.rows;
    let cut = |all: &'_ [i64]| all.len().min(data.len());
    let ladder = rows.ladder.get(..cut(rows.ladder)).unwrap_or(&[]);
    let columns = rows.multipliers.get(..ladder.len()).unwrap_or(&[]);
    let mut visit = |(pl, (row, column)): (&i64, (&Row, &i64))| {
        let counts = match side {
            Side::Both => true,
            Side::Up => *column >= Fraction::ONE.0,
            Side::Down => *column <= Fraction::ONE.0,
        };
        if *pl < worst.edge && row.mass.0 > 0 && counts {
            worst.take(*pl, row.mass.0);
        }
    };
    let all = ladder.iter().zip(data.iter().zip(columns));
    if backwards {
        all.rev().for_each(&mut visit);
    } else {
        all.for_each(&mut visit);
    }
    (Grains(worst.mean()).times_up(multiplier), worst.edge)
}

/// The rows with the least profits, least first, no more of them than the share takes.
struct Taken {
    /// Profit and mass.
    rows: [(i64, i64); MAX_ROWS],
    count: usize,
    /// Mass of them all.
    mass: i64,
    share: i64,
    /// Rows of this profit and above have no place.
    edge: i64,
}

impl Taken {
    /// Takes a row in.
    #[inline(always)]
    fn take(&mut self, pl: i64, mass: i64) {
        let mut place = self.count;
        while let Some(better) = place.checked_sub(1) {
            match self.rows.get(better) {
                Some(other) if other.0 > pl => self.rows[place] = *other,
                _ => break,
            }
            place = better;
        }
        self.rows[place] = (pl, mass);
        self.count = self.count.wrapping_add(1);
        self.mass = self.mass.saturating_add(mass);
        // What the share can do without falls off the end.
        while let Some(&(pl, mass)) = self.rows.get(self.count.wrapping_sub(1)) {
            let rest = self.mass.wrapping_sub(mass);
            if rest < self.share {
                if self.mass >= self.share {
                    self.edge = pl;
                }
                break;
            }
            (self.count, self.mass) = (self.count.wrapping_sub(1), rest);
        }
    }

    /// Mean loss, what is missing counting as no loss; rounded up, and at least zero.
    ///
    /// Profits are split at 2^32 and masses, of which the share has at most 2^40, at 2^20: sums of the products
    /// over a share stay in 64 bits.
    #[allow(clippy::arithmetic_side_effects)] // Products and sums wrap for a share that no sound model has.
    fn mean(&self) -> i64 {
        let (mut left, mut sums) = (self.share, [0i64; 4]);
        for (pl, mass) in self.rows.iter().take(self.count) {
            let part = left.min(*mass);
            left = left.wrapping_sub(part);
            let (high, low) = (pl >> 32, pl & 0xffff_ffff);
            let (whole, rest) = (part >> 20, part & 0xf_ffff);
            let products = [(high, whole), (high, rest), (low, whole), (low, rest)];
            for (sum, (a, b)) in sums.iter_mut().zip(products) {
                *sum = sum.wrapping_add(a.wrapping_mul(b));
            }
        }
        let places = |sum: i64, places: u32| (sum as i128) << places;
        let sum = places(sums[0], 52).wrapping_add(places(sums[1], 32));
        let sum = sum.wrapping_add(places(sums[2], 20)).wrapping_add(sums[3] as i128);
        if sum >= 0 || self.share <= 0 {
            return 0;
        }
        mean(sum.unsigned_abs(), self.share.unsigned_abs()).saturating_add(1)
    }
}

/// The quotient, clamped. Of a share up to 2^40 by long division: the first quotient is below 2^16 for a mean of
/// 64 bits, and rests have 40 bits, with 24 more below 2^64.
#[allow(clippy::arithmetic_side_effects)]
fn mean(sum: u128, share: u64) -> i64 {
    let first = (sum >> 48) as u64;
    if share > 1 << 40 || sum >> 112 != 0 || (first / share) >> 15 != 0 {
        return crate::wide::clamp(sum.checked_div(share as u128).unwrap_or(0) as i128);
    }
    let low = sum as u64;
    let (high, rest) = (first / share, (first % share) << 24 | (low >> 24 & 0xff_ffff));
    let (middle, rest) = (rest / share, (rest % share) << 24 | (low & 0xff_ffff));
    ((high << 48) + (middle << 24) + rest / share) as i64
}
