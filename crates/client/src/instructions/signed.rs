//! Orders that were signed off chain, and the instruction that checks their signatures.

use crate::{Error, Sender};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{account::Order, signatures::ITSELF};
use solana_instruction::Instruction;

/// Program that checks signatures.
const ED25519: Pubkey = ballast_interface::signatures::ED25519;
/// Bytes of one check's offsets, and of a key and a signature.
const OFFSETS: u16 = 14;
const KEY: u16 = 32;
const SIGNATURE: u16 = 64;
/// Where the first order stands in the data of an instruction: behind its tag.
const FIRST: u16 = 8;

/// The check of signatures of bytes that stand in the data of the instruction at a place of the transaction: signer,
/// signature, where the bytes begin, and how many there are.
pub fn signatures(checks: &[(Pubkey, [u8; 64], u16, u16)], place: u16) -> Instruction {
    let mut data = vec![checks.len() as u8, 0];
    let mut at = 2 + OFFSETS * checks.len() as u16;
    for (_, _, from, length) in checks {
        // Signature and where it is, key and where it is, message, its length, and where it is.
        let numbers = [at + KEY, ITSELF, at, ITSELF, *from, *length, place];
        data.extend(numbers.into_iter().flat_map(u16::to_le_bytes));
        at += KEY + SIGNATURE;
    }
    for (signer, signature, _, _) in checks {
        data.extend(signer.to_bytes());
        data.extend(signature);
    }
    Instruction { program_id: ED25519, accounts: vec![], data }
}

/// The check of orders that stand one behind the other in the data of the next instruction, this one being the caller's
/// first.
pub(super) fn of_orders(orders: &[&Order], signed: &[(Pubkey, [u8; 64])]) -> Instruction {
    let mut from = FIRST;
    let checks: Vec<_> = orders
        .iter()
        .zip(signed)
        .map(|(order, (signer, signature))| {
            let length = order.message().len() as u16;
            let check = (*signer, *signature, from, length);
            from += length;
            check
        })
        .collect();
    signatures(&checks, Sender::FIRST + 1)
}

/// An order that cannot be traded.
pub(super) fn unfit(error: anchor_lang::error::Error) -> Error {
    Error::Unbuildable(format!("the order is out of range ({error})"))
}
