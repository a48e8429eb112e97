//! Invariants 1 and 2, and who is being rescued: what `ballast-audit` finds in the books.

use crate::state::{broken, Broken, State};
use ballast_audit::{audit, names::INTEREST, Books};

impl State {
    /// The books as they stand.
    pub fn books(&self) -> Books {
        let seats = self.keys.iter().zip(&self.accounts);
        let insurance = self.insurance.as_ref();
        let mut stakes: Vec<_> = insurance.iter().flat_map(|it| it.stakes.iter().flatten()).collect();
        // Two seats may be one owner's.
        stakes.sort_unstable_by_key(|stake| stake.owner);
        stakes.dedup_by_key(|stake| stake.owner);
        Books {
            now: self.now,
            group: self.group.clone(),
            accounts: seats.filter_map(|(key, account)| Some((*key, account.clone()?))).collect(),
            markets: self.markets.clone(),
            banks: self.banks.clone(),
            venues: vec![*self.venue],
            vault: self.vaults[0],
            bank_vaults: self.vaults[1..].to_vec(),
            fund: insurance.map(|it| (it.fund.clone(), it.vault)),
            auctions: insurance.iter().flat_map(|it| it.auctions.iter().flatten()).map(|it| **it).collect(),
            stakes: stakes.into_iter().map(|stake| **stake).collect(),
        }
    }
}

/// Checks that everything holds. Returns by how much interest charged exceeds interest credited.
pub fn hold(state: &State) -> Result<i128, Broken> {
    let mut left = 0;
    for residual in audit(&state.books()) {
        if !residual.holds() {
            return broken(residual.name, residual.to_string());
        }
        if residual.name == INTEREST {
            left = residual.residual;
        }
    }
    Ok(left)
}
