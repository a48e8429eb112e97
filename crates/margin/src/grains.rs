//! Money inside one assessment.
//!
//! A book's gross notional decides how much quote one *grain* is, so that it fills 2^52 grains at most.
//! The hot loop then adds and multiplies 64-bit integers without a check: a row may multiply prices by 8
//! and be weighted by 8 and nothing overflows.

use crate::error::{MarginError, Result};
use crate::kernel;
use crate::units::{Contracts, Fraction, Price, Quote, STEPS};

/// An amount of money in grains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grains(pub i64);

impl Grains {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, at the nearest end of the range where it would leave it.
    #[inline(always)]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, at the nearest end of the range where it would leave it.
    #[inline(always)]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The amount without its sign.
    pub const fn size(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// The amount if above zero, else nothing.
    pub const fn positive(self) -> Self {
        Self(if self.0 > 0 { self.0 } else { 0 })
    }

    /// The product with a ratio towards minus infinity.
    #[inline(always)]
    pub const fn times_down(self, ratio: Fraction) -> Self {
        Self(kernel::shift(self.0, ratio.0, 40))
    }

    /// The product with a ratio towards plus infinity.
    #[inline(always)]
    pub const fn times_up(self, ratio: Fraction) -> Self {
        Self(kernel::shift(self.0.saturating_neg(), ratio.0, 40).saturating_neg())
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
    pub const fn of(gross: u128) -> Result<Self> {
        let bits = u128::BITS.saturating_sub(gross.leading_zeros());
        if bits > Self::GROSS_BITS {
            return Err(MarginError::TooLarge);
        }
        Ok(Self { places: bits.saturating_sub(Self::WEIGHT_BITS) })
    }

    /// A quantity at a price as a weight of the hot loop, to the nearest.
    #[inline(always)]
    #[allow(clippy::arithmetic_side_effects)] // Below 2^127 and a half of at most 2^109.
    pub const fn weight(self, quantity: i64, price: Price) -> i64 {
        let product = quantity as i128 * price.0 as i128;
        if self.places == 0 {
            return product as i64;
        }
        let (high, low) = ((product >> 64) as i64, product as u64);
        // By words: a shift of 128 bits by a number that is not known costs as much as the product.
        let (down, up) = if self.places <= 64 {
            let whole = if self.places == 64 {
                high
            } else {
                high << (64 - self.places) | (low >> self.places) as i64
            };
            (whole, low >> (self.places - 1))
        } else {
            (high >> (self.places - 64), (high >> (self.places - 65)) as u64)
        };
        down + (up & 1) as i64
    }

    /// A quantity at a price in grains, rounded down.
    pub const fn notional_down(self, quantity: Contracts, price: Price) -> Grains {
        // 2^63 by 2^64: the product fits.
        self.fine_down((quantity.0 as i128).wrapping_mul(price.0 as i128))
    }

    /// A quantity at a price in grains, rounded up.
    pub const fn notional_up(self, quantity: Contracts, price: Price) -> Grains {
        let product = (quantity.0 as i128).wrapping_mul(price.0 as i128);
        Grains(self.fine_down(product.wrapping_neg()).0.saturating_neg())
    }

    /// An amount of 10^-20 quote in grains, rounded down.
    const fn fine_down(self, amount: i128) -> Grains {
        Grains(crate::wide::clamp(match self.places.checked_sub(Self::SPARE) {
            Some(places) => amount >> places,
            None => amount.saturating_mul(1 << Self::SPARE.saturating_sub(self.places)),
        }))
    }

    /// Money in grains, rounded down.
    pub const fn quote_down(self, amount: Quote) -> Grains {
        self.fine_down(amount.0.saturating_mul(STEPS as i128))
    }

    /// Money in grains, rounded up.
    pub const fn quote_up(self, amount: Quote) -> Grains {
        Grains(self.quote_down(Quote(amount.0.saturating_neg())).0.saturating_neg())
    }

    /// Grains as money, rounded down.
    pub const fn to_quote_down(self, amount: Grains) -> Quote {
        if amount.0 == 0 {
            return Quote(0);
        }
        let wide = (amount.0 as i128) << self.places;
        Quote((wide >> Self::SPARE).div_euclid(STEPS as i128))
    }

    /// Grains as money, rounded up.
    pub const fn to_quote_up(self, amount: Grains) -> Quote {
        Quote(self.to_quote_down(Grains(amount.0.saturating_neg())).0.saturating_neg())
    }

    /// Contracts whose notional at a price is this many grains, to the nearest below.
    pub fn contracts_down(self, amount: Grains, price: Price) -> Contracts {
        if amount.0 == 0 {
            return Contracts(0);
        }
        let wide = ((amount.0 as i128) << self.places) >> Self::SPARE;
        Contracts(crate::wide::clamp(wide.checked_div_euclid(price.0 as i128).unwrap_or(0)))
    }

    /// One unit of a weight, in grains.
    pub const WEIGHT_UNIT: Grains = Grains(1 << Self::SPARE);
}
