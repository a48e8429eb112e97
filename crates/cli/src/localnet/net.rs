//! What everything that keeps the network going works with.

use super::keys::{People, Person};
use crate::failure::Result;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Chain, Exchange, Held, Keypair, SendOptions, Sender};
use ballast_interface::{account::MarginAccount, seeds};
use std::{sync::Arc, time::Duration};

/// How long a transaction may take; then it is tried anew with another price.
const PATIENCE: Duration = Duration::from_secs(30);

/// A group on the node, and everybody.
#[derive(Clone)]
pub struct Net {
    /// The node, by its RPC.
    pub chain: Chain,
    /// The group.
    pub group: Pubkey,
    /// Everybody.
    pub people: People,
    /// Who makes tokens.
    pub minter: Arc<Keypair>,
}

impl Net {
    /// Somebody who pays and sends.
    pub fn sender(&self, person: Person) -> Sender {
        let options = SendOptions { patience: PATIENCE, ..SendOptions::default() };
        Sender::new(self.chain.clone(), self.people.key(person).clone(), options)
    }

    /// The group as it stands.
    pub async fn exchange(&self) -> Result<Exchange> {
        Ok(Exchange::load(&self.chain, &self.group).await?)
    }

    /// Address of somebody's margin account.
    pub fn account_of(&self, person: Person) -> Pubkey {
        use ballast_client::Signer;
        seeds::find_margin_account(&self.group, &self.people.key(person).pubkey(), 0).0
    }

    /// Somebody's margin account as it stands.
    pub async fn account(&self, person: Person) -> Result<Held<MarginAccount>> {
        let address = self.account_of(person);
        Ok(Held { address, state: self.chain.get(&address).await? })
    }
}
