//! Instructions that a committee signed.

use anchor_lang::prelude::Pubkey;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// The program that checks signatures.
const ED25519: Pubkey = Pubkey::from_str_const("Ed25519SigVerify111111111111111111111111111");

/// One signature to check: who signed, and which bytes of which instruction.
#[derive(Clone, Copy, Debug)]
pub struct SignatureCheck {
    /// Signer.
    pub signer: Pubkey,
    /// Signature.
    pub signature: [u8; 64],
    /// Instruction that holds the key; `u16::MAX` for the check itself.
    pub key_in: u16,
    /// Where the message begins.
    pub from: u16,
    /// Its length.
    pub length: u16,
    /// Instruction that holds it.
    pub message_in: u16,
}

impl SignatureCheck {
    /// A signature of an instruction's whole data, which stands at `place` in its transaction.
    pub fn of(signer: &Keypair, message: &Instruction, place: u16) -> Self {
        Self {
            signer: signer.pubkey(),
            signature: signer.sign_message(&message.data).into(),
            key_in: u16::MAX,
            from: 0,
            length: message.data.len() as u16,
            message_in: place,
        }
    }

    /// The instruction that makes some checks; keys and signatures stand behind the offsets.
    pub fn instruction(checks: &[Self]) -> Instruction {
        let mut data = vec![checks.len() as u8, 0];
        let mut at = 2 + 14 * checks.len() as u16;
        for check in checks {
            let numbers = [at + 32, u16::MAX, at, check.key_in, check.from, check.length, check.message_in];
            data.extend(numbers.into_iter().flat_map(u16::to_le_bytes));
            at += 96;
        }
        for check in checks {
            data.extend(check.signer.to_bytes());
            data.extend(check.signature);
        }
        Instruction { program_id: ED25519, accounts: vec![], data }
    }
}

/// A signature of a message that stands in the data of the instruction at `place`, from a byte on.
pub fn signed_by(signer: &Keypair, message: &[u8], from: u16, place: u16) -> SignatureCheck {
    SignatureCheck {
        signer: signer.pubkey(),
        signature: signer.sign_message(message).into(),
        key_in: u16::MAX,
        from,
        length: message.len() as u16,
        message_in: place,
    }
}

/// The check of everybody's signature, and the message behind it: the first two instructions of a transaction.
pub fn signed(message: Instruction, signers: &[&Keypair]) -> [Instruction; 2] {
    let checks: Vec<_> = signers.iter().map(|signer| SignatureCheck::of(signer, &message, 1)).collect();
    [SignatureCheck::instruction(&checks), message]
}
