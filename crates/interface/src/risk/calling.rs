//! Asking the risk program from within another program.

use super::{instructions::tags, Assessment, LiquidationQuote, QuoteArgs};
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
    ask([group, model, margin_account], markets, tags::ASSESS.to_vec())?;
    let mut report = bytemuck::zeroed_box::<Assessment>();
    report.read(&answer()?).ok_or(ProgramError::InvalidAccountData)?;
    Ok(report)
}

/// Asks how much of some positions a liquidation closes, and what that costs, by CPI; accounts as for [`assess`].
#[inline(never)]
pub fn quote<'info>(
    group: &AccountInfo<'info>,
    model: &AccountInfo<'info>,
    margin_account: &AccountInfo<'info>,
    markets: &[AccountInfo<'info>],
    args: &QuoteArgs,
) -> Result<Box<LiquidationQuote>> {
    let mut data = tags::QUOTE.to_vec();
    borsh::to_writer(&mut data, args)?;
    ask([group, model, margin_account], markets, data)?;
    let found = LiquidationQuote::from_bytes(&answer()?).ok_or(ProgramError::InvalidAccountData)?;
    Ok(Box::new(found))
}

#[inline(never)]
fn ask<'info>(fixed: [&AccountInfo<'info>; 3], markets: &[AccountInfo<'info>], data: Vec<u8>) -> Result<()> {
    let count = markets.len().saturating_add(3);
    let mut infos = Vec::with_capacity(count);
    infos.extend(fixed.map(AccountInfo::clone));
    infos.extend_from_slice(markets);
    let mut accounts = Vec::with_capacity(count);
    accounts.extend(infos.iter().map(|info| AccountMeta::new_readonly(*info.key, false)));
    let question = Instruction { program_id: ids::RISK, accounts, data };
    // Unchecked: nothing is written, so it does not matter who holds what borrowed.
    Ok(invoke_unchecked(&question, &infos)?)
}

/// What the risk program returned; nobody else's word counts.
#[inline(never)]
fn answer() -> Result<Vec<u8>> {
    let (program, bytes) = get_return_data().ok_or(ProgramError::InvalidAccountData)?;
    require_keys_eq!(program, ids::RISK);
    Ok(bytes)
}
