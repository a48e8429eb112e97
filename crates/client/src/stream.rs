//! Changes of accounts as they happen, by websocket.
//!
//! A stream is never to be trusted alone: it may miss changes, or fall silent without an error. Whoever relies on it looks
//! at its age, and reads everything anew now and then.

use crate::{Account, Error, Result};
use anchor_lang::prelude::Pubkey;
use futures_util::StreamExt;
use solana_account_decoder_client_types::UiAccountEncoding;
use solana_commitment_config::CommitmentConfig;
use solana_pubsub_client::nonblocking::pubsub_client::PubsubClient;
use solana_rpc_client_api::config::{RpcAccountInfoConfig, RpcProgramAccountsConfig};
use std::time::Duration;
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{sleep, timeout},
};

/// Changes that wait until somebody reads them.
const ROOM: usize = 65_536;
/// Time in which a node must answer, and a new slot must come.
const SILENCE: Duration = Duration::from_secs(20);
/// First pause before another connection; it doubles up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longest pause before another connection.
const LAST_PAUSE: Duration = Duration::from_secs(10);

/// Something that a stream tells.
#[derive(Clone, Debug)]
pub enum Update {
    /// A connection stands, and every change from now on will be told; what was before may have been missed.
    Connected,
    /// The connection is lost; another will be made.
    Lost(String),
    /// A slot has begun: a sign of life.
    Slot(u64),
    /// An account changed.
    Account {
        /// Slot of the change.
        slot: u64,
        /// Which account.
        address: Pubkey,
        /// How it is now.
        account: Box<Account>,
    },
}

/// A running subscription to all accounts of some programs; it ends when it is dropped.
pub struct Stream {
    updates: mpsc::Receiver<Update>,
    task: JoinHandle<()>,
}

impl Stream {
    /// Subscribes, and subscribes again whenever the connection is lost.
    pub fn start(url: String, programs: Vec<Pubkey>, commitment: CommitmentConfig) -> Self {
        let (sender, updates) = mpsc::channel(ROOM);
        let task = tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                let mut connected = false;
                let ended = follow(&url, &programs, commitment, &sender, &mut connected).await;
                let why =
                    ended.err().map_or_else(|| "the node closed the connection".into(), |it| it.to_string());
                if sender.send(Update::Lost(why)).await.is_err() {
                    return;
                }
                pause = if connected { FIRST_PAUSE } else { (pause * 2).min(LAST_PAUSE) };
                sleep(pause).await;
            }
        });
        Self { updates, task }
    }

    /// The next update.
    pub async fn next(&mut self) -> Option<Update> {
        self.updates.recv().await
    }

    /// The next update, if there is one already.
    pub fn try_next(&mut self) -> Option<Update> {
        self.updates.try_recv().ok()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Follows one connection to its end.
async fn follow(
    url: &str,
    programs: &[Pubkey],
    commitment: CommitmentConfig,
    sender: &mpsc::Sender<Update>,
    connected: &mut bool,
) -> Result<()> {
    let lost = |error: solana_pubsub_client::pubsub_client::PubsubClientError| Error::Node(error.to_string());
    let late = |_| Error::Node("it takes too long to connect".into());
    let client = timeout(SILENCE, PubsubClient::new(url)).await.map_err(late)?.map_err(lost)?;
    let mut accounts = futures_util::stream::SelectAll::new();
    for program in programs {
        let config = RpcProgramAccountsConfig {
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                commitment: Some(commitment),
                ..RpcAccountInfoConfig::default()
            },
            ..RpcProgramAccountsConfig::default()
        };
        let subscribed = timeout(SILENCE, client.program_subscribe(program, Some(config))).await;
        accounts.push(subscribed.map_err(late)?.map_err(lost)?.0);
    }
    let (mut slots, _) = timeout(SILENCE, client.slot_subscribe()).await.map_err(late)?.map_err(lost)?;
    *connected = true;
    let gone = |_| Error::Node("nobody listens any more".into());
    sender.send(Update::Connected).await.map_err(gone)?;
    loop {
        let update = tokio::select! {
            found = accounts.next() => {
                let Some(found) = found else { return Ok(()) };
                let Ok(address) = found.value.pubkey.parse() else { continue };
                let Some(account) = found.value.account.to_account() else { continue };
                Update::Account { slot: found.context.slot, address, account: Box::new(account) }
            }
            slot = slots.next() => {
                let Some(slot) = slot else { return Ok(()) };
                Update::Slot(slot.slot)
            }
            // A connection that stands and says nothing is no connection.
            () = sleep(SILENCE) => return Err(Error::Node("it has fallen silent".into())),
        };
        sender.send(update).await.map_err(gone)?;
    }
}
