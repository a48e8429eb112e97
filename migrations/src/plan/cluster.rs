//! Which cluster a plan is for, and who pays on it: said wherever somebody must decide.

use crate::wrong::{Error, Wrong};
use anchor_lang::prelude::Pubkey;
use ballast_client::Chain;
use serde_json::{json, Value};
use solana_hash::Hash;
use std::fmt;

/// A cluster, as seen through one node, and a payer.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The node's address, without what stands behind its host.
    pub url: String,
    /// Hash of the first block: no two clusters have the same.
    pub genesis: Hash,
    /// Who pays rents and fees.
    pub payer: Pubkey,
}

impl Cluster {
    /// Asks the node which cluster it is of; refused if a description is for another one.
    pub(super) async fn read(chain: &Chain, payer: &Pubkey, pinned: Option<Hash>) -> Result<Self, Error> {
        let genesis = chain.rpc().get_genesis_hash().await.map_err(ballast_client::Error::from)?;
        let url = host(&chain.rpc().url());
        match pinned.filter(|pinned| *pinned != genesis) {
            Some(pinned) => {
                let words = format!("genesis: this is for the cluster {pinned}, and {url} is of {genesis}");
                Err(Wrong::new(words).into())
            }
            None => Ok(Self { url, genesis, payer: *payer }),
        }
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let (genesis, payer) = (self.genesis.to_string(), self.payer.to_string());
        json!({"url": self.url, "genesis": genesis, "payer": payer})
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, genesis, payer } = self;
        write!(f, "On {url} (genesis {genesis}), paid by {payer}")
    }
}

/// A node's address up to its host: the rest of it often has a key in it.
fn host(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{}", host.rsplit('@').next().unwrap_or_default())
}
