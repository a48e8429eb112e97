//! Reading a cluster.

use crate::{decode, Error, Layout, Result};
use anchor_lang::prelude::{Clock, Pubkey};
use solana_account::Account;
use solana_account_decoder_client_types::UiAccountEncoding;
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig},
    filter::{Memcmp, RpcFilterType},
};
use std::{sync::Arc, time::Duration};

/// Accounts that one request may name.
const MOST_ACCOUNTS: usize = 100;
/// Address of the clock.
const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// A cluster, seen through one node.
#[derive(Clone)]
pub struct Chain {
    rpc: Arc<RpcClient>,
    least_slot: Option<u64>,
}

/// An account and where it is.
#[derive(Clone, Debug)]
pub struct Held<T> {
    /// Its address.
    pub address: Pubkey,
    /// What it holds.
    pub state: T,
}

impl Chain {
    /// A cluster by the address of a node, of which nothing is asked yet.
    pub fn new(url: impl Into<String>, commitment: CommitmentConfig, timeout: Duration) -> Self {
        let rpc = RpcClient::new_with_timeout_and_commitment(url.into(), timeout, commitment);
        Self { rpc: Arc::new(rpc), least_slot: None }
    }

    /// The same, but no account is read as it was before a slot: a node that is behind refuses.
    pub fn at_least(&self, slot: u64) -> Self {
        Self { rpc: self.rpc.clone(), least_slot: Some(slot) }
    }

    /// The client of the node, for what is not here.
    pub fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    /// How sure answers shall be.
    pub fn commitment(&self) -> CommitmentConfig {
        self.rpc.commitment()
    }

    /// An account as it is, if there is one.
    pub async fn account(&self, address: &Pubkey) -> Result<Option<Account>> {
        // Asked for one account alone, the library takes a node that does not answer for one that refuses.
        Ok(self.accounts(&[*address]).await?.into_iter().next().flatten())
    }

    /// Accounts as they are, however many.
    pub async fn accounts(&self, addresses: &[Pubkey]) -> Result<Vec<Option<Account>>> {
        let mut all = Vec::with_capacity(addresses.len());
        for some in addresses.chunks(MOST_ACCOUNTS) {
            let found = self.rpc.get_multiple_ui_accounts_with_config(some, self.reading()).await?.value;
            all.extend(found.into_iter().map(|account| account?.to_account()));
        }
        Ok(all)
    }

    /// How accounts are asked for.
    fn reading(&self) -> RpcAccountInfoConfig {
        RpcAccountInfoConfig {
            encoding: Some(UiAccountEncoding::Base64),
            commitment: Some(self.commitment()),
            min_context_slot: self.least_slot,
            ..RpcAccountInfoConfig::default()
        }
    }

    /// An account that is there, decoded.
    pub async fn get<T: Layout>(&self, address: &Pubkey) -> Result<T> {
        self.find(address).await?.ok_or(Error::Missing { what: T::NAME, address: *address })
    }

    /// An account that may be there, decoded.
    pub async fn find<T: Layout>(&self, address: &Pubkey) -> Result<Option<T>> {
        let account = self.account(address).await?.filter(|account| account.lamports > 0);
        account.map(|account| decode(address, &account)).transpose()
    }

    /// Every account of a kind, all of one group where the kind has one; those of other versions are left out.
    pub async fn all<T: Layout>(&self, group: &Pubkey) -> Result<Vec<Held<T>>> {
        self.all_with::<T>(group, vec![]).await
    }

    /// Every account of a kind in a group that holds some bytes at a place.
    pub async fn all_with<T: Layout>(
        &self,
        group: &Pubkey,
        bytes: Vec<(usize, Vec<u8>)>,
    ) -> Result<Vec<Held<T>>> {
        let kind = (0, T::DISCRIMINATOR.to_vec());
        let group = T::GROUP_AT.map(|at| (at, group.to_bytes().to_vec()));
        let filters = [kind].into_iter().chain(group).chain(bytes);
        let found = self.program_accounts(&T::owner(), filters).await?;
        let read = |(address, account): (Pubkey, Account)| {
            decode(&address, &account).ok().map(|state| Held { address, state })
        };
        Ok(found.into_iter().filter_map(read).collect())
    }

    /// Every account of a program that holds all of some bytes, each at its place.
    pub async fn program_accounts(
        &self,
        program: &Pubkey,
        bytes: impl IntoIterator<Item = (usize, Vec<u8>)>,
    ) -> Result<Vec<(Pubkey, Account)>> {
        let filter = |(at, bytes)| RpcFilterType::Memcmp(Memcmp::new_raw_bytes(at, bytes));
        let config = RpcProgramAccountsConfig {
            filters: Some(bytes.into_iter().map(filter).collect()),
            account_config: self.reading(),
            ..RpcProgramAccountsConfig::default()
        };
        let found = self.rpc.get_program_ui_accounts_with_config(program, config).await?;
        let decoded = found.into_iter().filter_map(|(key, account)| Some((key, account.to_account()?)));
        Ok(decoded.collect())
    }

    /// The slot that answers are about.
    pub async fn slot(&self) -> Result<u64> {
        Ok(self.rpc.get_slot().await?)
    }

    /// Unix time as programs see it.
    pub async fn now(&self) -> Result<i64> {
        Ok(self.clock().await?.unix_timestamp)
    }

    /// The clock that programs see.
    pub async fn clock(&self) -> Result<Clock> {
        let missing = Error::Missing { what: "clock", address: CLOCK };
        let account = self.account(&CLOCK).await?.ok_or(missing)?;
        let number = |at: usize| Some(u64::from_le_bytes(*account.data.get(at..)?.first_chunk()?));
        let clock = || {
            Some(Clock {
                slot: number(0)?,
                epoch_start_timestamp: number(8)? as i64,
                epoch: number(16)?,
                leader_schedule_epoch: number(24)?,
                unix_timestamp: number(32)? as i64,
            })
        };
        clock().ok_or(Error::Unreadable { what: "clock", address: CLOCK, why: "it is too short" })
    }
}
