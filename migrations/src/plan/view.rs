//! Accounts that were read at once.

use crate::wrong::Error;
use anchor_lang::prelude::Pubkey;
use ballast_client::{decode, Account, Chain, Layout};
use std::collections::HashMap;

/// Accounts as they stood.
pub(super) struct View(HashMap<Pubkey, Account>);

impl View {
    /// Reads accounts, of which some may not be there.
    pub async fn read(chain: &Chain, addresses: &[Pubkey]) -> Result<Self, Error> {
        let found = chain.accounts(addresses).await?;
        let found = addresses.iter().zip(found).filter_map(|(address, account)| Some((*address, account?)));
        Ok(Self(found.filter(|(_, account)| account.lamports > 0).collect()))
    }

    /// An account, if it is there.
    pub fn account(&self, address: &Pubkey) -> Option<&Account> {
        self.0.get(address)
    }

    /// An account of Ballast's, if it is there; boxed, since they are large.
    pub fn find<T: Layout>(&self, address: &Pubkey) -> Result<Option<Box<T>>, Error> {
        // Who was sent lamports before being created is not there yet.
        let created = self.account(address).filter(|account| !account.data.is_empty());
        Ok(created.map(|account| decode(address, account)).transpose()?.map(Box::new))
    }
}
