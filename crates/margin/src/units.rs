//! Units as types. Prices, quantities and money are decimal, in steps of 10^-10, so that what traders
//! and tokens count in is exact; ratios are binary, in steps of 2^-40.

use crate::kernel;
use fixed::types::I24F40;

/// Steps of a price, a quantity or an amount of money in one.
pub const STEPS: u64 = 10_000_000_000;

/// What one contract costs, in 10^-10 quote; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(pub u64);

/// A signed number of contracts in 10^-10; above zero is long. A contract is what a price is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contracts(pub i64);

/// A signed amount of the quote token, in 10^-10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quote(pub i128);

/// A signed ratio, in 2^-40.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fraction(pub i64);

/// Binary places of a [`Fraction`].
pub const FRACTION_BITS: u32 = 40;

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(1 << FRACTION_BITS);

    /// The fraction nearest to a decimal literal; a constant that is not one does not compile.
    pub const fn lit(decimal: &str) -> Self {
        Self(I24F40::lit(decimal).to_bits())
    }

    /// The fraction of the same value as a fixed-point number.
    pub const fn from_fixed(value: I24F40) -> Self {
        Self(value.to_bits())
    }

    /// The fixed-point number of the same value.
    pub const fn to_fixed(self) -> I24F40 {
        I24F40::from_bits(self.0)
    }

    /// The sum, at the nearest end of the range where it would leave it.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, at the nearest end of the range where it would leave it.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The product towards minus infinity, at the nearest end of the range where it would leave it.
    pub const fn times_down(self, other: Self) -> Self {
        Self(kernel::shift(self.0, other.0, FRACTION_BITS))
    }

    /// The product towards plus infinity, at the nearest end of the range where it would leave it.
    pub const fn times_up(self, other: Self) -> Self {
        Self(kernel::shift(self.0.saturating_neg(), other.0, FRACTION_BITS).saturating_neg())
    }
}
