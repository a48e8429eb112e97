//! Takes the insurance's share of fees in.

use crate::{
    calls::{Caller, Tokens},
    errors::LiquidationError,
    events::InsuranceEarned,
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{account::Group, ids, liquidation::Fund};

/// Accounts of `collect_insurance`.
#[event_cpi]
#[derive(Accounts)]
pub struct CollectInsurance<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The fund.
    #[account(mut, has_one = group @ LiquidationError::WrongGroup)]
    pub fund: AccountLoader<'info, Fund>,
    /// The group's vault.
    #[account(mut)]
    pub group_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// The fund's vault.
    #[account(mut, constraint = vault.key() == fund.load()?.vault @ LiquidationError::TokenAccountWrong)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// This program's address for the group.
    /// CHECK: the account program takes nobody else's word.
    pub rescuer: UncheckedAccount<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
    /// The account program.
    /// CHECK: its address is all that matters.
    #[account(address = ids::ACCOUNT)]
    pub account_program: UncheckedAccount<'info>,
    /// The address by which the account program signs its events.
    /// CHECK: that program checks it.
    pub account_events: UncheckedAccount<'info>,
}

impl CollectInsurance<'_> {
    /// Takes all of it in; anybody may ask for that, and it is no mistake if there is nothing.
    pub fn collect_insurance(ctx: Context<Self>) -> Result<()> {
        let accounts = &mut *ctx.accounts;
        if accounts.group.load()?.insurance == 0 {
            return Ok(());
        }
        let before = accounts.vault.amount;
        {
            let caller = Caller {
                group: accounts.group.as_ref(),
                rescuer: &accounts.rescuer,
                bump: accounts.fund.load()?.rescuer_bump,
                program: &accounts.account_program,
                events: &accounts.account_events,
            };
            caller.pay_insurance(&Tokens {
                vault: accounts.group_vault.as_ref().as_ref(),
                mint: accounts.mint.as_ref().as_ref(),
                fund_vault: accounts.vault.as_ref().as_ref(),
                program: &accounts.token_program,
            })?;
        }
        accounts.vault.reload()?;
        // What arrived: a token may keep a fee of its own.
        let amount = accounts.vault.amount.checked_sub(before).ok_or(LiquidationError::VaultShort)?;
        let (assets, shares) = {
            let fund = &mut accounts.fund.load_mut()?;
            fund.earn(amount)?;
            fund.invariant()?;
            (fund.assets, fund.shares)
        };
        emit_cpi!(InsuranceEarned { group: ctx.accounts.group.key(), amount, assets, shares });
        Ok(())
    }
}
