//! Which accounts something is to be done about, and in which order.

use super::weigh::permitted;
use crate::{scan::Standing, State};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::MarginAccount;

/// Something to be done about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It is below maintenance margin: its rescue begins.
    Begin(Pubkey),
    /// Its rescue is under way, and goes on.
    Drive(Pubkey),
    /// Its rescue is under way, but its auction is not known: it is looked for.
    Find(Pubkey),
}

impl Intent {
    /// The account.
    pub const fn account(&self) -> &Pubkey {
        match self {
            Self::Begin(account) | Self::Drive(account) | Self::Find(account) => account,
        }
    }
}

/// Everything that is due, for the accounts nearest to the edge or farthest beyond it first; never about the keeper's own.
pub fn decide(state: &State, own: &Pubkey) -> Vec<Intent> {
    let scanner = &state.scanner;
    let mut found: Vec<(i64, Intent)> = vec![];
    let short = scanner.below_maintenance().filter(|(_, standing)| permitted(standing.permitted));
    for (key, standing) in short {
        if let Some(false) = scanner.account(&key).map(is_latched) {
            found.push((standing.distance(), Intent::Begin(key)));
        }
    }
    for key in scanner.keys() {
        if scanner.account(key).is_some_and(is_latched) {
            let known = state.auctions.contains_key(key);
            let intent = if known { Intent::Drive(*key) } else { Intent::Find(*key) };
            let standing = scanner.standing(key).and_then(|standing| standing.as_ref().ok());
            found.push((standing.map_or(i64::MAX, Standing::distance), intent));
        }
    }
    found.retain(|(_, intent)| intent.account() != own);
    found.sort_by_key(|(distance, intent)| (*distance, *intent.account()));
    found.into_iter().map(|(_, intent)| intent).collect()
}

/// Whether an account is under liquidation.
fn is_latched(account: &MarginAccount) -> bool {
    account.liquidation_since != 0
}
