//! Pays what an account cannot pay, with real money.

use super::{require_latched, require_rescuer};
use crate::{
    books,
    errors::AccountError,
    events::LossAbsorbed,
    given::Given,
    ledger::Ledger,
    tokens::{require_covered, take_in},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::account::{Flow, Group, MarginAccount};

/// Accounts of `absorb_loss`; behind them, the markets that the account owes something to.
#[event_cpi]
#[derive(Accounts)]
pub struct AbsorbLoss<'info> {
    /// The group.
    #[account(mut)]
    pub group: AccountLoader<'info, Group>,
    /// The account.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    /// The group's vault.
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account of the insurance.
    #[account(mut)]
    pub from: Box<InterfaceAccount<'info, TokenAccount>>,
    /// The group's liquidation program, by its own address, which may spend from it.
    pub rescuer: Signer<'info>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> AbsorbLoss<'info> {
    #[inline(never)]
    fn pull(&mut self, amount: u64) -> Result<u64> {
        take_in(
            &mut self.vault,
            self.from.as_ref().as_ref(),
            &self.mint,
            &self.rescuer,
            &self.token_program,
            amount,
        )
    }

    #[inline(never)]
    fn credit(&self, amount: u64, given: &Given, now: i64) -> Result<Flow> {
        let key = self.group.key();
        let group = &mut Ledger::of(&self.group, now)?;
        let account = &mut *self.margin_account.load_mut()?;
        let mut markets = given.markets(&key)?;
        let mut flow = books::open(account, self.margin_account.key(), group, &mut markets, now)?;
        // Money is for debt and for losses that no pool has got yet, and never for a gain.
        require!(amount <= account.owed(), AccountError::LossTooLarge);
        let amount = books::signed(amount)?;
        books::change_cash(account, amount)?;
        flow.paid = amount.saturating_neg();
        books::settle_all(account, &mut markets, group, &mut flow)?;
        books::close(account, group, &mut flow)?;
        Ok(flow)
    }

    /// Pays debt first, then losses that the given markets' pools have not got.
    pub fn absorb_loss(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut *ctx.accounts;
        require_rescuer(&accounts.group, &accounts.rescuer)?;
        require_latched(&accounts.margin_account)?;
        {
            let group = accounts.group.load()?;
            require_keys_eq!(accounts.vault.key(), group.vault, AccountError::VaultWrong);
            require_keys_eq!(accounts.mint.key(), group.quote_mint, AccountError::MintWrong);
        }
        require!(amount > 0, AccountError::AmountZero);
        let amount = accounts.pull(amount)?;
        let flow = accounts.credit(amount, &Given::new(ctx.remaining_accounts), now)?;
        require_covered(&*accounts.group.load()?, accounts.vault.amount)?;
        let group = accounts.group.key();
        emit_cpi!(LossAbsorbed { group, amount, flow });
        Ok(())
    }
}
