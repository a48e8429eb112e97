//! Why a day cannot be played under another regime.

use anchor_lang::error::Error;
use ballast_interface::risk::RiskError;
use ballast_keeper::scan::Unfit;
use ballast_margin::MarginError;
use std::fmt;

/// Why a day cannot be played, or was not played right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A book cannot be weighed, or a trade not be made.
    Unfit(Unfit),
    /// A trade or a token names a market that the day does not have.
    MarketUnknown(u16),
    /// Nobody brought tokens of a bank, and yet they are traded.
    BankUnknown(u16),
    /// A trade, a taking or a start names nobody of the day's people, or a step that it does not have.
    PlaceUnknown,
    /// A number is beyond what quote units or lots can count.
    TooLarge,
    /// Money came from nowhere or went nowhere, by so many quote units, beyond what funding is rounded by.
    Money(i64),
    /// Positions of an instrument or tokens of a bank do not add up; so many are too many.
    Lots(i128),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Unfit(unfit) => unfit.fmt(to),
            Self::MarketUnknown(number) => write!(to, "The day has no market {number}."),
            Self::BankUnknown(number) => write!(to, "Nobody brought tokens of bank {number}."),
            Self::PlaceUnknown => write!(to, "The tape names a person or a step that it does not have."),
            Self::TooLarge => write!(to, "A number is too large."),
            Self::Money(units) => write!(to, "{units} quote units have no origin."),
            Self::Lots(count) => write!(to, "{count} lots or tokens have no other side."),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Unfit> for Fault {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Unfit(error.into())
    }
}

impl From<MarginError> for Fault {
    fn from(error: MarginError) -> Self {
        Error::from(RiskError::from(error)).into()
    }
}
