//! Stakes money in a group's insurance fund.

use crate::{errors::LiquidationError, events::StakeChanged, given::require_collected};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{transfer_checked, Mint, TokenAccount, TokenInterface, TransferChecked};
use ballast_interface::{
    account::Group,
    liquidation::{Fund, Stake},
    seeds,
};

/// Accounts of `stake`; behind them, all markets of the group, by rising number.
#[event_cpi]
#[derive(Accounts)]
pub struct StakeMoney<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The fund.
    #[account(mut, has_one = group @ LiquidationError::WrongGroup)]
    pub fund: AccountLoader<'info, Fund>,
    /// The owner's stake, which is made if there is none.
    #[account(
        init_if_needed,
        payer = payer,
        space = Stake::SIZE,
        seeds = [seeds::STAKE, fund.key().as_ref(), owner.key().as_ref()],
        bump,
    )]
    pub stake: AccountLoader<'info, Stake>,
    /// Who stakes.
    pub owner: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account that the money comes from.
    #[account(mut)]
    pub from: Box<InterfaceAccount<'info, TokenAccount>>,
    /// The fund's vault.
    #[account(mut, constraint = vault.key() == fund.load()?.vault @ LiquidationError::TokenAccountWrong)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl<'info> StakeMoney<'info> {
    #[inline(never)]
    fn pull(&mut self, amount: u64) -> Result<u64> {
        let before = self.vault.amount;
        let accounts = TransferChecked {
            from: self.from.to_account_info(),
            mint: self.mint.to_account_info(),
            to: self.vault.to_account_info(),
            authority: self.owner.to_account_info(),
        };
        let context = CpiContext::new(self.token_program.key(), accounts);
        transfer_checked(context, amount, self.mint.decimals)?;
        self.vault.reload()?;
        // What arrived: a token may keep a fee of its own.
        Ok(self.vault.amount.checked_sub(before).ok_or(LiquidationError::VaultShort)?)
    }

    #[inline(never)]
    fn credit(&self, amount: u64, bump: u8) -> Result<StakeChanged> {
        let fund = &mut self.fund.load_mut()?;
        let fresh = self.stake.as_ref().try_borrow_data()?.iter().take(8).all(|byte| *byte == 0);
        let stake = &mut if fresh { self.stake.load_init()? } else { self.stake.load_mut()? };
        if fresh {
            (stake.version, stake.bump, stake.era) = (Stake::VERSION, bump, fund.era);
            (stake.fund, stake.owner) = (self.fund.key(), self.owner.key());
        }
        stake.follow(fund);
        let shares = fund.stake_down(amount)?;
        stake.add(shares)?;
        stake.invariant()?;
        fund.invariant()?;
        changed(fund, stake, i64::try_from(amount).map_err(|_| LiquidationError::NumberTooLarge)?)
    }

    /// Takes money in for shares.
    pub fn stake(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        require!(amount > 0, LiquidationError::AmountZero);
        // What was earned before belongs to those who were there.
        require_collected(&ctx.accounts.group, ctx.remaining_accounts)?;
        let amount = ctx.accounts.pull(amount)?;
        let event = ctx.accounts.credit(amount, ctx.bumps.stake)?;
        emit_cpi!(event);
        Ok(())
    }
}

/// What is reported of a stake.
pub(super) fn changed(fund: &Fund, stake: &Stake, amount: i64) -> Result<StakeChanged> {
    Ok(StakeChanged {
        group: fund.group,
        owner: stake.owner,
        amount,
        shares: stake.shares,
        leaving: stake.leaving,
        leaves_at: stake.leaves_at,
        assets: fund.assets,
        all_shares: fund.shares,
    })
}
