//! Writes a piece of a draft.

use super::require_authority;
use crate::{errors::RiskError, events::ModelChanged};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::Group,
    risk::{Model, ModelCorrelation, ModelRow, ModelSection},
};

/// Accounts of `write_draft`.
#[event_cpi]
#[derive(Accounts)]
pub struct WriteDraft<'info> {
    /// Group of the draft.
    pub group: AccountLoader<'info, Group>,
    /// The draft.
    #[account(mut, has_one = group @ RiskError::WrongGroup)]
    pub draft: AccountLoader<'info, Model>,
    /// The group's authority.
    pub authority: Signer<'info>,
}

impl WriteDraft<'_> {
    /// Writes a piece; what the whole means is only asked when it is adopted.
    pub fn write_draft(ctx: Context<Self>, section: ModelSection) -> Result<()> {
        require_authority(&ctx.accounts.group, &ctx.accounts.authority)?;
        let revision = {
            let draft = &mut ctx.accounts.draft.load_mut()?;
            require!(draft.version == Model::VERSION, RiskError::ModelVersionUnknown);
            require!(draft.draft == 1, RiskError::ModelIsDraft);
            write(draft, &section)?;
            draft.revision = draft.revision.saturating_add(1);
            draft.changed_at = Clock::get()?.unix_timestamp;
            draft.revision
        };
        let (group, model) = (ctx.accounts.group.key(), ctx.accounts.draft.key());
        emit_cpi!(ModelChanged { group, model, revision, draft: true });
        Ok(())
    }
}

fn write(draft: &mut Model, section: &ModelSection) -> Result<()> {
    match section {
        ModelSection::Rows { first, rows } => {
            let (before, count) = (draft.row_count, &mut draft.rows);
            draft.row_count = place(count, before, *first, rows)?;
            clear(&mut draft.rows, draft.row_count, ModelRow::default());
        }
        ModelSection::Correlations { first, correlations } => {
            let before = draft.correlation_count;
            draft.correlation_count = place(&mut draft.correlations, before, *first, correlations)?;
            clear(&mut draft.correlations, draft.correlation_count, ModelCorrelation::default());
        }
        ModelSection::Parameters(parameters) => draft.parameters = *parameters,
        ModelSection::Peg(market) => draft.peg_market = *market,
    }
    Ok(())
}

/// Copies items to their place, which must leave no gap behind the `count` there are; returns the count after them.
fn place<T: Copy>(slots: &mut [T], count: u8, first: u8, items: &[T]) -> Result<u8> {
    require!(first <= count, RiskError::ModelInvalid);
    let end = usize::from(first).saturating_add(items.len());
    let span = slots.get_mut(first.into()..end).ok_or(RiskError::ModelTooLarge)?;
    span.copy_from_slice(items);
    Ok(end as u8)
}

/// Empties the slots behind the first `count`.
fn clear<T: Copy>(slots: &mut [T], count: u8, empty: T) {
    for slot in slots.iter_mut().skip(count.into()) {
        *slot = empty;
    }
}
