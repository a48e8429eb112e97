//! What a liquidation is made at, and how much of it.

use crate::error::{MarginError, Result};
use crate::report::Report;
use crate::units::{Fraction, Quote};
use crate::wide::mul_div_up;

/// A share of positions, in 2^-20.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part(u32);

impl Part {
    /// Binary places.
    pub const BITS: u32 = 20;
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything.
    pub const ONE: Self = Self(1 << Self::BITS);

    /// A share of so many 2^-20, everything at most.
    pub const fn of_bits(bits: u32) -> Self {
        if bits > Self::ONE.0 {
            Self::ONE
        } else {
            Self(bits)
        }
    }

    /// How many 2^-20.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// What is left of everything.
    pub const fn rest(self) -> Self {
        Self(Self::ONE.0.saturating_sub(self.0))
    }

    /// What may be closed of what was asked for: never more than the quote says.
    pub fn clamp_to(self, quoted: Self) -> Self {
        self.min(quoted)
    }
}

/// Terms of a liquidation; every share lies between nothing and the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What the liquidator is paid, as a share of the scan loss taken over: an auction raises it with time.
    pub discount: Fraction,
    /// What the insurance fund is paid, as a share of the same.
    pub insurance: Fraction,
    /// How far towards initial margin the account is brought: maintenance margin at zero.
    pub target: Fraction,
    /// Up to which maintenance margin a book is too small to be closed in part: as much may be taken as was asked for.
    pub small: Quote,
}

impl Terms {
    /// Refuses shares below nothing or above the whole.
    pub fn check(&self) -> Result<()> {
        let good = |share: Fraction| (Fraction::ZERO..=Fraction::ONE).contains(&share);
        if good(self.discount) && good(self.insurance) && good(self.target) {
            Ok(())
        } else {
            Err(MarginError::BadModel)
        }
    }

    /// The fee for closing a part of something of this risk, rounded up: the liquidator's, and both together.
    pub(crate) fn cost(&self, risk: u128, closed: Part) -> Result<(u128, u128)> {
        // Shares are at most 2^40 each, and a part at most 2^20.
        let whole = Fraction::ONE.0.unsigned_abs() as u128;
        let of = |share: Fraction| {
            let scaled = (share.0.unsigned_abs() as u128).saturating_mul(closed.0 as u128);
            mul_div_up(risk, scaled, whole << Part::BITS)
        };
        Ok((of(self.discount)?, of(self.discount.plus(self.insurance))?))
    }
}

/// What a book is worth and needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Margins {
    /// Value, rounded down.
    pub value: Quote,
    /// Maintenance margin, rounded up.
    pub maintenance: Quote,
    /// Initial margin, rounded up.
    pub initial: Quote,
}

impl Margins {
    /// Value less maintenance margin.
    pub const fn health(&self) -> Quote {
        Quote(self.value.0.saturating_sub(self.maintenance.0))
    }

    /// Value less the target between the margins, rounded down.
    pub fn above(&self, target: Fraction) -> Result<Quote> {
        let gap = self.initial.0.saturating_sub(self.maintenance.0).max(0).unsigned_abs();
        let gap = mul_div_up(gap, target.0.max(0).unsigned_abs() as u128, 1 << 40)?;
        let gap = i128::try_from(gap).map_err(|_| MarginError::TooLarge)?;
        Ok(Quote(self.health().0.saturating_sub(gap)))
    }
}

impl From<&Report> for Margins {
    fn from(report: &Report) -> Self {
        Self { value: report.value, maintenance: report.maintenance, initial: report.initial }
    }
}
