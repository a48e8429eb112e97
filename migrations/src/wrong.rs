//! Input that is wrong, and everything else that can go wrong, in sentences.

use std::fmt;

/// Wrong input, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(String);

impl Wrong {
    /// A sentence that names what is wrong.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// What everything that reads input returns.
pub type Result<T> = std::result::Result<T, Wrong>;

/// Why a cluster cannot be brought to a description.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The description, or a key, is wrong.
    #[error("{0}")]
    Wrong(#[from] Wrong),
    /// The cluster holds something that no instruction can bring to the description.
    #[error("{0}")]
    Unchangeable(String),
    /// The cluster is another one than it was when somebody agreed to a plan.
    #[error("The cluster changed while you were asked, and nothing was sent: see what would be done now, and call again.")]
    Moved,
    /// Reading the cluster went wrong.
    #[error("{0}")]
    Client(#[from] ballast_client::Error),
    /// A step went wrong; those before it are done.
    #[error("{step}: {error}")]
    Step {
        /// Words of the step.
        step: String,
        /// What the cluster, or one of its programs, says.
        error: ballast_client::Error,
    },
    /// A program is not what was deployed.
    #[error("{0}")]
    Deployed(String),
}
