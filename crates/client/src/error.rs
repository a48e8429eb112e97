//! Why something could not be done.

use crate::Refusal;
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::AccountError, ids};
use solana_rpc_client_api::client_error;
use solana_signature::Signature;
use solana_transaction_error::TransactionError;

/// What everything here returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something could not be done, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The node did not answer, or not with what was asked for.
    #[error("The node does not answer: {0}.")]
    Node(String),
    /// The node answered that it will not do that.
    #[error("The node refuses: {0}.")]
    Rpc(String),
    /// A program, or the runtime, refused a transaction.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// There is no account at an address.
    #[error("There is no {what} at {address}.")]
    Missing {
        /// What was expected.
        what: &'static str,
        /// Where.
        address: Pubkey,
    },
    /// An account is not what was expected.
    #[error("The account {address} is no {what}: {why}.")]
    Unreadable {
        /// What was expected.
        what: &'static str,
        /// Where.
        address: Pubkey,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A transaction is too large even with lookup tables.
    #[error("The transaction takes {0} bytes, and 1232 are the most that a transaction can have.")]
    TooLarge(usize),
    /// A transaction cannot be put together or signed.
    #[error("The transaction cannot be put together: {0}.")]
    Unbuildable(String),
    /// A transaction was sent, and whether it was executed is not known yet.
    #[error("No confirmation came in time; the transaction {0} may still be executed.")]
    Unconfirmed(Signature),
    /// Every blockhash ran out before the transaction was taken.
    #[error("The network did not take the transaction before it expired, {0} times.")]
    Expired(usize),
    /// The exchange does not know a number.
    #[error("The group has no {what} number {number}.")]
    Unknown {
        /// What was asked for.
        what: &'static str,
        /// Its number.
        number: u16,
    },
}

impl Error {
    /// The refusal, if a program or the runtime refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether a program could not do without writing the group, which the transaction only read, or lent no more because
    /// the group has yet to count what was paid back. By number: a node that keeps no log of what it executed tells
    /// nothing else, and whoever tries again simulates first.
    pub(crate) fn asks_for_group(&self) -> bool {
        let Self::Refused(refusal) = self else { return false };
        use AccountError as A;
        let asks = [A::CashUncounted, A::FeesUnplaced, A::BorrowCapReached].map(u32::from);
        refusal.program.is_none_or(|program| program == ids::ACCOUNT)
            && refusal.code.is_some_and(|code| asks.contains(&code))
    }

    /// Whether a lookup table is not what it was when it was read: somebody else with the same key closed it.
    pub(crate) fn is_about_tables(&self) -> bool {
        use TransactionError as E;
        match self {
            // What nodes say before they execute anything.
            Self::Rpc(message) => message.contains("address table") || message.contains("lookup table"),
            Self::Refused(refusal) => matches!(
                refusal.reason,
                E::AddressLookupTableNotFound
                    | E::InvalidAddressLookupTableOwner
                    | E::InvalidAddressLookupTableData
                    | E::InvalidAddressLookupTableIndex
            ),
            _ => false,
        }
    }

    /// Whether the same may go well later: the node was away, or the network was busy.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Node(_) | Self::Unconfirmed(_) | Self::Expired(_))
    }
}

impl From<client_error::Error> for Error {
    fn from(error: client_error::Error) -> Self {
        use solana_rpc_client_api::{client_error::ErrorKind, request::RpcError};
        let told = |text: String| text.trim_end_matches('.').to_owned();
        match error.kind() {
            ErrorKind::RpcError(RpcError::RpcResponseError { message, .. }) => {
                Self::Rpc(told(message.clone()))
            }
            ErrorKind::RpcError(RpcError::ForUser(message)) => Self::Rpc(told(message.clone())),
            ErrorKind::TransactionError(reason) => Self::Refused(Box::new(Refusal::new(reason.clone(), &[]))),
            kind => Self::Node(told(without_keys(&kind.to_string()))),
        }
    }
}

/// What a transport says, with no more of the node's address than its host: the rest of it often has a key in it.
fn without_keys(text: &str) -> String {
    let Some((before, url)) = text.split_once(" for url (") else { return text.to_owned() };
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let host = behind.split(['/', '?', ')']).next().unwrap_or_default();
    format!("{before} to {}", host.rsplit('@').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use solana_instruction::error::InstructionError;

    fn refused(code: u32, by: Option<Pubkey>) -> Error {
        let reason = TransactionError::InstructionError(1, InstructionError::Custom(code));
        let logs: Vec<_> =
            by.map(|program| format!("Program {program} failed: custom")).into_iter().collect();
        Error::Refused(Box::new(Refusal::new(reason, &logs)))
    }

    #[test]
    fn three_refusals_of_the_account_program_ask_for_the_group() {
        for code in [6_041, 6_102, 6_103] {
            assert!(refused(code, Some(ids::ACCOUNT)).asks_for_group());
            // A node without a log.
            assert!(refused(code, None).asks_for_group());
            assert!(!refused(code, Some(ids::LIQUIDATION)).asks_for_group());
        }
        for code in [6_101, 6_104] {
            assert!(!refused(code, Some(ids::ACCOUNT)).asks_for_group());
        }
        assert!(!Error::Expired(3).asks_for_group());
    }
}
