//! Accounts at addresses that can be foreseen: lamports that somebody sent there before are not in their way.
//!
//! The usual instruction that creates an account refuses an address that holds lamports.

use anchor_lang::{
    prelude::Pubkey,
    solana_program::{instruction::Instruction, system_instruction as system},
    system_program,
};
use ballast_client::Account;

/// Whether there is nothing at an address, or nothing but lamports.
pub(crate) fn is_free(account: &Account) -> bool {
    account.lamports == 0 || account.owner == system_program::ID && account.data.is_empty()
}

/// An account that is created.
pub(crate) struct Place<'a> {
    pub payer: &'a Pubkey,
    pub address: &'a Pubkey,
    /// Lamports that are there already.
    pub held: u64,
    /// Lamports that it shall have.
    pub rent: u64,
    pub length: usize,
    pub owner: &'a Pubkey,
}

impl Place<'_> {
    fn fund(&self) -> Option<Instruction> {
        let short = self.rent.saturating_sub(self.held);
        (short > 0).then(|| system::transfer(self.payer, self.address, short))
    }

    /// At an address that has a key, which signs.
    pub fn take(&self) -> Vec<Instruction> {
        let allocate = system::allocate(self.address, self.length as u64);
        let assign = system::assign(self.address, self.owner);
        self.fund().into_iter().chain([allocate, assign]).collect()
    }

    /// At an address that follows from another one, which signs.
    pub fn take_seeded(&self, base: &Pubkey, seed: &str) -> Vec<Instruction> {
        let length = self.length as u64;
        let allocate = system::allocate_with_seed(self.address, base, seed, length, self.owner);
        let assign = system::assign_with_seed(self.address, base, seed, self.owner);
        self.fund().into_iter().chain([allocate, assign]).collect()
    }
}
