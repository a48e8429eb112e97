//! Which instructions can leave unwritten what all trades of a group share, so that they run side by side.

use crate::{account::instructions::tags as account, ids, liquidation::instructions::tags as liquidation};
use anchor_lang::solana_program::instruction::Instruction;

/// Places of the accounts that an instruction writes only if it may: the group, and a fill's venue.
fn places(program: &anchor_lang::prelude::Pubkey, tag: [u8; 8]) -> &'static [usize] {
    const GROUP: &[usize] = &[0];
    if *program == ids::ACCOUNT {
        return match tag {
            account::SETTLE_FILLS => &[0, 1],
            account::BLOCK_TRADE
            | account::EXECUTE_TRIGGER
            | account::REFRESH_ACCOUNT
            | account::MOVE_LEGS
            | account::FILL_RESCUE
            | account::MOVE_CASH
            | account::REALISE => GROUP,
            _ => &[],
        };
    }
    match tag {
        liquidation::BEGIN
        | liquidation::LIQUIDATE
        | liquidation::LIQUIDATE_TO_ORDER
        | liquidation::SWAP_COLLATERAL
        | liquidation::END
        | liquidation::DELEVERAGE
        | liquidation::REALISE_PROFIT
            if *program == ids::LIQUIDATION =>
        {
            GROUP
        }
        _ => &[],
    }
}

/// Makes an instruction leave its group unwritten, and its venue, where it can: then it waits for nobody who trades in other
/// markets with other accounts. It is refused with `CashUncounted` or `FeesUnplaced` where the group has to be written after
/// all: then the instruction as it was does it.
pub fn in_parallel(mut instruction: Instruction) -> Instruction {
    let tag = instruction.data.first_chunk().copied().unwrap_or_default();
    for place in places(&instruction.program_id, tag) {
        if let Some(meta) = instruction.accounts.get_mut(*place) {
            meta.is_writable = false;
        }
    }
    instruction
}
