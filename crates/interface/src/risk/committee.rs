//! Who may post surfaces and attest risk.

use super::RiskError;
use anchor_lang::prelude::*;

/// Most attestors of a committee.
pub const MAX_ATTESTORS: usize = 8;

/// A group's committee: so many of these keys must sign.
#[account("account", zero_copy)]
pub struct Committee {
    /// Version of this layout, `Committee::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Number of attestors in use.
    pub count: u8,
    /// How many must sign.
    pub threshold: u8,
    /// Zero.
    pub padding: [u8; 4],
    /// Group of the committee; part of its address.
    pub group: Pubkey,
    /// Count of the committee's terms; a message names the one it was signed in.
    pub epoch: u64,
    /// Keys that may sign, each once.
    pub attestors: [Pubkey; MAX_ATTESTORS],
    /// Zero; room for later versions.
    pub reserved: [u8; 200],
}

impl Committee {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// The keys that may sign.
    pub fn attestors(&self) -> &[Pubkey] {
        self.attestors.get(..self.count as usize).unwrap_or(&[])
    }

    /// A new term with other attestors.
    pub fn seat(&mut self, attestors: &[Pubkey], threshold: u8) -> Result<()> {
        require!(attestors.len() <= MAX_ATTESTORS, RiskError::CommitteeInvalid);
        self.attestors = [Pubkey::default(); MAX_ATTESTORS];
        for (slot, attestor) in self.attestors.iter_mut().zip(attestors) {
            *slot = *attestor;
        }
        (self.count, self.threshold) = (attestors.len() as u8, threshold);
        self.epoch = self.epoch.saturating_add(1);
        self.invariant()
    }

    /// What must hold after every instruction that writes a committee.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, RiskError::CommitteeVersionUnknown);
        let attestors = self.attestors();
        let distinct = attestors.iter().enumerate().all(|(place, attestor)| {
            *attestor != Pubkey::default() && !attestors.iter().take(place).any(|other| other == attestor)
        });
        let reachable = (1..=self.count).contains(&self.threshold) && self.count as usize <= MAX_ATTESTORS;
        require!(distinct && reachable, RiskError::CommitteeInvalid);
        Ok(())
    }
}

const _: () = assert!(Committee::SIZE == 512);
const _: () = assert!(align_of::<Committee>() <= 8);
