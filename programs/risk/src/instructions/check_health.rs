//! Fails the transaction unless an account has so much health or room.

use crate::{assessing, errors::RiskError};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{CheckHealthArgs, Model},
    Wide,
};

/// Accounts of `check_health`; behind them, the risks of the markets that the account holds.
#[derive(Accounts)]
pub struct CheckHealth<'info> {
    /// Group of the account.
    pub group: AccountLoader<'info, Group>,
    /// The group's model.
    pub model: AccountLoader<'info, Model>,
    /// The account.
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

impl<'info> CheckHealth<'info> {
    /// Succeeds or fails, and does nothing else. Funding and interest that are due are not seen.
    pub fn check_health(ctx: Context<'info, Self>, args: CheckHealthArgs) -> Result<()> {
        let CheckHealth { group, model, margin_account } = ctx.accounts;
        let report = assessing::assess(group, model, margin_account, ctx.remaining_accounts)?;
        let unit = ballast_interface::account::quote_unit(group.load()?.quote_decimals);
        let enough = |has: Wide, least: Option<i64>| {
            // 2^63 by at most 10^10.
            least.is_none_or(|least| has.get() >= i128::from(least).saturating_mul(unit.into()))
        };
        require!(enough(report.health, args.least_health), RiskError::HealthTooLow);
        require!(enough(report.room, args.least_room), RiskError::HealthTooLow);
        require!(report.permitted & args.permitted == args.permitted, RiskError::FeedsForbid);
        Ok(())
    }
}
