//! Why a day stopped.

use std::fmt;

/// Something that must hold did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What was checked.
    pub check: String,
    /// By how much it was off; zero where that has no measure.
    pub residual: i64,
    /// Number of the step, from zero.
    pub step: usize,
    /// Seconds since the day began.
    pub seconds: i64,
    /// The last instruction that was sent.
    pub instruction: String,
    /// What happened, in a sentence.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { check, residual, step, seconds, instruction, what } = self;
        write!(
            f,
            "The day stops at step {step}, {seconds} seconds after it began: \"{check}\" does not hold, by {residual}. \
             The last instruction was {instruction}. {what}"
        )
    }
}

impl std::error::Error for Broken {}
