//! Why a command refuses its input.

use std::fmt;

/// One sentence for the person who gave the input.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure that says this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What everything here returns.
pub type Result<T> = std::result::Result<T, Failure>;
