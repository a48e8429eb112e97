//! Opens the vault of a group's cash.

use crate::{errors::AccountError, events::VaultOpened, tokens};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{account::Group, seeds};

/// Accounts of `open_vault`.
#[event_cpi]
#[derive(Accounts)]
pub struct OpenVault<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// The vault to be.
    #[account(
        init,
        payer = payer,
        seeds = [seeds::VAULT, group.key().as_ref()],
        bump,
        token::mint = mint,
        token::authority = group,
        token::token_program = token_program,
    )]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl OpenVault<'_> {
    /// Opens the vault; anybody may, since there is only one that it can be.
    pub fn open_vault(ctx: Context<Self>) -> Result<()> {
        tokens::require_supported(ctx.accounts.mint.as_ref().as_ref())?;
        let (group, vault) = (ctx.accounts.group.key(), ctx.accounts.vault.key());
        {
            let group = &mut ctx.accounts.group.load_mut()?;
            group.invariant()?;
            require_keys_eq!(group.quote_mint, ctx.accounts.mint.key(), AccountError::MintWrong);
            require!(group.quote_decimals == ctx.accounts.mint.decimals, AccountError::MintWrong);
            group.vault = vault;
        }
        emit_cpi!(VaultOpened { group, vault });
        Ok(())
    }
}
