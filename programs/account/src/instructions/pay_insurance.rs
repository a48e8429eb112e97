//! Pays the fees that belong to the insurance.

use super::require_rescuer;
use crate::{
    errors::AccountError,
    events::InsurancePaid,
    tokens::{require_covered, Movement},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::account::Group;

/// Accounts of `pay_insurance`.
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

impl PayInsurance<'_> {
    #[inline(never)]
    fn take(&self) -> Result<u64> {
        let group = &mut self.group.load_mut()?;
        require_keys_eq!(self.vault.key(), group.vault, AccountError::VaultWrong);
        require_keys_eq!(self.mint.key(), group.quote_mint, AccountError::MintWrong);
        let amount = core::mem::take(&mut group.insurance);
        require!(amount > 0, AccountError::AmountZero);
        Ok(amount)
    }

    /// Pays all of them to a token account that the liquidation program names.
    pub fn pay_insurance(ctx: Context<Self>) -> Result<()> {
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        let amount = ctx.accounts.take()?;
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
