//! Lets somebody act for an account's owner, or no longer.

use crate::{books, errors::AccountError, events::DelegateSet};
use anchor_lang::prelude::*;
use ballast_interface::account::{Delegate, MarginAccount, SetDelegateArgs};

/// Accounts of `set_delegate`.
#[event_cpi]
#[derive(Accounts)]
pub struct SetDelegate<'info> {
    /// The account.
    #[account(mut, has_one = owner @ AccountError::NotOwner)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The account's owner.
    pub owner: Signer<'info>,
}

impl SetDelegate<'_> {
    /// Writes a row of delegates; the zero address frees it.
    pub fn set_delegate(ctx: Context<Self>, args: SetDelegateArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (group, sequence) = {
            let account = &mut ctx.accounts.margin_account.load_mut()?;
            let SetDelegateArgs { place, key, scope, expires_at } = args;
            let nobody = key == Pubkey::default();
            let known = scope == Delegate::TRADE || scope == Delegate::REDUCE;
            let somebody = known && key != account.owner && expires_at > now;
            let sound = if nobody { scope == 0 && expires_at == 0 } else { somebody };
            require!(sound, AccountError::DelegateInvalid);
            let row = account.delegates.get_mut(usize::from(place)).ok_or(AccountError::DelegateInvalid)?;
            *row = Delegate { key, expires_at, scope, reserved: [0; 7] };
            books::touch(account)?;
            account.invariant()?;
            (account.group, account.sequence)
        };
        let SetDelegateArgs { place, key, scope, expires_at } = args;
        let margin_account = ctx.accounts.margin_account.key();
        emit_cpi!(DelegateSet { group, margin_account, sequence, place, key, scope, expires_at });
        Ok(())
    }
}
