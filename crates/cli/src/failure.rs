//! Why a command does not do what it was asked.

use ballast_client::Signature;
use serde_json::{json, Value};
use std::fmt;

/// What the process ends with when the input is wrong.
const WRONG: u8 = 2;
/// What it ends with when the node or the chain refuses, or somebody said no.
const REFUSED: u8 = 1;
/// What it ends with when something was sent that may still be executed: whoever tries again might do it twice.
const UNCONFIRMED: u8 = 3;

/// One sentence for the person who asked, and what the process ends with.
#[derive(Debug)]
pub struct Failure {
    sentence: String,
    code: u8,
    unconfirmed: Option<Signature>,
    before: Option<Box<Value>>,
}

impl Failure {
    /// Wrong input, in a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: WRONG, unconfirmed: None, before: None }
    }

    /// A refusal of something that might have been, in a sentence.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: REFUSED, unconfirmed: None, before: None }
    }

    /// What the process ends with.
    pub const fn code(&self) -> u8 {
        self.code
    }

    /// The same with what was done before, for programs.
    pub fn after(self, before: Value) -> Self {
        Self { before: Some(Box::new(before)), ..self }
    }

    /// What a program must know beside the sentence: what was done before, and the transaction that may still be executed.
    pub fn json(&self) -> Option<Value> {
        let Some(signature) = self.unconfirmed else { return self.before.as_deref().cloned() };
        let mut value = self.before.as_deref().cloned().unwrap_or_else(|| json!({}));
        value["unconfirmed"] = signature.to_string().into();
        Some(value)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// One sentence, whatever a library below thinks of lines.
fn one_line(error: &impl fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl From<ballast_client::Error> for Failure {
    fn from(error: ballast_client::Error) -> Self {
        let sentence = one_line(&error);
        match error {
            ballast_client::Error::Unknown { .. } => Self::new(sentence),
            ballast_client::Error::Unconfirmed(signature) => {
                Self { sentence, code: UNCONFIRMED, unconfirmed: Some(signature), before: None }
            }
            _ => Self::refused(sentence),
        }
    }
}

impl From<ballast_migrations::Wrong> for Failure {
    fn from(wrong: ballast_migrations::Wrong) -> Self {
        Self::new(wrong.to_string())
    }
}

impl From<ballast_migrations::Error> for Failure {
    fn from(error: ballast_migrations::Error) -> Self {
        use ballast_migrations::Error;
        let sentence = one_line(&error);
        match error {
            Error::Wrong(wrong) => wrong.into(),
            Error::Client(error) => error.into(),
            // What is in doubt stays in doubt, whichever step it was.
            Error::Step { error, .. } => Self { sentence, ..error.into() },
            Error::Unchangeable(_) | Error::Moved | Error::Deployed(_) => Self::refused(sentence),
        }
    }
}

impl From<ballast_migrations::Broken> for Failure {
    fn from(broken: ballast_migrations::Broken) -> Self {
        broken.error.into()
    }
}

impl From<ballast_keeper::scan::Unfit> for Failure {
    fn from(unfit: ballast_keeper::scan::Unfit) -> Self {
        Self::refused(unfit.to_string())
    }
}

/// The refusal of something that a program would refuse, by its own function on the host.
impl From<anchor_lang::error::Error> for Failure {
    fn from(error: anchor_lang::error::Error) -> Self {
        ballast_keeper::scan::Unfit::from(error).into()
    }
}

impl From<ballast_margin::MarginError> for Failure {
    fn from(error: ballast_margin::MarginError) -> Self {
        Self::refused(error.to_string())
    }
}

/// What everything here returns.
pub type Result<T> = std::result::Result<T, Failure>;
