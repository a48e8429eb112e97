//! Says how much of some positions a liquidation closes, and what that costs.

use crate::assessing;
use anchor_lang::{prelude::*, solana_program::program::set_return_data};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{Model, QuoteArgs},
};

/// Accounts of `quote`; behind them, the risks of the markets that the account holds, by rising number.
#[derive(Accounts)]
pub struct Quote<'info> {
    /// Group of the account.
    pub group: AccountLoader<'info, Group>,
    /// The group's model.
    pub model: AccountLoader<'info, Model>,
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

impl<'info> Quote<'info> {
    /// Returns the answer as return data. Funding and interest that are due are not seen.
    pub fn quote(ctx: Context<'info, Self>, args: QuoteArgs) -> Result<()> {
        let Quote { group, model, margin_account } = ctx.accounts;
        let answer = assessing::quote(group, model, margin_account, ctx.remaining_accounts, &args)?;
        set_return_data(bytemuck::bytes_of(&*answer));
        Ok(())
    }
}
