//! Which accounts something is to be done about, and in which order.

use super::weigh::permitted;
use crate::State;
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

/// Everything that is due, for the accounts that are short of most money first: dust must not keep
/// others waiting; never about the keeper's own.
pub fn decide(state: &State, own: &Pubkey) -> Vec<Intent> {
    let scanner = &state.scanner;
    let mut found: Vec<(i128, Intent)> = vec![];
    let short = scanner.below_maintenance().filter(|(_, standing)| permitted(standing.permitted));
    for (key, standing) in short {
        if let Some(false) = scanner.account(&key).map(is_latched) {
            found.push((standing.health, Intent::Begin(key)));
        }
    }
    for key in scanner.keys() {
        if scanner.account(key).is_some_and(is_latched) {
            let known = state.auctions.contains_key(key);
            let intent = if known { Intent::Drive(*key) } else { Intent::Find(*key) };
            let standing = scanner.standing(key).and_then(|standing| standing.as_ref().ok());
            found.push((standing.map_or(i128::MAX, |standing| standing.health), intent));
        }
    }
    found.retain(|(_, intent)| intent.account() != own);
    found.sort_by_key(|(health, intent)| (*health, *intent.account()));
    found.into_iter().map(|(_, intent)| intent).collect()
}

/// Whether an account is under liquidation.
fn is_latched(account: &MarginAccount) -> bool {
    account.liquidation_since != 0
}
