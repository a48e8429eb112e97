//! Assesses an account and reports it as an event.

use crate::{assessing, events::Assessed};
use anchor_lang::{prelude::*, solana_program::program::set_return_data};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::Model,
};

/// Accounts of `publish_assessment`; behind them, the risks of the markets that the account holds.
#[event_cpi]
#[derive(Accounts)]
pub struct PublishAssessment<'info> {
    /// Group of the account.
    pub group: AccountLoader<'info, Group>,
    /// The group's model.
    pub model: AccountLoader<'info, Model>,
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

impl<'info> PublishAssessment<'info> {
    /// Returns the report as return data, and emits it.
    pub fn publish_assessment(ctx: Context<'info, Self>) -> Result<()> {
        let PublishAssessment { group, model, margin_account, .. } = ctx.accounts;
        let report = assessing::assess(group, model, margin_account, ctx.remaining_accounts)?;
        let (group, margin_account) = (group.key(), margin_account.key());
        emit_cpi!(Assessed { group, margin_account, report: *report });
        // A call to itself would leave nothing of what was returned before.
        set_return_data(report.bytes());
        Ok(())
    }
}
