//! Why a keeper does not run.

/// One sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// A failure that says this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl From<ballast_client::Error> for Failure {
    fn from(error: ballast_client::Error) -> Self {
        Self(error.to_string())
    }
}
