//! What is sent, one thing after the other.

use crate::{
    keys::Keys,
    program::Deployment,
    wrong::{Error, Result},
};
use ballast_client::{Instruction, Keypair, Sender, Signature, Signer};
use std::sync::Arc;

/// What the program says of a date that somebody listed already.
const LISTED: &str = "ExpiryListed";

/// One thing that is done, and done whole or not at all: a transaction, or the deployment of a program, which goes on
/// where it was broken off.
#[derive(Clone)]
pub struct Step {
    /// What it does, in words.
    pub words: String,
    pub(crate) work: Work,
}

/// How it is done.
#[derive(Clone)]
pub(crate) enum Work {
    /// One transaction.
    Send(Vec<Instruction>, Vec<By>),
    /// A program's bytes, and then its deployment.
    Deploy(Box<Deployment>),
}

/// Who signs.
#[derive(Clone)]
pub(crate) enum By {
    /// A key by its name.
    Name(String),
    /// A key that was made for this alone.
    Key(Arc<Keypair>),
}

impl By {
    /// The key.
    pub(crate) fn key(&self, keys: &Keys) -> Result<Arc<Keypair>> {
        match self {
            Self::Name(name) => keys.key(name),
            Self::Key(key) => Ok(key.clone()),
        }
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// How much of it is done.
    pub done: usize,
    /// How much there is.
    pub of: usize,
}

impl Step {
    /// The keys that it needs: each that is missing is named before anything is sent.
    pub(crate) fn signers(&self, keys: &Keys) -> Result<Vec<Arc<Keypair>>> {
        let by = match &self.work {
            Work::Send(_, by) => by.clone(),
            Work::Deploy(deployment) => deployment.signers(),
        };
        let mut signers: Vec<Arc<Keypair>> = by.iter().map(|by| by.key(keys)).collect::<Result<_>>()?;
        signers.sort_unstable_by_key(|signer| signer.pubkey());
        signers.dedup_by_key(|signer| signer.pubkey());
        Ok(signers)
    }

    /// Does it, and takes note of the signatures of what was sent, also of a part.
    pub(super) async fn apply(
        &self,
        sender: &Sender,
        keys: &Keys,
        told: &mut dyn FnMut(Part),
        sent: &mut Vec<Signature>,
    ) -> std::result::Result<(), Error> {
        let signers = self.signers(keys)?;
        match &self.work {
            Work::Send(instructions, _) => {
                let signers: Vec<&Keypair> = signers.iter().map(Arc::as_ref).collect();
                match sender.send(instructions, &signers).await {
                    Ok(receipt) => sent.push(receipt.signature),
                    // Anybody may list a date: then it is as it shall be.
                    Err(error) if error.refusal().is_some_and(|refusal| refusal.is(LISTED)) => {}
                    Err(error) => return Err(Error::Step { step: self.words.clone(), error }),
                }
                Ok(())
            }
            Work::Deploy(deployment) => deployment.apply(&self.words, sender, keys, told, sent).await,
        }
    }
}
