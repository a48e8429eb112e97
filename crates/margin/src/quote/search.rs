//! The smallest part that restores the target.
//!
//! What value has above the target is concave in the part closed, but for a few add-ons: losses of rows are
//! linear, and a margin is the worst of them. So a chord's zero restores the target, the zero of a line
//! through two points that restore it does not, and the two meet in a step or two for every row that binds on
//! the way. Where concavity fails, halving takes over.

use super::closing::{Closing, Point};
use super::terms::Part;
use crate::error::Result;

/// Most books that are weighed to find where the target is restored between two parts.
pub(super) const BRACKET_WEIGHS: u32 = 26;
/// Most that are weighed to find the part that comes nearest to the target.
pub(super) const NEAREST_WEIGHS: u32 = 14;
/// The golden section, in 2^-16.
const GOLDEN: u64 = 40_503;

/// The smallest part between `low`, which does not restore the target, and `high`, which does.
///
/// By turns from the side that restores it and from the other; where two steps do not halve what is left, a third does, and where weighs
/// run short, all do.
pub(super) fn smallest(closing: &mut Closing, low: Point, high: Point, asked: bool) -> Result<Point> {
    let limit = closing.weighed.saturating_add(BRACKET_WEIGHS);
    let mut bracket = Bracket { low, high, below: None, beyond: None };
    let (mut slow, mut ask, mut rising) = (0u32, asked, false);
    loop {
        let width = bracket.width();
        if width <= 1 {
            return Ok(bracket.high);
        }
        let halvings = u32::BITS.saturating_sub(width.saturating_sub(1).leading_zeros());
        let halve = slow >= 2 || closing.weighed.saturating_add(halvings) >= limit;
        let guess = if halve {
            bracket.low.closed.bits().saturating_add(width >> 1)
        } else if core::mem::take(&mut ask) {
            bracket.high.closed.bits().saturating_sub(1)
        } else {
            rising = !rising;
            match rising {
                true => bracket.restoring(),
                false => bracket.falling_short(),
            }
        };
        bracket.take(closing, guess)?;
        slow = if halve || bracket.width() <= width >> 1 { 0 } else { slow.saturating_add(1) };
    }
}

/// Between which points the target is first restored, and those that stood there before.
struct Bracket {
    low: Point,
    high: Point,
    below: Option<Point>,
    beyond: Option<Point>,
}

impl Bracket {
    /// How far apart the ends are.
    fn width(&self) -> u32 {
        distance(&self.low, &self.high)
    }

    /// Replaces one end by a guess between them.
    fn take(&mut self, closing: &mut Closing, guess: u32) -> Result<()> {
        let first = self.low.closed.bits().saturating_add(1);
        let last = self.high.closed.bits().saturating_sub(1);
        let point = closing.at(Part::of_bits(guess.clamp(first, last)))?;
        if point.gap >= 0 {
            self.beyond = Some(core::mem::replace(&mut self.high, point));
        } else {
            self.below = Some(core::mem::replace(&mut self.low, point));
        }
        Ok(())
    }

    /// Where the chord restores the target; not next to the end, so that points stand far enough apart for lines
    /// through them to mean something.
    fn restoring(&self) -> u32 {
        let last = self.high.closed.bits().saturating_sub(self.width() >> 10);
        zero(&self.low, &self.high).map_or(last, |part| part.min(last))
    }

    /// The last part that a line through two points of one side leaves short of the target: the line runs
    /// above all other points. Where neither side has a line that rises, a small step, which gives one.
    fn falling_short(&self) -> u32 {
        let left = self.below.as_ref().and_then(|below| zero(below, &self.low));
        let right = self.beyond.as_ref().and_then(|beyond| zero(&self.high, beyond));
        match left.max(right) {
            Some(part) => part.saturating_sub(1),
            None => self.low.closed.bits().saturating_add(self.width() >> 8),
        }
    }
}

/// The part up to `most` that comes nearest to the target, or the first found that restores it.
pub(super) fn nearest(closing: &mut Closing, start: Point, most: Point) -> Result<Point> {
    let limit = closing.weighed.saturating_add(NEAREST_WEIGHS);
    // If the last step still helps, so does all before it.
    let step = (most.closed.bits() >> 6).max(1);
    let before = closing.at(Part::of_bits(most.closed.bits().saturating_sub(step)))?;
    let mut best = nearer(start, nearer(before, most));
    if best.gap >= 0 || best.closed == most.closed {
        return Ok(best);
    }
    let (mut low, mut high) = (start.closed.bits(), most.closed.bits());
    let inner = |low: u32, high: u32| section(high.saturating_sub(low));
    let mut left = closing.at(Part::of_bits(high.saturating_sub(inner(low, high))))?;
    let mut right = closing.at(Part::of_bits(low.saturating_add(inner(low, high))))?;
    loop {
        best = nearer(best, nearer(left, right));
        if best.gap >= 0 || closing.weighed >= limit || high.saturating_sub(low) <= 4 {
            return Ok(best);
        }
        if left.gap >= right.gap {
            (high, right) = (right.closed.bits(), left);
            left = closing.at(Part::of_bits(high.saturating_sub(inner(low, high))))?;
        } else {
            (low, left) = (left.closed.bits(), right);
            right = closing.at(Part::of_bits(low.saturating_add(inner(low, high))))?;
        }
    }
}

/// The nearer to the target of two points; of equal ones the smaller part.
fn nearer(one: Point, other: Point) -> Point {
    if (other.gap, one.closed) > (one.gap, other.closed) {
        other
    } else {
        one
    }
}

/// How far apart two points are.
fn distance(low: &Point, high: &Point) -> u32 {
    high.closed.bits().saturating_sub(low.closed.bits())
}

/// The longer part of a width cut by the golden section.
const fn section(width: u32) -> u32 {
    ((width as u64).wrapping_mul(GOLDEN) >> 16) as u32
}

/// The first part at which the line through two points is not below zero, if it rises.
fn zero(low: &Point, high: &Point) -> Option<u32> {
    // A guess needs no more than 100 bits of the larger gap, and then no product leaves its range.
    let size = low.gap.unsigned_abs().max(high.gap.unsigned_abs());
    let places = u128::BITS.saturating_sub(size.leading_zeros()).saturating_sub(100);
    let (below, above) = (low.gap >> places, high.gap >> places);
    let rise = above.saturating_sub(below);
    if rise <= 0 {
        return None;
    }
    // Rounded down, from `high`, on either side of it.
    let back = above.saturating_mul(i128::from(distance(low, high))).checked_div_euclid(rise)?;
    let part = i128::from(high.closed.bits()).saturating_sub(back);
    u32::try_from(part.clamp(0, i128::from(Part::ONE.bits()))).ok()
}
