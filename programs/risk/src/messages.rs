//! Messages that a committee signed: the whole data of the instruction that carries them.
//!
//! The ed25519 program checks signatures by itself, in an instruction of its own directly before; what it checked,
//! and whether that is this message and these signers, is read from the transaction here.

use crate::errors::RiskError;
use anchor_lang::{
    prelude::*,
    solana_program::instruction::{get_stack_height, Instruction, TRANSACTION_LEVEL_STACK_HEIGHT},
};
use ballast_interface::risk::{Committee, MarketRisk};
use solana_instructions_sysvar::{load_current_index_checked, load_instruction_at_checked};

/// The program that checks signatures.
const ED25519: Pubkey = pubkey!("Ed25519SigVerify111111111111111111111111111");

/// Bytes of one check's offsets.
const OFFSETS: usize = 14;
/// Where the first check's offsets begin.
const FIRST: usize = 2;
/// An instruction index that means the checking instruction itself.
const ITSELF: u16 = u16::MAX;

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
    for signer in Signers::of(&check, before, place, message.data.len())? {
        let signer = signer?;
        let found = committee.attestors().iter().position(|attestor| *attestor == signer);
        let bit = 1u8.wrapping_shl(found.ok_or(RiskError::SignerUnknown)? as u32);
        require!(seen & bit == 0, RiskError::SignerTwice);
        seen |= bit;
    }
    require!(seen.count_ones() >= u32::from(committee.threshold), RiskError::QuorumMissing);
    Ok(())
}

/// The keys whose signatures of the whole message an instruction checked.
struct Signers<'a> {
    check: &'a [u8],
    /// Place of the check in the transaction.
    place: u16,
    /// Place and length of the message.
    message: (u16, u16),
    next: u8,
}

impl<'a> Signers<'a> {
    fn of(check: &'a Instruction, place: u16, message: u16, length: usize) -> Result<Self> {
        let length = u16::try_from(length).map_err(|_| RiskError::SignatureForeign)?;
        Ok(Self { check: &check.data, place, message: (message, length), next: 0 })
    }

    fn signer(&self, check: usize) -> Result<Pubkey> {
        let at = check.saturating_mul(OFFSETS).saturating_add(FIRST);
        let number = |field: usize| {
            let at = at.saturating_add(field.saturating_mul(2));
            let bytes = self.check.get(at..at.saturating_add(2)).ok_or(RiskError::SignatureForeign)?;
            Ok::<_, RiskError>(u16::from_le_bytes([bytes[0], bytes[1]]))
        };
        // Of the seven numbers the first two say where the signature is, which is the checker's affair.
        let (key, key_in) = (number(2)?, number(3)?);
        let (from, length, message_in) = (number(4)?, number(5)?, number(6)?);
        let whole = from == 0 && (message_in, length) == self.message;
        require!(whole && (key_in == ITSELF || key_in == self.place), RiskError::SignatureForeign);
        let key = self.check.get(usize::from(key)..).and_then(|rest| rest.first_chunk::<32>());
        Ok(Pubkey::new_from_array(*key.ok_or(RiskError::SignatureForeign)?))
    }
}

impl Iterator for Signers<'_> {
    type Item = Result<Pubkey>;

    fn next(&mut self) -> Option<Self::Item> {
        // The first byte counts the checks.
        let check = self.next;
        self.next = check.saturating_add(1);
        (check < *self.check.first()?).then(|| self.signer(check.into()))
    }
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
