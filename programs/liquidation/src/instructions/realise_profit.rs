//! Realises what an account has won in a market whose loser is bankrupt.

use crate::{errors::LiquidationError, given::Given, rescue::*};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::MarginAccount,
    liquidation::{Auction, Hop},
};

/// Accounts of `realise_profit`, the winner's first; behind them, the markets in which it has perps or claims, and their
/// risks.
#[derive(Accounts)]
pub struct RealiseProfit<'info> {
    /// What every rescue needs, here of the winner.
    pub rescue: Rescue<'info>,
    /// Auction of the bankrupt account.
    #[account(constraint = auction.load()?.margin_account == bankrupt.key() @ LiquidationError::WrongGroup)]
    pub auction: AccountLoader<'info, Auction>,
    /// The bankrupt account.
    pub bankrupt: AccountLoader<'info, MarginAccount>,
}

impl<'info> RealiseProfit<'info> {
    /// Realises; anybody may, between the insurance's hop and the one that cuts claims, so that a profit bears its part of
    /// the loss whether or not its owner has closed the position.
    pub fn realise_profit(ctx: Context<'info, Self>, market: u16) -> Result<()> {
        let accounts = &*ctx.accounts;
        let rescue = &accounts.rescue;
        rescue.rules()?;
        {
            let (auction, bankrupt) = (accounts.auction.load()?, accounts.bankrupt.load()?);
            require_keys_eq!(bankrupt.group, rescue.group.key(), LiquidationError::WrongGroup);
            // At its target it loses nothing, whatever was lost before.
            let insured = auction.hop == Hop::Insurance as u8 && auction.idle == 0;
            require!(insured, LiquidationError::HopOutOfOrder);
            require!(bankrupt.unpaid(market) < 0, LiquidationError::NothingOwed);
        }
        let given = Given::new(ctx.remaining_accounts);
        rescue.caller()?.realise(rescue.margin_account.as_ref(), given.all, market)
    }
}
