//! Hands collateral of an account under liquidation to another.

use super::{require_latched, require_rescuer};
use crate::{books, errors::AccountError, events::CollateralMoved};
use anchor_lang::prelude::*;
use ballast_interface::account::{Bank, Group, MarginAccount};

/// Accounts of `move_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct MoveCollateral<'info> {
    /// The group.
    pub group: AccountLoader<'info, Group>,
    /// The account under liquidation.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub from: AccountLoader<'info, MarginAccount>,
    /// The account that takes over.
    #[account(mut, has_one = group @ AccountError::WrongGroup)]
    pub to: AccountLoader<'info, MarginAccount>,
    /// The token's bank.
    #[account(has_one = group @ AccountError::WrongGroup)]
    pub bank: AccountLoader<'info, Bank>,
    /// The group's liquidation program, by its own address; it answers for what is paid, and for margins.
    pub rescuer: Signer<'info>,
}

impl MoveCollateral<'_> {
    /// Moves tokens.
    pub fn move_collateral(ctx: Context<Self>, amount: u64) -> Result<()> {
        require_rescuer(&ctx.accounts.group, &ctx.accounts.rescuer)?;
        require_latched(&ctx.accounts.from)?;
        require!(amount > 0, AccountError::AmountZero);
        require_keys_neq!(ctx.accounts.from.key(), ctx.accounts.to.key(), AccountError::SelfTrade);
        let number = {
            let bank = ctx.accounts.bank.load()?;
            bank.invariant()?;
            let moves = [
                (&ctx.accounts.from, i128::from(amount).saturating_neg()),
                (&ctx.accounts.to, amount.into()),
            ];
            for (account, change) in moves {
                let account = &mut account.load_mut()?;
                account.change_token(bank.bank, bank.market, change)?;
                books::touch(account)?;
                account.invariant()?;
            }
            bank.bank
        };
        let (from, to) = (ctx.accounts.from.key(), ctx.accounts.to.key());
        emit_cpi!(CollateralMoved { group: ctx.accounts.group.key(), bank: number, amount, from, to });
        Ok(())
    }
}
