//! Asking the risk program from within another program.

use super::{instructions::tags, Assessment};
use crate::ids;
use anchor_lang::{
    prelude::*,
    solana_program::{
        instruction::Instruction,
        program::{get_return_data, invoke_unchecked},
    },
};

/// Assesses an account by CPI. `markets` are the risks of the markets that the account holds, and of those that price
/// or move its collateral, by rising number; the risk program must be among the caller's accounts.
///
/// Funding and interest are read as they stand in the account: whoever relies on the answer brings them up to date
/// first.
#[inline(never)]
pub fn assess<'info>(
    group: &AccountInfo<'info>,
    model: &AccountInfo<'info>,
    margin_account: &AccountInfo<'info>,
    markets: &[AccountInfo<'info>],
) -> Result<Box<Assessment>> {
    let count = markets.len().saturating_add(3);
    let mut infos = Vec::with_capacity(count);
    infos.extend([group, model, margin_account].map(AccountInfo::clone));
    infos.extend_from_slice(markets);
    let mut accounts = Vec::with_capacity(count);
    accounts.extend(infos.iter().map(|info| AccountMeta::new_readonly(*info.key, false)));
    let question = Instruction { program_id: ids::RISK, accounts, data: tags::ASSESS.to_vec() };
    // Unchecked: nothing is written, so it does not matter who holds what borrowed.
    invoke_unchecked(&question, &infos)?;
    answer()
}

/// What the risk program returned; nobody else's word counts.
#[inline(never)]
fn answer() -> Result<Box<Assessment>> {
    let (program, bytes) = get_return_data().ok_or(ProgramError::InvalidAccountData)?;
    require_keys_eq!(program, ids::RISK);
    let mut report = bytemuck::zeroed_box::<Assessment>();
    report.read(&bytes).ok_or(ProgramError::InvalidAccountData)?;
    Ok(report)
}
