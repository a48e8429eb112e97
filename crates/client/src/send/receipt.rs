//! What became of a transaction: its events, or why it was refused.

use super::{Sender, NEWEST_VERSION};
use crate::{Error, Event, Refusal, Result};
use anchor_lang::prelude::Pubkey;
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client_api::config::RpcTransactionConfig;
use solana_signature::Signature;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{
    EncodedTransaction, UiInnerInstructions, UiInstruction, UiLoadedAddresses, UiMessage,
    UiTransactionEncoding,
};

impl Sender {
    /// The events of a transaction that was executed.
    pub async fn events(&self, signature: &Signature) -> Result<Vec<Event>> {
        let (keys, inner, _) = self.executed(signature).await?;
        Ok(events(&keys, &inner))
    }

    pub(super) async fn refused(&self, signature: &Signature, reason: TransactionError) -> Error {
        let logs = self.executed(signature).await.map(|(_, _, logs)| logs).unwrap_or_default();
        Error::Refused(Box::new(Refusal::new(reason, &logs)))
    }

    /// Keys, inner instructions and log of a transaction, of any version that can be read.
    async fn executed(
        &self,
        signature: &Signature,
    ) -> Result<(Vec<Pubkey>, Vec<UiInnerInstructions>, Vec<String>)> {
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Json),
            commitment: Some(CommitmentConfig::confirmed()),
            max_supported_transaction_version: Some(NEWEST_VERSION),
        };
        let found = self.chain.rpc().get_transaction_with_config(signature, config).await?.transaction;
        let meta = found.meta.ok_or_else(|| Error::Node("it keeps no record of the transaction".into()))?;
        let mut keys = match found.transaction {
            EncodedTransaction::Json(transaction) => match transaction.message {
                UiMessage::Raw(message) => message.account_keys,
                UiMessage::Parsed(message) => {
                    message.account_keys.into_iter().map(|key| key.pubkey).collect()
                }
            },
            _ => vec![],
        };
        if let Some(loaded) = Option::<UiLoadedAddresses>::from(meta.loaded_addresses) {
            keys.extend(loaded.writable);
            keys.extend(loaded.readonly);
        }
        let keys = keys.iter().map(|key| key.parse().unwrap_or_default()).collect();
        let inner = Option::<Vec<_>>::from(meta.inner_instructions).unwrap_or_default();
        Ok((keys, inner, Option::<Vec<_>>::from(meta.log_messages).unwrap_or_default()))
    }
}

/// The events among inner instructions.
pub(super) fn events(keys: &[Pubkey], inner: &[UiInnerInstructions]) -> Vec<Event> {
    let calls = inner.iter().flat_map(|one| &one.instructions);
    let event = |call: &UiInstruction| match call {
        UiInstruction::Compiled(call) => {
            let data = bs58::decode(&call.data).into_vec().ok()?;
            Event::read(keys.get(usize::from(call.program_id_index))?, &data)
        }
        UiInstruction::Parsed(_) => None,
    };
    calls.filter_map(event).collect()
}
