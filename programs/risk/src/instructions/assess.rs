//! Assesses an account.

use crate::assessing;
use anchor_lang::{prelude::*, solana_program::program::set_return_data};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::Model,
};

/// Accounts of `assess`; behind them, the risks of the markets that the account holds, by rising number.
#[derive(Accounts)]
pub struct Assess<'info> {
    /// Group of the account.
    pub group: AccountLoader<'info, Group>,
    /// The group's model.
    pub model: AccountLoader<'info, Model>,
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

impl<'info> Assess<'info> {
    /// Returns the report as return data.
    pub fn assess(ctx: Context<'info, Self>) -> Result<()> {
        let Assess { group, model, margin_account } = ctx.accounts;
        let report = assessing::assess(group, model, margin_account, ctx.remaining_accounts)?;
        set_return_data(report.bytes());
        Ok(())
    }
}
