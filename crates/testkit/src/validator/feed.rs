//! What moves prices on a validator: the test feed's only instruction.

use crate::PriceUpdate;
use anchor_lang::prelude::{AccountMeta, Pubkey};
use solana_instruction::Instruction;

/// Writes an update into a price account that genesis has, signed by the update's write authority; several, with their
/// `refresh_price`, fit into one transaction.
pub fn write_price(address: &Pubkey, update: &PriceUpdate) -> Instruction {
    write(address, &update.owner, &update.write_authority, update.data())
}

/// The account's bytes as they shall be.
pub(super) fn write(address: &Pubkey, program: &Pubkey, writer: &Pubkey, data: Vec<u8>) -> Instruction {
    let accounts = vec![AccountMeta::new(*address, false), AccountMeta::new_readonly(*writer, true)];
    Instruction { program_id: *program, accounts, data }
}
