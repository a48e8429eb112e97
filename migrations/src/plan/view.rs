//! Accounts that were read at once.

use crate::{place::is_free, wrong::Error};
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
        Ok(Self(found.collect()))
    }

    /// An account, if it is there; who was only sent lamports is not there yet.
    pub fn account(&self, address: &Pubkey) -> Option<&Account> {
        self.0.get(address).filter(|account| !is_free(account))
    }

    /// Lamports at an address.
    pub fn lamports(&self, address: &Pubkey) -> u64 {
        self.0.get(address).map_or(0, |account| account.lamports)
    }

    /// An account of Ballast's, if it is there; boxed, since they are large.
    pub fn find<T: Layout>(&self, address: &Pubkey) -> Result<Option<Box<T>>, Error> {
        Ok(self.account(address).map(|account| decode(address, account)).transpose()?.map(Box::new))
    }
}
