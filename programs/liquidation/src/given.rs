//! The accounts that an instruction takes behind its fixed ones: markets and banks of the account program, then risks,
//! as that program takes them.

use anchor_lang::prelude::*;
use ballast_interface::{ids, risk::Risks};

/// Accounts of the account program, and those behind them, which are the risk program's.
pub struct Given<'a, 'info> {
    /// All of them.
    pub all: &'a [AccountInfo<'info>],
    /// Those of the account program.
    pub own: &'a [AccountInfo<'info>],
    risks: &'a [AccountInfo<'info>],
}

impl<'a, 'info> Given<'a, 'info> {
    /// Splits the accounts.
    pub fn new(all: &'a [AccountInfo<'info>]) -> Self {
        let own = all.iter().take_while(|account| *account.owner == ids::ACCOUNT).count();
        let (own, risks) = all.split_at(own);
        Self { all, own, risks }
    }

    /// The risks.
    pub fn risks(&self, group: &Pubkey) -> Result<Risks<'a, 'info>> {
        Risks::new(self.risks, group)
    }
}
