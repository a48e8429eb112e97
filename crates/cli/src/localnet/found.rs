//! How the group comes to be on the node: by the migrations, from the same file that brings it to any other cluster.

use super::{
    keys::{People, Person},
    net::Net,
    world::SOL,
};
use crate::failure::{Failure, Result};
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, CommitmentConfig, Keypair, Signer};
use ballast_localnet::Node;
use ballast_migrations::{
    apply,
    description::{Group, Mint},
    plan, Description, Keys,
};
use ballast_testkit::actor;
use std::{path::Path, time::Duration};

/// What the world is.
const DESCRIPTION: &str = include_str!("../../../../migrations/localnet.toml");
/// SOL for the rents of it.
const RENTS: u64 = 1_000 * SOL;
/// How long the node may take for an answer: it may be busy, but it is near.
const PATIENCE: Duration = Duration::from_secs(20);

/// Founds the group on a node; and says how much there was to do.
pub async fn found(node: &Node, people: People) -> Result<(Net, String)> {
    let chain = Chain::new(node.rpc_url(), CommitmentConfig::confirmed(), PATIENCE);
    let authority = people.key(Person::Authority).clone();
    let given = chain.rpc().request_airdrop(&authority.pubkey(), RENTS).await;
    given.map_err(ballast_client::Error::from)?;
    // Programs are there already, so that no file of theirs is looked for.
    let mut description = Description::parse(DESCRIPTION, Path::new("."))?;
    let keys = description.group.as_mut().map(name_mints).into_iter().flatten();
    let keys = keys.fold(Keys::folder(people.folder()), |keys, (name, key)| keys.with(name, key));
    let mut net = Net { chain, group: Pubkey::default(), people, minter: authority };
    let sender = net.sender(Person::Authority);
    let plan = plan(&net.chain, &description, &keys, &sender.payer()).await?;
    plan.must_be_possible()?;
    let diff = plan.diff();
    tracing::info!("the migrations:\n{diff}");
    apply(&plan, &sender, &mut |_| {}).await?;
    net.group = plan.group.ok_or_else(|| Failure::refused("The description has no group."))?;
    Ok((net, diff.trim().lines().last().unwrap_or_default().to_owned()))
}

/// Gives every mint that is made a key, so that its address is the same at the next start.
fn name_mints(group: &mut Group) -> Vec<(String, Keypair)> {
    let banks = group.banks.iter_mut().map(|bank| (&mut bank.mint, bank.market));
    let mints = [(&mut group.quote, 0)].into_iter().chain(banks);
    let named = mints.filter_map(|(mint, number)| {
        let Mint::Made { key, .. } = mint else { return None };
        let name = format!("mint-{number}");
        *key = Some(name.clone());
        let made = actor(&name);
        Some((name, made))
    });
    named.collect()
}
