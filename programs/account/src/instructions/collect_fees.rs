//! Pays out fees.

use crate::{
    errors::AccountError,
    events::FeesCollected,
    given::{waited, Given},
    tokens::{require_covered, Movement},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::account::{Group, Venue};

/// Accounts of `collect_fees`; behind them, the markets in which fees wait that shall be paid out, too.
#[event_cpi]
#[derive(Accounts)]
pub struct CollectFees<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The venue whose fees are collected; without it, the group's own.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub venue: Option<AccountLoader<'info, Venue>>,
    /// The group's vault.
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account of whoever the fees belong to.
    #[account(mut)]
    pub to: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> CollectFees<'info> {
    #[inline(never)]
    fn take(&self, given: &Given) -> Result<(u16, u64)> {
        let mut markets = given.markets(&self.group.key())?;
        let group = &mut self.group.load_mut()?;
        group.invariant()?;
        require_keys_eq!(self.vault.key(), group.vault, AccountError::VaultWrong);
        require_keys_eq!(self.mint.key(), group.quote_mint, AccountError::MintWrong);
        let (number, owner, amount, waited) = match &self.venue {
            None => {
                let waited = waited(&mut markets, |market| core::mem::take(&mut market.waiting.fees))?;
                (0, group.rules.fee_owner, core::mem::take(&mut group.fees), waited)
            }
            Some(venue) => {
                let venue = &mut venue.load_mut()?;
                venue.invariant()?;
                let amount = core::mem::take(&mut venue.fees);
                group.venue_fees = group.venue_fees.checked_sub(amount).ok_or(AccountError::GroupBroken)?;
                let waited = waited(&mut markets, |market| market.waiting.take(venue.venue))?;
                (venue.venue, venue.fee_owner, amount, waited)
            }
        };
        group.count(waited, 0)?;
        let amount = amount.checked_add(waited).ok_or(AccountError::NumberTooLarge)?;
        require_keys_eq!(self.to.owner, owner, AccountError::TokenAccountWrong);
        require!(amount > 0, AccountError::AmountZero);
        Ok((number, amount))
    }

    /// Pays all of them to a token account of their owner; anybody may ask for that.
    pub fn collect_fees(ctx: Context<'info, Self>) -> Result<()> {
        let (venue, amount) = ctx.accounts.take(&Given::new(ctx.remaining_accounts))?;
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
        emit_cpi!(FeesCollected { group, venue, to, amount });
        Ok(())
    }
}
