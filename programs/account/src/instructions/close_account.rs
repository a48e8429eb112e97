//! Closes an empty margin account.

use crate::{errors::AccountError, events::AccountClosed};
use anchor_lang::{prelude::*, AccountsClose};
use ballast_interface::account::{MarginAccount, OrderRecord};

/// Accounts of `close_account`.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseAccount<'info> {
    /// The account.
    #[account(mut, close = receiver, has_one = owner @ AccountError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// Its record of orders, if it has one.
    #[account(mut, has_one = margin_account @ AccountError::RecordMissing)]
    pub order_record: Option<AccountLoader<'info, OrderRecord>>,
    /// The account's owner.
    pub owner: Signer<'info>,
    /// Who gets the rent back.
    #[account(mut)]
    pub receiver: SystemAccount<'info>,
}

impl CloseAccount<'_> {
    fn validate(&self) -> Result<Pubkey> {
        let account = self.margin_account.load()?;
        account.invariant()?;
        require!(account.is_empty() && account.liquidation_since == 0, AccountError::AccountNotEmpty);
        require!(self.order_record.is_some() == (account.has_record == 1), AccountError::RecordMissing);
        if let Some(record) = &self.order_record {
            let record = record.load()?;
            record.require_known()?;
            require!(record.is_idle(), AccountError::AccountNotEmpty);
        }
        Ok(account.group)
    }

    /// Closes the account and its record. With the record goes the watermark: signed orders that have not expired
    /// can be filled again once both are opened again, unless the new record begins above them.
    pub fn close_account(ctx: Context<Self>) -> Result<()> {
        let group = ctx.accounts.validate()?;
        if let Some(record) = &ctx.accounts.order_record {
            record.close(ctx.accounts.receiver.to_account_info())?;
        }
        let (margin_account, owner) = (ctx.accounts.margin_account.key(), ctx.accounts.owner.key());
        emit_cpi!(AccountClosed { group, margin_account, owner });
        Ok(())
    }
}
