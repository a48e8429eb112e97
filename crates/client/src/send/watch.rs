//! Seeing a transaction through: it is broadcast until it is confirmed, or can no longer be executed.

use super::{Sender, LOOK};
use crate::{Error, Result};
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client_api::config::RpcSendTransactionConfig;
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::UiTransactionEncoding;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Pause between two broadcasts of the same transaction.
const AGAIN: Duration = Duration::from_secs(2);
/// Blocks after a transaction's last one for which a node without a history surely knows whether it was executed: nodes
/// remember twice as many.
const REMEMBERED: u64 = 100;

/// What a node knows of a transaction.
enum Status {
    /// Nothing, as of a slot.
    Unknown(u64),
    /// It was executed, but that is not as sure yet as was asked for.
    UnderWay,
    /// It was executed in a slot, and went well or did not.
    Over(u64, std::result::Result<(), TransactionError>),
}

impl Sender {
    /// Broadcasts a transaction until it is confirmed, and says in which slot; nothing once it can no longer be.
    pub(super) async fn see_through(
        &self,
        transaction: &VersionedTransaction,
        last: u64,
        begun: Instant,
    ) -> Result<Option<u64>> {
        let signature = transaction.signatures[0];
        let mut broadcast: Option<Instant> = None;
        loop {
            if broadcast.is_none_or(|at| at.elapsed() >= AGAIN) {
                // What the node says of it does not matter: only whether it is on chain does.
                if let Err(error) = self.broadcast(transaction).await {
                    tracing::debug!(%signature, %error, "a broadcast failed");
                }
                broadcast = Some(Instant::now());
            }
            sleep(LOOK).await;
            // The height first, and with its slot: a transaction that nobody knows who has seen its last block go by never
            // will be executed. The answers may come from two nodes, one of them behind.
            let seen = self.chain.rpc().get_epoch_info_with_commitment(CommitmentConfig::confirmed()).await;
            let over = seen.ok().filter(|seen| seen.block_height > last);
            let remembered = over.as_ref().is_none_or(|seen| seen.block_height <= last + REMEMBERED);
            match self.status(&signature, over.is_some(), remembered).await {
                Ok(Status::Over(slot, Ok(()))) => return Ok(Some(slot)),
                Ok(Status::Over(_, Err(reason))) => return Err(self.refused(&signature, reason).await),
                Ok(Status::Unknown(slot)) if over.is_some_and(|seen| slot >= seen.absolute_slot) => {
                    return Ok(None);
                }
                Ok(Status::Unknown(_) | Status::UnderWay) | Err(_) => {}
            }
            if begun.elapsed() > self.options.patience {
                return Err(Error::Unconfirmed(signature));
            }
        }
    }

    async fn broadcast(&self, transaction: &VersionedTransaction) -> Result<Signature> {
        let config = RpcSendTransactionConfig {
            skip_preflight: true,
            max_retries: Some(0),
            encoding: Some(UiTransactionEncoding::Base64),
            ..RpcSendTransactionConfig::default()
        };
        Ok(self.chain.rpc().send_transaction_with_config(transaction, config).await?)
    }

    /// What is known of a transaction; with `history`, also if it was executed long ago. Some nodes keep none: then what
    /// they remember must do, if it reaches back far enough.
    async fn status(&self, signature: &Signature, history: bool, remembered: bool) -> Result<Status> {
        let (rpc, one) = (self.chain.rpc(), [*signature]);
        let found = match history {
            false => rpc.get_signature_statuses(&one).await?,
            true => match rpc.get_signature_statuses_with_history(&one).await.map_err(Error::from) {
                Err(Error::Rpc(_)) if remembered => rpc.get_signature_statuses(&one).await?,
                found => found?,
            },
        };
        Ok(match found.value.into_iter().flatten().next() {
            None => Status::Unknown(found.context.slot),
            Some(status) if status.satisfies_commitment(self.chain.commitment()) => {
                Status::Over(status.slot, status.err.map_or(Ok(()), Err))
            }
            Some(_) => Status::UnderWay,
        })
    }
}
