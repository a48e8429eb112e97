//! Assesses an account and reports it as an event.

use crate::{assessing, events::Assessed};
use anchor_lang::{
    event::EVENT_IX_TAG_LE,
    prelude::*,
    solana_program::{
        instruction::Instruction,
        program::{invoke_signed, set_return_data},
    },
    Discriminator,
};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{Assessment, Model},
    seeds,
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

/// Bytes of the event: two tags, two addresses, the report.
const LENGTH: usize = 8 + 8 + 32 + 32 + size_of::<Assessment>();

impl<'info> PublishAssessment<'info> {
    /// Returns the report as return data, and emits it.
    pub fn publish_assessment(ctx: Context<'info, Self>) -> Result<()> {
        let PublishAssessment { group, model, margin_account, .. } = ctx.accounts;
        let report = assessing::assess(group, model, margin_account, ctx.remaining_accounts)?;
        ctx.accounts.emit(&report)?;
        // Nothing of what was returned before a call outlives it.
        set_return_data(report.bytes());
        Ok(())
    }

    /// What `emit_cpi!` does, in a buffer of the right length: its own grows by doubling, and an assessment of the
    /// largest account leaves no room on the heap for that.
    #[inline(never)]
    fn emit(&self, report: &Assessment) -> Result<()> {
        let mut data = Vec::with_capacity(LENGTH);
        data.extend_from_slice(EVENT_IX_TAG_LE);
        data.extend_from_slice(Assessed::DISCRIMINATOR);
        data.extend_from_slice(self.group.key().as_ref());
        data.extend_from_slice(self.margin_account.key().as_ref());
        data.extend_from_slice(bytemuck::bytes_of(report));
        let accounts = vec![AccountMeta::new_readonly(self.event_authority.key(), true)];
        let event = Instruction { program_id: crate::ID, accounts, data };
        let signer: &[&[u8]] = &[seeds::EVENT_AUTHORITY, &[crate::EVENT_AUTHORITY_AND_BUMP.1]];
        Ok(invoke_signed(&event, &[self.event_authority.to_account_info()], &[signer])?)
    }
}
