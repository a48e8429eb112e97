//! What a scan says of an account, or why it can say nothing.

use anchor_lang::error::Error;
use ballast_interface::risk::Assessment;
use ballast_margin::quote::Margins;

/// Where an account stands; money is in 10^-10 quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Value less maintenance margin: below zero, the account is liquidated.
    pub health: i128,
    /// Value less initial margin.
    pub room: i128,
    /// Value of the book.
    pub value: i128,
    /// Maintenance margin.
    pub maintenance: i128,
    /// Initial margin.
    pub initial: i128,
    /// What the account's feeds allow: one bit for each `Action`.
    pub permitted: u8,
    /// When it was found, in unix time.
    pub assessed_at: i64,
}

/// Binary places of a distance from the edge.
const PLACES: u32 = 20;

impl Standing {
    /// What margins and permissions say.
    pub(super) fn new(margins: &Margins, permitted: u8, assessed_at: i64) -> Self {
        let (value, maintenance, initial) = (margins.value.0, margins.maintenance.0, margins.initial.0);
        let (health, room) = (value.saturating_sub(maintenance), value.saturating_sub(initial));
        Self { health, room, value, maintenance, initial, permitted, assessed_at }
    }

    /// The numbers of a report.
    pub fn of(report: &Assessment) -> Self {
        Self {
            health: report.health.get(),
            room: report.room.get(),
            value: report.value.get(),
            maintenance: report.maintenance.get(),
            initial: report.initial.get(),
            permitted: report.permitted,
            assessed_at: report.assessed_at,
        }
    }

    /// Health by maintenance margin in 2^-20, rounded down: below zero if and only if health is.
    pub fn distance(&self) -> i64 {
        if self.maintenance <= 0 {
            return if self.health < 0 { i64::MIN } else { i64::MAX };
        }
        let distance = self.health.saturating_mul(1 << PLACES).div_euclid(self.maintenance);
        distance.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// Whether health is below so many hundredths of maintenance margin.
    pub fn is_within(&self, hundredths: i128) -> bool {
        self.health.saturating_mul(100) < self.maintenance.saturating_mul(hundredths)
    }
}

/// Why an account cannot be assessed now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No such account was given.
    #[error("This account is not known.")]
    AccountUnknown,
    /// An account, group or model is of a layout that this version does not describe, or the model is a draft.
    #[error("The group, its model or this account was written by another version of Ballast.")]
    VersionUnknown,
    /// A market of the account was not given.
    #[error("Market {0} is not known yet.")]
    MarketUnknown(u16),
    /// The risk of a market of the account was not given.
    #[error("The risk of market {0} is not known yet.")]
    RiskUnknown(u16),
    /// A market of the account never had a price.
    #[error("Market {0} has no price yet.")]
    PriceMissing(u16),
    /// The programs would refuse.
    #[error("{sentence}")]
    Refused {
        /// The refusal's number.
        code: u32,
        /// The refusal in words.
        sentence: String,
    },
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        match error {
            Error::AnchorError(error) => {
                Self::Refused { code: error.error_code_number, sentence: error.error_msg }
            }
            Error::ProgramError(error) => {
                let sentence = error.program_error.to_string();
                Self::Refused { code: u64::from(error.program_error) as u32, sentence }
            }
        }
    }
}
