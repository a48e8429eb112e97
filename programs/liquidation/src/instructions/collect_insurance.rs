//! Takes the insurance's share of fees in.

use crate::{
    calls::{Caller, Tokens},
    errors::LiquidationError,
    events::InsuranceEarned,
    given::{market, Given},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{account::Group, ids, liquidation::Fund};

/// Accounts of `collect_insurance`; behind them, the markets in which fees wait: all of the group's, if that shall be known.
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

impl<'info> CollectInsurance<'info> {
    /// Whether all markets of the group are given; that each is given once, the account program sees to.
    #[inline(never)]
    fn has_all(&self, given: &[AccountInfo<'info>]) -> Result<bool> {
        let mut count = 0u16;
        for info in given {
            count = count.saturating_add(market(info)?.is_some().into());
        }
        Ok(count >= self.group.load()?.market_count)
    }

    /// Takes all of it in that is known of; anybody may ask for that, and it is no mistake if there is nothing. With all
    /// markets behind it, the insurance's payments can follow within a minute.
    pub fn collect_insurance(ctx: Context<'info, Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut *ctx.accounts;
        let markets = Given::new(ctx.remaining_accounts).own;
        let before = accounts.vault.amount;
        {
            let caller = Caller {
                group: accounts.group.as_ref(),
                rescuer: &accounts.rescuer,
                bump: accounts.fund.load()?.rescuer_bump,
                program: &accounts.account_program,
                events: &accounts.account_events,
            };
            let tokens = Tokens {
                vault: accounts.group_vault.as_ref().as_ref(),
                mint: accounts.mint.as_ref().as_ref(),
                fund_vault: accounts.vault.as_ref().as_ref(),
                program: &accounts.token_program,
            };
            caller.pay_insurance(&tokens, markets)?;
        }
        accounts.vault.reload()?;
        // What arrived: a token may keep a fee of its own.
        let amount = accounts.vault.amount.checked_sub(before).ok_or(LiquidationError::VaultShort)?;
        let all = accounts.has_all(markets)?;
        let (assets, shares) = {
            let fund = &mut accounts.fund.load_mut()?;
            fund.earn(amount)?;
            if all {
                fund.swept_at = now;
            }
            fund.invariant()?;
            (fund.assets, fund.shares)
        };
        if amount > 0 {
            emit_cpi!(InsuranceEarned { group: ctx.accounts.group.key(), amount, assets, shares });
        }
        Ok(())
    }
}
