//! Creates a group's insurance fund.

use crate::{errors::LiquidationError, events::RescueRulesChanged};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{
    account::Group,
    liquidation::{Fund, RescueRules},
    seeds,
};

/// Accounts of `create_fund`.
#[event_cpi]
#[derive(Accounts)]
pub struct CreateFund<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// Its authority.
    pub authority: Signer<'info>,
    /// The fund to be.
    #[account(
        init,
        payer = payer,
        space = Fund::SIZE,
        seeds = [seeds::FUND, group.key().as_ref()],
        bump,
    )]
    pub fund: AccountLoader<'info, Fund>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// The fund's vault to be.
    #[account(
        init,
        payer = payer,
        seeds = [seeds::VAULT, fund.key().as_ref()],
        bump,
        token::mint = mint,
        token::authority = rescuer,
        token::token_program = token_program,
    )]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// This program's address for the group.
    /// CHECK: its seeds say which it is.
    #[account(seeds = [seeds::RESCUER, group.key().as_ref()], bump)]
    pub rescuer: UncheckedAccount<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the accounts.
    pub system_program: Program<'info, System>,
}

impl CreateFund<'_> {
    fn validate(&self) -> Result<()> {
        let group = self.group.load()?;
        group.invariant()?;
        require_keys_eq!(group.authority, self.authority.key(), LiquidationError::NotAuthority);
        require_keys_eq!(group.rescuer, self.rescuer.key(), LiquidationError::GroupElsewhere);
        require_keys_eq!(group.quote_mint, self.mint.key(), LiquidationError::TokenAccountWrong);
        Ok(())
    }

    /// Creates the fund, empty, with its vault and rules.
    pub fn create_fund(ctx: Context<Self>, rules: RescueRules) -> Result<()> {
        ctx.accounts.validate()?;
        let (group, bumps) = (ctx.accounts.group.key(), (ctx.bumps.fund, ctx.bumps.rescuer));
        {
            let fund = &mut ctx.accounts.fund.load_init()?;
            (fund.version, fund.bump, fund.rescuer_bump) = (Fund::VERSION, bumps.0, bumps.1);
            (fund.group, fund.vault, fund.rules) = (group, ctx.accounts.vault.key(), rules);
            fund.invariant()?;
        }
        emit_cpi!(RescueRulesChanged { group, rules });
        Ok(())
    }
}
