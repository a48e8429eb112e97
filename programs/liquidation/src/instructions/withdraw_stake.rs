//! Pays shares of the insurance fund out.

use super::stake::changed;
use crate::errors::LiquidationError;
use crate::events::StakeChanged;
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{transfer_checked, Mint, TokenAccount, TokenInterface, TransferChecked};
use ballast_interface::{
    liquidation::{Fund, Stake},
    seeds,
};

/// Accounts of `withdraw_stake`.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawStake<'info> {
    /// The fund.
    #[account(mut)]
    pub fund: AccountLoader<'info, Fund>,
    /// The owner's stake.
    #[account(
        mut,
        has_one = fund @ LiquidationError::WrongGroup,
        has_one = owner @ LiquidationError::NotAllowed,
    )]
    pub stake: AccountLoader<'info, Stake>,
    /// Whose stake it is.
    pub owner: Signer<'info>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// The fund's vault.
    #[account(mut, constraint = vault.key() == fund.load()?.vault @ LiquidationError::TokenAccountWrong)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Token account that gets the money.
    #[account(mut)]
    pub to: Box<InterfaceAccount<'info, TokenAccount>>,
    /// This program's address for the group.
    /// CHECK: nobody else may spend from the vault.
    pub rescuer: UncheckedAccount<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
}

impl WithdrawStake<'_> {
    #[inline(never)]
    fn take(&self, now: i64) -> Result<(u64, StakeChanged)> {
        let fund = &mut self.fund.load_mut()?;
        fund.invariant()?;
        let stake = &mut self.stake.load_mut()?;
        stake.follow(fund);
        let amount = fund.unstake_down(stake.take(now)?)?;
        stake.invariant()?;
        fund.invariant()?;
        let paid = i64::try_from(amount).map_err(|_| LiquidationError::NumberTooLarge)?;
        Ok((amount, changed(fund, stake, paid.saturating_neg())?))
    }

    #[inline(never)]
    fn push(&mut self, amount: u64) -> Result<()> {
        let (group, bump) = {
            let fund = self.fund.load()?;
            (fund.group, [fund.rescuer_bump])
        };
        let seeds: &[&[u8]] = &[seeds::RESCUER, group.as_ref(), &bump];
        let accounts = TransferChecked {
            from: self.vault.to_account_info(),
            mint: self.mint.to_account_info(),
            to: self.to.to_account_info(),
            authority: self.rescuer.to_account_info(),
        };
        let signer = [seeds];
        let context = CpiContext::new_with_signer(self.token_program.key(), accounts, &signer);
        transfer_checked(context, amount, self.mint.decimals)?;
        self.vault.reload()?;
        require!(self.vault.amount >= self.fund.load()?.assets, LiquidationError::VaultShort);
        Ok(())
    }

    /// Pays what the shares are worth now.
    pub fn withdraw_stake(ctx: Context<Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let (amount, event) = ctx.accounts.take(now)?;
        ctx.accounts.push(amount)?;
        emit_cpi!(event);
        Ok(())
    }
}
