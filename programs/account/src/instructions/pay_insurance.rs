//! Pays the fees that belong to the insurance.

use super::require_rescuer;
use crate::{
    errors::AccountError,
    events::InsurancePaid,
    given::{waited, Given},
    tokens::{require_covered, Movement},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::account::Group;

/// Accounts of `pay_insurance`; behind them, the markets in which fees wait that shall be paid, too.
#[event_cpi]
#[derive(Accounts)]
pub struct PayInsurance<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The group's vault.
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account of the insurance.
    #[account(mut)]
    pub to: Box<InterfaceAccount<'info, TokenAccount>>,
    /// The group's liquidation program, by its own address; it says which token account that is.
    pub rescuer: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> PayInsurance<'info> {
    #[inline(never)]
    fn take(&self, given: &Given) -> Result<u64> {
        let mut markets = given.markets(&self.group.key())?;
        let group = &mut self.group.load_mut()?;
        require_keys_eq!(self.vault.key(), group.vault, AccountError::VaultWrong);
        require_keys_eq!(self.mint.key(), group.quote_mint, AccountError::MintWrong);
        let waited = waited(&mut markets, |market| core::mem::take(&mut market.waiting.insurance))?;
        group.count(waited, 0)?;
        let amount = core::mem::take(&mut group.insurance).checked_add(waited);
        Ok(amount.ok_or(AccountError::NumberTooLarge)?)
    }

    /// Pays all of them to a token account that the liquidation program names; it is no mistake if there are none.
    pub fn pay_insurance(ctx: Context<'info, Self>) -> Result<()> {
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        let amount = ctx.accounts.take(&Given::new(ctx.remaining_accounts))?;
        if amount == 0 {
            return Ok(());
        }
        let accounts = &mut *ctx.accounts;
        let movement = Movement {
            from: accounts.vault.as_ref().as_ref(),
            to: accounts.to.as_ref().as_ref(),
            mint: &accounts.mint,
            authority: accounts.group.as_ref(),
            token_program: accounts.token_program.as_ref(),
        };
        movement.by_group(amount, &accounts.group)?;
        accounts.vault.reload()?;
        require_covered(&*accounts.group.load()?, accounts.vault.amount)?;
        let (group, to) = (accounts.group.key(), accounts.to.key());
        emit_cpi!(InsurancePaid { group, to, amount });
        Ok(())
    }
}
