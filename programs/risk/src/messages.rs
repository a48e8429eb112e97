//! Messages that a committee signed: the whole data of the instruction that carries them.
//!
//! The ed25519 program checks signatures by itself, in an instruction of its own directly before; what it checked,
//! and whether that is this message and these signers, is read from the transaction here.

use crate::errors::RiskError;
use anchor_lang::{
    prelude::*,
    solana_program::instruction::{get_stack_height, TRANSACTION_LEVEL_STACK_HEIGHT},
};
use ballast_interface::{
    risk::{Committee, MarketRisk},
    signatures::{signatures, ED25519},
};
use solana_instructions_sysvar::{load_current_index_checked, load_instruction_at_checked};

/// Refuses a message that too few of the committee signed, or that something else was signed beside.
#[inline(never)]
fn require_quorum(instructions: &AccountInfo, committee: &Committee) -> Result<()> {
    // Through another program the transaction's own instruction would be another one's.
    require!(get_stack_height() == TRANSACTION_LEVEL_STACK_HEIGHT, RiskError::MessageNested);
    let place = load_current_index_checked(instructions)?;
    let before = place.checked_sub(1).ok_or(RiskError::SignaturesMissing)?;
    let message = load_instruction_at_checked(place.into(), instructions)?;
    let check = load_instruction_at_checked(before.into(), instructions)?;
    require_keys_eq!(check.program_id, ED25519, RiskError::SignaturesMissing);
    let mut seen = 0u8;
    for signed in signatures(&check.data, before) {
        let signed = signed.ok_or(RiskError::SignatureForeign)?;
        let whole = signed.from == 0 && usize::from(signed.length) == message.data.len();
        require!(whole && signed.message_in == place, RiskError::SignatureForeign);
        let found = committee.attestors().iter().position(|attestor| *attestor == signed.signer);
        let bit = 1u8.wrapping_shl(found.ok_or(RiskError::SignerUnknown)? as u32);
        require!(seen & bit == 0, RiskError::SignerTwice);
        seen |= bit;
    }
    require!(seen.count_ones() >= u32::from(committee.threshold), RiskError::QuorumMissing);
    Ok(())
}

/// What every message says of itself.
pub struct Claim {
    /// Group and market that it is for.
    pub market: (Pubkey, u16),
    /// Term of the committee.
    pub epoch: u64,
    /// From when on it is valid, and until when.
    pub valid: (i64, i64),
}

/// Refuses a message for another market, of another term, that too few of the committee signed, or outside its time:
/// it may be valid for `longest` seconds at most.
pub fn admit(
    claim: &Claim,
    risk: &MarketRisk,
    committee: &Committee,
    instructions: &AccountInfo,
    longest: u32,
    now: i64,
) -> Result<()> {
    let ours = (risk.group, risk.market) == claim.market;
    require!(ours && committee.group == risk.group, RiskError::WrongGroup);
    committee.invariant()?;
    require!(claim.epoch == committee.epoch, RiskError::EpochWrong);
    require_quorum(instructions, committee)?;
    let (from, until) = claim.valid;
    require!(from <= now, RiskError::MessageEarly);
    let span = until.saturating_sub(from);
    require!(now < until && span <= i64::from(longest), RiskError::MessageLate);
    Ok(())
}
