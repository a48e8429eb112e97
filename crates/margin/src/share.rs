//! Sharing a loss: over a few by weight, or over all by an index. Sums are kept to the last unit, and no
//! part is larger than what it is a part of.

use crate::error::{MarginError, Result};
use crate::wide::{mul_div_down, mul_div_up};

/// Most parts of one call.
pub const MAX_SHARES: usize = 64;

/// Deals `loss` in proportion to `weights`, writing the parts to `out`; they sum to the loss exactly.
///
/// Each part is the exact share rounded down, and the units left over go to the largest remainders; of
/// equal ones to the heavier, then to the first. So order matters only among equal weights, every part is
/// less than one unit from the exact share, a heavier one never bears less, and where the loss is no
/// larger than the sum of weights, no part exceeds its weight.
pub fn share(loss: u128, weights: &[u128], out: &mut [u128]) -> Result<()> {
    if weights.len() > MAX_SHARES || out.len() != weights.len() {
        return Err(MarginError::TooMany);
    }
    out.fill(0);
    let total = sum(weights)?;
    if total == 0 {
        return if loss == 0 { Ok(()) } else { Err(MarginError::NothingToShare) };
    }
    let mut remainders = [0u128; MAX_SHARES];
    let mut left = loss;
    for ((part, remainder), &weight) in out.iter_mut().zip(&mut remainders).zip(weights) {
        *part = mul_div_down(loss, weight, total)?;
        // The true remainder is below `total`, so that its low 128 bits are all of it.
        *remainder = loss.wrapping_mul(weight).wrapping_sub(part.wrapping_mul(total));
        left = left.saturating_sub(*part);
    }
    // The remainders sum to `left` times the total, so more than `left` of them are above zero: each unit
    // finds one, and none gets two.
    while left > 0 {
        let Some(next) = largest(&remainders, weights) else { return Err(MarginError::NothingToShare) };
        if let (Some(part), Some(remainder)) = (out.get_mut(next), remainders.get_mut(next)) {
            *part = part.saturating_add(1);
            *remainder = 0;
        }
        left = left.saturating_sub(1);
    }
    Ok(())
}

/// Takes `loss` from `gains` in proportion, writing what each pays to `out`, never more than it has;
/// returns the part of the loss that the gains do not cover.
pub fn haircut(loss: u128, gains: &[u128], out: &mut [u128]) -> Result<u128> {
    let covered = loss.min(sum(gains)?);
    share(covered, gains, out)?;
    Ok(loss.saturating_sub(covered))
}

/// A share in 2^-96: fine enough that a total of up to 2^96 units is charged to within one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Portion(pub u128);

impl Portion {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(1 << 96);

    /// This share of an amount, rounded up; for shares up to the whole never more than the amount.
    pub fn of(self, amount: u128) -> Result<u128> {
        mul_div_up(amount, self.0, Self::ONE.0)
    }

    /// The sum of two shares, for an index that grows from loss to loss.
    pub fn plus(self, other: Self) -> Result<Self> {
        self.0.checked_add(other.0).map(Self).ok_or(MarginError::TooLarge)
    }

    /// What an index has grown by since an earlier reading.
    pub fn since(self, earlier: Self) -> Result<Self> {
        self.0.checked_sub(earlier.0).map(Self).ok_or(MarginError::TooLarge)
    }
}

/// What each unit of `total` bears of `loss`, rounded up; refused where the loss is larger.
///
/// Applied to balances that sum to `total`, up to 2^96, it charges the loss at least, and more than it by
/// at most one unit a balance.
pub fn loss_index(loss: u128, total: u128) -> Result<Portion> {
    if loss > total || total == 0 {
        return Err(MarginError::NothingToShare);
    }
    Ok(Portion(mul_div_up(loss, Portion::ONE.0, total)?))
}

/// The share of each gain that auto-deleveraging takes to cover `loss`: the whole where gains fall short.
pub fn adl_fraction(loss: u128, gains: u128) -> Result<Portion> {
    loss_index(loss.min(gains), gains)
}

/// The sum, if it fits.
fn sum(amounts: &[u128]) -> Result<u128> {
    amounts.iter().try_fold(0u128, |sum, &amount| sum.checked_add(amount)).ok_or(MarginError::TooLarge)
}

/// Place of the largest remainder above zero, if any; of equal ones the heavier, then the first.
fn largest(remainders: &[u128], weights: &[u128]) -> Option<usize> {
    let mut found = (None, (0, u128::MAX));
    for (place, (&remainder, &weight)) in remainders.iter().zip(weights).enumerate() {
        if (remainder, weight) > found.1 {
            found = (Some(place), (remainder, weight));
        }
    }
    found.0
}
