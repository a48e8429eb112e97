//! What an instruction of the ed25519 program checked: whose signatures, of which bytes of the transaction.

use anchor_lang::prelude::{pubkey, Pubkey};

/// The program that checks signatures.
pub const ED25519: Pubkey = pubkey!("Ed25519SigVerify111111111111111111111111111");

/// Bytes of one check's offsets.
const OFFSETS: usize = 14;
/// Where the first check's offsets begin.
const FIRST: usize = 2;
/// An instruction index that means the checking instruction itself.
pub const ITSELF: u16 = u16::MAX;

/// One signature that was found right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who signed.
    pub signer: Pubkey,
    /// Instruction whose data hold the signed bytes.
    pub message_in: u16,
    /// Where they begin.
    pub from: u16,
    /// How many there are.
    pub length: u16,
}

/// What the instruction of that data, which stands at `place` in its transaction, checked; nothing for what it takes
/// from elsewhere, or what cannot be read.
pub fn signatures(data: &[u8], place: u16) -> impl Iterator<Item = Option<Signed>> + '_ {
    // The first byte counts the checks.
    let count = data.first().copied().unwrap_or(0);
    (0..count).map(move |check| signature(data, place, check.into()))
}

fn signature(data: &[u8], place: u16, check: usize) -> Option<Signed> {
    let at = check.saturating_mul(OFFSETS).saturating_add(FIRST);
    let number = |field: usize| {
        let bytes = data.get(at.saturating_add(field.saturating_mul(2))..)?.first_chunk()?;
        Some(u16::from_le_bytes(*bytes))
    };
    // Of the seven numbers the first two say where the signature is, which is the checker's affair.
    let (key, key_in) = (number(2)?, number(3)?);
    let (from, length, message_in) = (number(4)?, number(5)?, number(6)?);
    if key_in != ITSELF && key_in != place {
        return None;
    }
    let message_in = if message_in == ITSELF { place } else { message_in };
    let key = data.get(usize::from(key)..)?.first_chunk::<32>()?;
    Some(Signed { signer: Pubkey::new_from_array(*key), message_in, from, length })
}
