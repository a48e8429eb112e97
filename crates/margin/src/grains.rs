//! Money inside one assessment.
//!
//! A book's gross notional decides how much quote one *grain* is, so that it fills 2^52 grains at most.
//! The hot loop then adds and multiplies 64-bit integers without a check: a row may multiply prices by 8
//! and be weighted by 8 and nothing overflows.

use crate::error::{MarginError, Result};
use crate::kernel;
use crate::units::{Contracts, Fraction, Price, Quote, STEPS};

/// a x b / 2^40 towards minus infinity, clamped to 64 bits.
///
/// Calls are cheap on chain, and registers few: inlined, it costs more than it saves.
#[inline(never)]
pub(crate) const fn product(a: i64, b: i64) -> i64 {
    if is_short(a, b) {
        short_product(a, b)
    } else {
        kernel::shift(a, b, 40)
    }
}

/// a x b / 2^40 towards plus infinity, clamped to 64 bits.
#[inline(never)]
pub(crate) const fn product_up(a: i64, b: i64) -> i64 {
    // No short number is the least of all.
    if is_short(a, b) {
        short_product(a.wrapping_neg(), b).wrapping_neg()
    } else {
        kernel::shift(a.saturating_neg(), b, 40).saturating_neg()
    }
}

/// a + b, at the nearest end of the range where it would leave it.
#[inline(always)]
pub(crate) const fn sum(a: i64, b: i64) -> i64 {
    let sum = a.wrapping_add(b);
    // The sum has another sign than both.
    if (a ^ sum) & (b ^ sum) < 0 {
        end(a)
    } else {
        sum
    }
}

/// a - b, at the nearest end of the range where it would leave it.
#[inline(always)]
pub(crate) const fn difference(a: i64, b: i64) -> i64 {
    let difference = a.wrapping_sub(b);
    if (a ^ b) & (a ^ difference) < 0 {
        end(a)
    } else {
        difference
    }
}

/// The end of the range on a number's side.
#[cold]
#[inline(never)]
const fn end(of: i64) -> i64 {
    if of < 0 {
        i64::MIN
    } else {
        i64::MAX
    }
}

/// Whether |a| is at most 2^56 and |b| at most 2^46.
#[inline(always)]
const fn is_short(a: i64, b: i64) -> bool {
    ((a >> 56) as u64).wrapping_add(1) <= 1 && ((b >> 46) as u64).wrapping_add(1) <= 1
}

/// a x b / 2^40 towards minus infinity for |a| and |b| up to 2^61 whose product is up to 2^102.
///
/// Exact: what is rounded down last is less than one below the sum, whatever was rounded down before. The high
/// parts' product is at most 2^62, and each mixed one no larger than the number whose high part it has.
#[inline(always)]
#[allow(clippy::arithmetic_side_effects)]
pub(crate) const fn short_product(a: i64, b: i64) -> i64 {
    const LOW: i64 = (1 << 20) - 1;
    let (ah, al, bh, bl) = (a >> 20, a & LOW, b >> 20, b & LOW);
    ah * bh + ((ah * bl + al * bh + ((al * bl) >> 20)) >> 20)
}

/// An amount of money in grains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grains(pub i64);

impl Grains {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, at the nearest end of the range where it would leave it.
    #[inline(always)]
    pub const fn plus(self, other: Self) -> Self {
        Self(sum(self.0, other.0))
    }

    /// The difference, at the nearest end of the range where it would leave it.
    #[inline(always)]
    pub const fn minus(self, other: Self) -> Self {
        Self(difference(self.0, other.0))
    }

    /// The amount without its sign.
    pub const fn size(self) -> Self {
        if self.0 < 0 {
            Self(self.0.saturating_neg())
        } else {
            self
        }
    }

    /// The amount if above zero, else nothing.
    pub const fn positive(self) -> Self {
        Self(if self.0 > 0 { self.0 } else { 0 })
    }

    /// The product with a ratio towards minus infinity.
    #[inline(always)]
    pub const fn times_down(self, ratio: Fraction) -> Self {
        if self.0 == 0 {
            return self;
        }
        Self(product(self.0, ratio.0))
    }

    /// The product with a ratio towards plus infinity.
    #[inline(always)]
    pub const fn times_up(self, ratio: Fraction) -> Self {
        if self.0 == 0 {
            return self;
        }
        Self(product_up(self.0, ratio.0))
    }
}

/// How much quote a grain is: 2^`places` / 2^[`Scale::SPARE`] of 10^-20.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    places: u32,
}

impl Scale {
    /// Weights of the hot loop have this many bits less than grains.
    pub const SPARE: u32 = 10;
    /// Bits of the gross notional in weights.
    const WEIGHT_BITS: u32 = 42;
    /// Highest gross notional, in bits of 10^-20 quote: ten million millions.
    const GROSS_BITS: u32 = 110;

    /// The scale for a gross notional in 10^-20 quote.
    #[allow(clippy::arithmetic_side_effects)] // Zeros of a number that has at least one bit.
    pub const fn of(gross: u128) -> Result<Self> {
        let (high, low) = ((gross >> 64) as u64, gross as u64);
        let bits =
            if high != 0 { 128 - kernel::leading_zeros(high) } else { 64 - kernel::leading_zeros(low | 1) };
        if bits > Self::GROSS_BITS {
            return Err(MarginError::TooLarge);
        }
        Ok(Self { places: bits.saturating_sub(Self::WEIGHT_BITS) })
    }

    /// A quantity at a price as a weight of the hot loop, to the nearest, halves away from zero.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Below 2^127 and a half of at most 2^109.
    pub const fn weight(self, quantity: i64, price: Price) -> i64 {
        let product = kernel::widen(quantity.unsigned_abs(), price.0);
        let (high, low, places) = ((product >> 64) as u64, product as u64, self.places);
        // By words: a shift of 128 bits by a number that is not known costs as much as the product.
        let (down, up) = match places {
            0 => (low, 0),
            1..=63 => {
                (high.wrapping_shl(64 - places) | low.wrapping_shr(places), low.wrapping_shr(places - 1))
            }
            64 => (high, low >> 63),
            _ => (high.wrapping_shr(places - 64), high.wrapping_shr(places - 65)),
        };
        let size = (down + (up & 1)) as i64;
        if quantity < 0 {
            -size
        } else {
            size
        }
    }

    /// An amount of 10^-20 quote in grains, rounded down and rounded up.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Shifts by words, as above: by at most 58 places, or 10 back.
    pub const fn bounds(self, amount: u128) -> (Grains, Grains) {
        let (high, low) = ((amount >> 64) as u64, amount as u64);
        if self.places < Self::SPARE {
            let missing = Self::SPARE - self.places;
            let whole =
                if high == 0 && low >> (63 - missing) == 0 { (low << missing) as i64 } else { i64::MAX };
            return (Grains(whole), Grains(whole));
        }
        let places = self.places - Self::SPARE;
        let down = high.wrapping_shl(64 - places) | low >> places;
        if high >> places != 0 || down >> 63 != 0 {
            return (Grains(i64::MAX), Grains(i64::MAX));
        }
        let over = low & ((1 << places) - 1) != 0;
        (Grains(down as i64), Grains((down as i64).saturating_add(over as i64)))
    }

    /// So many contracts at a price in grains, rounded up.
    pub const fn notional_up(self, size: u64, price: Price) -> Grains {
        self.bounds(kernel::widen(size, price.0)).1
    }

    /// Money, not below zero, in grains, rounded down and rounded up.
    pub fn quote_bounds(self, amount: Quote) -> (Grains, Grains) {
        let amount = amount.0.max(0).unsigned_abs();
        self.bounds(match u64::try_from(amount) {
            Ok(narrow) => kernel::widen(narrow, STEPS),
            Err(_) => amount.saturating_mul(STEPS as u128),
        })
    }

    /// Grains as money, rounded down.
    #[inline(always)]
    pub const fn to_quote_down(self, amount: Grains) -> Quote {
        match amount.0 {
            0 => Quote(0),
            above @ 1.. => Quote(self.steps(above.unsigned_abs(), false)),
            below => Quote(self.steps(below.unsigned_abs(), true).wrapping_neg()),
        }
    }

    /// Grains as money, rounded up.
    #[inline(always)]
    pub const fn to_quote_up(self, amount: Grains) -> Quote {
        match amount.0 {
            0 => Quote(0),
            above @ 1.. => Quote(self.steps(above.unsigned_abs(), true)),
            below => Quote(self.steps(below.unsigned_abs(), false).wrapping_neg()),
        }
    }

    /// Grains as money, rounded to either side; below 2^103.
    ///
    /// A grain is 2^(places - 20) / 5^10 of a step. What is left over after dividing by 5^10 < 2^24 takes two
    /// halves of at most 24 places more before the next divisions, so that they stay in 64 bits.
    #[allow(clippy::arithmetic_side_effects)]
    #[inline(never)]
    const fn steps(self, amount: u64, up: bool) -> i128 {
        const FIVES: u64 = STEPS >> 10;
        if self.places <= 20 {
            let places = 20 - self.places;
            let (whole, lost) = (amount >> places, amount & ((1 << places) - 1) != 0);
            let over = lost || whole % FIVES != 0;
            return (whole / FIVES + (up && over) as u64) as i128;
        }
        let places = self.places - 20;
        let first = places / 2;
        let second = places - first;
        let (whole, rest) = (amount / FIVES, (amount % FIVES) << first);
        let (middle, rest) = (rest / FIVES, (rest % FIVES) << second);
        let (end, rest) = (rest / FIVES, rest % FIVES);
        // Below 2^places: no carry but that of rounding up.
        let low = whole << places | middle << second | end;
        let value = ((whole >> (64 - places)) as i128) << 64 | low as i128;
        if up && rest != 0 {
            value + 1
        } else {
            value
        }
    }

    /// Contracts whose notional at a price is this many grains, to the nearest below.
    pub fn contracts_down(self, amount: Grains, price: Price) -> Contracts {
        if amount.0 == 0 || price.0 == 0 {
            return Contracts(0);
        }
        match self.places.checked_sub(Self::SPARE) {
            Some(places) => Contracts(divide(amount.0, places, price.0)),
            None => {
                let whole = amount.0 >> Self::SPARE.saturating_sub(self.places);
                Contracts(divide(whole, 0, price.0))
            }
        }
    }

    /// One unit of a weight, in grains.
    pub const WEIGHT_UNIT: Grains = Grains(1 << Self::SPARE);
}

/// amount 2^places / divisor towards minus infinity, clamped; for places below 64 and a divisor above zero.
pub(crate) fn divide(amount: i64, places: u32, divisor: u64) -> i64 {
    // So many places at once that what is left over stays in 64 bits.
    let step = match divisor {
        0..=0xff_ffff_ffff => 24,
        0x100_0000_0000..=0xf_ffff_ffff_ffff => 12,
        0x10_0000_0000_0000..=0xff_ffff_ffff_ffff => 8,
        _ => {
            let wide = (amount as i128).wrapping_shl(places);
            return crate::wide::clamp(wide.checked_div_euclid(divisor as i128).unwrap_or(0));
        }
    };
    long_division(amount, places, divisor, step)
}

/// The same, `step` places at a time.
#[inline(always)]
#[allow(clippy::arithmetic_side_effects)] // Remainders stay below the divisor, and the quotient is checked.
fn long_division(amount: i64, places: u32, divisor: u64, step: u32) -> i64 {
    let size = amount.unsigned_abs();
    let (mut quotient, mut rest, mut left) = (size / divisor, size % divisor, places);
    while left > 0 {
        let places = if left < step { left } else { step };
        if quotient >> (63 - places) != 0 {
            return end(amount);
        }
        rest <<= places;
        quotient = (quotient << places) + rest / divisor;
        rest %= divisor;
        left -= places;
    }
    // Below 2^63 by the checks; the least number of all is its own size.
    if amount < 0 {
        0i64.wrapping_sub_unsigned(quotient + u64::from(rest != 0))
    } else {
        quotient as i64
    }
}
