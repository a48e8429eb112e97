//! How the group comes to be on the node.

use super::{keys::People, net::Net};
use crate::failure::{Failure, Result};
use ballast_client::{Chain, CommitmentConfig};
use ballast_localnet::{world::small_world, Node};
use ballast_testkit::actor;
use std::{sync::Arc, time::Duration};

/// How long the node may take for an answer: it may be busy, but it is near.
const PATIENCE: Duration = Duration::from_secs(20);

/// Founds a group on a node.
pub async fn found(node: &Node, people: People) -> Result<Net> {
    let handle = node.handle();
    let made = tokio::task::spawn_blocking(move || small_world(&handle).exchange.group());
    let group = made.await.map_err(|_| Failure::refused("The world cannot be made on this node."))?;
    let chain = Chain::new(node.rpc_url(), CommitmentConfig::confirmed(), PATIENCE);
    Ok(Net { chain, group, people, minter: Arc::new(actor("payer")) })
}
