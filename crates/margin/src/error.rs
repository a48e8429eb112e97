//! Why the engine refuses an input, in sentences a trader understands.

use core::fmt;

/// A refusal: the input cannot be margined as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarginError {
    /// A number left the range in which the engine's arithmetic is exact.
    TooLarge,
    /// More legs, rows, markets, strikes' expiries or collaterals than the engine holds.
    TooMany,
    /// Legs are not in the order of market, expiry, strike and kind, or two legs name one instrument.
    LegsOutOfOrder,
    /// A leg or collateral names a market that the snapshot does not hold.
    UnknownMarket,
    /// A leg names an expiry that its market does not list.
    UnknownExpiry,
    /// A price is zero where one is needed.
    MissingPrice,
    /// A strike lies further from the forward than the engine prices, or an option has no strike.
    StrikeOutOfRange,
    /// A surface has parameters without a meaning, such as a negative variance.
    BadSurface,
    /// A surface holds butterfly arbitrage: its density is negative at a checked strike.
    ButterflyArbitrage,
    /// Two surfaces hold calendar arbitrage: the later has less variance at a checked strike.
    CalendarArbitrage,
    /// A surface's wings are steeper than no-arbitrage allows.
    WingTooSteep,
    /// A surface's volatility is below or above what its market allows.
    SurfaceLevel,
    /// A surface's volatility moved further than its market allows.
    SurfaceJump,
    /// A model's parameter lies outside its range.
    BadModel,
    /// The account is at its liquidation target or above it.
    AboveTarget,
    /// Nothing that may be closed would lower the margin.
    NoRelief,
    /// Shares or weights that must be positive sum to zero.
    NothingToShare,
}

impl fmt::Display for MarginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "A number of this book is too large to be margined exactly.",
            Self::TooMany => "This book holds more positions than one account can carry.",
            Self::LegsOutOfOrder => {
                "The book's positions are not in canonical order, or one is listed twice."
            }
            Self::UnknownMarket => "A position names a market that is not given.",
            Self::UnknownExpiry => "A position names an expiry that its market does not list.",
            Self::MissingPrice => "A price that this book needs is missing.",
            Self::StrikeOutOfRange => "An option's strike is too far from the forward to be priced.",
            Self::BadSurface => "A volatility surface has parameters that mean nothing.",
            Self::ButterflyArbitrage => "A volatility surface would let a butterfly be bought below zero.",
            Self::CalendarArbitrage => "Two volatility surfaces would let a calendar be bought below zero.",
            Self::WingTooSteep => "A volatility surface's wing is steeper than prices allow.",
            Self::SurfaceLevel => "A volatility surface lies below or above what its market allows.",
            Self::SurfaceJump => "A volatility surface moved further than its market allows.",
            Self::BadModel => "A parameter of the risk model lies outside its range.",
            Self::AboveTarget => "This account has enough margin: nothing of it may be liquidated.",
            Self::NoRelief => "Closing these positions would not lower the margin.",
            Self::NothingToShare => "There is nothing to share a loss over.",
        })
    }
}

impl core::error::Error for MarginError {}

/// What the engine's functions return.
pub type Result<T> = core::result::Result<T, MarginError>;
